"""Two small logistic models: how features add up to a rank, and how sure the first of the ranking is.

The weights are data (`data/weights.json`), learned by `python -m benchmarks.learn_weights`; reading them needs no
learning library.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from math import exp, log

import numpy as np

from intents.features import NAMES, Matrix
from intents.manner import Manner
from intents.rows import Floats

DOUBTS = (
    "bias", "margin", "first_share", "total", "covered", "phrase_covered", "alike", "entry_covers", "absolute",
    "unknown", "length", "handwritten", "pairs", "conflicts", "decoy", "exact", "errand", "elsewhere", "led",
    "odds", "narrow_margin", "in_order", "entry_says", "entry_pairs", "agreements",
)  # fmt: skip


WORDED, NAMED = "worded", "named"  # catalogs with wordings, and such as an import brings


@dataclass(frozen=True)
class Weights:
    """`ranking` and `doubt` in the order of NAMES and DOUBTS.

    From a confidence of `answer` on a match is found, from `ask` on it is asked back.
    """

    ranking: Floats
    doubt: Floats
    answer: float
    ask: float

    @classmethod
    def of(cls, content: Mapping[str, Mapping[str, float]]) -> "Weights":
        """Weights by name; a name that is not written weighs nothing."""
        return cls(
            np.array([content["ranking"].get(name, 0.0) for name in NAMES], dtype=np.float32),
            np.array([content["doubt"].get(name, 0.0) for name in DOUBTS], dtype=np.float32),
            content["thresholds"]["answer"],
            content["thresholds"]["ask"],
        )


@cache
def shipped_weights(worded: bool = True) -> Weights:
    """For a catalog whose entries have wordings, or for one that is mostly names."""
    text = resources.files("intents").joinpath("data", "weights.json").read_text("utf-8")
    return Weights.of(json.loads(text)[WORDED if worded else NAMED])


_COLUMN = {name: number for number, name in enumerate(NAMES)}
_CONFLICTS = [number for name, number in _COLUMN.items() if name.endswith("_conflict")]
_AGREEMENTS = [number for name, number in _COLUMN.items() if name.endswith("_agree")]
_WIDE, _NARROW = 5.0, 2.0  # margins of rank from which more says no more
_LEAST_ODDS, _MOST_ODDS = -4.0, 6.0  # logarithms


def doubts(rows: Matrix, ranks: Floats, manner: Manner) -> Floats:
    """What the second model sees of a ranking (best first), in the order of DOUBTS. Decoys may be among the rows."""
    listed = ranks.tolist()
    is_decoy = (rows[:, _COLUMN["decoy"]] > 0).tolist()
    inside = [place for place, decoy in enumerate(is_decoy) if not decoy]
    nearest_decoy = max(
        (rank for rank, decoy in zip(listed, is_decoy, strict=True) if decoy), default=min(listed) - 1
    )
    best = rows[inside[0]].tolist()
    first = listed[inside[0]]
    believed = 1 / sum(exp(rank - first) for rank in listed)
    margin = min(first - listed[inside[1]], _WIDE) if len(inside) > 1 else _WIDE
    odds = min(max(log(believed / (1 - believed + 1e-6)), _LEAST_ODDS), _MOST_ODDS)

    def of(name: str) -> float:
        return float(best[_COLUMN[name]])

    values = (
        1.0, margin / _WIDE, believed, first / 10, of("best_message_covered"), of("best_phrase_covered"), of("alike"),
        of("entry_covers"), of("best_absolute"), manner.unknown, min(manner.length, 20) / 20, of("best_is_handwritten"),
        of("best_pairs"), sum(best[column] for column in _CONFLICTS),
        min(1.0, max(-1.0, (nearest_decoy - first) / 5)), of("exact"),
        manner.errand, manner.elsewhere, of("lead_covered"),
        odds / 5, min(margin, _NARROW) / _NARROW, of("alike_in_order"), of("entry_says"), of("entry_pairs"),
        sum(best[column] for column in _AGREEMENTS),
    )  # fmt: skip
    return np.array(values, dtype=np.float32)


def probability(weights: Floats, values: Floats) -> float:
    return 1 / (1 + exp(-float(weights @ values)))


class Contributions(Mapping[str, float]):
    """What each feature added to a candidate's rank, the largest first; worked out when somebody asks."""

    def __init__(self, weights: Weights, row: Floats) -> None:
        self._weights, self._row = weights, row

    @cached_property
    def _added(self) -> dict[str, float]:
        added = {
            name: round(float(value), 3)
            for name, value in zip(NAMES, self._row * self._weights.ranking, strict=True)
        }
        return dict(
            sorted(((name, value) for name, value in added.items() if value), key=lambda pair: -abs(pair[1]))
        )

    def __getitem__(self, name: str) -> float:
        return self._added[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._added)

    def __len__(self) -> int:
        return len(self._added)
