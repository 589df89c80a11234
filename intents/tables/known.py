"""What people call the procedures of the shipped catalog, for entries of a list that are the same by code and name."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from rapidfuzz import fuzz

from intents import loader
from intents.catalog import Procedure
from intents.text import fold

ALIKE = 80  # of 100: a code that the two lists use for different procedures is not the same entry


def known(procedures: Iterable[Procedure]) -> Iterator[tuple[Procedure, Procedure | None]]:
    """Each entry, and the same with the shipped short name, everyday names and wordings where it has none of its own.

    None: the shipped catalog does not know it, or it is worded already.
    """
    shipped = _shipped()
    for entry in procedures:
        same = shipped.get(entry.code)
        is_same = same is not None and fuzz.token_set_ratio(fold(same.name), fold(entry.name)) >= ALIKE
        yield entry, _as_people_say(entry, same) if same and is_same and not entry.wordings else None


@cache
def _shipped() -> Mapping[str, Procedure]:
    return loader.load(next(path for path in loader.SHIPPED if path.is_file())).by_code


def _as_people_say(entry: Procedure, same: Procedure) -> Procedure:
    words = {
        "short_name": entry.short_name or same.short_name,
        "everyday_names": entry.everyday_names or same.everyday_names,
        "wordings": same.wordings,
    }
    return entry.model_copy(update=words)
