"""A petition before it is sent, which others it is like, and the name that is kept out of it. Pure.

The draft lies in the conversation's state: a restart or a day in between changes nothing.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Self

from intents.extract import redact
from intents.naming import without_names
from intents.text import fold
from intents.words import light_words
from storage.petition_records import Petition, PetitionKind

MOST_PHOTOS = 10
NEAR_METRES = 300.0
SAME_WORDS = 3  # words that mean something and stand in both
SHARE_SAME_PLACE, SHARE_ANYWHERE = 0.4, 0.6  # of the words of the shorter one
EARTH_METRES = 6_371_000
WITHHELD = "…"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class PetitionDraft:
    """`location`: "latitude,longitude". `commune`: its id. `checked`: others like it were looked for."""

    kind: PetitionKind = PetitionKind.REMARK
    text: str = ""
    files: tuple[int, ...] = ()
    location: str = ""
    commune: str = ""
    withheld: bool = False
    checked: bool = False

    @property
    def begun(self) -> bool:
        """Something was told or sent that must not be lost."""
        return bool(self.text or self.files or self.location)

    def to_data(self) -> dict[str, str]:
        data = {
            "kind": self.kind.value,
            "text": self.text,
            "files": " ".join(map(str, self.files)),
            "location": self.location,
            "commune": self.commune,
            "withheld": "yes" if self.withheld else "",
            "checked": "yes" if self.checked else "",
        }
        return {name: value for name, value in data.items() if value}

    @classmethod
    def of_data(cls, data: Mapping[str, str]) -> Self:
        return cls(
            kind=PetitionKind(data.get("kind", PetitionKind.REMARK)),
            text=data.get("text", ""),
            files=tuple(map(int, data.get("files", "").split())),
            location=data.get("location", ""),
            commune=data.get("commune", ""),
            withheld=bool(data.get("withheld")),
            checked=bool(data.get("checked")),
        )


@dataclass(frozen=True)
class Likeness:
    """`words` are the citizen's own: nothing of what the other one wrote is shown."""

    petition: Petition
    words: str
    mine: bool


def comparable(kind: PetitionKind) -> frozenset[PetitionKind]:
    """The kinds under which the same thing may have been told: a place is often told as a plain remark."""
    plain = frozenset({PetitionKind.REMARK, PetitionKind.PLACE})
    return plain if kind in plain else frozenset({kind})


def likeness(draft: PetitionDraft, other: Petition, citizen_id: int) -> Likeness | None:
    """Whether the two are probably about the same."""
    here, there = _meaning(draft.text), _meaning(other.text)
    shared = here & there
    near = _near(draft.location, other.location or "")
    numbers, others = _numbers(here), _numbers(there)
    elsewhere = bool(draft.commune and other.place and draft.commune != other.place)
    if not near and (elsewhere or (numbers and others and not numbers & others)):
        return None
    same_place = near or (bool(draft.commune) and draft.commune == other.place)
    share = SHARE_SAME_PLACE if same_place else SHARE_ANYWHERE
    if len(shared) < SAME_WORDS or len(shared) < share * min(len(here), len(there)):
        return None
    return Likeness(other, _said(draft.text, shared), other.citizen_id == citizen_id)


def _meaning(text: str) -> set[str]:
    return set(fold(text).split()) - light_words()


def _numbers(words: Collection[str]) -> set[str]:
    return {word for word in words if word.isdigit()}


def _said(text: str, shared: Collection[str]) -> str:
    """The shared words as this citizen typed them, in their order."""
    typed = [word for word in _WORD.findall(text) if fold(word) in shared]
    return " ".join(dict.fromkeys(typed))


def _near(here: str, there: str) -> bool:
    if not here or not there:
        return False
    (latitude, longitude), (other_latitude, other_longitude) = _degrees(here), _degrees(there)
    half = (
        sin((other_latitude - latitude) / 2) ** 2
        + cos(latitude) * cos(other_latitude) * sin((other_longitude - longitude) / 2) ** 2
    )
    return 2 * EARTH_METRES * asin(sqrt(min(half, 1.0))) <= NEAR_METRES


def _degrees(location: str) -> tuple[float, float]:
    latitude, _, longitude = location.partition(",")
    return radians(float(latitude)), radians(float(longitude))


def without_name(text: str, names: Collection[str]) -> str:
    """What an agency reads of somebody who does not want to be named: no name of theirs, no number."""
    return "\n".join(redact(line) for line in without_names(text, names, WITHHELD).split("\n"))
