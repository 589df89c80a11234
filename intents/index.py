"""An inverted index over phrases: words, pairs of words, and words with their marks, scored by BM25.

A phrase belongs to an owner (a procedure, a topic). Arrays only, so that one search is a handful of NumPy calls
and the whole is safe to share between threads. Terms are numbered; `duong` is a word without marks, `duong xe` a
pair, `~đường` a word with its marks (only where it has some).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from intents.text import fold_words
from intents.words import common_words, light_words

Ints: TypeAlias = NDArray[np.int32]
Floats: TypeAlias = NDArray[np.float32]

# BM25 over short phrases: a term is there or not, so k1 only sets how much length counts.
K1, B = 1.2, 0.6
PAIR, MARKED = 0.6, 0.5  # what a pair of words and a word with its marks count, beside the word itself
NEAR = 0.4  # phrases under this share of the best score are looked at only where there are few
LIGHT, COMMON = 0.1, 0.5  # what a word of politeness or asking counts, and one that fills a story
_WIDESPREAD = 1 / 8  # of the phrases: adding a whole row is then quicker than adding to each phrase


@lru_cache(maxsize=50_000)
def _folded(word: str) -> str:
    return fold_words(word)


def folded(words: Sequence[str]) -> list[str]:
    return list(map(_folded, words))


def terms_of(words: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Words without marks, pairs of them, and the words with marks."""
    plain = folded(words)
    pairs = [f"{first} {second}" for first, second in pairwise(plain)]
    marked = [f"~{word}" for word, bare in zip(words, plain, strict=True) if word != bare]
    return plain, pairs, marked


TOLD = 0.6  # what a word counts that stands in stories (wordings, summaries) and in no name

WORD, PAIRED, WITH_MARKS = 0, 1, 2  # kinds of terms


def _kind(term: str) -> int:
    return WITH_MARKS if term[0] == "~" else PAIRED if " " in term else WORD


def _bare(term: str) -> list[str]:
    """The folded words of a term."""
    return [_folded(term[1:])] if term[0] == "~" else term.split(" ")


def word_worth(word: str) -> float:
    return LIGHT if word in light_words() else COMMON if word in common_words() else 1.0


def _worth(term: str) -> float:
    if term[0] == "~":
        return MARKED * word_worth(term[1:])
    first, _, second = term.partition(" ")
    return PAIR * max(word_worth(first), word_worth(second)) if second else word_worth(term)


@dataclass(frozen=True)
class Rows:
    """Numbers of every row, one after another; row i is `values[starts[i]:starts[i + 1]]`."""

    values: Ints
    starts: NDArray[np.int64]

    def __getitem__(self, row: int) -> Ints:
        return self.values[self.starts[row] : self.starts[row + 1]]

    def parts(self, rows: Sequence[int] | NDArray[np.integer[Any]]) -> "Rows":
        """The chosen rows, in the order asked."""
        chosen = np.asarray(rows, dtype=np.int64)
        begins = self.starts[chosen]
        lengths = self.starts[chosen + 1] - begins
        starts = np.zeros(len(chosen) + 1, dtype=np.int64)
        np.cumsum(lengths, out=starts[1:])
        places = np.arange(starts[-1]) + np.repeat(begins - starts[:-1], lengths)
        return Rows(self.values[places], starts)

    def with_row(self, row: int, values: Ints) -> "Rows":
        """The same rows, one of them replaced."""
        begin, end = int(self.starts[row]), int(self.starts[row + 1])
        starts = self.starts.copy()
        starts[row + 1 :] += len(values) - (end - begin)
        return Rows(np.concatenate([self.values[:begin], values, self.values[end:]]).astype(np.int32), starts)

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
    masses: tuple[float, float, float]  # by kind: what the known terms weigh together
    unknown: float  # what its unknown words weigh


class Index:
    """`owners[i]` owns phrase i; owners are numbered from 0 and their phrases lie together."""

    def __init__(
        self, phrases: Sequence[Sequence[str]], owners: Sequence[int], naming: frozenset[str] | None = None
    ) -> None:
        """`naming`: folded words that stand in names; the others tell stories and weigh less. None: all alike."""
        self.vocabulary: dict[str, int] = {}
        self.owners = np.asarray(owners, dtype=np.int32)
        self.phrase_terms = Rows.of([self._number(words) for words in phrases])
        self._postings = self.phrase_terms.transposed(len(self.vocabulary))
        lengths = np.array([max(1, len(words)) for words in phrases], dtype=np.float32)
        self._norm = ((K1 + 1) / (1 + K1 * (1 - B + B * lengths / lengths.mean()))).astype(np.float32)
        self.kind = np.fromiter(map(_kind, self.vocabulary), dtype=np.int8)
        worths = np.fromiter(map(_worth, self.vocabulary), dtype=np.float32)
        if naming is not None:
            named = (all(word in naming for word in _bare(term)) for term in self.vocabulary)
            worths = np.where(np.fromiter(named, dtype=bool), worths, worths * np.float32(TOLD))
        self.idf = (self._rarity() * worths).astype(np.float32)
        self._idf_of: list[float] = self.idf.tolist()
        self._telling = worths > LIGHT
        self._begins: list[int] = self._postings.starts.tolist()
        self._rows = self._widespread()
        self._stranger = TOLD if naming is not None else 1.0
        self.rarest = float(np.log1p(len(set(owners)) / 0.5))

    def _number(self, words: Sequence[str]) -> list[int]:
        vocabulary = self.vocabulary
        plain, pairs, marked = terms_of(words)
        return list(
            {vocabulary.setdefault(term, len(vocabulary)): None for term in (*plain, *pairs, *marked)}
        )

    def _rarity(self) -> NDArray[np.float64]:
        """Rarity of each term by the number of owners that say it.

        Owners, not phrases: a word in all ten wordings of one procedure is still that procedure's own.
        """
        count = int(self.owners[-1]) + 1
        terms = np.repeat(np.arange(len(self.vocabulary)), np.diff(self._postings.starts))
        pairs = np.unique(terms * np.int64(count) + self.owners[self._postings.values])
        held = np.bincount(pairs // count, minlength=len(self.vocabulary))
        return np.asarray(np.log1p((count - held + 0.5) / (held + 0.5)))

    def _widespread(self) -> dict[int, Floats]:
        """What each term that stands in very many phrases adds to every one of them."""
        counts = np.diff(self._postings.starts)
        rows = {}
        for term in np.flatnonzero(counts > _WIDESPREAD * len(self.owners)).tolist():
            rows[term] = np.zeros(len(self.owners), dtype=np.float32)
            rows[term][self._postings[term]] = self.idf[term]
        return rows

    def query(self, words: Sequence[str]) -> Query:
        """The message's words, pairs and words with marks."""
        plain, pairs, marked = terms_of(words)
        of_words, of_pairs, of_marked = self._known(plain), self._known(pairs), self._known(marked)
        masses = (self._mass(of_words), self._mass(of_pairs), self._mass(of_marked))
        terms = np.array(sorted(of_words | of_pairs | of_marked), dtype=np.int32)
        return Query(terms, masses, self._unknown(plain))

    def word_query(self, words: Sequence[str]) -> Query:
        """Of a message its words alone."""
        plain = folded(words)
        known = self._known(plain)
        terms = np.array(sorted(known), dtype=np.int32)
        return Query(terms, (self._mass(known), 0.0, 0.0), self._unknown(plain))

    def _known(self, terms: Sequence[str]) -> set[int]:
        """Numbers of the terms, of those that the index has."""
        return {number for number in map(self.vocabulary.get, terms) if number is not None}

    def _mass(self, terms: Iterable[int]) -> float:
        return sum(map(self._idf_of.__getitem__, terms))

    def _unknown(self, words: Iterable[str]) -> float:
        strangers = {word for word in words if word not in self.vocabulary}
        return self.rarest * self._stranger * sum(map(word_worth, strangers))

    def scores(self, query: Query) -> Floats:
        """BM25 of every phrase; terms of politeness count only where the message has no others."""
        scores: Floats = self._sum(self._counted(query)) * self._norm
        return scores

    def scores_of(self, queries: Sequence[Query]) -> list[Floats]:
        """`scores` of one query or two; what two readings of a message share is added up once."""
        if len(queries) == 1:
            return [self.scores(queries[0])]
        first, second = (set(self._counted(query)) for query in queries)
        shared = self._sum(sorted(first & second))
        return [(shared + self._sum(sorted(own))) * self._norm for own in (first - second, second - first)]

    def _counted(self, query: Query) -> list[int]:
        telling = query.terms[self._telling[query.terms]]
        found: list[int] = (telling if len(telling) else query.terms).tolist()
        return found

    def _sum(self, terms: Sequence[int]) -> Floats:
        """For each phrase what those of the terms that stand in it weigh."""
        rows, begins, values = self._rows, self._begins, self._postings.values
        rare = [term for term in terms if term not in rows]
        total = np.zeros(len(self.owners), dtype=np.float32)
        if rare:
            held = [values[begins[term] : begins[term + 1]] for term in rare]
            weights = np.repeat([self._idf_of[term] for term in rare], [len(phrases) for phrases in held])
            total[:] = np.bincount(np.concatenate(held), weights=weights, minlength=len(total))
        for term in terms:
            if term in rows:
                total += rows[term]
        return total

    def best_phrases(self, scores: Floats, count: int) -> NDArray[np.intp]:
        """About `count` phrases with the highest scores, best first; none that scored nothing."""
        top = float(scores.max(initial=0.0))
        if top <= 0:
            return np.zeros(0, dtype=np.intp)
        near = np.flatnonzero(scores > NEAR * top)
        if len(near) < count:
            near = np.flatnonzero(scores)
        values = scores[near]
        if len(near) > count:
            least = np.partition(values, len(values) - count)[len(values) - count]
            kept = values >= least
            near, values = near[kept], values[kept]
        return near[np.argsort(-values, kind="stable")]

    def masses(self, rows: Rows) -> Floats:
        """What each row's words weigh together."""
        weights = np.where(self.kind[rows.values] == WORD, self.idf[rows.values], np.float32(0))
        lengths = np.diff(rows.starts)
        owners = np.repeat(np.arange(len(lengths)), lengths)
        return np.bincount(owners, weights=weights, minlength=len(lengths)).astype(np.float32)


def shared_weights(rows: Rows, terms: Ints, weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each row what the terms it holds weigh: rows by the columns of `weights`. `terms` ascend."""
    held = np.zeros((len(rows.starts) - 1, len(terms)), dtype=np.float32)
    if len(terms) and len(rows.values):
        place_of = np.zeros(max(int(rows.values.max()), int(terms[-1])) + 1, dtype=np.int16)
        place_of[terms] = np.arange(1, len(terms) + 1)  # 0: not a term of the message
        places = place_of[rows.values]
        hits = places.astype(bool).nonzero()[0]
        held[rows.starts.searchsorted(hits, side="right") - 1, places[hits] - 1] = 1
    return held @ weights
