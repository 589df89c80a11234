"""The audit trail: nobody rewrites it, and who gets round the guard is found out."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from tests.storage.stories import NOW, later


async def write(database: Database, count: int) -> list[int]:
    async with database.unit_of_work() as uow:
        entries = [
            await uow.audit.add(
                later(minutes=number), "officer:1", "ticket.close", f"ticket:{number}", {"vì": "đã xong"}
            )
            for number in range(count)
        ]
        await uow.commit()
    return [entry.id for entry in entries]


async def verify(database: Database) -> int | None:
    async with database.reading() as uow:
        return await uow.audit.verify()


async def tamper(database: Database, statement: str, **values: object) -> None:
    """As somebody with the database's own tools would."""
    if database.path:
        off, on = ["DROP TRIGGER audit_refuses_update", "DROP TRIGGER audit_refuses_delete"], []
    else:
        off, on = ["ALTER TABLE audit DISABLE TRIGGER ALL"], ["ALTER TABLE audit ENABLE TRIGGER ALL"]
    async with database._writer.begin() as connection:
        for line in off:
            await connection.execute(text(line))
        await connection.execute(text(statement), values)
        for line in on:
            await connection.execute(text(line))


async def test_rows_are_chained_and_read_newest_first(database: Database) -> None:
    assert await verify(database) is None
    ids = await write(database, 3)

    async with database.reading() as uow:
        newest, middle, oldest = await uow.audit.entries(10)
        assert [entry.id for entry in await uow.audit.entries(1, before_id=ids[2])] == [ids[1]]
        assert await uow.audit.head() == newest
    assert newest.previous == middle.digest
    assert middle.previous == oldest.digest
    assert oldest.previous == "0" * 64
    assert (newest.at, newest.detail) == (later(minutes=2), {"vì": "đã xong"})
    assert await verify(database) is None


@pytest.mark.parametrize("verb", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
async def test_the_database_itself_refuses_to_rewrite(database: Database, verb: str) -> None:
    await write(database, 1)
    with pytest.raises(DBAPIError, match="append-only"):
        async with database._writer.begin() as connection:
            await connection.execute(text(verb))
    assert await verify(database) is None


async def test_postgres_refuses_to_empty_it(postgres_url: str) -> None:
    database = await Database.open(postgres_url)
    with pytest.raises(DBAPIError, match="append-only"):
        async with database._writer.begin() as connection:
            await connection.execute(text("TRUNCATE audit"))
    await database.close()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "officer:2"),
        ("action", "ticket.open"),
        ("subject", "ticket:9"),
        ("detail", "{}"),
        ("previous", "f" * 64),
        ("digest", "f" * 64),
    ],
)
async def test_an_altered_row_is_named(database: Database, column: str, value: str) -> None:
    ids = await write(database, 5)
    await tamper(database, f"UPDATE audit SET {column} = :value WHERE id = :id", value=value, id=ids[2])
    assert await verify(database) == ids[2]


async def test_the_row_after_a_deleted_one_is_named(database: Database) -> None:
    ids = await write(database, 5)
    await tamper(database, "DELETE FROM audit WHERE id = :id", id=ids[1])
    assert await verify(database) == ids[2]


async def test_a_chain_cut_short_is_seen_against_the_head_kept_elsewhere(database: Database) -> None:
    ids = await write(database, 5)
    async with database.reading() as uow:
        kept = await uow.audit.head()
    await tamper(database, "DELETE FROM audit WHERE id = :id", id=ids[-1])
    async with database.reading() as uow:
        assert await uow.audit.verify() is None
        assert await uow.audit.head() != kept


async def test_many_who_append_at_once_make_one_chain(database: Database, database_url: str) -> None:
    other = await Database.open(database_url)

    async def append(place: Database, number: int) -> None:
        async with place.unit_of_work() as uow:
            await uow.audit.add(NOW, "officer:1", "look", f"dossier:{number}", {})
            await uow.commit()

    await asyncio.gather(*(append(place, number) for number in range(20) for place in (database, other)))

    assert await verify(database) is None
    async with database.reading() as uow:
        assert len(await uow.audit.entries(100)) == 40
    await other.close()


async def test_a_long_trail_is_verified_in_parts(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.audit._BATCH", 10)
    ids = await write(database, 35)
    assert await verify(database) is None
    await tamper(database, "UPDATE audit SET actor = 'x' WHERE id = :id", id=ids[30])
    assert await verify(database) == ids[30]
