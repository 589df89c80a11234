"""One turn, one transaction: whole or not at all, one after another, and honest when the database is gone."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.errors import StorageError, UnavailableError
from storage.records import Author
from tests.storage.stories import NOW, key, somebody


async def test_what_is_not_committed_never_happened(database: Database) -> None:
    async with database.unit_of_work() as uow:
        await uow.citizens.resolve(key(), NOW)

    async with database.reading() as uow:
        assert await uow.citizens.find(key()) is None


async def test_an_error_undoes_the_turn_and_the_next_one_goes_on(database: Database) -> None:
    async def turn() -> None:
        async with database.unit_of_work() as uow:
            await uow.citizens.resolve(key(), NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await turn()
    assert (await somebody(database)).new


async def test_a_committed_unit_of_work_is_finished(database: Database) -> None:
    async with database.unit_of_work() as uow:
        await uow.commit()
        with pytest.raises(RuntimeError):
            await uow.commit()
        with pytest.raises(RuntimeError):
            await uow.citizens.resolve(key(), NOW)


async def test_reading_cannot_write_and_waits_for_no_writer(database: Database) -> None:
    async with database.unit_of_work() as writing:
        await writing.citizens.resolve(key(), NOW)
        async with database.reading() as uow:
            assert await uow.citizens.find(key()) is None
            with pytest.raises(Exception, match=r"read.?only") as refused:
                await uow.citizens.resolve(key("another"), NOW)
    assert not isinstance(refused.value, StorageError) or isinstance(refused.value, UnavailableError)


async def test_two_hundred_turns_that_read_and_then_write_lose_nothing(
    database: Database, database_url: str
) -> None:
    """R6, from a server and a command beside it. With the driver as it comes, SQLite ends at 2 here, unnoticed."""
    contact = await somebody(database)
    command = await Database.open(database_url)

    async def turn(place: Database) -> None:
        async with place.unit_of_work() as uow:
            conversation = await uow.conversations.lock(contact.conversation_id)
            await asyncio.sleep(0)
            count = int(conversation.state or 0) + 1
            await uow.conversations.save_state(conversation.id, str(count), conversation.version)
            await uow.commit()

    await asyncio.gather(*(turn(place) for _ in range(100) for place in (database, command)))
    await command.close()

    async with database.reading() as uow:
        conversation = await uow.conversations.get(contact.conversation_id)
    assert (conversation.state, conversation.version) == ("200", 200)


async def test_a_cancelled_turn_gives_back_its_place(database: Database) -> None:
    contact = await somebody(database)
    inside = asyncio.Event()

    async def slow_turn() -> None:
        async with database.unit_of_work() as uow:
            await uow.messages.add(contact.conversation_id, Author.CITIZEN, "dở dang", NOW)
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(slow_turn())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with asyncio.timeout(3), database.unit_of_work() as uow:
        assert await uow.messages.last_id(contact.conversation_id) == 0
        await uow.messages.add(contact.conversation_id, Author.CITIZEN, "xong", NOW)
        await uow.commit()


async def test_turns_cancelled_at_any_moment_leave_a_working_database(database: Database) -> None:
    contact = await somebody(database)

    async def turn() -> None:
        async with database.unit_of_work() as uow:
            await uow.messages.add(contact.conversation_id, Author.CITIZEN, "một", NOW)
            await uow.messages.add(contact.conversation_id, Author.BOT, "hai", NOW)
            await uow.commit()

    for step in range(60):
        tasks = [asyncio.create_task(turn()) for _ in range(3)]
        await asyncio.sleep(step / 5000)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    await asyncio.wait_for(turn(), 5)
    async with database.reading() as uow:
        authors = [m.author for m in await uow.messages.of_conversation(contact.conversation_id, limit=1000)]
    assert authors == [Author.CITIZEN, Author.BOT] * (len(authors) // 2)


@contextmanager
def locked_by_another(path: Path) -> Iterator[None]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


async def test_a_file_locked_by_another_process_is_unavailable_within_six_seconds(sqlite_url: str) -> None:
    """Everybody who waited hears it together: nobody waits through one limit after another."""
    database = await Database.open(sqlite_url, server=True)
    assert database.path is not None

    async def turn() -> float:
        started = time.monotonic()
        with pytest.raises(UnavailableError):
            async with database.unit_of_work():
                pass
        return time.monotonic() - started

    with locked_by_another(database.path):
        waited = await asyncio.gather(*(turn() for _ in range(20)))
    assert max(waited) < 6

    started = time.monotonic()
    await somebody(database)
    assert time.monotonic() - started < 2
    await database.close()


async def test_a_unit_of_work_inside_another_is_refused_instead_of_waiting_forever(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engines.TURN_SECONDS", 0.2)
    database = await Database.open(sqlite_url)
    async with database.unit_of_work():
        with pytest.raises(UnavailableError, match="inside another"):
            async with database.unit_of_work():
                pass
    assert (await somebody(database)).new
    await database.close()


async def test_a_short_lock_is_waited_for(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url)
    assert database.path is not None
    path, locked = database.path, threading.Event()

    def hold() -> None:
        with locked_by_another(path):
            locked.set()
            time.sleep(0.5)

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait()
    assert (await somebody(database)).new
    holder.join()
    await database.close()


async def test_a_full_disk_is_unavailable_and_nothing_is_half_written(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url)
    contact = await somebody(database)
    async with database._writer.connect() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar()
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    async def long_turn() -> None:
        async with database.unit_of_work() as uow:
            for _ in range(50):
                await uow.messages.add(contact.conversation_id, Author.CITIZEN, "x" * 4000, NOW)
            await uow.commit()

    with pytest.raises(UnavailableError, match="full"):
        await long_turn()

    async with database._writer.connect() as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert (await connection.exec_driver_sql("PRAGMA integrity_check")).scalar() == "ok"
    async with database.unit_of_work() as uow:
        assert await uow.messages.last_id(contact.conversation_id) == 0
        await uow.messages.add(contact.conversation_id, Author.CITIZEN, "đã có chỗ", NOW)
        await uow.commit()
    await database.close()


async def test_an_unreadable_file_is_unhealthy_at_once(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url)
    assert database.path is not None
    assert await database.healthy()

    away = database.path.with_name("away.db")
    database.path.rename(away)
    assert not await database.healthy()

    away.rename(database.path)
    assert await database.healthy()
    await database.close()


async def test_a_connection_that_postgres_ends_is_unavailable_and_the_next_turn_works(
    postgres_url: str,
) -> None:
    database = await Database.open(postgres_url)
    contact = await somebody(database)

    async def turn() -> None:
        async with database.unit_of_work() as uow:
            await uow.messages.add(contact.conversation_id, Author.CITIZEN, "mất", NOW)
            await _end_other_connections(database)
            await uow.messages.add(contact.conversation_id, Author.CITIZEN, "mất", NOW)
            await uow.commit()

    with pytest.raises(UnavailableError):
        await turn()

    async with database.unit_of_work() as uow:
        assert await uow.messages.last_id(contact.conversation_id) == 0
        await uow.commit()
    assert await database.healthy()
    await database.close()


async def _end_other_connections(database: Database) -> None:
    others = "pid <> pg_backend_pid() AND datname = current_database() AND state = 'idle in transaction'"
    async with database._writer.connect() as connection:
        await connection.execute(
            text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
        )


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(UnavailableError):
        await Database.open("postgresql://nobody@127.0.0.1:1/nothing")


async def test_a_statement_that_is_wrong_is_not_called_an_outage(database: Database) -> None:
    async with database.unit_of_work() as uow:
        with pytest.raises(Exception, match="no_such_table") as wrong:
            await uow._link.run(text("SELECT * FROM no_such_table"))
    assert not isinstance(wrong.value, StorageError)


def test_a_database_we_do_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="mysql"):
        Database("mysql://localhost/motcua", server=False)
    with pytest.raises(ValueError, match="file"):
        Database("sqlite://", server=False)
