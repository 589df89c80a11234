"""Entries such as a country's whole list holds beside a province's: banks, customs, aircraft, armed forces.

A catalog that somebody imports is mostly these. Weights are learned among them too, so that a question of everyday
life is not given to a bank because the bank's name says more of its words.
"""

import random
from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path

import yaml

from intents.catalog import Catalog, Level, Procedure

WORDS = Path(__file__).with_name("strangers.yaml")
SEED = 1975
_QUALIFIED = 0.6  # share of the names that say for whom


def among_strangers(catalog: Catalog, count: int) -> Catalog:
    """The catalog with `count` entries more, by name only; the same for the same count."""
    of_whom, levels = catalog.procedures[0], tuple(Level)  # lists that are imported mix the levels up
    strangers = tuple(
        Procedure(
            code=f"9.{number:06d}",
            name=name,
            field=of_whom.field,
            level=levels[number % len(levels)],
            agency=of_whom.agency,
        )
        for number, name in enumerate(islice(_names(), count))
    )
    return catalog.model_copy(update={"procedures": catalog.procedures + strangers})


def _names() -> Iterator[str]:
    words = yaml.safe_load(WORDS.read_text("utf-8"))
    chance = random.Random(SEED)
    pairs = list(product(words["done"], words["things"]))
    chance.shuffle(pairs)
    for done, thing in pairs:
        for_whom = f" {chance.choice(words['for_whom'])}" if chance.random() < _QUALIFIED else ""
        yield f"{done} {thing}{for_whom}"
