"""Petitions (phản ánh, kiến nghị): told, seen before they are sent, filed once, followed by code."""

from datetime import date, datetime, timedelta

from bot.actions.codes import new_code
from bot.actions.tickets import open_ticket
from bot.actions.turn import Turn
from bot.conversation import acts, outcomes
from bot.conversation.outcomes import Outcome
from bot.worktime import VIETNAM
from intents.text import fold
from storage.records import Petition, PetitionKind, Purpose, Reason

SHORTEST = 3  # words
DOUBLE_PRESS = timedelta(minutes=2)


async def file(act: acts.FilePetition, turn: Turn) -> Outcome:
    """What is told comes to what was told before and not sent: nobody has to say anything twice."""
    if act.send:
        return await _send(turn)
    told = None if act.anew else turn.state.petition
    kind = PetitionKind(told.kind) if told else act.kind
    text = "\n".join(filter(None, (told.text if told else "", act.text)))
    if not await turn.uow.consents.has(turn.contact.citizen_id, Purpose.PETITION):
        return outcomes.ConsentAsked(Purpose.PETITION, f"pk:{kind.value}", draft=text)
    if len(fold(text).split()) < SHORTEST:
        return outcomes.PetitionTextAsked(kind, so_far=text)
    return outcomes.PetitionReviewed(kind, text, added=bool(told and act.text))


async def _send(turn: Turn) -> Outcome:
    told = turn.state.petition
    if told is None:
        just_filed = [each for each in await _own(turn) if each.filed_at >= turn.now - DOUBLE_PRESS]
        return (
            outcomes.PetitionFiled(just_filed[0])
            if just_filed
            else outcomes.PetitionTextAsked(PetitionKind.REMARK)
        )
    if not await turn.uow.consents.has(turn.contact.citizen_id, Purpose.PETITION):
        return outcomes.ConsentAsked(Purpose.PETITION, f"pk:{told.kind}", draft=told.text)
    kind, text = PetitionKind(told.kind), told.text
    ticket = await turn.uow.tickets.open_for(turn.conversation.id) or await open_ticket(
        turn, Reason.PETITION, text
    )
    settings = turn.tools.settings
    petition = await turn.uow.petitions.file(
        code=new_code("PA"),
        kind=kind,
        text=text,
        place=turn.contact.commune,
        name_withheld=False,
        citizen_id=turn.contact.citizen_id,
        address_id=turn.contact.address_id,
        conversation_id=turn.conversation.id,
        ticket_id=ticket.id,
        department=ticket.department,
        filed_at=turn.now,
        forward_due_at=_end_of(settings.petition_forward_days, turn),
        answer_due_at=_end_of(settings.petition_answer_days, turn),
    )
    return outcomes.PetitionFiled(petition)


def _end_of(working_days: int, turn: Turn) -> datetime:
    received: date = turn.now.astimezone(VIETNAM).date()
    return turn.tools.worktime.closing(turn.tools.worktime.add_days(received, working_days))


async def state(act: acts.AskPetitionState, turn: Turn) -> Outcome:
    if act.code is None:
        return outcomes.PetitionCodeAsked(await _own(turn))
    petition = await turn.uow.petitions.by_code(act.code)
    mine = petition is not None and petition.citizen_id == turn.contact.citizen_id
    return outcomes.PetitionShown(petition) if petition and mine else outcomes.PetitionUnknown()


async def _own(turn: Turn) -> tuple[Petition, ...]:
    return tuple(await turn.uow.petitions.of_citizen(turn.contact.citizen_id))[:3]
