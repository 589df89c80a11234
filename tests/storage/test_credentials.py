"""Tokens of a channel: used once, renewed by one process at a time, never replaced by yesterday's."""

import asyncio

from storage.database import Database
from storage.records import Credential
from tests.storage.stories import NOW, later

OA = ("zalo_oa", "388613280879808645")


async def given(database: Database, token: str, minute: float = 0) -> bool:
    async with database.unit_of_work() as uow:
        fresh = await uow.credentials.give(*OA, token, later(minutes=minute))
        await uow.commit()
    return fresh


async def current(database: Database) -> Credential:
    async with database.reading() as uow:
        found = await uow.credentials.get(*OA)
    assert found
    return found


async def reserved(database: Database, version: int, worker: str, seconds: float = 60) -> bool:
    async with database.unit_of_work() as uow:
        got = await uow.credentials.reserve(*OA, version, worker, NOW, seconds)
        await uow.commit()
    return got


async def kept(database: Database, version: int, name: str) -> bool:
    async with database.unit_of_work() as uow:
        stored = await uow.credentials.keep(
            *OA,
            version,
            access_token=f"access-{name}",
            refresh_token=f"refresh-{name}",
            expires_at=later(hours=25),
            at=NOW,
        )
        await uow.commit()
    return stored


async def test_what_a_person_gives_is_taken_once_and_a_new_one_replaces_it(database: Database) -> None:
    async with database.reading() as uow:
        assert await uow.credentials.get(*OA) is None

    assert await given(database, "from-the-console")
    first = await current(database)
    assert (first.refresh_token, first.access_token, first.version) == ("from-the-console", None, 1)

    assert await kept(database, 1, "two")
    assert not await given(database, "from-the-console")
    assert (await current(database)).refresh_token == "refresh-two"

    assert await given(database, "after-a-new-consent")
    assert not await given(database, "from-the-console")
    assert (await current(database)).refresh_token == "after-a-new-consent"


async def test_one_token_given_by_many_processes_at_once_counts_once(database: Database) -> None:
    assert sorted(await asyncio.gather(*(given(database, "same") for _ in range(8)))) == [False] * 7 + [True]
    assert (await current(database)).version == 1


async def test_one_of_many_renews(database: Database) -> None:
    await given(database, "start")
    results = await asyncio.gather(*(reserved(database, 1, f"worker-{number}") for number in range(8)))
    assert results.count(True) == 1

    assert await kept(database, 1, "two")
    pair = await current(database)
    assert (pair.access_token, pair.version, pair.access_expires_at) == ("access-two", 2, later(hours=25))
    assert not await reserved(database, 1, "late"), "the old version is used up"
    assert await reserved(database, 2, "next"), "keeping a pair ends the reservation"


async def test_who_dies_while_renewing_gives_way_and_who_fails_gives_way_at_once(database: Database) -> None:
    await given(database, "start")
    assert await reserved(database, 1, "dies", seconds=-1)
    assert await reserved(database, 1, "fails")
    assert not await reserved(database, 1, "third")
    async with database.unit_of_work() as uow:
        await uow.credentials.release(*OA, "somebody-else")
        await uow.commit()
    assert not await reserved(database, 1, "third")
    async with database.unit_of_work() as uow:
        await uow.credentials.release(*OA, "fails")
        await uow.commit()
    assert await reserved(database, 1, "third")


async def test_a_late_pair_never_replaces_a_newer_one(database: Database) -> None:
    await given(database, "start")
    assert await kept(database, 1, "two")
    assert not await kept(database, 1, "late")
    assert (await current(database)).refresh_token == "refresh-two"


async def suspended(database: Database, version: int, seconds: float) -> None:
    async with database.unit_of_work() as uow:
        await uow.credentials.suspend(*OA, version, "refused", NOW, seconds)
        await uow.commit()


async def test_what_a_person_has_to_mend_is_named_and_left_alone_for_a_while(database: Database) -> None:
    await given(database, "start")
    await suspended(database, 7, 300)
    assert (await current(database)).problem is None, "another version is not meant"
    await suspended(database, 1, 300)
    assert (await current(database)).problem == "refused"
    assert not await reserved(database, 1, "too-soon")
    await suspended(database, 1, -1)
    assert await reserved(database, 1, "after-a-while")
    await given(database, "new")
    assert (await current(database)).problem is None


async def test_accounts_do_not_share_tokens_and_no_token_shows_in_a_printout(database: Database) -> None:
    await given(database, "mine")
    async with database.unit_of_work() as uow:
        await uow.credentials.give("zalo_oa", "other", "theirs", NOW)
        await uow.commit()
    assert (await current(database)).refresh_token == "mine"
    assert "mine" not in repr(await current(database))
