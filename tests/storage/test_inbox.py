"""The inbox: each update once, in order within an address, and one chat never holds up another."""

import asyncio
import hashlib
import random

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.errors import StaleStateError
from storage.records import InboxEntry, InboxRow, InboxStatus
from storage.tables import inbox
from tests.storage.stories import NOW, entry, later


async def put(database: Database, *entries: InboxEntry) -> tuple[bool, ...]:
    async with database.unit_of_work() as uow:
        told = await uow.inbox.put(entries, NOW)
        await uow.commit()
    return told


async def take(database: Database, worker: str = "a", *, minute: float = 0, limit: int = 10) -> list[str]:
    return [row.entry.event_id for row in await take_rows(database, worker, minute=minute, limit=limit)]


async def take_rows(
    database: Database, worker: str = "a", *, minute: float = 0, limit: int = 10, lease: float = 60
) -> tuple[InboxRow, ...]:
    async with database.unit_of_work() as uow:
        rows = await uow.inbox.take(worker, later(minutes=minute), lease, limit)
        await uow.commit()
    return rows


async def done(database: Database, row_id: int) -> None:
    async with database.unit_of_work() as uow:
        await uow.inbox.done(row_id)
        await uow.commit()


async def test_a_redelivery_is_not_kept_again(database: Database) -> None:
    assert await put(database, entry("1"), entry("2"), entry("1")) == (True, True, False)
    assert await put(database, entry("2"), entry("3")) == (False, True)
    assert await put(database) == ()

    async with database.reading() as uow:
        assert await uow.inbox.counts() == {"pending": 3, "done": 0, "dead": 0}


async def test_the_same_event_id_on_another_bot_is_another_update(database: Database) -> None:
    other = InboxEntry("web", "second-bot", "ba-tu", "1", {})
    assert await put(database, entry("1"), other) == (True, True)


async def test_a_chat_is_taken_in_order_one_at_a_time_and_chats_side_by_side(database: Database) -> None:
    await put(database, entry("1"), entry("2"), entry("3", "chu-bay"))

    first, beside = await take_rows(database)
    assert (first.entry.event_id, beside.entry.event_id) == ("1", "3")
    assert await take(database, "b") == []

    await done(database, first.id)
    assert await take(database, "b") == ["2"]


async def test_what_waits_for_a_retry_holds_up_its_own_chat_only(database: Database) -> None:
    await put(database, entry("1"), entry("2"))
    (row,) = await take_rows(database)
    async with database.unit_of_work() as uow:
        await uow.inbox.retry(row.id, later(minutes=5), "the registry did not answer")
        await uow.commit()
    await put(database, entry("3", "chu-bay"))

    (beside,) = await take_rows(database)
    assert beside.entry.event_id == "3"
    await done(database, beside.id)
    (again,) = await take_rows(database, minute=5)
    assert (again.entry.event_id, again.attempts, again.error) == ("1", 2, "the registry did not answer")


async def test_a_poisoned_update_is_buried_in_sight_and_can_be_revived(database: Database) -> None:
    await put(database, entry("1"), entry("2"))
    (row,) = await take_rows(database)
    async with database.unit_of_work() as uow:
        await uow.inbox.bury(row.id, "KeyError: 'text'", NOW)
        await uow.commit()

    (neighbour,) = await take_rows(database)
    assert neighbour.entry.event_id == "2"
    async with database.reading() as uow:
        (dead,) = await uow.inbox.dead(10)
    assert (dead.status, dead.error, dead.entry) == (InboxStatus.DEAD, "KeyError: 'text'", entry("1"))

    await done(database, neighbour.id)
    async with database.unit_of_work() as uow:
        await uow.inbox.revive(dead.id, NOW)
        await uow.commit()
    (revived,) = await take_rows(database)
    assert (revived.id, revived.attempts) == (dead.id, 1)


async def test_a_revived_update_waits_for_the_one_of_its_chat_that_is_being_handled(
    database: Database,
) -> None:
    await put(database, entry("1"), entry("2"))
    (poisoned,) = await take_rows(database)
    async with database.unit_of_work() as uow:
        await uow.inbox.bury(poisoned.id, "KeyError", NOW)
        await uow.commit()
    (handled,) = await take_rows(database)
    async with database.unit_of_work() as uow:
        await uow.inbox.revive(poisoned.id, NOW)
        await uow.commit()

    assert await take(database, "b") == []
    await done(database, handled.id)
    assert await take(database, "b") == ["1"]


async def test_a_dead_workers_row_is_taken_over_and_its_late_word_refused(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url)
    await put(database, entry("1"))
    (row,) = await take_rows(database, "killed")
    assert await take(database, "heir", minute=0.9) == []

    (inherited,) = await take_rows(database, "heir", minute=1.1)
    assert (inherited.id, inherited.attempts) == (row.id, 2)
    async with database.unit_of_work() as uow:
        with pytest.raises(StaleStateError):
            await uow.inbox.done(row.id, worker="killed")
        await uow.inbox.done(row.id, worker="heir")
        await uow.commit()
    await database.close()


async def test_on_postgres_leases_run_on_the_databases_clock(postgres_url: str) -> None:
    """A worker whose own clock is an hour ahead cannot take what another one holds."""
    database = await Database.open(postgres_url)
    await put(database, entry("1"))
    assert len(await take_rows(database, "a", lease=0.3)) == 1

    assert await take(database, "an hour ahead", minute=60) == []
    await asyncio.sleep(0.4)
    assert await take(database, "b") == ["1"]
    await database.close()


async def test_a_server_that_starts_again_takes_up_what_the_last_one_held(sqlite_url: str) -> None:
    killed = await Database.open(sqlite_url, server=True)
    await put(killed, entry("1"))
    await take(killed)
    await killed.close()

    next_one = await Database.open(sqlite_url, server=True)
    assert await take(next_one) == ["1"]
    await next_one.close()


async def test_many_workers_take_each_row_once_and_keep_every_chats_order(database: Database) -> None:
    """R5, the storage part: what is written down in the turn itself is in order for each chat."""
    chats = [f"chat-{number}" for number in range(12)]
    await put(database, *(entry(f"{turn}-{chat}", chat) for turn in range(8) for chat in chats))
    seen: dict[str, list[str]] = {chat: [] for chat in chats}

    async def work(worker: str) -> None:
        idle = 0
        while idle < 3:
            rows = await take_rows(database, worker, limit=3)
            idle = 0 if rows else idle + 1
            for row in rows:
                seen[row.entry.user_id].append(row.entry.event_id)
                await asyncio.sleep(0)
                await done(database, row.id)

    await asyncio.gather(*(work(f"worker-{number}") for number in range(8)))

    assert seen == {chat: [f"{turn}-{chat}" for turn in range(8)] for chat in chats}


async def test_any_text_in_a_payload_comes_back_as_it_was(database: Database) -> None:
    odd = {"text": "a\x00b \ud83d đường \U0001f600", "nested": [{"NFD": "đường"}], "none": None}
    await put(database, InboxEntry("web", "main", "ba\x00tu", "1\ud800", odd))

    (row,) = await take_rows(database)
    assert row.entry.payload == odd
    assert row.entry.user_id == "ba�tu"


async def test_payloads_are_emptied_later_but_the_update_stays_known(database: Database) -> None:
    await put(database, entry("1", text="số CCCD 079..."), entry("2", "chu-bay"))
    rows = await take_rows(database)
    await done(database, rows[0].id)

    async with database.unit_of_work() as uow:
        assert await uow.inbox.purge(later(days=-1)) == 0
        assert await uow.inbox.purge(later(days=7)) == 1
        assert await uow.inbox.purge(later(days=7)) == 0
        assert await uow.inbox.oldest_pending() == NOW
        await uow.commit()
    assert await put(database, entry("1")) == (False,)
    (other,) = await take_rows(database, minute=2, lease=0) or rows[1:]
    assert other.entry.payload == {"text": "2"}


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 21))])
async def test_shuffled_and_repeated_arrivals_end_alike(database: Database, seed: int) -> None:
    """R4, the storage part: ten thousand updates, four in ten of them twice, in any order."""
    updates = [entry(f"{number}", f"chat-{number % 200}") for number in range(10_000)]
    arrivals = updates + updates[: len(updates) * 4 // 10]
    random.Random(seed).shuffle(arrivals)
    new = 0
    for start in range(0, len(arrivals), 500):
        new += sum(await put(database, *arrivals[start : start + 500]))
    assert new == len(updates)

    digest = hashlib.sha256()
    async with database.reading() as uow:
        statement = select(inbox.c.user_id, inbox.c.event_id, inbox.c.payload)
        for row in sorted(tuple(map(str, row)) for row in await uow._link.rows(statement)):
            digest.update(repr(row).encode())
    expected = hashlib.sha256()
    for row in sorted((x.user_id, x.event_id, str(x.payload)) for x in updates):
        expected.update(repr(row).encode())
    assert digest.digest() == expected.digest()
