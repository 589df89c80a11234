"""Communes and offices in words."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from bot.conversation import outcomes, tokens
from bot.conversation.wording.context import Wording, lines
from bot.messages import Choice, Reply
from bot.texts import Texts
from intents.catalog import Catalog, Hours, Office, OldName, Procedure

_NAMES = 2  # former names explained at once


def asked(outcome: outcomes.CommuneAsked, wording: Wording) -> tuple[Reply, ...]:
    text = (
        wording.texts("place.unknown", typed=outcome.unknown[:60])
        if outcome.unknown
        else wording.texts("place.ask")
    )
    return (Reply(text, (wording.choice("skip", tokens.SKIP_COMMUNE),)),)


def called_now(outcome: outcomes.NameTold, wording: Wording) -> tuple[Reply, ...]:
    texts, renamed, office = wording.texts, outcome.renamed, outcome.office
    new = "; ".join(renamed.new)
    if not renamed.old:
        text = texts("place.name_today", new=new)
    elif renamed.since:
        key = "place.split_since" if len(renamed.new) > 1 else "place.renamed_since"
        text = texts(key, old=renamed.old, new=new, since=f"{renamed.since:%d/%m/%Y}")
    else:
        text = texts("place.split" if len(renamed.new) > 1 else "place.renamed", old=renamed.old, new=new)
    told = texts("place.office", name=office.name, address=office.address) if office else ""
    asked = texts("place.which_today") if outcome.then is not None else ""
    return (Reply(lines(text, told, *_doubt(office, wording), asked), (wording.person,)),)


_TELLING = (
    outcomes.WhichAsked,
    outcomes.SeveralShown,
    outcomes.WithoutShown,
    outcomes.TopicShown,
    outcomes.NotUnderstood,
    outcomes.ProcedureShown,
)


def with_names_of_today(
    replies: tuple[Reply, ...], outcome: outcomes.Outcome, old: Sequence[OldName], texts: Texts
) -> tuple[Reply, ...]:
    """Below an answer to somebody who calls a body by a former name: what it is called now, unless that is told."""
    told = isinstance(outcome, outcomes.ProcedureShown) and outcome.renamed
    if not (old and replies and isinstance(outcome, _TELLING)) or told:
        return replies
    names = (texts("procedure.renamed", old=each.old[0], new=each.new) for each in old[:_NAMES])
    return (*replies[:-1], replace(replies[-1], text=lines(replies[-1].text, *names)))


def remembered(outcome: outcomes.CommuneSet, wording: Wording) -> tuple[Reply, ...]:
    texts, office = wording.texts, outcome.office
    told = texts("place.office", name=office.name, address=office.address) if office else ""
    choice = wording.choice("forget_commune", tokens.FORGET_COMMUNE)
    known = lines(texts("place.set", name=outcome.name), told, *_doubt(office, wording))
    return (Reply(known, (choice,)),)


def shown(outcome: outcomes.OfficeShown, wording: Wording) -> tuple[Reply, ...]:
    texts, office, hotline = wording.texts, outcome.office, wording.catalog.province.hotline
    if office is None:
        return (Reply(texts("place.no_office", commune=outcome.commune, hotline=hotline), (wording.person,)),)
    told = texts("place.shown", commune=outcome.commune, name=office.name, address=office.address)
    return (
        Reply(lines(told, *_when_and_how(office, wording)), (on_the_map(office, wording), wording.person)),
    )


def nearest(outcome: outcomes.OfficeFound, wording: Wording) -> tuple[Reply, ...]:
    texts, office = wording.texts, outcome.office
    if office is None:
        return (Reply(texts("place.nearest_unknown")),)
    told = texts(
        "place.nearest",
        name=office.name,
        address=office.address,
        kilometres=f"{outcome.kilometres:.1f}".replace(".", ","),
    )
    return (Reply(lines(told, *_doubt(office, wording)), (on_the_map(office, wording),)),)


def on_the_map(office: Office, wording: Wording) -> Choice:
    """The place itself, or a search for its address where nobody has measured it yet.

    https://developers.google.com/maps/documentation/urls/get-started
    """
    if office.latitude is not None and office.longitude is not None:
        sought = f"{office.latitude},{office.longitude}"
    else:
        province = wording.catalog.province.name
        sought = office.address if province in office.address else f"{office.address}, {province}"
    return wording.link("map", f"https://www.google.com/maps/search/?api=1&query={quote(sought)}")


def office_lines(office: Office | None, wording: Wording) -> list[str]:
    if office is None:
        return []
    nearest_desk = wording.texts("procedure.where.office", name=office.name, address=office.address)
    return [nearest_desk, *_when_and_how(office, wording)]


def _when_and_how(office: Office, wording: Wording) -> list[str]:
    texts = wording.texts
    phone = [texts("procedure.where.phone", phone=office.phone)] if office.phone else []
    hours = texts("procedure.where.hours", hours=opening_hours(office, wording))
    return [*phone, hours, *_doubt(office, wording)]


def _doubt(office: Office | None, wording: Wording) -> list[str]:
    """Of an address that nobody has confirmed; who to call is said with it."""
    if office is None or not office.unconfirmed:
        return []
    return [wording.texts("place.unconfirmed", hotline=office.phone or wording.catalog.province.hotline)]


def opening_hours(office: Office | None, wording: Wording) -> str:
    """`thứ Hai–thứ Sáu 07:00–11:30, 13:30–17:00`: days with the same hours together."""
    hours = (office.hours if office else None) or wording.catalog.province.hours
    groups: list[tuple[list[str], tuple[Hours, ...]]] = []
    for day, spans in hours.items():
        if groups and groups[-1][1] == spans:
            groups[-1][0].append(day)
        elif spans:
            groups.append(([day], spans))
    return "; ".join(
        _days(days, wording.texts) + " " + ", ".join(f"{s.opens}–{s.closes}" for s in spans)
        for days, spans in groups
    )


def _days(days: list[str], texts: Texts) -> str:
    first, last = texts(f"time.day_short.{days[0]}"), texts(f"time.day_short.{days[-1]}")
    return first if first == last else f"{first}–{last}"


def place(procedure: Procedure, wording: Wording) -> str:
    """Where to file, as it stands after "Nơi nộp:"."""
    if procedure.where:
        return procedure.where.rstrip(".").removeprefix(wording.texts("procedure.where.verb") + " ")
    return agency_of(procedure, wording.catalog)


def agency_of(procedure: Procedure, catalog: Catalog) -> str:
    agency = catalog.agency_by_id.get(procedure.agency)
    return agency.name if agency else procedure.agency
