"""What a conversation remembers between turns. Small, versioned JSON; unreadable means: start empty."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

import structlog

from bot.conversation.petitions import PetitionDraft
from bot.messages import Incoming, Kind
from intents.reading import Part

VERSION = 1
log = structlog.get_logger()


class Step(StrEnum):
    """What the next message is expected to be."""

    DOSSIER_CODE = "dossier_code"
    DOSSIER_FACTOR = "dossier_factor"
    PETITION_TEXT = "petition_text"
    PETITION_CONFIRM = "petition_confirm"
    PETITION_KIND = "petition_kind"
    PETITION_LIKE = "petition_like"
    PETITION_CODE = "petition_code"
    PETITION_REOPENED = "petition_reopened"
    PETITION_DROP = "petition_drop"
    COMMUNE = "commune"
    CONSENT = "consent"
    RATING = "rating"
    RATING_WORDS = "rating_words"
    DOSSIER_RATING_WORDS = "dossier_rating_words"
    QUESTION_FOR_PERSON = "question_for_person"
    FILING = "filing"
    OWNER_CONFIRM = "owner_confirm"
    WITHDRAW_TICKET = "withdraw_ticket"
    FORGET_ME = "forget_me"
    PROCEDURE = "procedure"


TELLING = frozenset(
    {
        Step.PETITION_TEXT,
        Step.PETITION_CONFIRM,
        Step.PETITION_KIND,
        Step.PETITION_LIKE,
        Step.PETITION_DROP,
    }
)


@dataclass(frozen=True)
class Expecting:
    step: Step
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MenuItem:
    label: str
    token: str


@dataclass(frozen=True)
class Screen:
    """What "quay lại" can come back to: one procedure (a part of it), or a choice of several. Neither: other talk."""

    codes: tuple[str, ...] = ()
    part: Part | None = None


LONGEST_TRAIL = 8


@dataclass(frozen=True)
class State:
    """`menu` is what was offered last: a typed number or label means that. `misses`: not found, in a row.

    `offered` is what was found beside `procedure`; `asked` is the message after which it was asked which of them;
    `trail` is what was shown, oldest first, for "quay lại".
    `draft` is the dossier being filed: it waits through side questions, pauses and days.
    """

    expecting: Expecting | None = None
    procedure: str | None = None
    offered: tuple[str, ...] = ()
    asked: str = ""
    trail: tuple[Screen, ...] = ()
    menu: tuple[MenuItem, ...] = ()
    misses: int = 0
    missed: str = ""
    greeted: bool = False
    aside: bool = False
    album: str = ""  # the photos sent together that were asked about last
    photo: float = 0.0  # seconds since 1970 of a photo after which nothing else came
    draft: int | None = None
    petition: PetitionDraft | None = None  # told and not sent yet: it waits through side questions

    @property
    def telling(self) -> bool:
        """A petition is being told: photos and places that are sent belong to it."""
        return self.expecting is not None and self.expecting.step in TELLING

    def expect(self, step: Step, **data: str) -> "State":
        return replace(self, expecting=Expecting(step, data))

    def offering(self, menu: tuple[MenuItem, ...]) -> "State":
        return replace(self, menu=menu)

    def walked(self, screen: Screen, *, back: bool) -> "State":
        """One screen further, or from the last one back to `screen`."""
        trail = self.trail[:-1] if back else self.trail
        if trail[-1:] != (screen,):
            trail = (*trail, screen)
        return replace(self, trail=trail[-LONGEST_TRAIL:])

    @property
    def before(self) -> Screen:
        """What was shown before the present one; empty where that was no procedure."""
        return self.trail[-2] if len(self.trail) > 1 else Screen()

    def after(self, incoming: Incoming) -> "State":
        """Which photos the next ones may belong to."""
        photo = incoming.at.timestamp() if incoming.kind is Kind.IMAGE else 0.0
        return replace(self, album=incoming.album or self.album, photo=photo)

    def to_json(self) -> str:
        told = {"petition": self.petition.to_data() if self.petition else None}
        return json.dumps({"v": VERSION, **asdict(self), **told}, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        try:
            data = json.loads(text)
            if data.get("v") != VERSION:
                raise ValueError(f"version {data.get('v')}")
            return cls._of(data)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            if text not in ("", "{}"):
                log.warning("conversation.state_unreadable", error=str(error))
            return cls()

    @classmethod
    def _of(cls, data: Mapping[str, Any]) -> Self:
        expecting, petition = data.get("expecting"), data.get("petition")
        return cls(
            expecting=Expecting(Step(expecting["step"]), dict(expecting["data"])) if expecting else None,
            procedure=data.get("procedure"),
            offered=tuple(data.get("offered", ())),
            asked=str(data.get("asked", "")),
            trail=tuple(_screen(each) for each in data.get("trail", ())),
            menu=tuple(MenuItem(item["label"], item["token"]) for item in data.get("menu", ())),
            misses=int(data.get("misses", 0)),
            missed=str(data.get("missed", "")),
            greeted=bool(data.get("greeted", False)),
            aside=bool(data.get("aside", False)),
            album=str(data.get("album", "")),
            photo=float(data.get("photo", 0)),
            draft=data.get("draft"),
            petition=PetitionDraft.of_data(petition) if petition else None,
        )


def _screen(data: Mapping[str, Any]) -> Screen:
    return Screen(tuple(data["codes"]), Part(data["part"]) if data["part"] else None)
