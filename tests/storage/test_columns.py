"""Times and odd values: the same in and out, on either database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from storage.columns import dump_json
from storage.database import Database
from tests.storage.stories import NOW, somebody


async def test_a_time_comes_back_aware_and_in_utc(database: Database) -> None:
    saigon = timezone(timedelta(hours=7))
    moment = datetime(2026, 11, 20, 9, 30, 15, 123456, tzinfo=saigon)
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        await uow.citizens.block(contact.address_id, moment, None)
        await uow.commit()
    async with database.reading() as uow:
        until = (await uow.citizens.get(contact.address_id)).blocked_until
    assert until == moment
    assert until is not None
    assert until.tzinfo is UTC


async def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="naive"):
        async with database.unit_of_work() as uow:
            await uow.jobs.schedule("remind", "ticket:1", NOW.replace(tzinfo=None), {})


async def test_times_compare_across_zones(database: Database) -> None:
    saigon = timezone(timedelta(hours=7))
    async with database.unit_of_work() as uow:
        await uow.jobs.schedule("remind", "ticket:1", NOW.astimezone(saigon), {})
        assert await uow.jobs.take_due("a", NOW - timedelta(seconds=1), 60, 1) == ()
        assert len(await uow.jobs.take_due("a", NOW, 60, 1)) == 1


def test_json_keeps_vietnamese_readable_and_survives_lone_surrogates() -> None:
    assert dump_json({"a": "đường"}) == '{"a":"đường"}'
    assert dump_json({"a": "\ud800đ"}) == '{"a":"\\ud800\\u0111"}'
    dump_json({"a": "\x00"}).encode()
