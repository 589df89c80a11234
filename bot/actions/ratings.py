"""Ratings: five levels, words if somebody likes, the last one counts. Mourning is never rated."""

from bot.actions.tickets import QUEUE, due_at
from bot.actions.turn import Turn
from bot.conversation import acts, outcomes
from bot.conversation.outcomes import Outcome
from intents.catalog import Tone
from storage.records import Reason, Ticket, TicketStatus

LOW = 2  # levels: not satisfied, not satisfied at all


async def rate(act: acts.RecordRating, turn: Turn) -> Outcome:
    ticket = await _own_ticket(act, turn)
    if act.ticket_id and ticket is None:
        return outcomes.RatingRefused()
    if _mourning(ticket, turn):
        return outcomes.RatingRefused()
    officer_id = await _rated(act, ticket, turn)
    if officer_id is not None and await _is_own(officer_id, turn):
        return outcomes.RatingRefused()
    if act.score is None:
        return outcomes.RatingAsked(ticket.id if ticket else None)
    standing = await turn.uow.ratings.rate(
        address_id=turn.contact.address_id,
        ticket_id=ticket.id if ticket else None,
        officer_id=officer_id,
        procedure_code=ticket.procedure_code if ticket else turn.state.procedure,
        score=act.score,
        words=act.words,
        at=turn.now,
        sequence=turn.sequence,
    )
    if ticket and standing.score <= LOW:
        await _for_supervisor(ticket, turn)
    return outcomes.RatingRecorded(
        act.score, act.ticket_id, words=act.words is not None, officer_id=officer_id
    )


async def give_reason(act: acts.GiveRatingReason, turn: Turn) -> Outcome:
    rated = await turn.uow.ratings.add_reason(turn.contact.address_id, act.ticket_id, act.reason)
    if rated is None:
        return outcomes.RatingRefused()
    return outcomes.RatingReasonNoted(rated.score, act.ticket_id, rated.officer_id)


async def _rated(act: acts.RecordRating, ticket: Ticket | None, turn: Turn) -> int | None:
    """Whose answer it is about: the one the buttons hang under, if they did answer; else who answered last."""
    if ticket is None:
        return None
    if act.officer_id and await turn.uow.messages.answered_by(ticket.id, act.officer_id):
        return act.officer_id
    return ticket.answered_by or ticket.officer_id


async def _is_own(officer_id: int, turn: Turn) -> bool:
    """An officer who asked from the chat in which they hear of tickets rates no answer of their own."""
    link = await turn.uow.officer_links.of_officer(officer_id)
    if link is None:
        return False
    return (await turn.uow.citizens.get(link.address_id)).citizen_id == turn.contact.citizen_id


async def _for_supervisor(ticket: Ticket, turn: Turn) -> None:
    """Somebody was answered and is not satisfied: a supervisor looks, nobody rates it away."""
    if ticket.status in (TicketStatus.ANSWERED, TicketStatus.CLOSED):
        await turn.uow.tickets.for_supervisor(
            ticket.id, turn.now, Reason.LOW_RATING, turn.text, due_at=due_at(turn)
        )
        for topic in (QUEUE, f"ticket:{ticket.id}"):
            turn.uow.notify(topic)


async def _own_ticket(act: acts.RecordRating, turn: Turn) -> Ticket | None:
    if act.ticket_id is None:
        return None
    return await turn.uow.tickets.by_number(turn.contact.address_id, act.ticket_id)


def _mourning(ticket: Ticket | None, turn: Turn) -> bool:
    code = ticket.procedure_code if ticket else turn.state.procedure
    procedure = turn.snapshot.catalog.by_code.get(code or "")
    return procedure is not None and procedure.tone is Tone.CONDOLENCE
