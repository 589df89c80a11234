"""An inverted index over phrases: words, pairs of words, and words with their marks, scored by BM25.

A phrase belongs to an owner (a procedure, a topic). Arrays only, so that one search is a handful of NumPy calls
and the whole is safe to share between threads. Terms are numbered; `duong` is a word without marks, `duong xe` a
pair, `~đường` a word with its marks (only where it has some).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from intents.text import fold_words
from intents.words import light_words

Ints: TypeAlias = NDArray[np.int32]
Floats: TypeAlias = NDArray[np.float32]

# BM25 over short phrases: a term is there or not, so k1 only sets how much length counts.
K1, B = 1.2, 0.6
PAIR, MARKED = 0.6, 0.5  # what a pair of words and a word with its marks count, beside the word itself
LIGHT = 0.2  # what a word of politeness or asking counts, and a pair of them


@lru_cache(maxsize=50_000)
def _folded(word: str) -> str:
    return fold_words(word)


def folded(words: Sequence[str]) -> list[str]:
    return [_folded(word) for word in words]


def terms_of(words: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Words without marks, pairs of them, and the words with marks."""
    plain = folded(words)
    pairs = [f"{first} {second}" for first, second in zip(plain, plain[1:], strict=False)]
    marked = [f"~{word}" for word, bare in zip(words, plain, strict=True) if word != bare]
    return plain, pairs, marked


WORD, PAIRED, WITH_MARKS = 0, 1, 2  # kinds of terms


def _kind(term: str) -> int:
    return WITH_MARKS if term[0] == "~" else PAIRED if " " in term else WORD


def _worth(term: str) -> float:
    light = light_words()
    if term[0] == "~":
        return MARKED * (LIGHT if term[1:] in light else 1.0)
    first, _, second = term.partition(" ")
    if second:
        return PAIR * (LIGHT if first in light and second in light else 1.0)
    return LIGHT if term in light else 1.0


@dataclass(frozen=True)
class Rows:
    """Numbers of every row, one after another; row i is `values[starts[i]:starts[i + 1]]`."""

    values: Ints
    starts: NDArray[np.int64]

    def __getitem__(self, row: int) -> Ints:
        return self.values[self.starts[row] : self.starts[row + 1]]

    def gather(self, rows: Sequence[int]) -> tuple[Ints, NDArray[np.int64]]:
        """The chosen rows in one array, and where each begins. Rows must not be empty."""
        parts = [self[row] for row in rows]
        begins = np.zeros(len(parts), dtype=np.int64)
        np.cumsum([len(part) for part in parts[:-1]], out=begins[1:])
        return np.concatenate(parts), begins

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]]) -> "Rows":
        starts = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(row) for row in rows], out=starts[1:])
        values = np.fromiter((value for row in rows for value in row), dtype=np.int32, count=int(starts[-1]))
        return cls(values, starts)

    def transposed(self, count: int) -> "Rows":
        """For each of `count` values the rows that hold it."""
        order = np.argsort(self.values, kind="stable")
        lengths = np.diff(self.starts)
        rows = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)[order]
        starts = np.zeros(count + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.values, minlength=count), out=starts[1:])
        return Rows(rows, starts)


@dataclass(frozen=True)
class Query:
    """The terms of a message that the index knows, in ascending order, and the rarity of those it does not."""

    terms: Ints
    masses: Floats  # by kind: what the known terms weigh together
    unknown: float  # what its unknown words weigh


class Index:
    """`owners[i]` owns phrase i; owners are numbered from 0 and their phrases lie together."""

    def __init__(self, phrases: Sequence[Sequence[str]], owners: Sequence[int]) -> None:
        self.vocabulary: dict[str, int] = {}
        self.owners = np.asarray(owners, dtype=np.int32)
        self.phrase_terms = Rows.of([self._number(words) for words in phrases])
        self._postings = self.phrase_terms.transposed(len(self.vocabulary))
        lengths = np.array([max(1, len(words)) for words in phrases], dtype=np.float32)
        self._norm = ((K1 + 1) / (1 + K1 * (1 - B + B * lengths / lengths.mean()))).astype(np.float32)
        self.idf = self._idf(len(phrases))
        self.kind = np.fromiter(map(_kind, self.vocabulary), dtype=np.int8)
        self.rarest = float(np.log1p(len(phrases) / 0.5))

    def _number(self, words: Sequence[str]) -> list[int]:
        vocabulary = self.vocabulary
        plain, pairs, marked = terms_of(words)
        return list({vocabulary.setdefault(term, len(vocabulary)): None for term in (*plain, *pairs, *marked)})

    def _idf(self, count: int) -> Floats:
        """Rarity of each term by the number of phrases it stands in, times what its kind counts."""
        held = np.diff(self._postings.starts)
        rarity = np.log1p((count - held + 0.5) / (held + 0.5))
        return (rarity * np.fromiter(map(_worth, self.vocabulary), dtype=np.float32)).astype(np.float32)

    def query(self, words: Sequence[str]) -> Query:
        plain, pairs, marked = terms_of(words)
        number = self.vocabulary.get
        known = {found for term in (*plain, *pairs, *marked) if (found := number(term)) is not None}
        terms = np.array(sorted(known), dtype=np.int32)
        masses = np.bincount(self.kind[terms], weights=self.idf[terms], minlength=3).astype(np.float32)
        strangers = {word for word in plain if word not in self.vocabulary}
        light = light_words()
        return Query(terms, masses, self.rarest * sum(LIGHT if word in light else 1.0 for word in strangers))

    def scores(self, query: Query) -> Floats:
        """BM25 of every phrase."""
        if not len(query.terms):
            return np.zeros(len(self.owners), dtype=np.float32)
        phrases, _ = self._postings.gather(query.terms.tolist())
        lengths = self._postings.starts[query.terms + 1] - self._postings.starts[query.terms]
        weights = np.repeat(self.idf[query.terms], lengths)
        total = np.bincount(phrases, weights=weights, minlength=len(self.owners))
        return (total * self._norm).astype(np.float32)

    def overlap(self, query: Query, rows: Rows, chosen: Sequence[int]) -> Floats:
        """For each chosen row what its terms shared with the query weigh, by kind: an array of rows by 3."""
        shared = np.zeros((len(chosen), 3), dtype=np.float32)
        if not len(query.terms):
            return shared
        values, begins = rows.gather(chosen)
        places = np.minimum(np.searchsorted(query.terms, values), len(query.terms) - 1)
        weights = np.where(query.terms[places] == values, self.idf[values], np.float32(0))
        kinds = self.kind[values]
        for kind in (WORD, PAIRED, WITH_MARKS):
            shared[:, kind] = np.add.reduceat(np.where(kinds == kind, weights, np.float32(0)), begins)
        return shared

    def masses(self, rows: Rows) -> Floats:
        """What each row's words weigh together."""
        weights = np.where(self.kind[rows.values] == WORD, self.idf[rows.values], np.float32(0))
        return np.add.reduceat(weights, rows.starts[:-1]).astype(np.float32)
