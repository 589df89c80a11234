"""Tickets: questions that a person answers. One officer at a time, and never nobody responsible.

Every verb that changes a ticket locks its conversation first, as a citizen's turn does: same order, no
deadlock.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from storage.errors import MovedOnError, NotFoundError, StaleStateError, TicketClosedError, TicketTakenError
from storage.records import Author, Closing, Reason, Ticket, TicketStatus
from storage.search import compact, searchable
from storage.tables import conversations, messages, officers, ticket_events, tickets
from storage.ticket_reading import TicketReading


class Tickets(TicketReading):
    """What can be done with a ticket; what can be read of it is in `TicketReading`."""

    async def open(
        self,
        *,
        conversation_id: int,
        citizen_id: int,
        address_id: int,
        reason: Reason,
        department: str,
        question: str,
        matched: Mapping[str, Any],
        procedure_code: str | None,
        opened_at: datetime,
        due_at: datetime,
        search_text: str,
    ) -> Ticket:
        """Ask a person; the conversation now points at the ticket."""
        values = {
            "conversation_id": conversation_id,
            "citizen_id": citizen_id,
            "address_id": address_id,
            "reason": reason,
            "department": department,
            "question": question,
            "matched": dict(matched),
            "procedure_code": procedure_code,
            "opened_at": opened_at,
            "due_at": due_at,
            "search_text": searchable(search_text),
        }
        ticket_id = await self._link.scalar(insert(tickets).values(**values).returning(tickets.c.id))
        return await self._told(ticket_id, conversation_id, opened_at, "opened", detail=reason)

    async def claim(self, ticket_id: int, officer_id: int, at: datetime) -> Ticket:
        """Take it: one officer wins, and winning twice is winning once.

        Raises `TicketTakenError` with the winner's name, `TicketClosedError`.
        """
        conversation_id = await self._lock(ticket_id)
        won = await self._link.changed(
            update(tickets)
            .where(tickets.c.id == ticket_id, tickets.c.officer_id.is_(None))
            .where(tickets.c.status != TicketStatus.CLOSED)
            .values(
                officer_id=officer_id,
                status=TicketStatus.ASSIGNED,
                claimed_at=at,
                version=tickets.c.version + 1,
            )
        )
        if won:
            return await self._told(ticket_id, conversation_id, at, "claimed", officer_id=officer_id)
        found = await self.get(ticket_id)
        _require_open(found)
        _require_holder(found, officer_id)
        return found

    async def release(
        self, ticket_id: int, officer_id: int, at: datetime, note: str | None = None, *, force: bool = False
    ) -> Ticket:
        """Give it back to the queue it came from. `force`: a supervisor takes it from another."""
        found, conversation_id = await self._locked(ticket_id)
        if found.officer_id is None:
            return found
        if not force:
            _require_holder(found, officer_id)
        await self._set(
            found,
            officer_id=None,
            claimed_at=None,
            status=TicketStatus.NEW,
            department=found.forwarded_from or found.department,
            forwarded_from=None,
        )
        return await self._told(
            ticket_id, conversation_id, at, "released", officer_id=officer_id, detail=note
        )

    async def touch(self, ticket_id: int, last_message_id: int, *, needs_answer: bool = False) -> None:
        """A message was added. `needs_answer`: an answered ticket is again one that waits for the officer."""
        await self._link.run(
            update(tickets)
            .where(tickets.c.id == ticket_id, tickets.c.last_message_id < last_message_id)
            .values(last_message_id=last_message_id)
        )
        if needs_answer:
            await self._link.run(
                update(tickets)
                .where(tickets.c.id == ticket_id, tickets.c.status == TicketStatus.ANSWERED)
                .values(status=TicketStatus.ASSIGNED)
            )

    async def answered(
        self,
        ticket_id: int,
        officer_id: int,
        at: datetime,
        expected_last_message_id: int | None,
        *,
        expected_version: int | None = None,
    ) -> Ticket:
        """An answer goes out; who holds the ticket goes on holding it. Others may answer a forwarded one.

        Raises `MovedOnError` when the citizen wrote after `expected_last_message_id`, `TicketTakenError`,
        `TicketClosedError`, `StaleStateError`.
        """
        found, conversation_id = await self._locked(ticket_id)
        if found.status != TicketStatus.FORWARDED:
            _require_holder(found, officer_id)
        _require_version(found, expected_version)
        newest = await self._newest_of_citizen(conversation_id)
        if expected_last_message_id is not None and newest > expected_last_message_id:
            raise MovedOnError(newest)
        await self._set(
            found,
            status=TicketStatus.ANSWERED,
            first_answer_at=found.first_answer_at or at,
            officer_id=found.officer_id or officer_id,
            claimed_at=found.claimed_at or at,
        )
        return await self._told(ticket_id, conversation_id, at, "answered", officer_id=officer_id)

    async def close(
        self,
        ticket_id: int,
        officer_id: int | None,
        at: datetime,
        closing: Closing,
        detail: str | None = None,
        *,
        expected_version: int | None = None,
    ) -> Ticket:
        """End it, saying how. A timer passes the version it decided on, and loses to whoever acted since."""
        found, conversation_id = await self._locked(ticket_id)
        _require_version(found, expected_version)
        await self._set(
            found, status=TicketStatus.CLOSED, closed_at=at, closing=closing, closing_detail=detail
        )
        told = f"{closing}: {detail}" if detail else str(closing)
        return await self._told(ticket_id, conversation_id, at, "closed", officer_id=officer_id, detail=told)

    async def reopen(
        self, ticket_id: int, at: datetime, reason: str, *, due_at: datetime | None = None
    ) -> Ticket:
        """Open again, with the same officer if still active; with a new promise if `due_at` is given."""
        conversation_id = await self._lock(ticket_id)
        found = await self.get(ticket_id)
        if found.status != TicketStatus.CLOSED:
            return found
        officer_id = await self._link.scalar(
            select(officers.c.id).where(officers.c.id == found.officer_id, officers.c.active)
        )
        await self._set(
            found,
            status=TicketStatus.NEW if officer_id is None else TicketStatus.ASSIGNED,
            officer_id=officer_id,
            closed_at=None,
            closing=None,
            closing_detail=None,
            due_at=due_at or found.due_at,
        )
        return await self._told(ticket_id, conversation_id, at, "reopened", detail=reason)

    async def forward(
        self,
        ticket_id: int,
        officer_id: int,
        at: datetime,
        department: str,
        reason: str,
        action: str,
        *,
        expected_version: int | None = None,
    ) -> Ticket:
        """`department` must answer now; `officer_id` stays the one who makes sure of it."""
        found, conversation_id = await self._locked(ticket_id)
        _require_holder(found, officer_id)
        _require_version(found, expected_version)
        await self._set(
            found,
            status=TicketStatus.FORWARDED,
            officer_id=officer_id,
            claimed_at=found.claimed_at or at,
            department=department,
            forwarded_from=found.forwarded_from or found.department,
        )
        told = " | ".join(part for part in (department, reason, action) if part)
        return await self._told(
            ticket_id, conversation_id, at, "forwarded", officer_id=officer_id, detail=told
        )

    async def note(self, ticket_id: int, officer_id: int, at: datetime, text: str) -> None:
        """Written for colleagues; the citizen never sees it."""
        await self._event(ticket_id, at, "noted", officer_id, text)

    async def compact(self) -> None:
        """Drop what the search index still holds of erased questions."""
        await compact(self._link, tickets)

    async def _lock(self, ticket_id: int) -> int:
        """The ticket's conversation, locked."""
        statement = select(tickets.c.conversation_id).where(tickets.c.id == ticket_id)
        if self._link.on_postgres:
            statement = select(conversations.c.id).where(conversations.c.id == statement.scalar_subquery())
            statement = statement.with_for_update()
        found = await self._link.scalar(statement)
        if found is None:
            raise NotFoundError(f"ticket {ticket_id}")
        return int(found)

    async def _locked(self, ticket_id: int) -> tuple[Ticket, int]:
        """An open ticket, locked, and its conversation."""
        conversation_id = await self._lock(ticket_id)
        found = await self.get(ticket_id)
        _require_open(found)
        return found, conversation_id

    async def _set(self, found: Ticket, **values: Any) -> None:
        await self._link.run(
            update(tickets).where(tickets.c.id == found.id).values(version=found.version + 1, **values)
        )

    async def _told(
        self,
        ticket_id: int,
        conversation_id: int,
        at: datetime,
        kind: str,
        *,
        officer_id: int | None = None,
        detail: str | None = None,
    ) -> Ticket:
        """Write the event, point the conversation, and read the ticket as it is now."""
        await self._event(ticket_id, at, kind, officer_id, detail)
        still_open = (tickets.c.conversation_id == conversation_id) & (
            tickets.c.status != TicketStatus.CLOSED
        )
        newest = select(tickets.c.id).where(still_open).order_by(tickets.c.id.desc()).limit(1)
        holder = select(tickets.c.officer_id).where(still_open, tickets.c.officer_id.is_not(None))
        await self._link.run(
            update(conversations)
            .where(conversations.c.id == conversation_id)
            .values(
                ticket_id=newest.scalar_subquery(),
                held_by=holder.order_by(tickets.c.claimed_at.desc()).limit(1).scalar_subquery(),
            )
        )
        return await self.get(ticket_id)

    async def _event(
        self, ticket_id: int, at: datetime, kind: str, officer_id: int | None, detail: str | None
    ) -> None:
        values = {"ticket_id": ticket_id, "at": at, "kind": kind, "officer_id": officer_id, "detail": detail}
        await self._link.run(insert(ticket_events).values(**values))

    async def _newest_of_citizen(self, conversation_id: int) -> int:
        theirs = (messages.c.conversation_id == conversation_id) & (messages.c.author == Author.CITIZEN)
        return int(await self._link.scalar(select(func.coalesce(func.max(messages.c.id), 0)).where(theirs)))


def _require_open(found: Ticket) -> None:
    if found.status == TicketStatus.CLOSED:
        raise TicketClosedError(f"ticket {found.id} is closed")


def _require_version(found: Ticket, expected: int | None) -> None:
    if expected is not None and found.version != expected:
        raise StaleStateError(f"ticket {found.id} is at version {found.version}")


def _require_holder(found: Ticket, officer_id: int) -> None:
    """Nobody holds it, or this officer does."""
    if found.officer_id not in {None, officer_id}:
        raise TicketTakenError(found.officer_name or "", found.claimed_at or found.opened_at)
