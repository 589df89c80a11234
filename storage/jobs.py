"""Timers as rows: reminders, promises, notices. They survive a restart and run once, wherever."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select

from storage import leases
from storage.link import Link
from storage.records import Job
from storage.tables import jobs


class Jobs:
    """One row for one (`kind`, `subject`) at a time."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def schedule(self, kind: str, subject: str, due_at: datetime, payload: Mapping[str, Any]) -> None:
        """Set the timer, or set it anew: what a running worker says about the old one no longer counts."""
        fresh = {
            "due_at": due_at,
            "payload": dict(payload),
            "attempts": 0,
            "leased_by": None,
            "leased_until": None,
        }
        statement = self._link.insert(jobs).values(kind=kind, subject=subject, **fresh)
        await self._link.run(statement.on_conflict_do_update(index_elements=["kind", "subject"], set_=fresh))

    async def cancel(self, kind: str, subject: str) -> None:
        await self._link.run(delete(jobs).where(jobs.c.kind == kind, jobs.c.subject == subject))

    async def get(self, kind: str, subject: str) -> Job | None:
        row = await self._link.row(select(jobs).where(jobs.c.kind == kind, jobs.c.subject == subject))
        return None if row is None else _record(row)

    async def take_due(self, worker: str, now: datetime, lease_seconds: float, limit: int) -> tuple[Job, ...]:
        """Timers that have run out, earliest first. Counts an attempt."""
        rows = await leases.take(self._link, jobs, worker, now, seconds=lease_seconds, limit=limit)
        return tuple(_record(row) for row in rows)

    async def done(self, job_id: int) -> None:
        """Finished, unless it was scheduled anew while it ran."""
        await self._link.run(delete(jobs).where(jobs.c.id == job_id, jobs.c.leased_by.is_not(None)))

    async def later(self, job_id: int, due_at: datetime) -> None:
        """Try again at `due_at`, unless it was scheduled anew while it ran."""
        taken = jobs.c.leased_by.is_not(None)
        await self._link.run(
            jobs.update()
            .where(jobs.c.id == job_id, taken)
            .values(due_at=due_at, leased_by=None, leased_until=None)
        )

    async def forget_leases(self) -> None:
        await leases.forget(self._link, jobs)


def _record(row: Row[Any]) -> Job:
    return Job(row.id, row.kind, row.subject, row.due_at, row.payload, row.attempts)
