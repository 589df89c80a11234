"""What speaks for a candidate, as numbers between about 0 and 1. `fusion` weighs them.

A message is read twice, as typed and as meant (`meanings`); features of a reading carry its name. "Phrase" is the
candidate's best phrase in that reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

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
    terms = np.array(sorted({int(term) for query in queries for term in query.terms}), dtype=np.int32)
    weights = np.zeros((len(terms), _LEAD + 1), dtype=np.float32)
    for begin, query in zip((0, _KINDS), (queries[0], queries[-1]), strict=True):
        places = np.searchsorted(terms, query.terms)
        weights[places, begin + index.kind[query.terms]] = index.idf[query.terms]
    words = lead.terms[index.kind[lead.terms] == WORD]
    weights[np.searchsorted(terms, words), _LEAD] = index.idf[words]
    return terms, weights


def features(
    index: Index,
    entries: Entries,
    phrases: Sequence[Saying],
    masses: Floats,
    heard: Heard,
    candidates: Sequence[int],
    best: Sequence[Sequence[int]],
    scores: Sequence[Floats],
) -> Matrix:
    """One row a candidate, columns as NAMES. `best[r][i]` is candidate i's best phrase in reading r.

    Of a message that means what it says there is one reading only.
    """
    count = len(candidates)
    names = entries.name_phrase[candidates].tolist()
    rows = index.phrase_terms.parts([*best[0], *best[-1], *names]) + entries.terms.parts(candidates)
    shared = shared_weights(rows, heard.terms, heard.weights)
    typed, meant, of_names, of_entries = (shared[place * count : (place + 1) * count] for place in range(4))
    first = _of_a_reading(typed[:, :_KINDS], heard.queries[0], scores[0], masses, best[0])
    second = _of_a_reading(meant[:, _KINDS:_LEAD], heard.queries[-1], scores[-1], masses, best[-1])
    whole = heard.queries[-1].masses[WORD] + heard.queries[-1].unknown
    beginning = heard.lead.masses[WORD] + heard.lead.unknown
    of_the_entry = [
        of_entries[:, _KINDS + WORD] / max(whole, _LEAST),
        of_names[:, _KINDS + WORD] / np.maximum(masses[names], _LEAST),
        of_entries[:, _LEAD] / max(beginning, _LEAST),
    ]
    blocks: list[Any] = [first, np.maximum(first, second), of_the_entry, _of_the_phrase(phrases, heard, best)]
    blocks += [entries.flags[candidates].T, _of_slots(heard.slots, entries.slots[candidates])]
    return np.ascontiguousarray(np.concatenate(blocks).T, dtype=np.float32)


_LEAST = 1e-6  # a share of nothing is nothing


def _of_a_reading(
    shared: Matrix, query: Query, scores: Floats, masses: Floats, chosen: Sequence[int]
) -> NDArray[np.float64]:
    of_chosen = scores[chosen]
    return np.array(
        [
            of_chosen / max(float(scores.max()), _LEAST),
            of_chosen / max(sum(query.masses) * 1.5 + query.unknown, _LEAST),
            shared[:, WORD] / max(query.masses[WORD] + query.unknown, _LEAST),
            shared[:, WORD] / np.maximum(masses[chosen], _LEAST),
            shared[:, PAIRED] / max(query.masses[PAIRED], _LEAST),
            shared[:, WITH_MARKS] / max(query.masses[WITH_MARKS], _LEAST),
        ]
    )


def _of_the_phrase(
    phrases: Sequence[Saying], heard: Heard, best: Sequence[Sequence[int]]
) -> NDArray[np.float64]:
    said = [phrases[number] for number in best[0]]
    text = heard.contents[0]
    by_words = [fuzz.token_set_ratio(text, saying.content) / 100 for saying in said]
    by_letters = [fuzz.ratio(text, saying.content) / 100 for saying in said]
    if len(best) > 1:
        text, meant = heard.contents[1], [phrases[number].content for number in best[1]]
        by_words = [
            max(one, fuzz.token_set_ratio(text, two) / 100) for one, two in zip(by_words, meant, strict=True)
        ]
        by_letters = [
            max(one, fuzz.ratio(text, two) / 100) for one, two in zip(by_letters, meant, strict=True)
        ]
    exact = [heard.contents[0] == saying.content and saying.is_a_name for saying in said]
    kinds = [saying.kind for saying in said]
    return np.array(
        [
            by_words,
            by_letters,
            exact,
            [kind is Kind.NAME for kind in kinds],
            [kind >= Kind.EVERYDAY for kind in kinds],
            [kind is Kind.ABOUT for kind in kinds],
        ],
        dtype=np.float64,
    )


@cache
def _own_and_other() -> tuple[list[int], list[int]]:
    """Numbers of the slots that have features of their own, and of those that are pooled."""
    own = [number for number, slot in enumerate(slots()) if slot.name in _OWN_SLOTS]
    return own, [number for number, slot in enumerate(slots()) if slot.name not in _OWN_SLOTS]


def _of_slots(asked: NDArray[np.int64], named: NDArray[np.int64]) -> NDArray[np.float64]:
    is_asked, is_named = asked != 0, named != 0
    common = (asked & named) != 0
    both = is_named & is_asked
    kinds = np.array([common, both & ~common, is_asked & ~is_named, is_named & ~is_asked], dtype=np.float64)
    own, other = _own_and_other()
    of_own = kinds[:, :, own].transpose(2, 0, 1).reshape(-1, len(named))
    return np.concatenate([of_own, kinds[:, :, other].sum(axis=2)])
