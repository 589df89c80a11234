"""Petitions in words."""

from dataclasses import replace

from bot.conversation import outcomes, tokens
from bot.conversation.outcomes import Outcome, PetitionTold
from bot.conversation.petitions import Likeness
from bot.conversation.wording.context import Wording, lines, paragraphs
from bot.deadlines import deadline
from bot.messages import Choice, Reply, Request
from bot.texts import day
from storage.petition_records import Petition, PetitionKind, PetitionStatus

_OF_A_PETITION = (
    outcomes.PetitionTextAsked,
    outcomes.PetitionReviewed,
    outcomes.PetitionKindAsked,
    outcomes.PetitionLikeFound,
    outcomes.PetitionLeft,
    outcomes.PetitionFollowed,
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
    texts, draft = wording.texts, outcome.draft
    key = "petition.too_short" if draft.text else f"petition.ask.{draft.kind.value}"
    kept = texts("petition.photos_kept", count=len(draft.files)) if draft.files else ""
    return (Reply(paragraphs(texts(key), kept), (wording.cancel, wording.person)),)


def reviewed(outcome: outcomes.PetitionReviewed, wording: Wording) -> tuple[Reply, ...]:
    texts, draft = wording.texts, outcome.draft
    hide = wording.choice("withhold", tokens.withhold(True))
    show = wording.choice("name_me", tokens.withhold(False))
    choices = (
        wording.choice("send", tokens.PETITION_SEND),
        wording.choice("edit", tokens.PETITION_EDIT),
        show if draft.withheld else hide,
        wording.choice("other_kind", tokens.PETITION_KINDS),
        wording.cancel,
    )
    unseen = draft.kind is PetitionKind.PLACE and not (draft.files and draft.location)
    text = paragraphs(
        texts("petition.review.added" if outcome.added else "petition.review.opening"),
        f"“{draft.text}”",
        lines(*_particulars(outcome, wording)),
        texts("petition.review.add") if unseen else "",
        texts("petition.review.closing"),
    )
    where = Request.LOCATION if draft.kind is PetitionKind.PLACE and not draft.location else None
    return (Reply(text, choices, request=where),)


def _particulars(outcome: outcomes.PetitionReviewed, wording: Wording) -> list[str]:
    texts, draft = wording.texts, outcome.draft
    return [
        texts("petition.review.kind", kind=texts(f"petition.kind.{draft.kind.value}")),
        texts("petition.review.place", place=outcome.place) if outcome.place else "",
        texts("petition.review.location") if draft.location else "",
        texts("petition.review.photos", count=len(draft.files)) if draft.files else "",
        texts("petition.review.withheld") if draft.withheld else "",
        texts("petition.photos_gone") if outcome.gone else "",
        *(texts(f"files.problem.{reason}", megabytes=20, files=200) for reason in outcome.refused),
    ]


def kind_asked(wording: Wording) -> tuple[Reply, ...]:
    others = tuple(
        Choice(wording.texts(f"petition.choice.{kind.value}"), token=tokens.petition_kind(kind))
        for kind in PetitionKind
    )
    return (Reply(wording.texts("petition.which_kind"), others),)


def left(outcome: outcomes.PetitionLeft, wording: Wording) -> tuple[Reply, ...]:
    go_on = wording.choice("go_on_petition", tokens.PETITION)
    if not outcome.asks:
        return (Reply(wording.texts("petition.kept"), (go_on, wording.person)),)
    drop = wording.choice("drop", tokens.PETITION_DROP)
    later = wording.choice("pause", tokens.PETITION_LATER)
    return (Reply(wording.texts("petition.drop_asked"), (drop, go_on, later)),)


def like_found(outcome: outcomes.PetitionLikeFound, wording: Wording) -> tuple[Reply, ...]:
    texts, found = wording.texts, outcome.found
    text = lines(texts("petition.like.opening"), *(_like(each, wording) for each in found))
    several = len(found) > 1
    same = tuple(
        Choice(
            texts("menu.follow_one", number=place) if several else texts("menu.follow"),
            token=tokens.follow(each.petition.id),
        )
        for place, each in enumerate(found, 1)
    )
    other = wording.choice("not_the_same", tokens.PETITION_OTHER)
    return (Reply(paragraphs(text, texts("petition.like.closing")), (*same, other, wording.cancel)),)


def _like(like: Likeness, wording: Wording) -> str:
    """Nothing of what the other one wrote: their petition is told in this citizen's own words."""
    texts, petition = wording.texts, like.petition
    commune = wording.catalog.commune_by_id.get(petition.place or "")
    return texts(
        "petition.like.mine" if like.mine else "petition.like.other",
        words=like.words,
        place=f", {commune.name}" if commune else "",
        filed=day(petition.filed_at),
        status=texts(f"petition.status.{petition.status.value}"),
    )


def followed(outcome: outcomes.PetitionFollowed, wording: Wording) -> tuple[Reply, ...]:
    petition = outcome.told.petition
    answer = deadline(wording.texts, outcome.told.answer)
    text = wording.texts("petition.followed", code=petition.code, answer=answer)
    return (Reply(text, (wording.choice("petition_state", tokens.petition(petition.code)), wording.person)),)


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
    told, texts = outcome.told, wording.texts
    petition = told.petition
    text = paragraphs(
        texts("petition.filed.opening", kind=_kind(petition, wording), code=petition.code),
        lines(*_deadlines(told, wording)),
        texts("petition.filed.withheld") if petition.name_withheld else "",
        texts("petition.filed.closing"),
    )
    return (Reply(text, (wording.choice("petition_state", tokens.PETITION_STATE), wording.person)),)


def _deadlines(told: PetitionTold, wording: Wording) -> list[str]:
    """What is still due, and how it was counted."""
    texts, petition = wording.texts, told.petition
    if petition.ended:
        return []
    forward = texts("petition.due.forward", deadline=deadline(texts, told.forward))
    answer = texts("petition.due.answer", deadline=deadline(texts, told.answer))
    return [answer] if petition.forwarded else [forward, answer]


def code_asked(outcome: outcomes.PetitionCodeAsked, wording: Wording) -> tuple[Reply, ...]:
    if not outcome.own:
        return (Reply(wording.texts("petition.ask_code"), (wording.cancel, wording.person)),)
    own = tuple(
        Choice(f"{each.code} ({day(each.filed_at)})", token=tokens.petition(each.code))
        for each in outcome.own
    )
    return (Reply(wording.texts("petition.own"), (*own, wording.cancel)),)


def shown(outcome: outcomes.PetitionShown, wording: Wording) -> tuple[Reply, ...]:
    told, texts = outcome.told, wording.texts
    petition = told.petition
    opening = texts(
        "petition.shown.opening",
        kind=_kind(petition, wording),
        code=petition.code,
        filed=day(petition.filed_at),
    )
    text = paragraphs(
        lines(opening, *_whose(told, wording), *_deadlines(told, wording), *_late(told, wording)),
        _answer(petition, wording, mine=outcome.mine),
    )
    return (Reply(text, after(petition, wording) if outcome.mine else (wording.person,)),)


def _whose(told: PetitionTold, wording: Wording) -> list[str]:
    texts, petition = wording.texts, told.petition
    status = texts(f"petition.status.{petition.status.value}")
    return [
        texts("petition.shown.status", status=status),
        texts("petition.shown.department", name=told.department) if not petition.other_body else "",
        texts("petition.shown.officer", name=petition.officer_name) if petition.officer_name else "",
        texts("petition.shown.forwarded", date=day(petition.forwarded_at)) if petition.forwarded_at else "",
        texts("petition.shown.ended", date=day(petition.ended_at)) if petition.ended_at else "",
        texts("petition.shown.reopened", count=petition.reopened) if petition.reopened else "",
        texts("petition.shown.supporters", count=petition.supporters) if petition.supporters else "",
        texts("petition.shown.other_body", name=petition.other_body) if petition.other_body else "",
    ]


def _late(told: PetitionTold, wording: Wording) -> list[str]:
    late = not told.petition.ended and told.petition.answer_due_at < wording.now
    return [wording.texts("petition.shown.late")] if late else []


def _answer(petition: Petition, wording: Wording, *, mine: bool) -> str:
    """Who follows reads what was written for them, never the answer to somebody else."""
    said = petition.answer if mine else petition.summary
    key = "petition.answer_earlier" if petition.reopened and not petition.ended else "petition.answer"
    return wording.texts(key, answer=said) if said else ""


def after(petition: Petition, wording: Wording) -> tuple[Choice, ...]:
    """What can be said of one that has ended."""
    if not petition.ended:
        return (wording.person,)
    rate = wording.choice("rate_petition", tokens.rate_petition(petition.code))
    return (
        wording.choice("not_solved", tokens.reopen_petition(petition.code)),
        *((rate,) if petition.status is not PetitionStatus.NOT_OURS else ()),
        wording.person,
    )


def reopened(outcome: outcomes.PetitionReopened, wording: Wording) -> tuple[Reply, ...]:
    texts, told = wording.texts, outcome.told
    code = told.petition.code
    state = wording.choice("petition_state", tokens.petition(code))
    if outcome.noted:
        return (Reply(texts("petition.noted", code=code), (state, wording.person)),)
    text = paragraphs(
        texts("petition.reopened.opening", code=code),
        lines(*_deadlines(told, wording)),
        texts("petition.reopened.closing"),
    )
    return (Reply(text, (state, wording.person)),)


def rating_asked(outcome: outcomes.PetitionRatingAsked, wording: Wording) -> tuple[Reply, ...]:
    levels = tuple(
        Choice(wording.texts(f"rating.level.l{score}"), token=tokens.rate_petition(outcome.code, score))
        for score in range(1, 6)
    )
    return (Reply(wording.texts("rating.ask"), levels),)


def rated(outcome: outcomes.PetitionRated, wording: Wording) -> tuple[Reply, ...]:
    if outcome.score > 2:
        return (Reply(wording.texts("petition.rated.thanks"), (wording.person,)),)
    again = wording.choice("not_solved", tokens.reopen_petition(outcome.code))
    return (Reply(wording.texts("petition.rated.sorry"), (again, wording.person)),)


def unknown(wording: Wording) -> tuple[Reply, ...]:
    return (Reply(wording.texts("petition.unknown"), (wording.person, wording.cancel)),)


def _kind(petition: Petition, wording: Wording) -> str:
    return wording.texts(f"petition.kind.{petition.kind.value}")
