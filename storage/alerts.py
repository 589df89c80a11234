"""Tickets that nobody has taken yet, and when officers are told of them again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, literal, or_, select, update

from storage.link import Link
from storage.records import Alert, Reason, TicketStatus
from storage.tables import alerts, tickets
from storage.ticket_rows import ticket, ticket_selection

# Written out, not bound: SQLite uses a partial index only when it sees its condition.
_OPEN = tickets.c.status != literal("closed", literal_execute=True)


class Alerts:
    """One row for each such ticket; taking the ticket ends it (`Desk.claim`)."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def due(
        self, now: datetime, limit: int, *, only: Sequence[Reason] | None = None
    ) -> tuple[Alert, ...]:
        """Tickets to tell of now, the earliest promise first: new ones, and those whose interval has passed.

        A forwarded one waits for its department to answer. `only`: tickets of these reasons.
        """
        unclaimed = tickets.c.officer_id.is_(None)
        forwarded = tickets.c.status == TicketStatus.FORWARDED
        statement = (
            ticket_selection()
            .add_columns(alerts.c.rounds, alerts.c.first_at, alerts.c.supervisor_at)
            .join(alerts, alerts.c.ticket_id == tickets.c.id, isouter=True)
            .where(_OPEN, or_(unclaimed, forwarded), or_(alerts.c.next_at.is_(None), alerts.c.next_at <= now))
            .order_by(tickets.c.due_at, tickets.c.id)
            .limit(limit)
        )
        if only is not None:
            statement = statement.where(tickets.c.reason.in_(only))
        rows = await self._link.rows(statement)
        return tuple(Alert(ticket(row), row.rounds or 0, row.first_at, row.supervisor_at) for row in rows)

    async def ring(
        self, alert: Alert, now: datetime, next_at: datetime, *, supervisor_at: datetime | None
    ) -> bool:
        """Note one more round; False when another process has rung it meanwhile."""
        mine = alerts.c.ticket_id == alert.ticket.id
        if not alert.rounds:
            values = {
                "ticket_id": alert.ticket.id,
                "rounds": 1,
                "first_at": now,
                "next_at": next_at,
                "supervisor_at": supervisor_at,
            }
            fresh = self._link.insert(alerts).values(**values).on_conflict_do_nothing()
            return await self._link.scalar(fresh.returning(alerts.c.ticket_id)) is not None
        again = update(alerts).where(mine, alerts.c.rounds == alert.rounds)
        return (
            await self._link.changed(
                again.values(rounds=alert.rounds + 1, next_at=next_at, supervisor_at=supervisor_at)
            )
            > 0
        )

    async def rounds(self, ticket_ids: Sequence[int]) -> dict[int, int]:
        """How often each of these was told of; those never told of are left out."""
        statement = select(alerts.c.ticket_id, alerts.c.rounds).where(alerts.c.ticket_id.in_(ticket_ids))
        return {row.ticket_id: row.rounds for row in await self._link.rows(statement)}

    async def over(self, ticket_id: int) -> None:
        """Somebody took it, or it went elsewhere: what comes next begins anew."""
        await self._link.run(delete(alerts).where(alerts.c.ticket_id == ticket_id))
