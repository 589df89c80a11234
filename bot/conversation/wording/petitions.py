"""Petitions in words."""

from dataclasses import replace

from bot.conversation import outcomes, tokens
from bot.conversation.outcomes import Outcome
from bot.conversation.wording.context import Wording, paragraphs
from bot.messages import Choice, Reply
from bot.texts import day
from storage.records import Petition

_OF_A_PETITION = (
    outcomes.PetitionTextAsked,
    outcomes.PetitionReviewed,
    outcomes.PetitionFiled,
    outcomes.ConsentAsked,
    outcomes.ConsentRefused,
    outcomes.ConsentsWithdrawn,
    outcomes.CommuneAsked,
    outcomes.EmergencyWarned,
    outcomes.AsideOpened,
    outcomes.Forgotten,
    outcomes.MenuShown,
)


def text_asked(outcome: outcomes.PetitionTextAsked, wording: Wording) -> tuple[Reply, ...]:
    key = "petition.too_short" if outcome.so_far else f"petition.ask.{outcome.kind.value}"
    return (Reply(wording.texts(key), (wording.cancel, wording.person)),)


def reviewed(outcome: outcomes.PetitionReviewed, wording: Wording) -> tuple[Reply, ...]:
    choices = (
        wording.choice("send", tokens.PETITION_SEND),
        wording.choice("edit", tokens.PETITION_EDIT),
        wording.cancel,
    )
    key = "petition.review_added" if outcome.added else "petition.review"
    return (Reply(wording.texts(key, text=outcome.text), choices),)


def with_way_back(replies: tuple[Reply, ...], outcome: Outcome, wording: Wording) -> tuple[Reply, ...]:
    """After a side question: one press, and what was told is seen again."""
    if wording.state.petition is None or not replies or isinstance(outcome, _OF_A_PETITION):
        return replies
    if isinstance(outcome, outcomes.Cancelled) and outcome.petition:
        return replies
    last = replies[-1]
    return (
        *replies[:-1],
        replace(last, choices=(*last.choices, wording.choice("go_on_petition", tokens.PETITION))),
    )


def filed(outcome: outcomes.PetitionFiled, wording: Wording) -> tuple[Reply, ...]:
    petition = outcome.petition
    text = wording.texts(
        "petition.filed",
        kind=_kind(petition, wording),
        code=petition.code,
        forward=day(petition.forward_due_at),
        answer=day(petition.answer_due_at),
    )
    return (Reply(text, (wording.choice("petition_state", tokens.PETITION_STATE), wording.person)),)


def code_asked(outcome: outcomes.PetitionCodeAsked, wording: Wording) -> tuple[Reply, ...]:
    if not outcome.own:
        return (Reply(wording.texts("petition.ask_code"), (wording.cancel, wording.person)),)
    own = tuple(
        Choice(f"{each.code} ({day(each.filed_at)})", token=tokens.petition(each.code))
        for each in outcome.own
    )
    return (Reply(wording.texts("petition.own"), (*own, wording.cancel)),)


def shown(outcome: outcomes.PetitionShown, wording: Wording) -> tuple[Reply, ...]:
    petition, texts = outcome.petition, wording.texts
    text = texts(
        "petition.shown",
        kind=_kind(petition, wording),
        code=petition.code,
        filed=day(petition.filed_at),
        status=texts(f"petition.status.{petition.status.value}"),
        answer=day(petition.answer_due_at),
    )
    answer = texts("petition.answer", answer=petition.answer) if petition.answer else ""
    return (Reply(paragraphs(text, answer), (wording.person,)),)


def unknown(wording: Wording) -> tuple[Reply, ...]:
    return (Reply(wording.texts("petition.unknown"), (wording.person, wording.cancel)),)


def _kind(petition: Petition, wording: Wording) -> str:
    return wording.texts(f"petition.kind.{petition.kind.value}")
