"""What the terms of a message weigh in each of its readings, and how much of it rows of terms cover."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from intents.index import Index, Query
from intents.rows import Floats, Ints, Places, Rows
from intents.vocabulary import KINDS, WORD

LEAST = 1e-6  # a share of nothing is nothing
# Rows of shares: words, pairs, words with marks as typed; the same as meant; the words of the lead.
TYPED, MEANT, LEAD = 0, KINDS, 2 * KINDS
_KIND_OF_ROW = np.array([*range(KINDS), *range(KINDS), WORD])
_IN_TYPED, _IN_MEANT, _IN_LEAD = 1, 2, 4
_ASKS = [*[_IN_TYPED] * KINDS, *[_IN_MEANT] * KINDS, _IN_LEAD]
# By where a term stands: in which rows it counts.
_COUNTS = np.array([[bool(where & asked) for where in range(8)] for asked in _ASKS], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Weighed:
    """`shares`: what each term weighs, as a share of its row's whole; column i + 1 is term i, column 0 nothing.

    `wholes`: what all words of each row weigh, also those that the index does not know.
    """

    terms: Ints
    shares: Floats
    wholes: tuple[float, ...]
    unknown: tuple[float, float]  # what the unknown words weigh, as typed and as meant

    def covered(self, terms: Rows, rows: Places) -> Floats:
        """How much of the message each of the rows holds: rows of shares by rows of terms."""
        return terms.sums(rows, self.terms, self.shares)

    def attainable(self, reading: int) -> float:
        """About the score of a phrase that says all of a reading; TYPED or MEANT."""
        known = sum(self.wholes[reading : reading + KINDS]) - self.unknown[reading // KINDS]
        return max(known * 1.5 + self.unknown[reading // KINDS], LEAST)


def weighed(index: Index, queries: Sequence[Query], lead: Query) -> Weighed:
    """`queries`: as typed and, where that is another reading, as meant."""
    where = dict.fromkeys(queries[0].every, _IN_TYPED if len(queries) > 1 else _IN_TYPED | _IN_MEANT)
    if len(queries) > 1:
        for term in queries[1].every:
            where[term] = where.get(term, 0) | _IN_MEANT
    for term in lead.every:
        where[term] |= _IN_LEAD
    terms = np.array(list(where), dtype=np.int32)
    shares = np.zeros((len(_ASKS), len(terms) + 1), dtype=np.float32)
    weights, counts = index.weights.take(terms, axis=1), _COUNTS.take(list(where.values()), axis=1)
    np.multiply(weights.take(_KIND_OF_ROW, axis=0), counts, out=shares[:, 1:])
    wholes = shares.sum(axis=1).tolist()
    wholes[TYPED + WORD] += queries[0].unknown
    wholes[MEANT + WORD] += queries[-1].unknown
    wholes[LEAD] += lead.unknown
    shares /= np.maximum(np.array(wholes, dtype=np.float32), LEAST).reshape(-1, 1)
    return Weighed(terms, shares, tuple(wholes), (queries[0].unknown, queries[-1].unknown))
