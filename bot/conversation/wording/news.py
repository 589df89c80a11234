"""What is told about a dossier unasked: notices, the letter, the question how it was."""

from collections.abc import Callable
from datetime import datetime

from bot.conversation import filing as plan
from bot.conversation import tokens
from bot.conversation.dossier_news import News
from bot.conversation.wording.context import Wording, lines, paragraphs
from bot.conversation.wording.dossiers import behind
from bot.messages import Choice, Reply, Voice
from bot.texts import moment
from intents.catalog import Procedure
from storage.records import Dossier, RatingTarget


def told(
    news: News,
    dossier: Dossier,
    procedure: Procedure | None,
    late_days: int,
    wording: Wording,
    *,
    behind_since: datetime | None = None,
) -> Reply:
    """`procedure`: the catalog's entry, where it has one. That something is late nobody told: it may be done
    meanwhile where the source does not answer."""
    words, choices = _NEWS.get(news, _plain)(news, dossier, procedure, late_days, wording)
    if news is News.LATE and behind_since:
        words = paragraphs(words, behind(behind_since, wording))
    return Reply(words, choices, voice=Voice.NOTICE)


_Said = tuple[str, tuple[Choice, ...]]


def _named(dossier: Dossier, procedure: Procedure | None) -> dict[str, str]:
    title = procedure.title if procedure else dossier.procedure_name
    return {"title": title, "code": dossier.code}


def _plain(
    news: News, dossier: Dossier, procedure: Procedure | None, late_days: int, wording: Wording
) -> _Said:
    """What happened, what is to be done where something is, and the one word that ends such messages."""
    texts = wording.texts
    due = moment(dossier.due_at, texts) if dossier.due_at else texts("filing.no_due")
    details = {
        News.ACCEPTED: texts("news.due", due=due),
        News.SUPPLEMENT: texts("news.missing", what=dossier.missing) if dossier.missing else "",
        News.POSTPONED: texts("news.new_due", due=due),
        News.MOVED: texts("news.new_due", due=due),
        News.LATE: _why(dossier, wording),
        News.DONE: texts("news.place", place=dossier.result_place) if dossier.result_place else "",
    }
    text = paragraphs(
        _opening(news, dossier, procedure, late_days, wording),
        details.get(news, ""),
        texts("news.sorry_late", days=late_days) if news is News.DONE and late_days else "",
        texts("news.how_to_stop"),
    )
    late = news in (News.LATE, News.POSTPONED)
    petition = (wording.choice("petition", tokens.PETITION),) if late else ()
    taken = procedure is not None and plan.elsewhere(procedure, wording.catalog) is None
    lacks = news is News.SUPPLEMENT and taken
    send = (wording.choice("send_missing", tokens.send_missing(dossier.code)),) if lacks else ()
    return text, (*send, wording.choice("detail", tokens.dossier(dossier.code)), *petition, wording.person)


def _opening(
    news: News, dossier: Dossier, procedure: Procedure | None, late_days: int, wording: Wording
) -> str:
    """Late since this afternoon, or since Friday, is late by no working day yet."""
    texts, named = wording.texts, _named(dossier, procedure)
    if news is News.LATE and not late_days and dossier.due_at:
        return texts("news.late_now", **named, due=moment(dossier.due_at, texts))
    return texts(f"news.{news}", **named, days=late_days, agency=dossier.agency)


def _against(
    news: News, dossier: Dossier, procedure: Procedure | None, late_days: int, wording: Wording
) -> _Said:
    """A refusal carries its reason where it is known, and always the way to object."""
    del late_days
    texts = wording.texts
    text = paragraphs(
        texts(f"news.{news}", **_named(dossier, procedure), agency=dossier.agency),
        texts("news.reason", reason=dossier.late_reason) if dossier.late_reason else "",
        texts("news.object", hotline=wording.catalog.province.hotline),
    )
    detail = wording.choice("detail", tokens.dossier(dossier.code))
    return text, (detail, wording.choice("petition", tokens.PETITION), wording.person)


def _letter(
    news: News, dossier: Dossier, procedure: Procedure | None, late_days: int, wording: Wording
) -> _Said:
    """Formal, to the family; nothing else stands in it."""
    del news, dossier, late_days
    if procedure is None or procedure.letter is None:
        raise ValueError("no letter is written for this procedure")
    centre = wording.catalog.province.centre
    texts = wording.texts
    return lines(texts(f"news.letter.{procedure.letter}"), "", texts("news.letter.from", centre=centre)), ()


def _rating(
    news: News, dossier: Dossier, procedure: Procedure | None, late_days: int, wording: Wording
) -> _Said:
    del news, late_days
    text = wording.texts("news.rating", **_named(dossier, procedure), agency=dossier.agency)
    return text, levels(dossier.code, RatingTarget.AGENCY, wording)


def levels(code: str, target: RatingTarget, wording: Wording) -> tuple[Choice, ...]:
    """Five levels in the order of their number, so that a typed `5` means the best."""
    return tuple(
        Choice(wording.texts(f"rating.level.l{score}"), token=tokens.rate_dossier(score, target, code))
        for score in range(1, 6)
    )


def _why(dossier: Dossier, wording: Wording) -> str:
    reason = wording.texts("news.reason", reason=dossier.late_reason) if dossier.late_reason else ""
    return lines(reason, wording.texts("news.no_new_due"))


_NEWS: dict[News, Callable[[News, Dossier, Procedure | None, int, Wording], _Said]] = {
    News.REFUSED: _against,
    News.STOPPED: _against,
    News.LETTER: _letter,
    News.RATING: _rating,
}
