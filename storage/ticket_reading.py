"""Tickets as they are read: one by one, by conversation, by the words of the question, and as a queue."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from storage import ticket_queue
from storage.errors import NotFoundError
from storage.link import Link
from storage.records import QueueCounts, QueueView, Ticket, TicketEvent, TicketStatus
from storage.tables import officers, ticket_events, tickets
from storage.ticket_rows import ticket, ticket_event, ticket_selection


class TicketReading:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def get(self, ticket_id: int) -> Ticket:
        """Raises `NotFoundError`."""
        found = await self._find(tickets.c.id == ticket_id)
        if found is None:
            raise NotFoundError(f"ticket {ticket_id}")
        return found

    async def find(self, ticket_id: int) -> Ticket | None:
        return await self._find(tickets.c.id == ticket_id)

    async def by_number(self, address_id: int, number: int) -> Ticket | None:
        """For the citizen who asks by number: only a ticket of that very address is found."""
        return await self._find(tickets.c.id == number, tickets.c.address_id == address_id)

    async def open_for(self, conversation_id: int) -> Ticket | None:
        """The newest open ticket of a conversation."""
        return await self._find(
            tickets.c.conversation_id == conversation_id, tickets.c.status != TicketStatus.CLOSED
        )

    async def of_conversation(self, conversation_id: int, *, limit: int = 50) -> tuple[Ticket, ...]:
        """Newest first, closed ones too."""
        statement = ticket_selection().where(tickets.c.conversation_id == conversation_id)
        rows = await self._link.rows(statement.order_by(tickets.c.id.desc()).limit(limit))
        return tuple(ticket(row) for row in rows)

    async def events(self, ticket_id: int) -> tuple[TicketEvent, ...]:
        """Oldest first."""
        statement = (
            select(ticket_events, officers.c.name.label("officer_name"))
            .join_from(ticket_events, officers, officers.c.id == ticket_events.c.officer_id, isouter=True)
            .where(ticket_events.c.ticket_id == ticket_id)
            .order_by(ticket_events.c.id)
        )
        return tuple(ticket_event(row) for row in await self._link.rows(statement))

    async def queue(
        self,
        view: QueueView,
        *,
        now: datetime,
        officer_id: int | None = None,
        departments: Sequence[str] | None = None,
        complaints: bool = True,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[Ticket, ...]:
        """A page of a view, the earliest promise first (of closed ones the latest closed).

        `complaints`: also what lies before the supervisors because somebody was not satisfied.
        """
        return await ticket_queue.page(
            self._link,
            view,
            now=now,
            officer_id=officer_id,
            departments=departments,
            complaints=complaints,
            limit=limit,
            offset=offset,
        )

    async def counts(
        self,
        *,
        now: datetime,
        officer_id: int | None = None,
        departments: Sequence[str] | None = None,
        complaints: bool = True,
    ) -> QueueCounts:
        """How many tickets stand in each view."""
        return await ticket_queue.counts(self._link, now, officer_id, departments, complaints=complaints)

    async def ahead_of(self, ticket_id: int) -> int:
        """How many unclaimed tickets were promised an answer earlier."""
        return await ticket_queue.ahead_of(self._link, ticket_id)

    async def search(
        self, folded_query: str, *, departments: Sequence[str] | None = None, limit: int = 50
    ) -> tuple[Ticket, ...]:
        """By the words of the question; newest first."""
        return await ticket_queue.search(self._link, folded_query, departments, limit)

    async def waiting(self) -> int:
        """Open ones that no department was asked about and that have no answer yet."""
        return await ticket_queue.waiting(self._link)

    async def handled(self, since: datetime, limit: int) -> tuple[tuple[datetime, datetime], ...]:
        """When tickets opened since then were taken and first answered, the newest first."""
        return await ticket_queue.handled(self._link, since, limit)

    async def by_procedure(
        self, officer_id: int, departments: Sequence[str] | None
    ) -> tuple[tuple[str, int, datetime], ...]:
        """Code, number and earliest promise of what waits for this officer or for anybody, the most first."""
        return await ticket_queue.by_procedure(self._link, officer_id, departments)

    async def of_procedure(
        self, code: str, officer_id: int, departments: Sequence[str] | None, *, limit: int
    ) -> tuple[Ticket, ...]:
        """The same for one procedure, ticket by ticket, the earliest promise first."""
        return await ticket_queue.of_procedure(self._link, code, officer_id, departments, limit)

    async def _find(self, *conditions: ColumnElement[bool]) -> Ticket | None:
        statement = ticket_selection().where(*conditions).order_by(tickets.c.id.desc()).limit(1)
        row = await self._link.row(statement)
        return None if row is None else ticket(row)
