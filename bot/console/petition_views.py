"""Petitions as the console shows them. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.deadlines import deadline
from bot.desk.petitions import Listed, PetitionPage
from bot.pages import words
from bot.policy import PetitionAct
from bot.texts import Texts, day
from storage.petition_records import Petition, PetitionEvent

SAID = frozenset({"nhan", "chuyen", "giai-quyet", "tu-choi", "khong-thuoc"})


@dataclass(frozen=True)
class Row:
    """One petition of the list. `state`: late, near, calm."""

    id: int
    code: str
    kind: str
    text: str
    place: str
    department: str
    due: str
    state: str
    supporters: str
    reopened: str


def row(texts: Texts, listed: Listed, now: datetime, soon: datetime) -> Row:
    petition = listed.petition
    return Row(
        petition.id,
        petition.code,
        texts(f"petition.kind.{petition.kind.value}"),
        listed.text,
        listed.place,
        listed.department,
        _due(texts, petition),
        _state(petition, now, soon),
        texts("console.petitions.people", count=petition.supporters) if petition.supporters else "",
        texts("console.petitions.reopened", count=petition.reopened) if petition.reopened else "",
    )


def _next(petition: Petition) -> datetime:
    return petition.answer_due_at if petition.forwarded else petition.forward_due_at


def _due(texts: Texts, petition: Petition) -> str:
    if petition.ended:
        return texts(f"petition.status.{petition.status.value}")
    key = "console.petitions.due_at" if petition.forwarded else "console.petitions.forward_at"
    return texts(key, date=day(_next(petition)))


def _state(petition: Petition, now: datetime, soon: datetime) -> str:
    if petition.ended or _next(petition) > soon:
        return "calm"
    return "late" if _next(petition) < now else "near"


@dataclass(frozen=True)
class Happening:
    moment: str
    text: str


def _happening(texts: Texts, event: PetitionEvent, now: datetime) -> Happening:
    name = event.officer_name or texts("console.petitions.citizen")
    text = texts(f"console.petitions.event.{event.kind}", name=name, to=str(event.detail.get("to", "")))
    reason = str(event.detail.get("reason", ""))
    return Happening(words.moment(texts, event.at, now), f"{text}: {reason}" if reason else text)


def context(texts: Texts, page: PetitionPage, now: datetime, soon: datetime) -> dict[str, Any]:
    petition = page.petition
    return {
        "page": page,
        "petition": petition,
        "kind": texts(f"petition.kind.{petition.kind.value}"),
        "standing": texts(f"petition.status.{petition.status.value}"),
        "state": _state(petition, now, soon),
        "forward_due": "" if petition.forwarded or petition.ended else deadline(texts, page.forward),
        "answer_due": "" if petition.ended else deadline(texts, page.answer),
        "rating": texts(f"rating.level.l{page.score}") if page.score else "",
        "history": [_happening(texts, each, now) for each in page.events],
        "may": {act.value for act in PetitionAct if act in page.acts},
    }
