"""Following a dossier in words, and what follows its result."""

from bot.conversation import outcomes, tokens
from bot.conversation.wording.context import Wording, paragraphs
from bot.conversation.wording.news import levels
from bot.messages import Reply
from storage.records import RatingTarget

LOW = 2  # levels: not satisfied, not satisfied at all


def followed(outcome: outcomes.DossierFollowed, wording: Wording) -> tuple[Reply, ...]:
    texts = wording.texts
    if not outcome.on:
        return (Reply(texts("news.follow.ended", code=outcome.code)),)
    text = paragraphs(
        texts("news.follow.begun", code=outcome.code), texts("news.follow.muted") if outcome.off else ""
    )
    on = (wording.choice("notices_on", tokens.NOTICES_ON),) if outcome.off else ()
    return (Reply(text, (*on, wording.choice("unfollow", tokens.follow_dossier(outcome.code, on=False)))),)


def switched(outcome: outcomes.NoticesSwitched, wording: Wording) -> tuple[Reply, ...]:
    texts = wording.texts
    if outcome.on:
        return (Reply(texts("news.switch.unmuted", count=outcome.followed)),)
    return (Reply(texts("news.switch.muted"), (wording.choice("notices_on", tokens.NOTICES_ON),)),)


def rated(outcome: outcomes.DossierRated, wording: Wording) -> tuple[Reply, ...]:
    texts = wording.texts
    if outcome.words:
        return (Reply(texts("rating.words")),)
    if outcome.next_target is RatingTarget.HANDLER:
        text = texts("news.rate_handler", name=outcome.handler)
        return (Reply(text, levels(outcome.code, RatingTarget.HANDLER, wording)),)
    if outcome.score <= LOW:
        petition = wording.choice("petition", tokens.PETITION)
        return (Reply(texts("news.rating_sorry"), (petition, wording.person)),)
    return (Reply(texts("rating.thanks")),)
