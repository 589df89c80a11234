"""A text without the name of whoever wrote it: as they introduce themselves, and as they are known.

Words are compared as they were typed; what was typed without marks also as it would be typed so.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib import resources

from intents.text import fold

_WORD = re.compile(r"\w+")
MOST = 4  # words of a name after a family name
_INTRODUCTIONS = tuple(
    tuple(said.split())
    for said in (
        "ten toi la", "ten tui la", "ten em la", "ten con la", "ten chau la", "ten minh la", "ten toi", "ten tui",
        "ten em", "ten con", "ten chau", "toi ten la", "tui ten la", "em ten la", "con ten la", "toi ten", "tui ten",
        "em ten", "con ten", "chau ten", "minh ten", "toi la", "tui la", "em la", "con la", "chau la", "minh la",
        "nguoi gui", "nguoi phan anh", "ky ten", "ho ten", "ho va ten",
    )
)  # fmt: skip
_TITLES = frozenset(
    ["anh", "chi", "ong", "ba", "co", "chu", "bac", "di", "em", "chau", "cau", "mo", "thim", "duong"]
)


@cache
def _family_names() -> frozenset[str]:
    """As typed, with marks or without any; the commonest ones, which are nearly everybody's."""
    text = resources.files("intents").joinpath("data", "family_names.tsv").read_text("utf-8")
    typed = [line.strip().casefold() for line in text.splitlines() if line.strip()]
    return frozenset((*typed, *map(fold, typed)))


@dataclass(frozen=True)
class _Word:
    typed: str  # casefolded
    folded: str
    start: int
    end: int
    capital: bool

    def names(self, word: str) -> bool:
        """Whether it is that word of a name; where either was typed without marks, without them."""
        bare = self.typed.isascii() or word.isascii()
        return self.typed == word or (bare and self.folded == fold(word))


def without_names(text: str, names: Collection[str], mark: str) -> str:
    """The text with `mark` for each name of `names`, whole or in part, and for one its writer gives themselves."""
    text = unicodedata.normalize("NFC", text)
    words = _words(text)
    hidden = {place for run in _introduced(words, text) for place in run}
    for name in names:
        hidden |= _known(words, unicodedata.normalize("NFC", name).casefold().split())
    return _marked(text, words, hidden, mark)


def introduced(text: str) -> tuple[str, ...]:
    """The names by which the writer of a text introduces themselves in it."""
    text = unicodedata.normalize("NFC", text)
    words = _words(text)
    return tuple(text[words[min(run)].start : words[max(run)].end] for run in _introduced(words, text) if run)


def _words(text: str) -> tuple[_Word, ...]:
    return tuple(
        _Word(found[0].casefold(), fold(found[0]), *found.span(), capital=found[0][0].isupper())
        for found in _WORD.finditer(text)
    )


def _introduced(words: tuple[_Word, ...], text: str) -> list[set[int]]:
    hidden: list[set[int]] = []
    for place in range(len(words)):
        for said in _INTRODUCTIONS:
            ahead = words[place : place + len(said)]
            if tuple(each.folded for each in ahead) == said:
                hidden.append(_name_from(words, place + len(said), text, sure="ten" in said))
                break
    return hidden


def _name_from(words: tuple[_Word, ...], begins: int, text: str, *, sure: bool) -> set[int]:
    """Capitals up to the next word without; after "tên" (`sure`) also a family name in small letters, with the two
    words that follow. A comma ends both."""
    first = words[begins] if begins < len(words) else None
    typed_small = sure and first is not None and not first.capital and first.typed in _family_names()
    if first is None or not (first.capital or typed_small):
        return set()
    hidden = {begins}
    for place in range(begins + 1, min(begins + (3 if typed_small else MOST + 1), len(words))):
        together = not text[words[place - 1].end : words[place].start].strip(" ")
        if not together or not (typed_small or words[place].capital):
            break
        hidden.add(place)
    family = first.typed in _family_names()
    return hidden if family or len(hidden) > 1 else set()


def _known(words: tuple[_Word, ...], name: list[str]) -> set[int]:
    """A name of one word wherever it stands; of a longer one two words together, or the last after a title."""
    if len(name) == 1:
        return {place for place, each in enumerate(words) if len(name[0]) > 1 and each.typed == name[0]}
    hidden: set[int] = set()
    for place, each in enumerate(words):
        if not any(each.names(part) for part in name):
            continue
        before = words[place - 1] if place else None
        if before and any(before.names(part) and not each.names(part) for part in name):
            hidden |= {place - 1, place}
        if name and each.names(name[-1]) and before and before.folded in _TITLES:
            hidden.add(place)
    return hidden


def _marked(text: str, words: tuple[_Word, ...], hidden: set[int], mark: str) -> str:
    """One mark for words that stand together."""
    out: list[str] = []
    position = 0
    for place in sorted(hidden):
        word = words[place]
        gap = text[position : word.start]
        joined = out and place - 1 in hidden and not gap.strip()
        out.append("" if joined else gap + mark)
        position = word.end
    return "".join((*out, text[position:]))
