"""The one-stop system as a source: how far it was read, by whom just now, and since when it does not answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, or_, select, update

from storage import leases
from storage.errors import StaleStateError
from storage.link import Link
from storage.records import Source
from storage.tables import sources


class Sources:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def get(self, name: str) -> Source | None:
        row = await self._link.row(select(sources).where(sources.c.name == name))
        return None if row is None else _record(row)

    async def take(self, name: str, worker: str, now: datetime, seconds: float) -> Source | None:
        """The source, if it is due and nobody else reads it: for `seconds` it is this worker's."""
        await self._link.run(self._link.insert(sources).values(name=name).on_conflict_do_nothing())
        clock = leases.clock(self._link, now)
        free = or_(
            sources.c.leased_until.is_(None), sources.c.leased_until < clock, sources.c.leased_by == worker
        )
        due = or_(sources.c.due_at.is_(None), sources.c.due_at <= now)
        statement = (
            update(sources)
            .where(sources.c.name == name, free, due)
            .values(leased_by=worker, leased_until=leases.until(self._link, now, seconds), asked_at=now)
            .returning(*sources.c)
        )
        rows = await self._link.rows(statement)
        return _record(rows[0]) if rows else None

    async def read(
        self,
        name: str,
        worker: str,
        now: datetime,
        seconds: float,
        *,
        cursor: str | None,
        page: str | None,
        taken: int,
        rejected: int,
    ) -> None:
        """One page is kept, and the source stays this worker's for `seconds`.

        Raises `StaleStateError` when another worker has taken over meanwhile.
        """
        await self._mine(
            name,
            worker,
            cursor=cursor,
            page=page,
            taken=sources.c.taken + taken,
            rejected=sources.c.rejected + rejected,
            leased_until=leases.until(self._link, now, seconds),
        )

    async def answered(self, name: str, worker: str, at: datetime, due_at: datetime) -> None:
        """Read to its end: what is known is as fresh as `at`."""
        await self._mine(name, worker, answered_at=at, due_at=due_at, failures=0, problem=None, **_FREE)

    async def failed(self, name: str, worker: str, problem: str, failures: int, due_at: datetime) -> None:
        await self._mine(name, worker, due_at=due_at, failures=failures, problem=problem, **_FREE)

    async def heard(self, name: str, at: datetime, *, taken: int, rejected: int) -> None:
        """It told us by itself. Where it is asked too, only an answer to that says how fresh the whole is."""
        statement = self._link.insert(sources).values(
            name=name, answered_at=at, taken=taken, rejected=rejected
        )
        counted: dict[str, Any] = {
            "answered_at": case((sources.c.asked_at.is_(None), at), else_=sources.c.answered_at),
            "taken": sources.c.taken + taken,
            "rejected": sources.c.rejected + rejected,
        }
        await self._link.run(statement.on_conflict_do_update(index_elements=["name"], set_=counted))

    async def _mine(self, name: str, worker: str, **values: Any) -> None:
        mine = (sources.c.name == name) & (sources.c.leased_by == worker)
        if not await self._link.changed(update(sources).where(mine).values(**values)):
            raise StaleStateError(f"source {name} is no longer {worker}'s")


_FREE: dict[str, Any] = {"leased_by": None, "leased_until": None}


def _record(row: Row[Any]) -> Source:
    return Source(
        name=row.name,
        cursor=row.cursor,
        page=row.page,
        due_at=row.due_at,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        failures=row.failures,
        problem=row.problem,
        taken=row.taken,
        rejected=row.rejected,
    )
