"""An inverted index over phrases: words, pairs of words, and words with their marks, scored by BM25.

A phrase belongs to an owner (a procedure, a topic). Arrays only, so that one search is a handful of NumPy calls
and the whole is safe to share between threads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from intents.rows import Floats, Places, Rows
from intents.spoken import Spoken
from intents.vocabulary import KINDS, LIGHT, TOLD, WORD, Vocabulary, known_in, word_worth

Scores: TypeAlias = Floats  # readings by phrases

# BM25 over short phrases: a term is there or not, so k1 only sets how much length counts.
K1, B = 1.2, 0.6
# Phrases under a share of the best score are looked at only where there are few above it.
NEAR = (0.4, 0.2, 0.0)
_WIDESPREAD = 1 / 8  # of the phrases: adding a whole row is then quicker than adding to each phrase


@dataclass(frozen=True, slots=True)
class Query:
    """The terms of a message that the index knows, and what its unknown words weigh."""

    every: frozenset[int]
    unknown: float


class Index:
    """`owners[i]` owns phrase i; owners are numbered from 0 and their phrases lie together.

    `terms`: row i holds those of phrase i; after the phrases comes a row for each owner, with every word of all its
    phrases. `weights`: what a term weighs, in the row of its kind. `masses`: what a phrase's words weigh together.
    """

    def __init__(
        self, phrases: Sequence[Sequence[str]], owners: Sequence[int], naming: frozenset[str] | None = None
    ) -> None:
        """`naming`: folded words that stand in names; the others tell stories and weigh less. None: all alike."""
        self.vocabulary, phrase_terms = Vocabulary.of(map(Spoken.of, phrases))
        self.owners = np.asarray(owners, dtype=np.int32)
        self._postings = phrase_terms.transposed(len(self.vocabulary))
        lengths = np.array([max(1, len(words)) for words in phrases], dtype=np.float32)
        self._norm = ((K1 + 1) / (1 + K1 * (1 - B + B * lengths / lengths.mean()))).astype(np.float32)
        kinds = self.vocabulary.kinds()
        worths = self.vocabulary.worths(naming)
        self._idf = (self._rarity() * worths).astype(np.float32)
        self.weights = np.zeros((KINDS, len(kinds)), dtype=np.float32)
        self.weights[kinds, np.arange(len(kinds))] = self._idf
        self.masses = _masses(phrase_terms, self.weights[WORD])
        self.terms = phrase_terms.and_rows(self._words_of_owners(phrase_terms, kinds))
        # Python's numbers, one by one: quicker than an array for the few terms of a message.
        self._begins: Sequence[int] = memoryview(self._postings.starts.data)
        self._light = frozenset(np.flatnonzero(worths <= LIGHT).tolist())
        self._rows = self._widespread()
        self._stranger = TOLD if naming is not None else 1.0
        self.rarest = float(np.log1p(len(set(owners)) / 0.5))

    def _words_of_owners(self, phrase_terms: Rows, kinds: NDArray[np.int8]) -> Rows:
        is_word = kinds[phrase_terms.values] == WORD
        owners = self.owners[phrase_terms.row_of_each()[is_word]].astype(np.int64)
        pairs = np.unique(owners * len(kinds) + phrase_terms.values[is_word])
        lengths = np.bincount(pairs // len(kinds), minlength=int(self.owners[-1]) + 1)
        return Rows.of_lengths((pairs % len(kinds)).astype(np.int32), lengths)

    def rarity(self, term: int) -> float:
        """What the term weighs."""
        return float(self._idf[term])

    def row_of_owner(self, owners: Places) -> Places:
        """Numbers of the owners' rows in `terms`."""
        return owners + len(self.owners)

    def without(self, phrase: int) -> Rows:
        """`terms` as if its owner had never said that phrase."""
        owner, terms = int(self.owners[phrase]), self.terms
        others = np.flatnonzero(self.owners == owner)
        held = {term for other in others.tolist() if other != phrase for term in terms[other].tolist()}
        words = sorted(held & set(self.vocabulary.words.values()))
        return terms.with_row(owner + len(self.owners), np.array(words or [-1], dtype=np.int32))

    def _rarity(self) -> NDArray[np.float64]:
        """Rarity of each term by the number of owners that say it.

        Owners, not phrases: a word in all ten wordings of one procedure is still that procedure's own.
        """
        count = int(self.owners[-1]) + 1
        owners, starts = self.owners[self._postings.values], self._postings.starts
        is_new = np.ones(len(owners), dtype=bool)  # owners ascend within each term
        is_new[1:] = owners[1:] != owners[:-1]
        is_new[starts[:-1]] = True
        held = np.add.reduceat(is_new, starts[:-1], dtype=np.int64)
        return np.asarray(np.log1p((count - held + 0.5) / (held + 0.5)))

    def _widespread(self) -> dict[int, Floats]:
        """What each term that stands in very many phrases adds to every one of them."""
        rows = {}
        for term in np.flatnonzero(self._postings.lengths > _WIDESPREAD * len(self.owners)).tolist():
            rows[term] = np.zeros(len(self.owners), dtype=np.float32)
            rows[term][self._postings[term]] = self._idf[term]
        return rows

    def query(self, said: Spoken) -> Query:
        """The message's words, pairs and words with marks."""
        return Query(frozenset(self.vocabulary.known(said)), self._unknown(said.plain))

    def word_query(self, plain: Sequence[str]) -> Query:
        """Of a message its folded words alone."""
        return Query(frozenset(known_in(self.vocabulary.words, plain)), self._unknown(plain))

    def _unknown(self, plain: Sequence[str]) -> float:
        words = self.vocabulary.words
        strangers = {word for word in plain if word not in words}
        return self.rarest * self._stranger * sum(map(word_worth, strangers)) if strangers else 0.0

    def scores(self, queries: Sequence[Query]) -> Scores:
        """BM25 of every phrase for each query. Terms of politeness count only where the message has no others."""
        counted = [query.every - self._light or query.every for query in queries]
        shared = counted[0].intersection(*counted[1:])
        total = np.zeros((len(counted), len(self.owners)), dtype=np.float32)
        # What both readings say is added up once; most of two readings is the same.
        self._add(shared, total[0])
        total[1:] = total[0]
        for terms, reading in zip(counted, total, strict=True):
            self._add(terms - shared, reading)
        total *= self._norm
        return total

    def _add(self, terms: frozenset[int], scores: Floats) -> None:
        """To every phrase what those of the terms weigh that it holds."""
        begins, phrases = self._begins, self._postings.values
        for term in terms & self._rows.keys():
            np.add(scores, self._rows[term], out=scores)
        if few := list(terms - self._rows.keys()):
            held = [phrases[begins[term] : begins[term + 1]] for term in few]
            weights = self._idf.take(few).repeat(list(map(len, held)))
            np.add.at(scores, np.concatenate(held, dtype=np.intp), weights)

    def best_phrases(self, scores: Floats, count: int) -> Places:
        """About `count` phrases with the highest scores, best first; none that scored nothing."""
        top = float(scores.max(initial=0.0))
        if top <= 0:
            return np.zeros(0, dtype=np.intp)
        for share in NEAR:
            near = (scores > share * top).nonzero()[0]
            if len(near) >= count:
                break
        values = scores.take(near)
        if len(near) > count:  # those as good as the last wanted stay in
            last = len(near) - count
            kept = (values >= np.partition(values, last)[last]).nonzero()[0]
            near, values = near.take(kept), values.take(kept)
        return near.take((-values).argsort(kind="stable"))


def _masses(rows: Rows, weights: Floats) -> Floats:
    """What the terms of each row weigh together."""
    return np.bincount(rows.row_of_each(), weights[rows.values], len(rows)).astype(np.float32)
