"""What officers have answered before, by procedure: to be read beside a new question."""

from collections.abc import Sequence

from sqlalchemy import select

from storage.link import Link
from storage.records import Author, Closing, PastAnswer, TicketStatus
from storage.tables import messages, ratings, tickets

LOOKED_AT = 40  # the newest tickets of a procedure


class Answers:
    """Reads only."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def about(
        self,
        procedure_code: str,
        *,
        departments: Sequence[str] | None,
        without_ticket: int,
        limit: int,
    ) -> tuple[PastAnswer, ...]:
        """The last answer of each of the newest answered tickets; those that citizens rated low are left out."""
        good = tickets.c.closing.is_(None) | (tickets.c.closing == Closing.ANSWERED)
        chosen = (
            select(tickets.c.id, tickets.c.question)
            .where(tickets.c.procedure_code == procedure_code, tickets.c.id != without_ticket, good)
            .where(tickets.c.status.in_((TicketStatus.ANSWERED, TicketStatus.CLOSED)))
            .where(tickets.c.first_answer_at.is_not(None))
        )
        if departments is not None:
            chosen = chosen.where(tickets.c.department.in_(departments))
        newest = chosen.order_by(tickets.c.id.desc()).limit(LOOKED_AT).subquery()
        low = select(ratings.c.ticket_id).where(ratings.c.ticket_id == newest.c.id, ratings.c.score <= 2)
        statement = (
            select(
                newest.c.id,
                newest.c.question,
                messages.c.id.label("message_id"),
                messages.c.text,
                messages.c.at,
            )
            .join_from(newest, messages, messages.c.ticket_id == newest.c.id)
            .where(messages.c.author == Author.OFFICER, messages.c.text != "", ~low.exists())
            .order_by(newest.c.id.desc(), messages.c.id.desc())
        )
        found: dict[int, PastAnswer] = {}
        for row in await self._link.rows(statement):
            found.setdefault(row.id, PastAnswer(row.id, row.message_id, row.question, row.text, row.at))
        return tuple(found.values())[:limit]
