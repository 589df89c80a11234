"""What a message is like, whatever it is compared with: an errand with papers, or talk that no office answers.

The patterns are data (`data/manner.yaml`), the same for every catalog.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from intents.patterns import PatternSet
from intents.spoken import Spoken

_MANY = 3  # signs; more say no more


@dataclass(frozen=True)
class Manner:
    """`unknown`: share of the message's weight in words the catalog does not know; `length` in words.

    `errand` and `elsewhere`: how many signs of either there are, 0..1.
    """

    unknown: float
    length: int
    errand: float
    elsewhere: float


@cache
def _signs() -> PatternSet[str]:
    tree = yaml.safe_load(resources.files("intents").joinpath("data", "manner.yaml").read_text("utf-8"))
    return PatternSet(
        (pattern, kind) for kind, lines in tree.items() for line in lines for pattern in line.split(" ; ")
    ).compiled()


def manner_of(said: Spoken, unknown: float) -> Manner:
    signs = [hit.payload for hit in _signs().find(said)]
    errand, elsewhere = (min(signs.count(kind), _MANY) / _MANY for kind in ("errand", "elsewhere"))
    return Manner(unknown, len(said.words), errand, elsewhere)
