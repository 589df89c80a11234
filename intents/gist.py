"""What a message is about that no pattern knows: a learned vote over its words.

Patterns (`phrases/vi.yaml`) say surely what they were written for and nothing about the rest; people complain, report
and cry for help in words that nobody listed. Each word, pair of words and pair with one word between them speaks for or
against an act; the weights are data (`data/gist.json`), learned by `python -m benchmarks.learn_gist` from sentences
in tests/sentences/gist. Only a message that is clearly about one act gets a gist.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from math import exp

from intents.spoken import Spoken

NOTHING = "none"
REASONS = 4  # parts that are named as what spoke for an act
LONGEST = 30  # words of a message that is voted on; in a long tale too many words speak beside the matter


class Gist(StrEnum):
    COMPLAIN_OFFICER = "complain_officer"
    PRAISE = "praise"
    LOOK_UP_DOSSIER = "look_up_dossier"
    PETITION_STATE = "petition_state"
    RATE = "rate"
    ASK_PERSON = "ask_person"
    FILE_PETITION = "file_petition"
    SCAM = "scam"
    FIRE = "fire"
    POLICE = "police"
    AMBULANCE = "ambulance"
    CHILD = "child"
    SEA_RESCUE = "sea_rescue"
    SUICIDE = "suicide"


@dataclass(frozen=True)
class Vote:
    """`share`: of belief, 0..1, beside all other acts and none."""

    gist: Gist
    share: float


def parts_of(said: Spoken) -> set[str]:
    """What of a message votes: words without marks and with them, neighbours, and words with one between them."""
    marked = {f"={word}" for word in said.marked}
    apart = {f"{one} .. {other}" for one, other in zip(said.plain, said.plain[2:], strict=False)}
    return {*said.plain, *said.pairs} | marked | apart


class Voting:
    """Weights by part and label; `needed`: the share from which a label is believed."""

    def __init__(
        self,
        weights: Mapping[str, Mapping[str, float]],
        bias: Mapping[str, float],
        needed: Mapping[str, float],
    ) -> None:
        self._labels = list(bias)
        number = {label: place for place, label in enumerate(self._labels)}
        self._bias = list(bias.values())
        self._needed = needed
        self._weights = {
            part: [(number[label], weight) for label, weight in each.items()]
            for part, each in weights.items()
        }

    def vote(self, said: Spoken) -> Vote | None:
        """The act that the message is about; None where no act is believed enough."""
        if len(said.words) > LONGEST:
            return None
        parts = parts_of(said)
        sums = list(self._bias)
        for part in parts:
            for place, weight in self._weights.get(part, ()):
                sums[place] += weight
        best = max(range(len(sums)), key=sums.__getitem__)
        label = self._labels[best]
        if label == NOTHING:
            return None
        share = 1 / sum(exp(each - sums[best]) for each in sums)
        return Vote(Gist(label), share) if share >= self._needed[label] else None

    def reasons(self, said: Spoken, gist: Gist) -> list[tuple[str, float]]:
        """The parts that speak most for it, with their weights."""
        place = self._labels.index(gist)
        spoken = [
            (part, weight)
            for part in parts_of(said)
            for label, weight in self._weights.get(part, ())
            if label == place and weight > 0
        ]
        return sorted(spoken, key=lambda each: (-each[1], each[0]))[:REASONS]


@cache
def shipped_voting() -> Voting:
    text = resources.files("intents").joinpath("data", "gist.json").read_text("utf-8")
    content = json.loads(text)
    return Voting(content["weights"], content["bias"], content["needed"])
