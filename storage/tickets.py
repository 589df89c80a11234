"""Tickets: questions that a person answers. One officer at a time, and never nobody responsible.

Every verb that changes a ticket locks its conversation first, as a citizen's turn does: same order, no
deadlock.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import case, insert, literal, update

from storage.columns import UtcDateTime
from storage.errors import MovedOnError
from storage.records import Closing, Reason, Ticket, TicketStatus
from storage.search import compact, searchable
from storage.tables import tickets
from storage.ticket_forwarding import TicketForwarding
from storage.ticket_writing import require_holder, require_open, require_version


class Tickets(TicketForwarding):
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
        language: str = "vi",
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
            "language": language,
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
        require_open(found)
        require_holder(found, officer_id)
        return found

    async def release(
        self, ticket_id: int, officer_id: int, at: datetime, note: str | None = None, *, force: bool = False
    ) -> Ticket:
        """Give it back to the queue it came from. `force`: a supervisor takes it from another."""
        found, conversation_id = await self._locked(ticket_id)
        if found.officer_id is None:
            return found
        if not force:
            require_holder(found, officer_id)
        await self._set(
            found,
            officer_id=None,
            claimed_at=None,
            status=TicketStatus.NEW,
            department=found.forwarded_from or found.department,
            forwarded_from=None,
            forwarded_to=None,
            forward_due_at=None,
        )
        return await self._told(
            ticket_id, conversation_id, at, "released", officer_id=officer_id, detail=note
        )

    async def in_language(self, ticket_id: int, language: str) -> Ticket:
        """From now on somebody who speaks it has to answer."""
        await self._link.run(update(tickets).where(tickets.c.id == ticket_id).values(language=language))
        return await self.get(ticket_id)

    async def touch(
        self,
        ticket_id: int,
        last_message_id: int,
        *,
        needs_answer: bool = False,
        due_at: datetime | None = None,
        silent_until: datetime | None = None,
    ) -> None:
        """A message was added. `needs_answer`: an answered ticket is again one that waits for who answered.

        It then waits until `due_at`; a forwarded one for its department until `silent_until`.
        """
        await self._link.run(
            update(tickets)
            .where(tickets.c.id == ticket_id, tickets.c.last_message_id < last_message_id)
            .values(last_message_id=last_message_id)
        )
        if needs_answer:
            await self._link.run(
                update(tickets)
                .where(tickets.c.id == ticket_id, tickets.c.status == TicketStatus.ANSWERED)
                .values(
                    status=case(
                        (tickets.c.forwarded_from.is_(None), TicketStatus.ASSIGNED.value),
                        else_=TicketStatus.FORWARDED.value,
                    ),
                    due_at=tickets.c.due_at if due_at is None else due_at,
                    forward_due_at=case(
                        (tickets.c.forwarded_from.is_not(None), literal(silent_until, UtcDateTime))
                    ),
                )
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
        if found.forwarded_from is None:
            require_holder(found, officer_id)
        require_version(found, expected_version)
        newest = await self._newest_of_citizen(conversation_id)
        if expected_last_message_id is not None and newest > expected_last_message_id:
            raise MovedOnError(newest)
        await self._set(
            found,
            status=TicketStatus.ANSWERED,
            first_answer_at=found.first_answer_at or at,
            officer_id=found.officer_id or officer_id,
            claimed_at=found.claimed_at or at,
            answered_by=officer_id,
            forward_due_at=None,
        )
        await self._settle(ticket_id, at)
        return await self._told(ticket_id, conversation_id, at, "answered", officer_id=officer_id)

    async def require_current(self, found: Ticket, expected_last_message_id: int) -> None:
        """Raises `MovedOnError` when the citizen wrote after that."""
        newest = await self._newest_of_citizen(found.conversation_id)
        if newest > expected_last_message_id:
            raise MovedOnError(newest)

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
        require_version(found, expected_version)
        await self._set(
            found, status=TicketStatus.CLOSED, closed_at=at, closing=closing, closing_detail=detail
        )
        await self._settle(ticket_id, at)
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
        officer_id = await self._still_active(found.officer_id)
        await self._set(
            found,
            status=TicketStatus.NEW if officer_id is None else TicketStatus.ASSIGNED,
            officer_id=officer_id,
            department=found.forwarded_from or found.department,
            forwarded_from=None,
            forwarded_to=None,
            forward_due_at=None,
            closed_at=None,
            closing=None,
            closing_detail=None,
            due_at=due_at or found.due_at,
        )
        return await self._told(ticket_id, conversation_id, at, "reopened", detail=reason)

    async def for_supervisor(
        self, ticket_id: int, at: datetime, reason: Reason, detail: str, *, due_at: datetime
    ) -> Ticket:
        """Somebody was not satisfied: whoever held it holds it no longer, a supervisor must take it."""
        conversation_id = await self._lock(ticket_id)
        found = await self.get(ticket_id)
        await self._set(
            found,
            status=TicketStatus.NEW,
            reason=reason,
            for_supervisor=True,
            officer_id=None,
            claimed_at=None,
            closed_at=None,
            closing=None,
            closing_detail=None,
            department=found.forwarded_from or found.department,
            forwarded_from=None,
            forwarded_to=None,
            forward_due_at=None,
            due_at=due_at,
        )
        return await self._told(ticket_id, conversation_id, at, "to_supervisor", detail=detail)

    async def postpone(self, ticket_id: int, due_at: datetime) -> None:
        """A new due time; the old one was broken, and the citizen is told the new one."""
        await self._set(await self.get(ticket_id), due_at=due_at)

    async def meant(self, ticket_id: int, procedure_code: str) -> None:
        """What it was really about, as an officer says."""
        await self._set(await self.get(ticket_id), procedure_code=procedure_code)

    async def note(self, ticket_id: int, officer_id: int, at: datetime, text: str) -> None:
        """Written for colleagues; the citizen never sees it."""
        await self._event(ticket_id, at, "noted", officer_id, text)

    async def event(
        self, ticket_id: int, at: datetime, kind: str, officer_id: int | None, detail: str | None = None
    ) -> None:
        """Something happened that changes nothing else about the ticket."""
        await self._event(ticket_id, at, kind, officer_id, detail)

    async def compact(self) -> None:
        """Drop what the search index still holds of erased questions."""
        await compact(self._link, tickets)
