"""A petition after it was sent: its state, somebody else's that is followed, given back, rated."""

from dataclasses import replace
from datetime import timedelta

from bot.actions.petitions.core import QUEUE, draft_of, end_of, told
from bot.actions.petitions.telling import reviewed
from bot.actions.turn import Turn
from bot.conversation import acts, outcomes
from bot.conversation.outcomes import Outcome
from bot.conversation.state import Step
from storage.petition_records import ENDED, Petition, PetitionStatus

SHOWN = 3  # of one's own, newest first


async def follow(act: acts.FollowPetition, turn: Turn) -> Outcome:
    """Only what was offered; a second press says the same again."""
    step = turn.state.expecting
    offered = step is not None and step.step is Step.PETITION_LIKE
    if act.petition_id is None:
        if offered:
            return reviewed(replace(draft_of(turn), checked=True), turn)
        return outcomes.PetitionTextAsked(draft_of(turn))
    followed = {each.id: each for each in await turn.uow.petitions.known_to(turn.contact.citizen_id)}
    if act.petition_id in followed:
        return outcomes.PetitionFollowed(told(followed[act.petition_id], turn))
    if not offered or step is None or str(act.petition_id) not in step.data["like"].split():
        return outcomes.PetitionUnknown()
    contact = turn.contact
    await turn.uow.petitions.support(act.petition_id, contact.citizen_id, contact.address_id, turn.now)
    petition = await turn.uow.petitions.get(act.petition_id)
    turn.uow.notify(QUEUE)
    return outcomes.PetitionFollowed(told(petition, turn))


async def state(act: acts.AskPetitionState, turn: Turn) -> Outcome:
    theirs = await turn.uow.petitions.known_to(turn.contact.citizen_id)
    if act.code is None:
        return outcomes.PetitionCodeAsked(theirs[:SHOWN])
    petition = next((each for each in theirs if each.code == act.code), None)
    if petition is None:
        return outcomes.PetitionUnknown()
    return outcomes.PetitionShown(told(petition, turn), petition.citizen_id == turn.contact.citizen_id)


async def reopen(act: acts.ReopenPetition, turn: Turn) -> Outcome:
    """It is not solved: both deadlines count anew, from today. Whoever filed it may, nobody else."""
    petition = await _own(act.code, turn)
    if petition is None:
        return outcomes.PetitionUnknown()
    petition = await turn.uow.petitions.lock(petition.id)
    words = act.words.strip()
    if not petition.ended:
        if words:
            await turn.uow.petitions.note(petition.id, turn.now, "added", reason=words)
            turn.uow.notify(QUEUE)
        return outcomes.PetitionReopened(told(petition, turn), noted=bool(words))
    settings, worktime = turn.tools.settings, turn.tools.worktime
    again = await turn.uow.petitions.move(
        petition.id,
        ENDED,
        PetitionStatus.REOPENED,
        turn.now,
        counted_from=turn.now,
        forward_due_at=end_of(worktime, turn.now, settings.petition_forward_days),
        answer_due_at=end_of(worktime, turn.now, settings.petition_answer_days),
        reopened=petition.reopened + 1,
        warned_at=None,
        other_body=None,
    )
    await turn.uow.petitions.note(petition.id, turn.now, "reopened", reason=words)
    turn.uow.notify(QUEUE)
    return outcomes.PetitionReopened(told(again, turn))


async def reopen_newest(act: acts.ReopenTicket, turn: Turn) -> Outcome | None:
    """ "Chưa xong", said of no ticket: it means a petition where that is what ended last."""
    if act.ticket_id is not None:
        return None
    recent = turn.now - timedelta(days=turn.tools.settings.petition_reopen_days)
    mine = await turn.uow.petitions.of_citizen(turn.contact.citizen_id)
    ended = [each for each in mine if each.ended_at and each.ended_at >= recent]
    if not ended:
        return None
    last = max(ended, key=lambda each: each.ended_at or each.filed_at)
    tickets = await turn.uow.tickets.of_conversation(turn.conversation.id, limit=1)
    if tickets and (tickets[0].closed_at is None or tickets[0].closed_at > (last.ended_at or last.filed_at)):
        return None
    return await reopen(acts.ReopenPetition(last.code, act.words), turn)


async def rate(act: acts.RatePetition, turn: Turn) -> Outcome:
    """How it was handled, once it has ended."""
    petition = await _own(act.code, turn)
    if petition is None or not petition.ended:
        return outcomes.RatingRefused()
    if act.score is None:
        return outcomes.PetitionRatingAsked(petition.code)
    await turn.uow.ratings.rate(
        address_id=turn.contact.address_id,
        ticket_id=None,
        petition_id=petition.id,
        officer_id=await turn.uow.petitions.answered_by(petition.id),
        procedure_code=None,
        score=act.score,
        words=None,
        at=turn.now,
        sequence=turn.sequence,
    )
    turn.uow.notify(QUEUE)
    return outcomes.PetitionRated(petition.code, act.score)


async def _own(code: str, turn: Turn) -> Petition | None:
    petition = await turn.uow.petitions.by_code(code)
    return petition if petition and petition.citizen_id == turn.contact.citizen_id else None
