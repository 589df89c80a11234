"""A dossier in words: little for the bare code, the rest masked for who holds it."""

from datetime import datetime

from bot.conversation import outcomes, tokens
from bot.conversation.wording.context import Wording, lines, paragraphs
from bot.messages import Choice, Reply
from bot.texts import day, moment
from storage.records import Dossier

STEPS = 5


def code_asked(outcome: outcomes.DossierCodeAsked, wording: Wording) -> tuple[Reply, ...]:
    example = f"000.00.01.{wording.catalog.province.code}-260105-0012"
    own = (
        *(Choice(code, token=tokens.dossier(code)) for code in outcome.own),
        *(Choice(code, token=tokens.submission(code)) for code in outcome.receipts),
    )
    text = paragraphs(
        wording.texts("dossier.ask_code", example=example), wording.texts("dossier.own") if own else ""
    )
    return (Reply(text, (*own, wording.person, wording.cancel)),)


def factor_asked(wording: Wording) -> tuple[Reply, ...]:
    return (Reply(wording.texts("dossier.ask_factor"), (wording.cancel,)),)


def hidden(outcome: outcomes.DossierHidden, wording: Wording) -> tuple[Reply, ...]:
    text = paragraphs(wording.texts("dossier.hidden"), behind(outcome.behind_since, wording))
    return (Reply(text, (wording.choice("look_up", tokens.LOOK_UP), wording.person)),)


def paused(wording: Wording) -> tuple[Reply, ...]:
    return (Reply(wording.texts("dossier.paused"), (wording.person,)),)


def shown(outcome: outcomes.DossierShown, wording: Wording) -> tuple[Reply, ...]:
    dossier, texts = outcome.dossier, wording.texts
    text = paragraphs(
        lines(
            texts("dossier.shown.opening", code=dossier.code),
            *public(dossier, wording),
            texts("dossier.shown.agency", agency=dossier.agency),
        ),
        behind(outcome.behind_since, wording),
        late(outcome.late_days, wording),
        texts("dossier.shown.more"),
    )
    detail = wording.choice("detail", tokens.dossier(dossier.code))
    return (Reply(text, (detail, *_after(outcome.late_days, wording))),)


def detail(outcome: outcomes.DossierDetailShown, wording: Wording) -> tuple[Reply, ...]:
    dossier, texts = outcome.dossier, wording.texts
    told = {
        "procedure": ("name", dossier.procedure_name),
        "holder": ("name", masked_name(dossier.holder)),
        "handler": ("name", dossier.handler),
        "missing": ("what", dossier.missing),
        "result_place": ("place", dossier.result_place),
        "late_reason": ("reason", dossier.late_reason if outcome.late_days else None),
    }
    text = paragraphs(
        lines(
            texts("dossier.detail.opening", code=dossier.code),
            *public(dossier, wording),
            texts("dossier.shown.agency", agency=dossier.agency),
            *(
                texts(f"dossier.detail.{key}", **{name: value})
                for key, (name, value) in told.items()
                if value
            ),
        ),
        behind(outcome.behind_since, wording),
        late(outcome.late_days, wording),
        lacking_sent(outcome.lacking, wording),
        _steps(dossier, wording),
    )
    follow = (
        wording.choice("unfollow", tokens.follow_dossier(dossier.code, on=False))
        if outcome.followed
        else wording.choice("follow_dossier", tokens.follow_dossier(dossier.code))
    )
    papers = (wording.choice("own_photos", tokens.papers(dossier.code)),) if outcome.filed_here else ()
    send = send_lacking(outcome.lacking, dossier.code, wording)
    return (Reply(text, (*send, follow, *papers, *_after(outcome.late_days, wording))),)


def lacking_sent(lacking: outcomes.Lacking | None, wording: Wording) -> str:
    """The one-stop system goes on asking until somebody there has taken in what was sent."""
    if lacking is None or lacking.sent_at is None:
        return ""
    return wording.texts("filing.lacking_sent", at=moment(lacking.sent_at, wording.texts))


def send_lacking(lacking: outcomes.Lacking | None, code: str, wording: Wording) -> tuple[Choice, ...]:
    if lacking is None or lacking.sent_at is not None:
        return ()
    return (wording.choice("send_missing", tokens.send_missing(code)),)


def _steps(dossier: Dossier, wording: Wording) -> str:
    """The last few, oldest first: when, who, what."""
    if not dossier.steps:
        return ""
    shown = sorted(dossier.steps, key=lambda step: step.at)[-STEPS:]
    return lines(
        wording.texts("dossier.detail.steps"),
        *(
            wording.texts("dossier.detail.step", day=day(each.at), who=each.handler, what=each.text)
            for each in shown
        ),
    )


def masked_name(name: str) -> str:
    """`Nguyễn Văn An` is `N*** V** A*`: the holder recognises it, a stranger learns little."""
    return " ".join(word[0] + "*" * max(1, min(3, len(word) - 1)) for word in name.split())


def behind(since: datetime | None, wording: Wording) -> str:
    """What the one-stop system has not told lately is never shown as today's."""
    return wording.texts("dossier.behind", at=moment(since, wording.texts)) if since else ""


def public(dossier: Dossier, wording: Wording) -> tuple[str, str]:
    texts = wording.texts
    due = (
        texts("dossier.shown.due", due=moment(dossier.due_at, texts))
        if dossier.due_at
        else texts("dossier.shown.no_due")
    )
    return texts("dossier.shown.stage", stage=texts(f"dossier.stage.s{dossier.stage}")), due


def late(days: int, wording: Wording) -> str:
    return wording.texts("dossier.late", days=days) if days else ""


def _after(late_days: int, wording: Wording) -> tuple[Choice, ...]:
    petition = (wording.choice("petition", tokens.PETITION),) if late_days else ()
    return (*petition, wording.person)
