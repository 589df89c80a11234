"""The terms of a catalog, numbered: words without marks, pairs of such words, and words with their marks.

What a term counts is a matter of the language, not of the catalog: words of politeness and asking count little, and so
do those that fill a story.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count
from typing import Self

import numpy as np
from numpy.typing import NDArray

from intents.rows import Floats, Rows
from intents.spoken import Spoken, folded
from intents.words import common_words, light_words

WORD, PAIRED, WITH_MARKS = 0, 1, 2  # kinds of terms
KINDS = 3
PAIR, MARKED = 0.6, 0.5  # what a pair of words and a word with its marks count, beside the word itself
LIGHT, COMMON = 0.1, 0.5  # what a word of politeness or asking counts, and one that fills a story
TOLD = 0.6  # what a word counts that stands in stories (wordings, summaries) and in no name


def word_worth(word: str) -> float:
    return LIGHT if word in light_words() else COMMON if word in common_words() else 1.0


def known_in(numbers: Mapping[str, int], terms: Iterable[str]) -> Iterator[int]:
    """Numbers of the terms, of those that have one."""
    return map(numbers.__getitem__, filter(numbers.__contains__, terms))


class Vocabulary:
    """Terms by kind, each with its number."""

    def __init__(self, words: dict[str, int], pairs: dict[str, int], marked: dict[str, int]) -> None:
        self.words, self.pairs, self.marked = words, pairs, marked

    @classmethod
    def of(cls, phrases: Iterable[Spoken]) -> tuple[Self, Rows]:
        """The terms of these phrases, and for each phrase its own."""
        number = count().__next__
        words: defaultdict[str, int] = defaultdict(number)
        pairs: defaultdict[str, int] = defaultdict(number)
        marked: defaultdict[str, int] = defaultdict(number)
        values, lengths = array("i"), array("i")
        for said in phrases:
            terms = chain(
                map(words.__getitem__, said.plain),
                map(pairs.__getitem__, said.pairs),
                map(marked.__getitem__, said.marked),
            )
            before = len(values)
            values.extend(dict.fromkeys(terms))
            lengths.append(len(values) - before)
        rows = Rows.of_lengths(np.array(values, dtype=np.int32), np.array(lengths))
        return cls(dict(words), dict(pairs), dict(marked)), rows

    def known(self, said: Spoken) -> Iterator[int]:
        """Numbers of the terms of a message, of those that the catalog has."""
        return chain(
            known_in(self.words, said.plain),
            known_in(self.pairs, said.pairs),
            known_in(self.marked, said.words),
        )

    def __len__(self) -> int:
        return len(self.words) + len(self.pairs) + len(self.marked)

    def kinds(self) -> NDArray[np.int8]:
        found = np.empty(len(self), dtype=np.int8)
        for kind, terms in ((WORD, self.words), (PAIRED, self.pairs), (WITH_MARKS, self.marked)):
            found[list(terms.values())] = kind
        return found

    def worths(self, naming: frozenset[str] | None) -> Floats:
        """What each term counts. `naming`: folded words that stand in names; None: all do."""
        worth = {word: word_worth(word) for word in self.words}
        found = np.empty(len(self), dtype=np.float32)
        for terms, worths in (
            (self.words, worth.values()),
            (self.pairs, (PAIR * max(map(worth.__getitem__, pair.split(" "))) for pair in self.pairs)),
            (self.marked, (MARKED * word_worth(word) for word in self.marked)),
        ):
            found[list(terms.values())] = list(worths)
        if naming is not None:
            found[[number for words, number in self._told() if not naming.issuperset(words)]] *= np.float32(
                TOLD
            )
        return found

    def _told(self) -> Iterator[tuple[list[str], int]]:
        """Each term's folded words, and its number."""
        yield from (([word], number) for word, number in self.words.items())
        yield from ((pair.split(" "), number) for pair, number in self.pairs.items())
        yield from zip(
            map(list, zip(folded(list(self.marked)), strict=True)), self.marked.values(), strict=True
        )
