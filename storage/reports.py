"""What reports are made of: plain facts of a span of time, counted and worded elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, literal, select

from storage.link import Link
from storage.records import (
    Author,
    Closing,
    PromiseFact,
    PromiseState,
    RatingFact,
    RatingReason,
    Reason,
    TicketFact,
    TicketStatus,
)
from storage.tables import addresses, messages, officers, promises, ratings, tickets

_ANSWERERS = officers.alias("answerers")
_HOLDERS = officers.alias("holders")
_OPEN = tickets.c.status != literal("closed", literal_execute=True)
MESSAGES_READ = 20_000  # of the newest, so that a busy week stays a quick page


class Reports:
    """Reads only."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def tickets(self, start: datetime, end: datetime) -> tuple[TicketFact, ...]:
        """Opened in that time, oldest first."""
        chosen = _tickets().where(tickets.c.opened_at >= start, tickets.c.opened_at < end)
        rows = await self._link.rows(chosen.order_by(tickets.c.opened_at, tickets.c.id))
        return tuple(_ticket(row) for row in rows)

    async def unanswered(self, limit: int) -> tuple[TicketFact, ...]:
        """Open now and waiting for somebody, the earliest due first."""
        chosen = _tickets().where(_OPEN, tickets.c.status != TicketStatus.ANSWERED)
        rows = await self._link.rows(chosen.order_by(tickets.c.due_at, tickets.c.id).limit(limit))
        return tuple(_ticket(row) for row in rows)

    async def waiting(self, now: datetime) -> tuple[int, int]:
        """How many are open and wait for somebody, and how many of them longer than was promised."""
        late = func.count().filter(tickets.c.due_at < now).label("late")
        waits = select(func.count().label("waiting"), late)
        (row,) = await self._link.rows(waits.where(_OPEN, tickets.c.status != TicketStatus.ANSWERED))
        return int(row.waiting), int(row.late)

    async def promises(self, start: datetime, end: datetime) -> tuple[PromiseFact, ...]:
        """Told in that time."""
        statement = (
            select(promises.c.ticket_id, promises.c.told_at, promises.c.due_at, promises.c.state)
            .where(promises.c.told_at >= start, promises.c.told_at < end)
            .order_by(promises.c.told_at, promises.c.id)
        )
        return tuple(
            PromiseFact(row.ticket_id, row.told_at, row.due_at, PromiseState(row.state))
            for row in await self._link.rows(statement)
        )

    async def ratings(self, start: datetime, end: datetime) -> tuple[RatingFact, ...]:
        """Given to officers' answers in that time; who gave them is not said."""
        statement = (
            select(ratings, officers.c.name)
            .join_from(ratings, officers, officers.c.id == ratings.c.officer_id, isouter=True)
            .where(ratings.c.at >= start, ratings.c.at < end, ratings.c.ticket_id.is_not(None))
            .order_by(ratings.c.at, ratings.c.id)
        )
        return tuple(
            RatingFact(
                row.ticket_id,
                row.score,
                row.name,
                row.words,
                row.at,
                tuple(RatingReason(each) for each in row.reasons.get("chosen", ())),
                row.reply,
            )
            for row in await self._link.rows(statement)
        )

    async def matched(self, start: datetime) -> tuple[Sequence[str], ...]:
        """What each of citizens' newest messages was matched to, best first; empty where nothing was found."""
        newest = (
            select(messages.c.author, messages.c.at, messages.c.note)
            .order_by(messages.c.id.desc())
            .limit(MESSAGES_READ)
            .subquery()
        )
        statement = select(newest.c.note).where(newest.c.author == Author.CITIZEN, newest.c.at >= start)
        return tuple(
            tuple(str(each["code"]) for each in row.note.get("candidates", ()))
            for row in await self._link.rows(statement)
            if row.note.get("outcome")
        )


def _tickets() -> Select[Any]:
    return (
        select(
            *(tickets.c[name] for name in _PLAIN),
            addresses.c.channel,
            _ANSWERERS.c.name.label("answered_by"),
            _HOLDERS.c.name.label("holder"),
        )
        .join_from(tickets, addresses, addresses.c.id == tickets.c.address_id)
        .join(_ANSWERERS, _ANSWERERS.c.id == tickets.c.answered_by, isouter=True)
        .join(_HOLDERS, _HOLDERS.c.id == tickets.c.officer_id, isouter=True)
    )


_PLAIN = (
    "id",
    "reason",
    "status",
    "department",
    "question",
    "procedure_code",
    "opened_at",
    "due_at",
    "first_answer_at",
    "closed_at",
    "closing",
)


def _ticket(row: Row[Any]) -> TicketFact:
    values = dict(row._mapping)
    closing = None if row.closing is None else Closing(row.closing)
    kinds = {"reason": Reason(row.reason), "status": TicketStatus(row.status), "closing": closing}
    return TicketFact(**{**values, **kinds})
