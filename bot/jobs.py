"""Timers as rows with a due time: whoever is awake does them, once."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

import structlog

from bot.ports import Clock
from bot.worktime import VIETNAM
from storage.database import Database
from storage.errors import UnavailableError
from storage.records import Job

log = structlog.get_logger()

LEASE_SECONDS = 120.0
PAUSE = 1.0  # seconds between two looks: an answer that can be undone waits for one
RETRY = timedelta(minutes=5)
HOUR = timedelta(hours=1)
WAITING = timedelta(days=90)  # for somebody who does not write again; as long as what they wrote is kept
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
    """Every hour: raw updates, sent messages and look-up counts that are no longer needed go.

    At night what was erased also leaves the search index and the log of the database file.
    """

    def __init__(
        self, database: Database, clock: Clock, inbox_days: int, sweeps: Sequence[Sweep] = ()
    ) -> None:
        self._database = database
        self._clock = clock
        self._inbox_days = inbox_days
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
        async with self._database.unit_of_work() as uow:
            await uow.inbox.purge(now - timedelta(days=self._inbox_days))
            await uow.outbox.give_up_waiting(now - WAITING, now)
            await uow.uploads.purge(now)
            await uow.outbox.purge(now - timedelta(days=self._inbox_days))
            await uow.lookups.purge(now - timedelta(days=2))
            await uow.presence.purge(now - timedelta(days=1))
            await uow.drafts.purge(now - timedelta(days=self._inbox_days))
            await uow.done_once.purge(now - timedelta(days=self._inbox_days))
            await uow.commit()
        for sweep in self._sweeps:
            try:
                await sweep()
            except UnavailableError:
                raise
            except Exception:  # one that fails keeps none of the others from their work
                log.exception("retention.sweep_failed")
        if now.astimezone(VIETNAM).hour == QUIET_HOUR:
            await self._database.compact()
