"""What the terms of a message weigh in each of its readings, and how much of it rows of terms cover."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from intents.index import Index, Query
from intents.rows import Floats, Ints, Places, Rows
from intents.vocabulary import KINDS, WORD

LEAST = 1e-6  # a share of nothing is nothing
# What is weighed together: words, pairs, words with marks as typed; the same as meant; the words of the lead.
TYPED, MEANT, LEAD = 0, KINDS, 2 * KINDS
# What of whole entries is looked at, instead of the kinds.
MEANT_WORDS, LEAD_WORDS = 0, 1
NOTHING: Places = np.zeros(0, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Weighed:
    """`shares`: what each term weighs, as a share of its whole.

    Three groups of columns: as typed (a row for each kind), as meant (so, too), and for whole entries (MEANT_WORDS,
    LEAD_WORDS). In each column i + 1 is term i, column 0 nothing. `wholes`: what all words weigh, also those that the
    index does not know; by TYPED, MEANT and LEAD.
    """

    terms: Ints
    shares: Floats
    wholes: tuple[float, ...]
    unknown: tuple[float, float]  # what the unknown words weigh, as typed and as meant

    def covered(self, terms: Rows, groups: Sequence[Places]) -> Floats:
        """How much of the message each of the rows holds: KINDS by rows, as typed, as meant and of whole entries."""
        return terms.sums(groups, self.terms, self.shares)

    def attainable(self, reading: int) -> float:
        """About the score of a phrase that says all of a reading; TYPED or MEANT."""
        known = sum(self.wholes[reading : reading + KINDS]) - self.unknown[reading // KINDS]
        return max(known * 1.5 + self.unknown[reading // KINDS], LEAST)


def weighed(index: Index, queries: Sequence[Query], lead: Query) -> Weighed:
    """`queries`: as typed and, where that is another reading, as meant."""
    typed, meant = queries[0].every, queries[-1].every
    only_meant = meant - typed
    # In this order what is typed and what is meant are each a slice.
    listed = [*typed - meant, *typed & meant, *only_meant]
    terms, count = np.array(listed, dtype=np.int32), len(listed)
    first_meant, last_typed = len(typed) - len(meant) + len(only_meant), len(typed)
    weights = index.weights.take(terms, axis=1)
    grouped = np.zeros((KINDS, 3, count + 1), dtype=np.float32)
    shares = grouped[:, :, 1:]
    shares[:, 0, :last_typed] = weights[:, :last_typed]
    shares[:, 1, first_meant:] = weights[:, first_meant:]
    shares[MEANT_WORDS, 2] = shares[WORD, 1]
    for place in map(listed.index, lead.every):
        shares[LEAD_WORDS, 2, place] = weights[WORD, place]
    sums = shares.sum(axis=2)
    (typed_wholes, meant_wholes, (_, lead_whole, _)) = sums.T.tolist()
    typed_wholes[WORD] += queries[0].unknown
    meant_wholes[WORD] += queries[-1].unknown
    lead_whole += lead.unknown
    wholes = (*typed_wholes, *meant_wholes, lead_whole)
    parts = np.array([*typed_wholes, *meant_wholes, meant_wholes[WORD], lead_whole, 1.0], dtype=np.float32)
    shares /= np.maximum(parts, LEAST).reshape(3, KINDS).T[:, :, None]
    return Weighed(terms, grouped.reshape(KINDS, -1), wholes, (queries[0].unknown, queries[-1].unknown))
