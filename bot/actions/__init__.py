"""The only place where a citizen's act changes the database: one short function an act."""

from typing import assert_never

from bot.actions import (
    citizens,
    dossiers,
    filing,
    following,
    forgetting,
    petitions,
    phones,
    procedures,
    ratings,
    tickets,
)
from bot.actions.turn import Tools, Turn
from bot.conversation import acts, outcomes, tokens
from bot.conversation.acts import Act
from bot.conversation.filing import Verb
from bot.conversation.outcomes import Outcome
from bot.conversation.state import TELLING, Screen, Step
from intents.catalog import TopicKind
from intents.text import clean
from storage.records import Purpose, Reason

__all__ = ["Tools", "Turn", "perform"]
_OF_A_PETITION = (*TELLING, Step.CONSENT)


async def perform(act: Act, turn: Turn) -> Outcome:  # noqa: C901, PLR0912, PLR0915 - one line an act
    """Carry out one act inside the turn's unit of work and say what came of it."""
    match act:
        case acts.ShowProcedure():
            return procedures.show(act, turn)
        case acts.FileWithout():
            return procedures.without(act, turn)
        case acts.AskWhich():
            return procedures.ask_which(act, turn)
        case acts.ShowSeveral():
            return procedures.show_several(act, turn)
        case acts.ShowAnother():
            return procedures.show_another(turn)
        case acts.AskAgain():
            return outcomes.NotUnderstood(empty=not turn.text)
        case acts.AskWhat():
            return outcomes.WhatAsked(act.part)
        case acts.Escalate():
            return await tickets.escalate(act, turn)
        case acts.ReopenTicket():
            return await petitions.reopen_newest(act, turn) or await tickets.reopen(act, turn)
        case acts.LookUpDossier():
            return await dossiers.look_up(act, turn)
        case acts.FollowDossier():
            return await following.follow(act, turn)
        case acts.AskPapers():
            return await filing.ask_papers(act, turn)
        case acts.SendMissing():
            return await filing.send_missing(act, turn)
        case acts.SwitchNotices():
            return await following.switch(act, turn)
        case acts.RateDossier():
            return await following.rate(act, turn)
        case acts.FilePetition():
            return await petitions.file(act, turn)
        case acts.AddToPetition():
            return await petitions.add(act, turn)
        case acts.ChangePetition():
            return await petitions.change(act, turn)
        case acts.LeavePetition():
            return await petitions.leave(act, turn)
        case acts.FollowPetition():
            return await petitions.follow(act, turn)
        case acts.ReopenPetition():
            return await petitions.reopen(act, turn)
        case acts.RatePetition():
            return await petitions.rate(act, turn)
        case acts.AskPetitionState():
            return await petitions.state(act, turn)
        case acts.GiveRatingReason():
            return await ratings.give_reason(act, turn)
        case acts.RecordRating():
            return await ratings.rate(act, turn)
        case acts.WithdrawTicket():
            return await tickets.withdraw(act, turn)
        case acts.ShowTopic() | acts.NameOtherBody():
            return _topic(act.topic, turn)
        case acts.WarnEmergency():
            return await _warn(act, turn)
        case acts.CheckScam():
            return outcomes.Said("talk.scam", {"hotline": turn.snapshot.catalog.province.hotline})
        case acts.Decline():
            return outcomes.Said(f"talk.decline.{act.about}", menu="main")
        case acts.ExplainComplaint():
            return outcomes.Said("talk.complaint.formal", menu="complaint")
        case acts.Greet():
            return outcomes.Said(
                "talk.greeting", {"centre": turn.snapshot.catalog.province.centre}, menu="main"
            )
        case acts.Thank(praise=True):
            return outcomes.Said("talk.praised", menu="praise")
        case acts.Thank():
            return outcomes.Said("talk.goodbye" if act.goodbye else "talk.thanks")
        case acts.Chat(angry=True):
            return outcomes.Said("talk.angry", menu="complaint")
        case acts.Chat():
            return outcomes.Said("talk.machine" if act.human else "talk.chat", menu="main")
        case acts.ShowHelp():
            return outcomes.Said("talk.help", menu="main")
        case acts.ChooseAgain():
            return outcomes.MenuShown()
        case acts.NotKnow():
            return outcomes.Unknowing(act.about)
        case acts.LiveElsewhere():
            return outcomes.Said("place.elsewhere", {"province": turn.snapshot.catalog.province.name})
        case acts.Cancel():
            return await _cancel(turn)
        case acts.GoBack():
            return await _back(turn)
        case acts.SetCommune():
            return await _commune(act, turn)
        case acts.TellName():
            return citizens.tell_name(act, turn)
        case acts.ForgetCommune():
            return await citizens.forget_commune(turn)
        case acts.AnswerConsent():
            return await _consent(act, turn)
        case acts.WithdrawConsent():
            return await citizens.withdraw(turn)
        case acts.ShowMyData():
            return await citizens.my_data(turn)
        case acts.ForgetMe():
            return await forgetting.forget(act, turn)
        case acts.SetLanguage():
            return await citizens.set_language(act, turn)
        case acts.ReceiveContact():
            return await phones.receive(act, turn)
        case acts.JoinChats():
            return await phones.join(act, turn)
        case acts.ShowOffice():
            return procedures.office_of(act, turn)
        case acts.FindOffice():
            return procedures.nearest(act, turn)
        case acts.StartFiling():
            return await filing.start(act, turn)
        case acts.FileStep():
            return await filing.step(act, turn)
        case acts.ReceiveFiles():
            return await filing.receive(act, turn)
        case acts.ConfirmOwner():
            return await filing.confirm(act, turn)
        case acts.ShowSubmission():
            return await filing.show(act, turn)
        case acts.AskAboutMedia():
            return await _media(act, turn)
        case acts.OpenAside():
            return await _aside(turn)
        case acts.PassOn():
            await tickets.pass_on(turn)
            return outcomes.Silence()
        case acts.Leave():
            await turn.uow.citizens.mark_unreachable(turn.contact.address_id, "left", turn.now)
            return outcomes.Silence()
        case acts.Ignore():
            return outcomes.Silence()
    assert_never(act)


async def _media(act: acts.AskAboutMedia, turn: Turn) -> Outcome:
    if act.papers:
        return outcomes.Said("talk.media.papers")
    if act.video:
        return outcomes.Said("talk.media.video", menu="media")
    return await filing.wanted_here(turn)


def _topic(identifier: str, turn: Turn) -> Outcome:
    topic = turn.snapshot.catalog.topic_by_id.get(identifier)
    return outcomes.TopicShown(topic) if topic else outcomes.Said("talk.help", menu="main")


_WANTED = 0.6  # score from which another body's business is answered below a warning


async def _warn(act: acts.WarnEmergency, turn: Turn) -> Outcome:
    """The numbers first; somebody at the desk sees it too; who wants a divorce besides learns where."""
    if not await turn.uow.tickets.open_for(turn.conversation.id):
        await tickets.open_ticket(turn, Reason.DANGER, turn.text)
    reading = turn.snapshot.reader.read(clean(turn.text))
    topic = turn.snapshot.catalog.topic_by_id.get(reading.topic) if reading.topic else None
    wanted = topic and topic.kind is TopicKind.OTHER_BODY and reading.wants and reading.topic_score >= _WANTED
    return outcomes.EmergencyWarned(act.danger, outcomes.TopicShown(topic) if topic and wanted else None)


async def _consent(act: acts.AnswerConsent, turn: Turn) -> Outcome:
    if not act.given:
        return outcomes.ConsentRefused(act.purpose)
    await citizens.give_consent(act.purpose, turn)
    if act.purpose is Purpose.CONTACT:
        given = phones.given_before(turn)
        return await perform(given, turn) if given else outcomes.Said("talk.contact.send_again")
    then = tokens.decode(act.then)
    return await perform(then, turn) if then else outcomes.Said("consent.thanks", menu="main")


async def _commune(act: acts.SetCommune, turn: Turn) -> Outcome:
    waiting = tokens.decode(citizens.pending(turn) or act.then)
    if act.skip:
        return await perform(waiting or acts.ShowHelp(), citizens.settled(turn, None))
    outcome = await citizens.set_commune(act, turn)
    if waiting and isinstance(outcome, outcomes.CommuneSet):
        return await perform(waiting, citizens.settled(turn, act.commune))
    return outcome


async def _cancel(turn: Turn) -> Outcome:
    """The step at hand; without one what was told and not sent, else the question that waits for a person."""
    step = turn.state.expecting.step if turn.state.expecting else None
    if step is Step.FILING:
        return await filing.step(acts.FileStep(Verb.CANCEL), turn)
    if step in (None, *_OF_A_PETITION) and turn.state.petition:
        return await petitions.leave(acts.LeavePetition(), turn)
    if step in (None, Step.WITHDRAW_TICKET):
        asked = await tickets.withdraw(acts.WithdrawTicket(), turn)
        if isinstance(asked, outcomes.WithdrawAsked):
            return asked
    return outcomes.Cancelled(step is not None)


async def _back(turn: Turn) -> Outcome:
    return await perform(_earlier(turn), turn)


def _earlier(turn: Turn) -> Act:
    """What stood before the present step."""
    step, state = turn.state.expecting, turn.state
    if step and step.step is Step.FILING:
        return acts.FileStep(Verb.BACK)
    if step and state.petition and step.step in _OF_A_PETITION:
        return acts.FilePetition()
    if step and step.step is Step.DOSSIER_FACTOR:
        return acts.LookUpDossier(step.data["code"])
    if step and step.step is Step.COMMUNE and state.procedure:
        return acts.ShowProcedure(state.procedure)
    match state.before:
        case Screen(codes=(code,), part=part) if step is None:
            return acts.ShowProcedure(code, part)
        case Screen(codes=codes, part=part) if step is None and codes:
            return acts.AskWhich(codes, part)
    return acts.ShowHelp()


async def _aside(turn: Turn) -> Outcome:
    ticket = await turn.uow.tickets.open_for(turn.conversation.id)
    if ticket is None or ticket.officer_name is None:
        return outcomes.Said("talk.help", menu="main")
    return outcomes.AsideOpened(ticket.officer_name)
