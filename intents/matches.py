"""What a matcher answers. Apart from it, so that who only handles answers does not load what finds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from intents.slots import SlotQuestion

SHOWN, HELD = 3, 5  # candidates a citizen chooses from; candidates a match holds
OUTRIGHT = 0.97  # the score of an entry that is called just as the message says


@dataclass(frozen=True)
class Candidate:
    """`score` in 0..1 is the probability that it is the right one; `why` what each feature added to its rank."""

    code: str
    name: str
    score: float
    wording: str
    why: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    best: Candidate
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Unsure:
    """Up to HELD candidates, best first; show at most SHOWN. `question` settles it where one slot tells them apart."""

    candidates: tuple[Candidate, ...]
    question: SlotQuestion | None = None


@dataclass(frozen=True)
class NotFound:
    candidates: tuple[Candidate, ...] = ()


Match: TypeAlias = Found | Unsure | NotFound
