"""A word or two that may be the beginning of many errands ("đất đai", "giấy phép"): what people mostly want then.

The table is data (`data/broad.tsv`), in official words, so that it serves every catalog.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from intents.spoken import folded
from intents.words import light_words, table, words_of

_DOING = frozenset(("làm", "lam", "xin", "hỏi", "hoi", "về", "ve", "vụ", "vu", "chuyện", "chuyen", "lo"))

_AGAIN = frozenset(("lại", "lai"))  # says which errand: the paper was had before


class Errand(NamedTuple):
    """What people call it ("tách thửa"), and the official words that find it."""

    label: str
    official: str


@cache
def _errands() -> Mapping[tuple[str, ...], tuple[tuple[str, ...], tuple[Errand, ...]]]:
    """By what is said, without marks: what is said, with them, and the errands."""
    found: dict[tuple[str, ...], tuple[tuple[str, ...], tuple[Errand, ...]]] = {}
    for said, meant in table("broad.tsv"):
        several = tuple(Errand(*each.split(": ")) for each in meant.split(" ; "))
        for form in said.split(" ; "):
            words = tuple(words_of(form))
            for each in (words, _telling(words)):
                if each == words or len(each) > 1:
                    found.setdefault(tuple(folded(each)), (each, several))
    return found


def _telling(words: Sequence[str]) -> tuple[str, ...]:
    light = light_words() - _AGAIN
    return tuple(word for word in words if word not in light and word not in _DOING)


@cache
def _longest() -> int:
    return max(map(len, _errands()))


def errands(words: Sequence[str]) -> tuple[Errand, ...]:
    """What a message may be the beginning of; nothing where it says more than that."""
    known, longest = _errands(), _longest()
    for telling in (words, _telling(words)):
        if len(telling) > longest:  # as nearly every message is: nothing to compare
            continue
        bare = tuple(folded(telling))
        said, meant = known.get(bare, ((), ()))
        if meant and all(word in (one, plain) for word, one, plain in zip(telling, said, bare, strict=True)):
            return meant
    return ()
