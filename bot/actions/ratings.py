"""Ratings: five levels, words if somebody likes, the last one counts. Mourning is never rated."""

from bot.actions.turn import Turn
from bot.conversation import acts, outcomes
from bot.conversation.outcomes import Outcome
from intents.catalog import Tone
from storage.records import Ticket


async def rate(act: acts.RecordRating, turn: Turn) -> Outcome:
    ticket = await _own_ticket(act, turn)
    if act.ticket_id and ticket is None:
        return outcomes.RatingRefused()
    if _mourning(ticket, turn):
        return outcomes.RatingRefused()
    if act.score is None:
        return outcomes.RatingAsked(ticket.id if ticket else None)
    await turn.uow.ratings.rate(
        address_id=turn.contact.address_id,
        ticket_id=ticket.id if ticket else None,
        officer_id=ticket.officer_id if ticket else None,
        procedure_code=ticket.procedure_code if ticket else turn.state.procedure,
        score=act.score,
        words=act.words,
        at=turn.now,
        sequence=turn.sequence,
    )
    return outcomes.RatingRecorded(act.score, act.ticket_id, words=act.words is not None)


async def _own_ticket(act: acts.RecordRating, turn: Turn) -> Ticket | None:
    if act.ticket_id is None:
        return None
    return await turn.uow.tickets.by_number(turn.contact.address_id, act.ticket_id)


def _mourning(ticket: Ticket | None, turn: Turn) -> bool:
    code = ticket.procedure_code if ticket else turn.state.procedure
    procedure = turn.snapshot.catalog.by_code.get(code or "")
    return procedure is not None and procedure.tone is Tone.CONDOLENCE
