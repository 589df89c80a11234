"""Patterns over words, for data files that people edit.

A pattern is words with tone marks. `a|b` either word, `a_b` two words as one alternative, `..` up to four words
between (`...` up to eight), `^` and `$` the ends of the message, `a?` may be missing. Each word is also
found without its marks, with half of them, and with hỏi for ngã, so files hold the right spelling only; `=a` is found
just as written.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, product
from typing import Generic, Self, TypeAlias, TypeVar

from intents.spoken import Spoken
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
        (expand(keep_accents(each.replace("_", " ")).split()), each[:1] == "=")
        for each in item.rstrip("?").split("|")
    ]
    if not all(words for words, _ in found):
        raise ValueError(f"an alternative without a word: {item!r}")
    return found


def _item(item: str) -> str:
    # The longer first: of "hàn|hàn_quốc" the country, or half of its name stays behind.
    several = sorted(_alternatives(item), key=lambda each: -len(each[0]))
    options = [" ".join(words if exact else map(_word, words)) for words, exact in several]
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
            expression += f"{after_gap}(?: {_item(item)})?"
            after_gap = ""
        else:
            expression += f"{after_gap} {_item(item)}"
            after_gap = ""
    return expression + ("" if items[-1] == "$" else "(?= )")


class _Pattern(Generic[Payload]):
    """A pattern and the expression that finds it."""

    def __init__(self, pattern: str, payload: Payload) -> None:
        self._pattern = pattern
        self.payload = payload

    @cached_property
    def expression(self) -> re.Pattern[str]:
        return re.compile(_expression(self._pattern))


# What must stand in a text that a pattern can match: one of these folded words or pairs of neighbours ("bang lai").
_Need: TypeAlias = frozenset[str]
_MOST_PAIRS = 60  # of a need; where two long lists of alternatives meet it would be hundreds
_STEPS = (
    3  # needs of a pattern that are asked for before it is tried; more take longer than the trials they spare
)


def _needs(pattern: str) -> Iterator[_Need]:
    """For each item that must be there its beginning; where items follow each other the pairs where they meet."""
    before: list[list[str]] = []  # what the next item may follow at once
    for item in pattern.split():
        if item in ("^", "$"):
            continue
        if item in _GAPS:
            before = []
            continue
        options = [list(map(fold_words, words)) for words, _ in _alternatives(item)]
        if item.endswith("?"):
            before = [*before, *options] if before else []
            continue
        yield frozenset(" ".join(words[:2]) for words in options)
        if 0 < len(before) * len(options) <= _MOST_PAIRS:
            yield frozenset(f"{one[-1]} {two[0]}" for one, two in product(before, options))
        before = options


def _costs(needs: Iterable[Iterable[_Need]]) -> Mapping[str, float]:
    """How often a part makes patterns be tried for nothing: by how many need it, and how common it is."""
    cost = Counter(part for each in needs for need in each for part in need)
    return {part: count * _commonness(part) for part, count in cost.items()}


def _commonness(part: str) -> float:
    return 1.0 if " " in part else 100.0 if part in _everyday() else 10.0


@cache
def _everyday() -> frozenset[str]:
    return frozenset(map(fold_words, light_words() | common_words()))


class PatternSet(Generic[Payload]):
    """Many patterns at once; only those are tried whose rarest parts all stand in the text.

    A set of patterns is a number with a bit for each pattern and step, so that finding those takes one operation for
    each part of the text.
    """

    def __init__(self, patterns: Iterable[tuple[str, Payload]]) -> None:
        listed = list(patterns)
        self._patterns = [_Pattern(pattern, payload) for pattern, payload in listed]
        needs = [list(_needs(pattern)) for pattern, _ in listed]
        cost = _costs(needs)
        self._every = (1 << len(listed)) - 1
        self._held = 0  # of each step the patterns that need nothing more
        self._serving: dict[str, int] = {}  # of each step the patterns that need this part
        for number, several in enumerate(needs):
            several.sort(key=lambda need: sum(map(cost.__getitem__, need)))
            for step in range(_STEPS):
                bit = 1 << step * len(listed) + number
                if step >= len(several):
                    self._held |= bit
                    continue
                for part in several[step]:
                    self._serving[part] = self._serving.get(part, 0) | bit

    def compiled(self) -> Self:
        """The same, with nothing left to prepare when the first text comes: half a millisecond for each pattern."""
        for pattern in self._patterns:
            _ = pattern.expression
        return self

    def find(self, said: Spoken) -> list[Hit[Payload]]:
        """Every pattern that occurs, once, in the order they were given."""
        left = self._worth_trying(said)
        if not left:
            return []
        text = f" {' '.join(said.words)} "
        hits = []
        while left:
            lowest = left & -left
            left ^= lowest
            pattern = self._patterns[lowest.bit_length() - 1]
            if found := pattern.expression.search(text):
                hits.append(Hit(pattern.payload, found.start(), found.end(), found.regs[1:]))
        return hits

    def _worth_trying(self, said: Spoken) -> int:
        serving, held = self._serving, self._held
        for part in filter(serving.__contains__, chain(said.plain, said.pairs)):
            held |= serving[part]
        count, left = len(self._patterns), self._every
        for step in range(_STEPS):
            left &= held >> step * count
        return left
