"""What speaks for a candidate, as numbers between about 0 and 1. `fusion` weighs them.

A message is read twice, as typed and as meant (`meanings`); features of a reading carry its name. "Phrase" is the
candidate's best phrase in that reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from intents.index import PAIRED, WITH_MARKS, WORD, Floats, Index, Ints, Query, Rows, folded, shared_weights
from intents.sayings import Kind, Saying
from intents.slots import slot_values, slots

Matrix: TypeAlias = NDArray[np.float32]

READINGS = ("typed", "best")  # "best" is the better of as typed and as meant
_OF_A_READING = ("relative", "absolute", "message_covered", "phrase_covered", "pairs", "marks")
_OF_A_SLOT = ("agree", "conflict", "only_asked", "only_named")
_OWN_SLOTS = ("operation", "foreign", "overseas", "age", "object", "holder")  # the rest is pooled as "other"
_OF_A_CANDIDATE = (
    "entry_covers",
    "name_covered",
    "lead_covered",
    "alike",
    "alike_in_order",
    "exact",
    "best_is_name",
    "best_is_handwritten",
    "best_is_about",
    "worded",
    "ministry",
    "essential",
    "decoy",
)

NAMES: tuple[str, ...] = (
    *(f"{reading}_{name}" for reading in READINGS for name in _OF_A_READING),
    *_OF_A_CANDIDATE,
    *(f"{slot}_{name}" for slot in (*_OWN_SLOTS, "other") for name in _OF_A_SLOT),
)


@dataclass(frozen=True)
class Entries:
    """What is known of every candidate beforehand; row i belongs to candidate i."""

    spans: Sequence[int]  # where its phrases begin; one more than candidates
    name_phrase: Ints  # the phrase that is the official name
    terms: Rows  # every word of every phrase of the candidate
    slots: NDArray[np.int64]  # candidates by slots, bits
    flags: Matrix  # candidates by (worded, ministry, essential, decoy)


@dataclass(frozen=True)
class Told:
    """What is known of every phrase beforehand; row i belongs to phrase i."""

    contents: Sequence[str]
    masses: Floats  # what its words weigh together
    flags: Matrix  # phrases by (is the official name, handwritten, about)
    names: NDArray[np.bool_]  # whether who says just this means the entry

    @classmethod
    def of(cls, phrases: Sequence[Saying], index: Index) -> Self:
        kinds = np.array([saying.kind for saying in phrases], dtype=np.int8)
        flags = (kinds == Kind.NAME, kinds >= Kind.EVERYDAY, kinds == Kind.ABOUT)
        return cls(
            [saying.content for saying in phrases],
            index.masses(index.phrase_terms),
            np.stack(flags, axis=1).astype(np.float32),
            np.array([saying.is_a_name for saying in phrases], dtype=bool),
        )


@dataclass(frozen=True)
class Heard:
    """A message, read: its words, typed and meant, as queries, and its slots.

    `terms` are those of all queries together, ascending; `weights` what each weighs for whom (see `weighed`).
    """

    typed: tuple[str, ...]
    meant: tuple[str, ...]
    queries: tuple[Query, ...]  # one reading where both are the same
    lead: Query  # its first telling words
    slots: NDArray[np.int64]
    contents: tuple[str, ...]  # what names something in either reading, folded
    terms: Ints
    weights: Matrix


_KINDS = 3  # of terms: WORD, PAIRED, WITH_MARKS
_LEAD = 2 * _KINDS  # columns of weights: typed by kind, meant by kind, words of the lead


def slots_of(words: Sequence[str]) -> NDArray[np.int64]:
    return np.array(slot_values(words, folded(words)), dtype=np.int64)


def weighed(index: Index, queries: Sequence[Query], lead: Query) -> tuple[Ints, Matrix]:
    """All terms of a message, and a matrix: what each weighs in the typed reading, the meant one and the lead."""
    typed, meant = queries[0].terms, queries[-1].terms
    terms = (
        typed if len(queries) == 1 else np.array(sorted({*typed.tolist(), *meant.tolist()}), dtype=np.int32)
    )
    weights = np.zeros((len(terms), _LEAD + 1), dtype=np.float32)
    for begin, known in ((0, typed), (_KINDS, meant)):
        weights[terms.searchsorted(known), begin + index.kind[known]] = index.idf[known]
    words = lead.terms[index.kind[lead.terms] == WORD]
    weights[terms.searchsorted(words), _LEAD] = index.idf[words]
    return terms, weights


def features(
    index: Index,
    entries: Entries,
    told: Told,
    heard: Heard,
    candidates: Sequence[int],
    best: Sequence[Sequence[int]],
    scores: Sequence[Floats],
) -> Matrix:
    """One row a candidate, columns as NAMES. `best[r][i]` is candidate i's best phrase in reading r.

    Of a message that means what it says there is one reading only.
    """
    count = len(candidates)
    chosen = np.array(candidates)
    names = entries.name_phrase[chosen]
    phrases = np.concatenate([best[0], best[-1], names])
    shared = shared_weights(index.phrase_terms.parts(phrases), heard.terms, heard.weights).T
    masses = np.maximum(told.masses[phrases], _LEAST)
    of_entries = shared_weights(entries.terms.parts(chosen), heard.terms, heard.weights).T
    typed, meant, of_names = (slice(place * count, (place + 1) * count) for place in range(3))

    rows = np.empty((len(NAMES), count), dtype=np.float32)
    of_typed, of_best = rows[:_WIDTH], rows[_WIDTH : 2 * _WIDTH]
    _of_a_reading(
        of_typed, shared[:_KINDS, typed], heard.queries[0], scores[0], masses[typed], phrases[typed]
    )
    if len(scores) == 1:
        of_best[:] = of_typed
    else:
        of_meant = shared[_KINDS:_LEAD, meant]
        _of_a_reading(of_best, of_meant, heard.queries[1], scores[1], masses[meant], phrases[meant])
        np.maximum(of_typed, of_best, out=of_best)
    own = rows[2 * _WIDTH :]
    own[0] = of_entries[_KINDS + WORD] / _of_words(heard.queries[-1])
    own[1] = shared[_KINDS + WORD, of_names] / masses[of_names]
    own[2] = of_entries[_LEAD] / _of_words(heard.lead)
    own[3:5] = _alike(told, heard, best)
    exact = [told.contents[phrase] == heard.contents[0] for phrase in best[0]]
    own[5] = told.names[phrases[typed]] & exact
    own[6:9] = told.flags[phrases[typed]].T
    own[9:13] = entries.flags[chosen].T
    _of_slots(own[13:], heard.slots, entries.slots[chosen])
    return np.ascontiguousarray(rows.T)


_LEAST = 1e-6  # a share of nothing is nothing
_WIDTH = len(_OF_A_READING)


def _of_words(query: Query) -> float:
    """What the words of a message weigh, known or not."""
    return max(query.masses[WORD] + query.unknown, _LEAST)


def _of_a_reading(
    rows: Matrix, shared: Matrix, query: Query, scores: Floats, masses: Floats, chosen: NDArray[np.int64]
) -> None:
    """Fills rows in the order of _OF_A_READING; `shared` and `masses` are of the phrases chosen."""
    of_chosen = scores[chosen]
    rows[0] = of_chosen / max(float(scores.max()), _LEAST)
    rows[1] = of_chosen / max(sum(query.masses) * 1.5 + query.unknown, _LEAST)
    rows[2] = shared[WORD] / _of_words(query)
    rows[3] = shared[WORD] / masses
    rows[4] = shared[PAIRED] / max(query.masses[PAIRED], _LEAST)
    rows[5] = shared[WITH_MARKS] / max(query.masses[WITH_MARKS], _LEAST)


def _alike(told: Told, heard: Heard, best: Sequence[Sequence[int]]) -> Matrix:
    """How alike message and phrase are as sets of words and letter by letter, in the reading that is more so."""
    found = []
    for text, phrases in zip(heard.contents, best, strict=True):
        contents = [told.contents[phrase] for phrase in phrases]
        by_words = [fuzz.token_set_ratio(text, each) for each in contents]
        found.append([by_words, [fuzz.ratio(text, each) for each in contents]])
    most: Matrix = np.array(found, dtype=np.float32).max(axis=0)
    return most / np.float32(100)


@cache
def _own_and_other() -> tuple[list[int], list[int]]:
    """Numbers of the slots that have features of their own, and of those that are pooled."""
    own = [number for number, slot in enumerate(slots()) if slot.name in _OWN_SLOTS]
    return own, [number for number, slot in enumerate(slots()) if slot.name not in _OWN_SLOTS]


def _of_slots(rows: Matrix, asked: NDArray[np.int64], named: NDArray[np.int64]) -> None:
    """Fills rows in the order of NAMES: four for each slot that has features of its own, four for the others."""
    is_asked, is_named = asked != 0, named != 0
    kinds = np.empty((len(_OF_A_SLOT), *named.shape), dtype=np.float32)
    agree = (asked & named) != 0
    kinds[0] = agree
    kinds[1] = (is_named & is_asked) ^ agree
    kinds[2] = is_asked > is_named
    kinds[3] = is_named > is_asked
    own, other = _own_and_other()
    rows[: -len(kinds)] = kinds[:, :, own].transpose(2, 0, 1).reshape(-1, len(named))
    rows[-len(kinds) :] = kinds[:, :, other].sum(axis=2)
