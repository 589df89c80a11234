"""The labelled sentences of tests/sentences, and the shipped catalog they are tried on."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from intents import loader
from intents.catalog import Catalog
from intents.matcher import Matcher
from intents.reading import Reader

FOLDER = Path(__file__).parent.parent / "sentences"


def lines(name: str) -> Any:
    """A YAML file of sentences; every scalar as it is written."""
    return yaml.load((FOLDER / name).read_text("utf-8"), Loader=yaml.CBaseLoader)  # a file of ours


def rows(*names: str) -> list[dict[str, Any]]:
    """Labelled questions, one JSON object a line."""
    return [json.loads(line) for name in names for line in (FOLDER / name).read_text("utf-8").splitlines()]


@cache
def catalog() -> Catalog:
    return loader.load(loader.SHIPPED[-1])


@cache
def matcher() -> Matcher:
    return Matcher(catalog())


@cache
def reader() -> Reader:
    return Reader(catalog())
