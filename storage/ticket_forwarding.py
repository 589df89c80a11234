"""A ticket that another department must answer. The officer who forwarded it stays the one who makes sure."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import literal

from storage.records import Ticket, TicketStatus
from storage.tables import tickets
from storage.ticket_rows import ticket, ticket_selection
from storage.ticket_writing import TicketWriting, require_holder, require_version


class TicketForwarding(TicketWriting):
    async def forward(
        self,
        ticket_id: int,
        officer_id: int,
        at: datetime,
        department: str,
        reason: str,
        action: str,
        *,
        to: int | None = None,
        silent_until: datetime | None = None,
        expected_version: int | None = None,
    ) -> Ticket:
        """`department` (or its officer `to`) must answer by `silent_until`; `officer_id` stays answerable."""
        found, conversation_id = await self._locked(ticket_id)
        require_holder(found, officer_id)
        require_version(found, expected_version)
        await self._set(
            found,
            status=TicketStatus.FORWARDED,
            officer_id=officer_id,
            claimed_at=found.claimed_at or at,
            department=department,
            forwarded_from=found.forwarded_from or found.department,
            forwarded_to=to,
            forward_due_at=silent_until,
        )
        told = " | ".join(part for part in (department, reason, action) if part)
        return await self._told(
            ticket_id, conversation_id, at, "forwarded", officer_id=officer_id, detail=told
        )

    async def take_back(
        self,
        ticket_id: int,
        at: datetime,
        kind: str,
        *,
        officer_id: int | None = None,
        detail: str | None = None,
    ) -> Ticket:
        """Forwarded no longer: the front officer's again, or the queue's when that account was disabled.

        `kind` is the event: advised, recalled, returned (the department kept silent).
        """
        found, conversation_id = await self._locked(ticket_id)
        if found.forwarded_from is None:
            return found
        holder = await self._still_active(found.officer_id)
        await self._set(
            found,
            status=TicketStatus.NEW if holder is None else TicketStatus.ASSIGNED,
            officer_id=holder,
            claimed_at=None if holder is None else found.claimed_at,
            department=found.forwarded_from,
            forwarded_from=None,
            forwarded_to=None,
            forward_due_at=None,
        )
        return await self._told(ticket_id, conversation_id, at, kind, officer_id=officer_id, detail=detail)

    async def kept_silent(self, now: datetime, limit: int) -> Sequence[Ticket]:
        """Forwarded ones whose department has let its time pass."""
        still_open = tickets.c.status != literal("closed", literal_execute=True)
        waiting = tickets.c.status == TicketStatus.FORWARDED
        statement = ticket_selection().where(still_open, waiting, tickets.c.forward_due_at <= now)
        rows = await self._link.rows(statement.order_by(tickets.c.due_at, tickets.c.id).limit(limit))
        return tuple(ticket(row) for row in rows)
