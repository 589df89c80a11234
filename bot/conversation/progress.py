"""What the conversation remembers after a turn. Pure: from the state before, what came of the act, what was said."""

from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import acts, outcomes
from bot.conversation import filing as plan
from bot.conversation.acts import Act
from bot.conversation.filing import Verb
from bot.conversation.filing_steps import filing_at_hand
from bot.conversation.outcomes import Outcome
from bot.conversation.petitions import PetitionDraft
from bot.conversation.state import Expecting, MenuItem, Screen, State, Step
from bot.conversation.understand import Understood
from bot.messages import Reply
from storage.records import Purpose

_KEEP_STEP = (
    outcomes.Silence,
    outcomes.EmergencyWarned,
    outcomes.LanguageSet,
    outcomes.MenuShown,
    outcomes.Unknowing,
)
_LEAVES_FILING = (
    outcomes.FilingPaused,
    outcomes.FilingCancelled,
    outcomes.FilingGone,
    outcomes.FilingSent,
    outcomes.Cancelled,
    outcomes.ConsentRefused,
    outcomes.ConsentsWithdrawn,
)
_ENDS_FILING = (outcomes.FilingCancelled, outcomes.FilingGone, outcomes.FilingSent)
LONGEST_ASKED = 120  # characters of a question that is remembered until it is said which was meant


def advance(state: State, understood: Understood, outcome: Outcome, replies: tuple[Reply, ...]) -> State:
    if isinstance(outcome, outcomes.Silence):
        return state
    if isinstance(outcome, outcomes.Forgotten):
        return State(greeted=True, menu=_menu(replies))
    petition = _petition(outcome, state)
    after = replace(
        state,
        expecting=_expecting(understood.act, outcome, replace(state, petition=petition)),
        menu=_menu(replies),
        draft=_draft(outcome, state),
        petition=petition,
        greeted=True,
        aside=isinstance(outcome, outcomes.AsideOpened)
        or (state.aside and isinstance(understood.act, acts.AskWhich)),
    )
    after = _subject(after, understood, outcome)
    if not isinstance(outcome, outcomes.MenuShown):  # the same once more
        after = after.walked(_screen(outcome), back=isinstance(understood.act, acts.GoBack))
    return _missed(after, understood.act, outcome, understood.text)


def _screen(outcome: Outcome) -> Screen:
    match outcome:
        case outcomes.ProcedureShown():
            return Screen((outcome.procedure.code,), outcome.part)
        case outcomes.WhichAsked():
            return Screen(tuple(each.code for each in outcome.procedures), outcome.part)
        case outcomes.SeveralShown():
            return Screen(tuple(each.code for each in outcome.procedures))
    return Screen()


def _menu(replies: tuple[Reply, ...]) -> tuple[MenuItem, ...]:
    last = replies[-1].choices if replies else ()
    return tuple(MenuItem(choice.label, choice.token) for choice in last if choice.token)


def _subject(state: State, understood: Understood, outcome: Outcome) -> State:
    """The procedure that follow-up questions mean, and what else was found beside it."""
    if isinstance(outcome, outcomes.ProcedureShown):
        code = outcome.procedure.code
        is_same = code == state.procedure
        found = tuple(candidate.code for candidate in understood.candidates)
        # What "phí bao nhiêu" by itself is like is no second best of the procedure it was asked of.
        codes = found if found and (not is_same or found[0] == code) else state.offered
        return replace(
            state, procedure=code, offered=codes, asked=state.asked if is_same else _asked(understood)
        )
    if isinstance(outcome, outcomes.WhichAsked):
        return _asking(state, understood, tuple(each.code for each in outcome.procedures))
    if isinstance(outcome, outcomes.SeveralShown) and outcome.procedures:
        asked = outcome.asked.procedures if outcome.asked else ()
        offered = tuple(each.code for each in asked) or state.offered
        return replace(state, procedure=outcome.procedures[0].code, offered=offered)
    return state


def _asking(state: State, understood: Understood, codes: tuple[str, ...]) -> State:
    """Which of these; a part that is asked for meanwhile ("phí bao nhiêu") leaves what was asked at first."""
    if codes == state.offered and state.asked:
        return state
    return replace(state, offered=codes, asked=_asked(understood))


def _asked(understood: Understood) -> str:
    return (understood.together or understood.text)[:LONGEST_ASKED]


def _missed(state: State, act: Act, outcome: Outcome, text: str) -> State:
    if isinstance(outcome, outcomes.NotUnderstood) and not outcome.empty:
        return replace(state, misses=state.misses + 1, missed=text or state.missed)
    if isinstance(outcome, outcomes.NotUnderstood | outcomes.QuestionAsked | outcomes.EmergencyWarned):
        return state
    del act
    return replace(state, misses=0, missed="")


def _expecting(act: Act, outcome: Outcome, state: State) -> Expecting | None:
    """The step the next message answers. A side question keeps a step that is worth coming back to."""
    if isinstance(outcome, _KEEP_STEP):
        return state.expecting
    step = _step(outcome)
    if step is None and (_still_filing(outcome, state) or _still_telling(act, state)):
        return state.expecting
    return Expecting(step[0], step[1]) if step else None


def _still_telling(act: Act, state: State) -> bool:
    """A side question does not end a petition: it is still to be consented to, or sent."""
    if isinstance(act, acts.LeavePetition):
        return False
    match state.expecting:
        case Expecting(step=Step.PETITION_CONFIRM | Step.PETITION_KIND | Step.PETITION_LIKE):
            return state.petition is not None
        case Expecting(step=Step.CONSENT, data=data):
            return state.petition is not None and data.get("purpose") == Purpose.PETITION
        case Expecting(step=Step.PETITION_TEXT):
            return isinstance(act, acts.CheckScam)
    return False


def _petition(outcome: Outcome, state: State) -> PetitionDraft | None:
    """What was told and not sent yet."""
    match outcome:
        case (
            outcomes.PetitionReviewed(draft=draft)
            | outcomes.PetitionTextAsked(draft=draft)
            | outcomes.PetitionKindAsked(draft=draft)
            | outcomes.PetitionLikeFound(draft=draft)
        ):
            return draft if draft.begun else None
        case outcomes.ConsentAsked(petition=PetitionDraft(begun=True) as draft):
            return draft
        case (
            outcomes.PetitionFiled()
            | outcomes.PetitionFollowed()
            | outcomes.ConsentRefused(purpose=Purpose.PETITION)
            | outcomes.ConsentsWithdrawn()
            | outcomes.Cancelled(petition=True)
        ):
            return None
    return state.petition


def _still_filing(outcome: Outcome, state: State) -> bool:
    """A side question in the middle of filing does not end it."""
    return filing_at_hand(state) is not None and not isinstance(outcome, _LEAVES_FILING)


def _draft(outcome: Outcome, state: State) -> int | None:
    match outcome:
        case outcomes.FilingAsked(submission=submission) | outcomes.FilingPaused(submission=submission):
            return submission.id
        case _ if isinstance(outcome, _ENDS_FILING):
            return None
    return state.draft


def _step(outcome: Outcome) -> tuple[Step, Mapping[str, str]] | None:  # noqa: C901, PLR0912 - one line a step
    match outcome:
        case outcomes.DossierCodeAsked():
            return Step.DOSSIER_CODE, {}
        case outcomes.DossierFactorAsked(code=code) | outcomes.DossierHidden(code=code, tried=True):
            return Step.DOSSIER_FACTOR, {"code": code}
        case outcomes.PetitionTextAsked(draft=petition):
            return Step.PETITION_TEXT, {"kind": petition.kind.value}
        case outcomes.PetitionReviewed(draft=petition):
            return Step.PETITION_CONFIRM, {"kind": petition.kind.value}
        case outcomes.PetitionKindAsked():
            return Step.PETITION_KIND, {}
        case outcomes.PetitionLeft(asks=True):
            return Step.PETITION_DROP, {}
        case outcomes.PetitionLikeFound(found=found):
            return Step.PETITION_LIKE, {"like": " ".join(str(each.petition.id) for each in found)}
        case outcomes.PetitionReopened(told=told):
            return Step.PETITION_REOPENED, {"code": told.petition.code}
        case outcomes.PetitionCodeAsked():
            return Step.PETITION_CODE, {}
        case outcomes.CommuneAsked(then=then) | outcomes.NameTold(then=str(then)):
            return Step.COMMUNE, {"then": then}
        case outcomes.ConsentAsked(purpose=purpose, then=then, draft=draft):
            return Step.CONSENT, {"purpose": purpose.value, "then": then, "draft": draft}
        case outcomes.RatingAsked(ticket_id=ticket_id):
            return Step.RATING, {"ticket": str(ticket_id or "")}
        case outcomes.RatingRecorded(score=score, ticket_id=ticket_id, words=False, officer_id=rated):
            return Step.RATING_WORDS, _rated(score, ticket_id, rated)
        case outcomes.DossierRated(code=code, target=target, score=score, words=False, next_target=None):
            return Step.DOSSIER_RATING_WORDS, {"code": code, "target": target.value, "score": str(score)}
        case outcomes.RatingReasonNoted(score=score, ticket_id=ticket_id, officer_id=rated):
            return Step.RATING_WORDS, _rated(score, ticket_id, rated)
        case outcomes.FilingAsked(procedure=procedure, submission=submission, ask=ask):
            named = plan.choices(procedure, ask.question)
            lines = {"named": plan.to_lines(named)} if named else {}
            if ask.question is plan.Question.WHO:
                lines["oneself"] = plan.said_of_oneself(procedure)
            return Step.FILING, {"submission": str(submission.id), "ask": ask.question.value, **lines}
        case outcomes.FilingMoveAsked(submission=submission):
            return Step.FILING, {"submission": str(submission.id), "ask": ""}
        case outcomes.FilingCancelAsked(submission=submission):
            return Step.FILING, {"submission": str(submission.id), "ask": Verb.CANCEL.value}
        case outcomes.OwnerAsked(code=code):
            return Step.OWNER_CONFIRM, {"code": code}
        case outcomes.QuestionAsked():
            return Step.QUESTION_FOR_PERSON, {}
        case outcomes.WithdrawAsked(ticket=ticket):
            return Step.WITHDRAW_TICKET, {"ticket": str(ticket.id)}
        case outcomes.ForgetAsked():
            return Step.FORGET_ME, {}
        case outcomes.WhatAsked(part=part):
            return Step.PROCEDURE, {"part": part.value}
    return None


def _rated(score: int, ticket_id: int | None, officer_id: int | None) -> dict[str, str]:
    """What words that follow belong to."""
    return {"score": str(score), "ticket": str(ticket_id or ""), "officer": str(officer_id or "")}
