"""How often each entry is said with a word or a pair: a word in six of seven sayings is what the entry is about.

The best phrase alone does not tell "cấp lại" from "cấp mới" where both entries have a phrase that fits.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from intents.rows import Floats, Ints, Places, Rows
from intents.vocabulary import PAIRED, WORD
from intents.weighing import Weighed

SMOOTHING = 3.0  # sayings of nobody in particular that are added to each entry's own


@dataclass(frozen=True)
class Frequencies:
    """`terms` of each owner, ascending; `counts`: in how many sayings of the owner the term stands."""

    terms: Rows
    counts: Floats
    values: Floats  # what each count is worth
    sayings: Floats  # of each owner
    rates: Floats  # of each term: how much rarer than in the sayings of everybody
    worths: Floats  # what each word counts; 0 for other terms
    rarities: Floats  # how few owners say each pair; 0 for other terms

    @classmethod
    def of(
        cls, terms: Rows, owners: Ints, kinds: NDArray[np.int8], worths: Floats, counted: NDArray[np.bool_]
    ) -> "Frequencies":
        """`terms` and `owners` of each phrase (rows beyond are left out), `kinds` and `worths` of each term.

        `counted`: the phrases that people say.
        """
        of_each = terms.row_of_each()[: terms.starts[len(owners)]]
        values = terms.values[: len(of_each)]
        taken = counted[of_each] & ((kinds == WORD) | (kinds == PAIRED))[values]
        many = int(owners[-1]) + 1
        cells = owners[of_each[taken]].astype(np.int64) * len(kinds) + values[taken]
        keys, counts = np.unique(cells, return_counts=True)
        of_owners = Rows.of_lengths(
            (keys % len(kinds)).astype(np.int32), np.bincount(keys // len(kinds), minlength=many)
        )
        spread = np.bincount(values[taken], minlength=len(kinds))
        rates = counted.sum() / (SMOOTHING * np.maximum(spread, 1))
        sayers = np.bincount(of_owners.values, minlength=len(kinds))
        rarities = np.log1p((many - sayers + 0.5) / (sayers + 0.5))
        found = cls(
            of_owners,
            counts.astype(np.float32),
            np.zeros(0, dtype=np.float32),
            np.bincount(owners[counted], minlength=many).astype(np.float32),
            rates.astype(np.float32),
            np.where(kinds == WORD, worths, 0).astype(np.float32),
            np.where(kinds == PAIRED, rarities, 0).astype(np.float32),
        )
        return replace(found, values=found._valued(found.counts))

    def _valued(self, counts: Floats) -> Floats:
        terms = self.terms.values
        words: Floats = self.worths[terms] * np.log1p(counts * self.rates[terms])
        return words + self.rarities[terms] * (counts / (counts + 1))

    def without(self, owner: int, terms: Ints) -> "Frequencies":
        """As if the owner had one saying less, that of these terms."""
        counts, sayings = self.counts.copy(), self.sayings.copy()
        begin, end = self.terms.starts[owner : owner + 2]
        counts[begin:end] -= np.isin(self.terms[owner], terms)
        sayings[owner] -= 1
        return replace(self, counts=counts, values=self._valued(counts), sayings=sayings)

    def of_message(self, message: Weighed, candidates: Places) -> tuple[Floats, Floats]:
        """For each candidate how much more it than others is said with the words typed, and how much with pairs."""
        typed = np.sign(message.shares[[WORD, PAIRED], : len(message.terms) + 1])
        worth = float(self.worths.take(message.terms) @ typed[0, 1:])
        places, begins = self.terms.places(candidates)
        held = typed.take(self.terms.columns(places, message.terms), axis=1)
        held *= self.values.take(places)
        words, pairs = np.add.reduceat(held, begins, axis=1)
        return words - worth * np.log1p(self.sayings.take(candidates) / SMOOTHING), pairs
