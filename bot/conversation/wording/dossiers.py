"""A dossier in words: little for the bare code, the rest masked for who holds it."""

from bot.conversation import outcomes, tokens
from bot.conversation.wording.context import Wording, lines, paragraphs
from bot.messages import Choice, Reply
from bot.texts import moment
from storage.records import Dossier


def code_asked(wording: Wording) -> tuple[Reply, ...]:
    example = f"000.00.01.{wording.catalog.province.code}-260105-0012"
    return (Reply(wording.texts("dossier.ask_code", example=example), (wording.person, wording.cancel)),)


def factor_asked(wording: Wording) -> tuple[Reply, ...]:
    return (Reply(wording.texts("dossier.ask_factor"), (wording.cancel,)),)


def hidden(wording: Wording) -> tuple[Reply, ...]:
    return (
        Reply(wording.texts("dossier.hidden"), (wording.choice("look_up", tokens.LOOK_UP), wording.person)),
    )


def paused(wording: Wording) -> tuple[Reply, ...]:
    return (Reply(wording.texts("dossier.paused"), (wording.person,)),)


def shown(outcome: outcomes.DossierShown, wording: Wording) -> tuple[Reply, ...]:
    dossier, texts = outcome.dossier, wording.texts
    text = paragraphs(
        lines(
            texts("dossier.shown.opening", code=dossier.code),
            *_public(dossier, wording),
            texts("dossier.shown.agency", agency=dossier.agency),
        ),
        _late(outcome.late_days, wording),
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
            *_public(dossier, wording),
            texts("dossier.shown.agency", agency=dossier.agency),
            *(
                texts(f"dossier.detail.{key}", **{name: value})
                for key, (name, value) in told.items()
                if value
            ),
        ),
        _late(outcome.late_days, wording),
    )
    return (Reply(text, _after(outcome.late_days, wording)),)


def masked_name(name: str) -> str:
    """`Nguyễn Văn An` is `N*** V** A*`: the holder recognises it, a stranger learns little."""
    return " ".join(word[0] + "*" * max(1, min(3, len(word) - 1)) for word in name.split())


def _public(dossier: Dossier, wording: Wording) -> tuple[str, str]:
    texts = wording.texts
    due = (
        texts("dossier.shown.due", due=moment(dossier.due_at, texts))
        if dossier.due_at
        else texts("dossier.shown.no_due")
    )
    return texts("dossier.shown.stage", stage=texts(f"dossier.stage.s{dossier.stage}")), due


def _late(days: int, wording: Wording) -> str:
    return wording.texts("dossier.late", days=days) if days else ""


def _after(late_days: int, wording: Wording) -> tuple[Choice, ...]:
    petition = (wording.choice("petition", tokens.PETITION),) if late_days else ()
    return (*petition, wording.person)
