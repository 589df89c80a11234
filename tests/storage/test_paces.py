"""A platform's places are given out once, whoever asks; both databases."""

import asyncio

import pytest

from storage.database import Database

NOW = 1_800_000_000.0  # on PostgreSQL the database's own clock counts


async def place(database: Database, subject: str, interval: float, *, burst: int = 1) -> float:
    async with database.unit_of_work() as uow:
        wait = await uow.paces.place(subject, interval, NOW, burst=burst)
        await uow.commit()
    return wait


async def test_places_lie_one_interval_apart_and_subjects_do_not_share_them(database: Database) -> None:
    waits = [await place(database, "telegram", 30.0) for _ in range(3)]
    assert waits == pytest.approx([0, 30, 60], abs=12)
    assert await place(database, "zalo_oa", 30.0) == 0


async def test_a_burst_goes_at_once(database: Database) -> None:
    waits = [await place(database, "telegram 7", 30.0, burst=3) for _ in range(5)]
    assert waits == pytest.approx([0, 0, 0, 30, 60], abs=12)


async def test_no_place_is_given_twice(database: Database) -> None:
    waits = await asyncio.gather(*(place(database, "telegram", 30.0) for _ in range(20)))
    assert sorted(waits) == pytest.approx([30 * each for each in range(20)], abs=12)


async def test_a_held_subject_gives_none_until_then_and_a_longer_hold_stays(database: Database) -> None:
    async with database.unit_of_work() as uow:
        await uow.paces.hold("zalo_oa", 600, NOW)
        await uow.paces.hold("zalo_oa", 60, NOW)
        await uow.commit()
    assert await place(database, "zalo_oa", 1.0) == pytest.approx(600, abs=20)


async def test_a_place_far_beyond_all_others_was_written_by_a_clock_that_ran_ahead(
    sqlite_url: str,
) -> None:
    database = await Database.open(sqlite_url)
    async with database.unit_of_work() as uow:
        await uow.paces.hold("telegram", 60, NOW + 3600)
        await uow.commit()
    assert await place(database, "telegram", 1.0) == 0
    await database.close()


async def test_subjects_without_places_are_forgotten(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url)
    await place(database, "telegram 7", 30.0)
    async with database.unit_of_work() as uow:
        await uow.paces.purge(NOW + 4000)
        await uow.commit()
    assert await place(database, "telegram 7", 30.0) == 0
    await database.close()
