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
from functools import cache
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


def _anchors(choices: list[list[set[str]]], cost: Mapping[str, float]) -> set[str]:
    """Folded words of which one must stand in a text that the pattern can match: the rarest that will do."""
    anchors = [
        {min(words, key=lambda word: cost[word]) for words in alternatives} for alternatives in choices
    ]
    return min(anchors, key=lambda words: sum(cost[word] for word in words))


def _costs(choices: Iterable[list[list[set[str]]]]) -> Mapping[str, float]:
    """How often a word will make its patterns be tried for nothing: by how many hold it, and how common it is."""
    cost = Counter(word for items in choices for item in items for words in item for word in words)
    return {word: count * (10.0 if word in _everyday() else 1.0) for word, count in cost.items()}


@cache
def _everyday() -> frozenset[str]:
    return frozenset(map(fold_words, light_words() | common_words()))


class PatternSet(Generic[Payload]):
    """Many patterns at once; only those with a word of theirs in the text are tried."""

    def __init__(self, patterns: Iterable[tuple[str, Payload]]) -> None:
        by_anchor: dict[str, list[tuple[re.Pattern[str], Payload]]] = {}
        listed = [(pattern, payload, _choices(pattern)) for pattern, payload in patterns]
        cost = _costs(choices for _, _, choices in listed)
        for pattern, payload, choices in listed:
            expression = re.compile(_expression(pattern))
            for anchor in _anchors(choices, cost):
                by_anchor.setdefault(anchor, []).append((expression, payload))
        self._by_anchor: Mapping[str, Sequence[tuple[re.Pattern[str], Payload]]] = by_anchor

    def find(self, words: Sequence[str], folded: Sequence[str]) -> list[Hit[Payload]]:
        """Every pattern that occurs, once, in no particular order. `folded` are the same words folded."""
        text = f" {' '.join(words)} "
        hits = []
        for anchor in dict.fromkeys(folded):
            for expression, payload in self._by_anchor.get(anchor, ()):
                if found := expression.search(text):
                    gaps = tuple(found.span(number + 1) for number in range(len(found.groups())))
                    hits.append(Hit(payload, found.start(), found.end(), gaps))
        return hits
