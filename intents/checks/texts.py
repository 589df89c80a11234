"""The scalars of a catalog file with their paths, in the order they are written.

A catalog of 30,000 entries holds two million of them, and hardly any breaks a rule: rules look at the whole file at
once (`Texts.with_any`, `Texts.matching`) and build the path of what they find only.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from intents.yaml_strict import Document, Path, Tree

Text = tuple[Path, str]
_BETWEEN = "\n\n"


class Texts:
    """All texts of one file; `with_any` and `matching` give those that hold something, each once, in order."""

    def __init__(self, document: Document) -> None:
        self._found: list[tuple[Path, str | int, str]] = []
        _collect(document.tree, (), self._found)
        self._whole = _BETWEEN.join([text for _, _, text in self._found])
        self._lower = self._whole.replace("İ", "I").lower()  # İ alone would grow, and shift all places
        self._starts: list[int] = []
        start = 0
        for _, _, text in self._found:
            self._starts.append(start)
            start += len(text) + len(_BETWEEN)

    def with_any(self, parts: Iterable[str]) -> Iterator[Text]:
        """Those that hold one of these, in whatever case. `parts` are lower case."""
        return self._at({where for part in parts for where in _places(self._lower, part)})

    def matching(self, sign: re.Pattern[str]) -> Iterator[Text]:
        """Those in which one character matches."""
        return self._at({found.start() for found in sign.finditer(self._whole)})

    def all(self) -> Iterator[Text]:
        return ((_path(before, step), text) for before, step, text in self._found)

    @property
    def whole(self) -> str:
        return self._whole

    def _at(self, places: set[int]) -> Iterator[Text]:
        for index in sorted({bisect_right(self._starts, place) - 1 for place in places}):
            before, step, text = self._found[index]
            yield _path(before, step), text


def _places(text: str, part: str) -> Iterator[int]:
    place = text.find(part)
    while place >= 0:
        yield place
        place = text.find(part, place + 1)


def _path(before: Path, step: str | int) -> Path:
    return (*before, step) if step != "" else before


def _collect(tree: Tree, path: Path, found: list[tuple[Path, str | int, str]]) -> None:
    if isinstance(tree, dict):
        items: Iterable[tuple[str | int, Tree]] = tree.items()
    elif isinstance(tree, list):
        items = enumerate(tree)
    else:
        if isinstance(tree, str):
            found.append((path, "", tree))
        return
    for step, value in items:
        if isinstance(value, str):
            found.append((path, step, value))
        elif value is not None:
            _collect(value, (*path, step), found)


def label(path: Path) -> str:
    """The name of the field a text stands in, for a message."""
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "?")
