"""Ratings: an address has one for the service, and one for each who answered a ticket or a petition of theirs.

The last press counts. What one officer got is not replaced by what the next one gets.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, select, update

from storage.errors import NotFoundError
from storage.link import Link
from storage.records import OwnRating, Rating, RatingReason
from storage.tables import officers, ratings

_NEWEST = (ratings.c.sequence.desc(), ratings.c.id.desc())


class Ratings:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def rate(
        self,
        *,
        address_id: int,
        ticket_id: int | None,
        officer_id: int | None,
        procedure_code: str | None,
        score: int,
        words: str | None,
        at: datetime,
        sequence: int,
        petition_id: int | None = None,
    ) -> Rating:
        """Rate, or change one's mind. Presses may arrive in any order: the greatest `sequence` counts.

        The words are the latest that were written, whichever press brought them. Returns what stands now.
        """
        pressed = {
            "procedure_code": procedure_code,
            "score": score,
            "at": at,
            "sequence": sequence,
        }
        said = {"words": words, "words_sequence": -1 if words is None else sequence}
        subject = -petition_id if petition_id else ticket_id or 0
        key = {"address_id": address_id, "subject": subject, "answerer": officer_id or 0}
        about = {"ticket_id": ticket_id, "petition_id": petition_id, "officer_id": officer_id}
        statement = self._link.insert(ratings).values(**key, **about, **pressed, **said)
        new = statement.excluded
        later = new.sequence >= ratings.c.sequence
        worded = (new.words_sequence >= 0) & (new.words_sequence >= ratings.c.words_sequence)
        kept = {name: case((later, new[name]), else_=ratings.c[name]) for name in pressed}
        kept |= {name: case((worded, new[name]), else_=ratings.c[name]) for name in said}
        await self._link.run(statement.on_conflict_do_update(index_elements=list(key), set_=kept))
        standing = await self._find(*(ratings.c[name] == value for name, value in key.items()))
        if standing is None:
            raise NotFoundError(f"rating of address {address_id}")
        return standing

    async def add_reason(self, address_id: int, ticket_id: int, reason: RatingReason) -> Rating | None:
        """One more reason of the rating that was given last; None where there is none."""
        mine = (ratings.c.address_id == address_id) & (ratings.c.subject == ticket_id)
        row = await self._link.row(select(ratings).where(mine).order_by(*_NEWEST).limit(1))
        if row is None:
            return None
        chosen = dict.fromkeys((*row.reasons.get("chosen", ()), reason.value))
        await self._link.run(
            update(ratings).where(ratings.c.id == row.id).values(reasons={"chosen": list(chosen)})
        )
        return _record(row)

    async def of_officer(self, officer_id: int, limit: int) -> tuple[OwnRating, ...]:
        """What citizens thought of this officer's answers, in the order of time of the newest weeks."""
        statement = select(ratings).where(ratings.c.officer_id == officer_id, ratings.c.subject != 0)
        rows = await self._link.rows(
            statement.order_by(ratings.c.at.desc(), ratings.c.id.desc()).limit(limit)
        )
        return tuple(_own(row) for row in rows)

    async def replied(self, limit: int) -> tuple[tuple[str, OwnRating], ...]:
        """Ratings to which the officer said something, newest first, each with the officer's name."""
        statement = (
            select(ratings, officers.c.name.label("officer_name"))
            .join_from(ratings, officers, officers.c.id == ratings.c.officer_id)
            .where(ratings.c.reply.is_not(None))
            .order_by(ratings.c.replied_at.desc(), ratings.c.id.desc())
            .limit(limit)
        )
        rows = await self._link.rows(statement)
        return tuple((row.officer_name, _own(row)) for row in rows)

    async def reply(self, rating_id: int, officer_id: int, text: str, at: datetime) -> bool:
        """What the officer says to a rating of theirs; the rating itself nobody changes. False: not theirs."""
        mine = (ratings.c.id == rating_id) & (ratings.c.officer_id == officer_id)
        return await self._link.changed(update(ratings).where(mine).values(reply=text, replied_at=at)) > 0

    async def for_ticket(self, ticket_id: int) -> Rating | None:
        return await self._find(ratings.c.ticket_id == ticket_id)

    async def for_petition(self, petition_id: int) -> Rating | None:
        return await self._find(ratings.c.subject == -petition_id)

    async def recent(self, limit: int) -> tuple[Rating, ...]:
        """The newest first."""
        rows = await self._link.rows(
            select(ratings).order_by(ratings.c.at.desc(), ratings.c.id.desc()).limit(limit)
        )
        return tuple(_record(row) for row in rows)

    async def _find(self, *conditions: Any) -> Rating | None:
        """The newest of them."""
        row = await self._link.row(select(ratings).where(*conditions).order_by(*_NEWEST).limit(1))
        return None if row is None else _record(row)


def _record(row: Row[Any]) -> Rating:
    return Rating(
        id=row.id,
        ticket_id=row.ticket_id,
        address_id=row.address_id,
        officer_id=row.officer_id,
        procedure_code=row.procedure_code,
        score=row.score,
        words=row.words,
        at=row.at,
    )


def _own(row: Row[Any]) -> OwnRating:
    reasons = tuple(RatingReason(each) for each in row.reasons.get("chosen", ()))
    return OwnRating(row.id, row.score, row.words, reasons, row.reply, row.at)
