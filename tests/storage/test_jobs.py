"""Timers: they survive, run once, and what was set anew is not lost."""

from storage.database import Database
from storage.records import Job
from tests.storage.stories import NOW, later


async def schedule(database: Database, subject: str, minute: float, **payload: str) -> None:
    async with database.unit_of_work() as uow:
        await uow.jobs.schedule("remind", subject, later(minutes=minute), payload)
        await uow.commit()


async def take(database: Database, minute: float) -> tuple[Job, ...]:
    async with database.unit_of_work() as uow:
        jobs = await uow.jobs.take_due("a", later(minutes=minute), 60, 10)
        await uow.commit()
    return jobs


async def test_timers_run_out_earliest_first(database: Database) -> None:
    await schedule(database, "ticket:2", 5)
    await schedule(database, "ticket:1", 3)
    await schedule(database, "ticket:3", 9)

    assert await take(database, 2) == ()
    assert [job.subject for job in await take(database, 6)] == ["ticket:1", "ticket:2"]


async def test_setting_a_timer_again_moves_it(database: Database) -> None:
    await schedule(database, "ticket:1", 5, text="first")
    await schedule(database, "ticket:1", 30, text="second")

    assert await take(database, 10) == ()
    (job,) = await take(database, 30)
    assert (job.payload, job.attempts) == ({"text": "second"}, 1)


async def test_a_cancelled_timer_never_runs(database: Database) -> None:
    await schedule(database, "ticket:1", 5)
    async with database.unit_of_work() as uow:
        await uow.jobs.cancel("remind", "ticket:1")
        await uow.commit()
    assert await take(database, 10) == ()


async def test_what_is_scheduled_while_the_old_timer_runs_stays(database: Database) -> None:
    await schedule(database, "ticket:1", 0)
    (running,) = await take(database, 0)
    await schedule(database, "ticket:1", 20, text="again")

    async with database.unit_of_work() as uow:
        await uow.jobs.done(running.id)
        await uow.commit()

    (job,) = await take(database, 20)
    assert job.payload == {"text": "again"}
    async with database.unit_of_work() as uow:
        await uow.jobs.done(job.id)
        await uow.commit()

    async with database.reading() as uow:
        assert await uow.jobs.get("remind", "ticket:1") is None


async def test_a_job_that_failed_is_due_again_later(database: Database) -> None:
    await schedule(database, "ticket:1", 0)
    (job,) = await take(database, 0)
    async with database.unit_of_work() as uow:
        await uow.jobs.later(job.id, later(minutes=1))
        await uow.commit()

    assert await take(database, 0.5) == ()
    (again,) = await take(database, 1)
    assert (again.id, again.attempts) == (job.id, 2)
    assert again.due_at > NOW
