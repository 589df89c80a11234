"""Patterns over words, for data files that people edit.

A pattern is words with tone marks. `a|b` either word, `a_b` two words as one alternative, `..` up to four words
between (`...` up to eight), `^` and `$` the ends of the message, `a?` may be missing. Each word is also
found without its marks, with half of them, and with hỏi for ngã, so files hold the right spelling only; `=a` is found
just as written.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Generic, TypeVar

from intents.text import fold_words, keep_accents, spellings
from intents.words import common_words, expand, light_words

Payload = TypeVar("Payload")

_GAPS = {"..": r"((?: \S+){0,4}?)", "...": r"((?: \S+){0,8}?)"}


@dataclass(frozen=True)
class Hit(Generic[Payload]):
    """A pattern that was found: what it stands for, where it begins and ends, and the gaps it leapt over."""

    payload: Payload
    start: int
    end: int
    gaps: tuple[tuple[int, int], ...] = ()

    def covers(self, position: int) -> bool:
        """Whether a word that begins here (the space before it) is one of the pattern's own."""
        in_gap = any(begin <= position < end for begin, end in self.gaps)
        return self.start <= position < self.end and not in_gap


def _word(word: str) -> str:
    forms = spellings(word)
    return forms[0] if len(forms) == 1 else f"(?:{'|'.join(forms)})"


def _alternatives(item: str) -> list[tuple[list[str], bool]]:
    """The alternatives of one item: normal words, and whether they count just as written."""
    found = [
        (expand(keep_accents(each.replace("_", " ")).split()), each[:1] == "=") for each in item.split("|")
    ]
    if not all(words for words, _ in found):
        raise ValueError(f"an alternative without a word: {item!r}")
    return found


def _item(item: str) -> str:
    options = [" ".join(words if exact else map(_word, words)) for words, exact in _alternatives(item)]
    return options[0] if len(options) == 1 else f"(?:{'|'.join(options)})"


def _expression(pattern: str) -> str:
    """The regular expression of a pattern, over text that begins and ends with a space."""
    items = pattern.split()
    expression, after_gap = "", ""
    for item in items:
        if item == "^":
            expression += "^"
        elif item == "$":
            expression += " $"
        elif item in _GAPS:
            after_gap = _GAPS[item]
        elif item.endswith("?"):
            expression += f"{after_gap}(?: {_item(item[:-1])})?"
            after_gap = ""
        else:
            expression += f"{after_gap} {_item(item)}"
            after_gap = ""
    return expression + ("" if items[-1] == "$" else "(?= )")


def _choices(pattern: str) -> list[list[set[str]]]:
    """For each item that must be there its alternatives, each as the set of its folded words."""
    required = [item for item in pattern.split() if item not in ("^", "$", *_GAPS) and not item.endswith("?")]
    return [[set(map(fold_words, words)) for words, _ in _alternatives(item)] for item in required]


def _anchors(choices: list[list[set[str]]], cost: Mapping[str, float]) -> list[frozenset[str]]:
    """Sets of folded words; of each one must stand in a text that the pattern can match. The rarest first."""
    anchors = [
        frozenset(min(words, key=lambda word: (cost[word], word)) for words in alternatives)
        for alternatives in choices
    ]
    return sorted(anchors, key=lambda words: sum(cost[word] for word in words))


def _costs(choices: Iterable[list[list[set[str]]]]) -> Mapping[str, float]:
    """How often a word will make its patterns be tried for nothing: by how many hold it, and how common it is."""
    cost = Counter(word for items in choices for item in items for words in item for word in words)
    return {word: count * (10.0 if word in _everyday() else 1.0) for word, count in cost.items()}


@cache
def _everyday() -> frozenset[str]:
    return frozenset(map(fold_words, light_words() | common_words()))


class _Pattern(Generic[Payload]):
    """A pattern, compiled when a text first needs it: most of those in a file are not tried for days."""

    def __init__(self, pattern: str, payload: Payload, needs: Sequence[frozenset[str]]) -> None:
        """`needs`: of each of these sets of folded words one must stand in the text."""
        self._pattern = pattern
        self.payload = payload
        self.needs = needs

    @cached_property
    def expression(self) -> re.Pattern[str]:
        return re.compile(_expression(self._pattern))


class PatternSet(Generic[Payload]):
    """Many patterns at once; only those with a word of each of their items in the text are tried."""

    def __init__(self, patterns: Iterable[tuple[str, Payload]]) -> None:
        by_anchor: dict[str, list[_Pattern[Payload]]] = {}
        listed = [(pattern, payload, _choices(pattern)) for pattern, payload in patterns]
        cost = _costs(choices for _, _, choices in listed)
        for pattern, payload, choices in listed:
            anchors, *others = _anchors(choices, cost)
            made = _Pattern(pattern, payload, others)
            for anchor in anchors:
                by_anchor.setdefault(anchor, []).append(made)
        self._by_anchor: Mapping[str, Sequence[_Pattern[Payload]]] = by_anchor

    def find(self, words: Sequence[str], folded: Sequence[str]) -> list[Hit[Payload]]:
        """Every pattern that occurs, once, in no particular order. `folded` are the same words folded."""
        text = f" {' '.join(words)} "
        present = frozenset(folded)
        hits = []
        for anchor in dict.fromkeys(folded):
            for pattern in self._by_anchor.get(anchor, ()):
                for needed in pattern.needs:
                    if needed.isdisjoint(present):
                        break
                else:
                    if found := pattern.expression.search(text):
                        gaps = tuple(found.span(number + 1) for number in range(len(found.groups())))
                        hits.append(Hit(pattern.payload, found.start(), found.end(), gaps))
        return hits
