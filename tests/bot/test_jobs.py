"""Timers: each is done when it is due, once, and one that fails holds up no other."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.jobs import Jobs, Retention
from storage.database import Database
from storage.errors import UnavailableError
from storage.records import InboxEntry, Job
from tests.house import FakeClock, House, house


class Diary:
    """What was done, and what is to fail."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.faults: list[Exception] = []

    async def write(self, job: Job) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.done.append(job.subject)


@pytest.fixture
def opened(database: Database) -> tuple[Database, FakeClock, Diary, Jobs]:
    clock, diary = FakeClock(), Diary()
    return database, clock, diary, Jobs(database, {"write": diary.write}, clock)


Opened = tuple[Database, FakeClock, Diary, Jobs]


async def schedule(
    database: Database, clock: FakeClock, *subjects: str, minutes: float = 10, kind: str = "write"
) -> None:
    async with database.unit_of_work() as uow:
        for subject in subjects:
            await uow.jobs.schedule(kind, subject, clock.now() + timedelta(minutes=minutes), {})
        await uow.commit()


async def left(database: Database, subject: str, kind: str = "write") -> Job | None:
    async with database.reading() as uow:
        return await uow.jobs.get(kind, subject)


async def test_when_it_is_due_and_only_once(opened: Opened) -> None:
    database, clock, diary, jobs = opened
    await schedule(database, clock, "a", "b")
    await jobs.step()
    assert diary.done == []
    clock.pass_(minutes=10)
    for _ in range(3):
        await jobs.step()
    assert sorted(diary.done) == ["a", "b"]
    assert await left(database, "a") is None


async def test_set_anew_it_is_done_at_the_new_time(opened: Opened) -> None:
    database, clock, diary, jobs = opened
    await schedule(database, clock, "a")
    await schedule(database, clock, "a", minutes=30)
    clock.pass_(minutes=10)
    await jobs.step()
    assert diary.done == []
    clock.pass_(minutes=20)
    await jobs.step()
    assert diary.done == ["a"]


async def test_one_that_fails_is_tried_later_and_holds_up_no_other(opened: Opened) -> None:
    database, clock, diary, jobs = opened
    diary.faults.append(ValueError("odd"))
    await schedule(database, clock, "a", minutes=1)
    await schedule(database, clock, "b", minutes=2)
    clock.pass_(minutes=2)
    await jobs.step()
    assert diary.done == ["b"]
    clock.pass_(minutes=4)
    await jobs.step()
    assert diary.done == ["b"]
    clock.pass_(minutes=1)
    await jobs.step()
    assert diary.done == ["b", "a"]


async def test_a_kind_of_an_older_program_is_dropped_in_sight(opened: Opened) -> None:
    database, clock, diary, jobs = opened
    await schedule(database, clock, "a", kind="of_yesterday", minutes=0)
    await jobs.step()
    assert (diary.done, await left(database, "a", "of_yesterday")) == ([], None)


async def test_while_the_database_is_away_nothing_is_given_up(opened: Opened) -> None:
    database, clock, diary, jobs = opened
    diary.faults.append(UnavailableError("away"))
    await schedule(database, clock, "a", minutes=0)
    with pytest.raises(UnavailableError):
        await jobs.step()
    assert await left(database, "a") is not None


async def test_a_sweep_that_fails_does_not_stop_the_others(database: Database) -> None:
    swept = []

    async def broken() -> int:
        raise ValueError("odd")

    async def good() -> int:
        swept.append(1)
        return 2

    jobs = Jobs(database, {}, FakeClock(), [broken, good])
    assert await jobs.step() == 2
    assert swept == [1]


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(sqlite_url, tmp_path, inbox_days=7) as built:
        yield built


async def test_raw_updates_go_after_a_week_and_stay_known(home: House) -> None:
    retention = Retention(home.parts.database, home.clock, home.parts.settings)
    entry = InboxEntry("phone", "phone", "an", "e1", {"id": "e1", "kind": "text", "text": "số 0912345678"})
    await home.parts.intake.receive([entry])
    await home.settle()
    for days, empty in ((6, False), (2, True)):
        home.clock.pass_(days=days)
        await retention.step()
        assert (b"0912345678" not in await _raw(home)) is empty
    assert await home.parts.intake.receive([entry]) == (False,)


async def _raw(home: House) -> bytes:
    from sqlalchemy import select

    from storage.tables import inbox

    async with home.parts.database.reading() as uow:
        rows = await uow.inbox._link.rows(select(inbox.c.payload))
    return repr([row.payload for row in rows]).encode()
