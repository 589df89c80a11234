"""Timers as rows with a due time: whoever is awake does them, once."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.config import Settings
from bot.ports import Clock
from bot.worktime import VIETNAM
from storage.database import Database
from storage.errors import UnavailableError
from storage.records import Job
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

LEASE_SECONDS = 120.0
PAUSE = 1.0  # seconds between two looks: an answer that can be undone waits for one
RETRY = timedelta(minutes=5)
HOUR = timedelta(hours=1)
STEP = 1_000  # rows that one transaction of the retention empties
QUIET_HOUR = 2  # at night, in Vietnam

Work = Callable[[Job], Awaitable[None]]
Sweep = Callable[[], Awaitable[int]]


class Jobs:
    """`sweeps` find by themselves what is due, so that no timer can be lost; each says how much it did."""

    def __init__(
        self, database: Database, work: Mapping[str, Work], clock: Clock, sweeps: Sequence[Sweep] = ()
    ) -> None:
        self._database = database
        self._work = work
        self._clock = clock
        self._sweeps = sweeps
        self._name = f"jobs-{uuid.uuid4().hex[:8]}"

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self.step()
            except UnavailableError as error:
                log.warning("jobs.database_unavailable", error=str(error))
            await asyncio.sleep(PAUSE)

    async def step(self) -> int:
        async with self._database.unit_of_work() as uow:
            due = await uow.jobs.take_due(self._name, self._clock.now(), LEASE_SECONDS, 20)
            await uow.commit()
        for job in due:
            await self._do(job)
        return len(due) + sum([await self._swept(sweep) for sweep in self._sweeps])

    async def _swept(self, sweep: Sweep) -> int:
        try:
            return await sweep()
        except UnavailableError:
            raise
        except Exception:  # it looks again in a moment; the timers go on meanwhile
            log.exception("jobs.sweep_failed")
            return 0

    async def _do(self, job: Job) -> None:
        work = self._work.get(job.kind)
        try:
            if work is None:
                log.error("jobs.unknown_kind", kind=job.kind)
            else:
                await work(job)
        except UnavailableError:
            raise
        except Exception:  # a failing timer must not stop the others
            log.exception("jobs.failed", kind=job.kind, attempts=job.attempts)
            async with self._database.unit_of_work() as uow:
                await uow.jobs.later(job.id, self._clock.now() + RETRY)
                await uow.commit()
            return
        async with self._database.unit_of_work() as uow:
            await uow.jobs.done(job.id)
            await uow.commit()


class Retention:
    """Every hour what is no longer needed goes (docs/operations.vi.md names how long each thing is kept).

    At night what was erased also leaves the search index and the log of the database file.
    """

    def __init__(
        self, database: Database, clock: Clock, settings: Settings, sweeps: Sequence[Sweep] = ()
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._sweeps = sweeps

    async def run(self) -> None:
        while True:
            try:
                await self.step()
            except UnavailableError as error:
                log.warning("retention.database_unavailable", error=str(error))
            await asyncio.sleep(HOUR.total_seconds())

    async def step(self) -> None:
        now = self._clock.now()
        await self._transit(now)
        messages, tickets = self._settings.message_days, self._settings.ticket_days
        await self._in_steps(lambda uow: uow.retention.messages(now - timedelta(days=messages), STEP))
        await self._in_steps(lambda uow: uow.retention.tickets(now - timedelta(days=tickets), STEP))
        for sweep in self._sweeps:
            try:
                await sweep()
            except UnavailableError:
                raise
            except Exception:  # one that fails keeps none of the others from their work
                log.exception("retention.sweep_failed")
        if now.astimezone(VIETNAM).hour == QUIET_HOUR:
            await self._database.compact()

    async def _transit(self, now: datetime) -> None:
        """What only helped something on its way."""
        raw = now - timedelta(days=self._settings.inbox_days)
        async with self._database.unit_of_work() as uow:
            await uow.inbox.purge(raw)
            await uow.outbox.give_up_waiting(now - timedelta(days=self._settings.message_days), now)
            await uow.uploads.purge(now)
            await uow.outbox.purge(raw)
            await uow.drafts.purge(raw)
            await uow.answer_files.purge(raw)
            await uow.done_once.purge(raw)
            await uow.lookups.purge(now - timedelta(days=2))
            await uow.login_failures.purge(now - timedelta(days=1))
            await uow.presence.purge(now - timedelta(days=1))
            await uow.presses.purge(now - timedelta(hours=1))
            await uow.paces.purge(time.monotonic())
            await uow.sessions.purge(now)
            await uow.commit()

    async def _in_steps(self, erase: Callable[[UnitOfWork], Awaitable[int]]) -> None:
        """A transaction each, so that nobody waits long for the writer."""
        done = STEP
        while done >= STEP:
            async with self._database.unit_of_work() as uow:
                done = await erase(uow)
                await uow.commit()
