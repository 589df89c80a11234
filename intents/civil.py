"""A message without its rudeness: swearing never hides the need inside. The words are data (`data/rough.yaml`)."""

from functools import cache
from importlib import resources

import yaml

from intents.patterns import PatternSet
from intents.spoken import Spoken


@cache
def _patterns() -> PatternSet[str]:
    tree = yaml.safe_load(resources.files("intents").joinpath("data", "rough.yaml").read_text("utf-8"))
    return PatternSet((pattern, role) for role, lines in tree.items() for pattern in lines).compiled()


def civil(said: Spoken) -> Spoken:
    """What is left to understand; the same object where nothing is rude, or nothing else is said."""
    left = said
    while (less := _without(left)) is not left:  # a pattern is found once at a time, swearing repeats itself
        left = less
    return left if left.words else said


def _without(said: Spoken) -> Spoken:
    hits = _patterns().find(said)
    rough = [hit for hit in hits if hit.payload == "rough"]
    if not rough:
        return said
    kept = [hit for hit in hits if hit.payload == "keep"]
    left, position = [], 0
    for word in said.words:
        dropped = any(hit.covers(position) for hit in rough) and not any(hit.covers(position) for hit in kept)
        if not dropped:
            left.append(word)
        position += len(word) + 1
    return said if len(left) == len(said.words) else Spoken.of(left)
