"""Tickets that a supervisor gave to somebody, with a deadline."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from storage.link import Link
from storage.records import Assignment, TicketStatus
from storage.tables import assignments, officers, tickets

_UNDONE = assignments.c.done_at.is_(None)
_GIVERS = officers.alias("givers")


class Assignments:
    """At most one of a ticket stands; it is done once the ticket is answered or closed."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def give(
        self, ticket_id: int, officer_id: int, given_by: int, at: datetime, due_at: datetime, note: str
    ) -> None:
        """What was asked of somebody else before no longer stands."""
        await self.done(ticket_id, at)
        values = {
            "ticket_id": ticket_id,
            "officer_id": officer_id,
            "given_by": given_by,
            "given_at": at,
            "due_at": due_at,
            "note": note,
        }
        await self._link.run(insert(assignments).values(**values))

    async def seen(self, ticket_id: int, officer_id: int, at: datetime) -> bool:
        """The officer has it before them; True the first time."""
        mine = (assignments.c.ticket_id == ticket_id) & (assignments.c.officer_id == officer_id)
        fresh = update(assignments).where(mine, _UNDONE, assignments.c.seen_at.is_(None))
        return await self._link.changed(fresh.values(seen_at=at)) > 0

    async def done(self, ticket_id: int, at: datetime) -> None:
        mine = assignments.c.ticket_id == ticket_id
        await self._link.run(update(assignments).where(mine, _UNDONE).values(done_at=at))

    async def of_ticket(self, ticket_id: int) -> Assignment | None:
        """The one that stands."""
        found = await self._records(_selection().where(assignments.c.ticket_id == ticket_id, _UNDONE))
        return found[0] if found else None

    async def undone(self, limit: int, *, officer_id: int | None = None) -> tuple[Assignment, ...]:
        """What stands, the earliest deadline first; of one officer, or of all."""
        chosen = _selection().where(_UNDONE, tickets.c.status.not_in(_OVER))
        if officer_id is not None:
            chosen = chosen.where(assignments.c.officer_id == officer_id)
        return await self._records(chosen.order_by(assignments.c.due_at, assignments.c.id).limit(limit))

    async def _records(self, statement: Select[Any]) -> tuple[Assignment, ...]:
        return tuple(_record(row) for row in await self._link.rows(statement))


_OVER = (TicketStatus.ANSWERED, TicketStatus.CLOSED)


def _selection() -> Select[Any]:
    return (
        select(
            assignments,
            officers.c.name.label("officer_name"),
            _GIVERS.c.name.label("giver_name"),
            tickets.c.question,
        )
        .join_from(assignments, tickets, tickets.c.id == assignments.c.ticket_id)
        .join(officers, officers.c.id == assignments.c.officer_id)
        .join(_GIVERS, _GIVERS.c.id == assignments.c.given_by)
    )


def _record(row: Row[Any]) -> Assignment:
    return Assignment(
        ticket_id=row.ticket_id,
        officer_id=row.officer_id,
        officer_name=row.officer_name,
        giver_name=row.giver_name,
        question=row.question,
        given_at=row.given_at,
        due_at=row.due_at,
        note=row.note,
        seen_at=row.seen_at,
    )
