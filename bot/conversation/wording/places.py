"""Communes and offices in words."""

from bot.conversation import outcomes, tokens
from bot.conversation.wording.context import Wording, lines
from bot.messages import Reply


def asked(outcome: outcomes.CommuneAsked, wording: Wording) -> tuple[Reply, ...]:
    text = (
        wording.texts("place.unknown", typed=outcome.unknown[:60]) if outcome.unknown else wording.texts("place.ask")
    )
    return (Reply(text, (wording.choice("skip", tokens.SKIP_COMMUNE),)),)


def remembered(outcome: outcomes.CommuneSet, wording: Wording) -> tuple[Reply, ...]:
    texts, office = wording.texts, outcome.office
    told = texts("place.office", name=office.name, address=office.address) if office else ""
    doubt = texts("place.unconfirmed") if office and office.unconfirmed else ""
    choice = wording.choice("forget_commune", tokens.FORGET_COMMUNE)
    return (Reply(lines(texts("place.set", name=outcome.name), told, doubt), (choice,)),)


def nearest(outcome: outcomes.OfficeFound, wording: Wording) -> tuple[Reply, ...]:
    texts, office = wording.texts, outcome.office
    if office is None:
        return (Reply(texts("place.nearest_unknown")),)
    told = texts(
        "place.nearest", name=office.name, address=office.address, kilometres=f"{outcome.kilometres:.1f}".replace(".", ",")
    )
    doubt = texts("place.unconfirmed") if office.unconfirmed else ""
    url = f"https://maps.google.com/?q={office.latitude},{office.longitude}"
    return (Reply(lines(told, doubt), (wording.link("map", url),)),)
