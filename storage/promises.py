"""Promises: every due time that a citizen was told, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, literal, select, update

from storage.link import Link
from storage.records import Promise, PromiseState
from storage.tables import promises

# Written out, not bound: SQLite uses a partial index only when it sees its condition.
_OPEN = promises.c.state == literal("open", literal_execute=True)


class Promises:
    """Answering or ending a ticket settles its promise by itself (`Tickets`)."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def tell(self, ticket_id: int, told_at: datetime, due_at: datetime) -> None:
        """The citizen hears `due_at`. The same time said twice is one promise."""
        standing = select(promises.c.id).where(promises.c.ticket_id == ticket_id, _OPEN)
        if await self._link.scalar(standing.where(promises.c.due_at == due_at)) is None:
            values = {"ticket_id": ticket_id, "told_at": told_at, "due_at": due_at}
            await self._link.run(insert(promises).values(**values))

    async def overdue(self, now: datetime, limit: int) -> tuple[Promise, ...]:
        """Open ones whose time has come, the earliest first."""
        statement = select(promises).where(_OPEN, promises.c.due_at <= now)
        return await self._records(statement.order_by(promises.c.due_at, promises.c.id).limit(limit))

    async def broken(self, promise_id: int, at: datetime) -> bool:
        """Note that it was broken; False when it was settled meanwhile."""
        done = update(promises).where(promises.c.id == promise_id, promises.c.state == PromiseState.OPEN)
        return await self._link.changed(done.values(state=PromiseState.BROKEN, settled_at=at)) > 0

    async def broken_of(self, ticket_id: int) -> int:
        """How many were broken to this citizen in this matter."""
        mine = (promises.c.ticket_id == ticket_id) & (promises.c.state == PromiseState.BROKEN)
        return int(await self._link.scalar(select(func.count()).where(mine)))

    async def of_ticket(self, ticket_id: int) -> tuple[Promise, ...]:
        """Oldest first."""
        return await self._records(
            select(promises).where(promises.c.ticket_id == ticket_id).order_by(promises.c.id)
        )

    async def _records(self, statement: Any) -> tuple[Promise, ...]:
        return tuple(_record(row) for row in await self._link.rows(statement))


def _record(row: Row[Any]) -> Promise:
    return Promise(row.id, row.ticket_id, row.told_at, row.due_at, PromiseState(row.state), row.settled_at)
