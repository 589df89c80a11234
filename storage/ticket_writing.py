"""What every verb that changes a ticket shares: the lock, the event, where the conversation points."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text, case, insert, select, type_coerce, update

from storage.errors import NotFoundError, StaleStateError, TicketClosedError, TicketTakenError
from storage.records import RATING_ACTS, Author, PromiseState, Ticket, TicketStatus
from storage.tables import (
    assignments,
    conversations,
    messages,
    officers,
    promises,
    ticket_events,
    tickets,
)
from storage.ticket_reading import TicketReading


class TicketWriting(TicketReading):
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
        require_open(found)
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
        """0 for none. A rating asks for no answer, and is not shown to whom it is about."""
        theirs = (messages.c.conversation_id == conversation_id) & (messages.c.author == Author.CITIZEN)
        acts = (type_coerce(messages.c.note, Text).not_like(f'%"act":"{act}"%') for act in RATING_ACTS)
        newest = select(messages.c.id).where(theirs, *acts).order_by(messages.c.id.desc()).limit(1)
        return int(await self._link.scalar(newest) or 0)

    async def _settle(self, ticket_id: int, at: datetime) -> None:
        """Answered or ended: what was promised is kept, or was broken without anybody having noticed yet."""
        in_time = case((promises.c.due_at >= at, PromiseState.KEPT.value), else_=PromiseState.BROKEN.value)
        await self._link.run(
            update(promises)
            .where(promises.c.ticket_id == ticket_id, promises.c.state == PromiseState.OPEN)
            .values(state=in_time, settled_at=at)
        )
        given = (assignments.c.ticket_id == ticket_id) & assignments.c.done_at.is_(None)
        await self._link.run(update(assignments).where(given).values(done_at=at))

    async def _still_active(self, officer_id: int | None) -> int | None:
        """That officer, unless the account was disabled."""
        theirs = select(officers.c.id).where(officers.c.id == officer_id, officers.c.active)
        found = await self._link.scalar(theirs)
        return None if found is None else int(found)


def require_open(found: Ticket) -> None:
    if found.status == TicketStatus.CLOSED:
        raise TicketClosedError(f"ticket {found.id} is closed")


def require_version(found: Ticket, expected: int | None) -> None:
    if expected is not None and found.version != expected:
        raise StaleStateError(f"ticket {found.id} is at version {found.version}")


def require_holder(found: Ticket, officer_id: int) -> None:
    """Nobody holds it, or this officer does."""
    if found.officer_id not in {None, officer_id}:
        raise TicketTakenError(found.officer_name or "", found.claimed_at or found.opened_at)
