"""What makes a readable catalog a good one: one small function a rule, and every problem in one run.

`error` refuses the start and the reload, `warning` does not. The shipped catalog has neither.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from intents import kept
from intents.catalog import Catalog
from intents.checks import characters, completeness, dates, places, references, wordings, words
from intents.checks.texts import Texts
from intents.checks.wordings import Overmatch
from intents.collecting import no_collecting
from intents.loader import Loaded, read
from intents.problems import CatalogError, Problem, Severity

__all__ = ["Overmatch", "OvermatchFinder", "check", "load_checked"]

OvermatchFinder = Callable[[Catalog], Iterable[Overmatch]]


def check(loaded: Loaded, today: date, overmatch: OvermatchFinder | None = None) -> tuple[Problem, ...]:
    """All problems of a catalog, those of the loader included, sorted by file and line.

    `overmatch` names the wordings that the matcher answers with another entry; without it that rule rests.
    """
    with no_collecting():
        return tuple(sorted(_problems(loaded, today, overmatch)))


def _problems(loaded: Loaded, today: date, overmatch: OvermatchFinder | None) -> set[Problem]:
    problems = set(loaded.problems)
    for document in loaded.documents.values():
        written = Texts(document)
        problems.update(characters.check(document, written))
        problems.update(words.check(document, written))
    if loaded.draft is not None:
        problems.update(_of_catalog(loaded, loaded.draft, today))
        if overmatch and not loaded.problems:
            problems.update(wordings.overmatched(loaded, overmatch(loaded.draft)))
    return problems


def load_checked(head: Path, today: date) -> tuple[Catalog, tuple[Path, ...]]:
    """A catalog without errors, and the files it was read from. Raises CatalogError with every error.

    The same files as before are not read and checked again (`intents.kept`): no error depends on the day.
    """
    place = kept.Kept.of()
    key, files = kept.key(head)
    if key and place and (found := place.find(key)):
        return found, files
    loaded = read(head)
    errors = tuple(each for each in check(loaded, today) if each.severity is Severity.ERROR)
    if errors or loaded.catalog is None:
        raise CatalogError(errors)
    if key and place and kept.key(head)[0] == key:  # else a file changed meanwhile
        place.put(key, loaded.catalog)
    return loaded.catalog, tuple(loaded.files)


def _of_catalog(loaded: Loaded, catalog: Catalog, today: date) -> Iterator[Problem]:
    yield from references.check(loaded, catalog)
    yield from completeness.check(loaded, catalog)
    yield from wordings.check(loaded, catalog)
    yield from dates.check(loaded, catalog, today)
    yield from places.check(loaded, catalog)
