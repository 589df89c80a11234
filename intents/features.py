"""What speaks for a candidate, as numbers between about 0 and 1. `fusion` weighs them.

A message is read twice, as typed and as meant (`meanings`); features of a reading carry its name. "Phrase" is the
candidate's best phrase in that reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from intents.index import PAIRED, WITH_MARKS, WORD, Floats, Index, Ints, Query, Rows, folded
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
    names: Rows  # its words
    terms: Rows  # every word of every phrase of the candidate
    slots: NDArray[np.int64]  # candidates by slots, bits
    flags: Matrix  # candidates by (worded, ministry, essential, decoy)


@dataclass(frozen=True)
class Heard:
    """A message, read: its words, typed and meant, as queries, and its slots."""

    typed: tuple[str, ...]
    meant: tuple[str, ...]
    queries: tuple[Query, ...]  # one reading where both are the same
    lead: Query  # its first telling words
    slots: NDArray[np.int64]
    contents: tuple[str, ...]  # what names something in either reading, folded


def slots_of(words: Sequence[str]) -> NDArray[np.int64]:
    return np.array(slot_values(words, folded(words)), dtype=np.int64)


def _share(part: Floats, whole: Floats | float) -> Floats:
    return np.asarray(part / np.maximum(whole, 1e-6), dtype=np.float32)


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
    readings = [
        _of_a_reading(index, query, chosen, of_phrases, masses)
        for query, chosen, of_phrases in zip(heard.queries, best, scores, strict=False)
    ]
    columns = [*readings[0], *map(np.maximum, readings[0], readings[-1])]
    columns += _of_the_entry(index, entries, heard, candidates, masses)
    columns += _of_the_phrase(phrases, heard, best)
    columns += list(entries.flags[candidates].T)
    columns += _of_slots(heard.slots, entries.slots[candidates])
    return np.stack(columns, axis=1)


def _of_the_entry(
    index: Index, entries: Entries, heard: Heard, candidates: Sequence[int], masses: Floats
) -> list[Floats]:
    """How far what is said of the entry covers the message and its beginning; how far the message covers the name."""
    meant, lead = heard.queries[-1], heard.lead
    said = entries.terms.gather(candidates)
    names = entries.name_phrase[candidates]
    return [
        _share(index.overlap(meant, said)[:, WORD], meant.masses[WORD] + meant.unknown),
        _share(index.overlap(meant, entries.names.gather(candidates))[:, WORD], masses[names]),
        _share(index.overlap(lead, said)[:, WORD], lead.masses[WORD] + lead.unknown),
    ]


def _of_a_reading(
    index: Index, query: Query, chosen: Sequence[int], scores: Floats, masses: Floats
) -> list[Floats]:
    shared = index.overlap(query, index.phrase_terms.gather(chosen))
    of_chosen = scores[list(chosen)]
    return [
        _share(of_chosen, float(scores.max(initial=0.0))),
        _share(of_chosen, float(query.masses.sum()) * 1.5 + query.unknown),
        _share(shared[:, WORD], query.masses[WORD] + query.unknown),
        _share(shared[:, WORD], masses[list(chosen)]),
        _share(shared[:, PAIRED], query.masses[PAIRED]),
        _share(shared[:, WITH_MARKS], query.masses[WITH_MARKS]),
    ]


def _of_the_phrase(phrases: Sequence[Saying], heard: Heard, best: Sequence[Sequence[int]]) -> list[Floats]:
    kinds = [phrases[number].kind for number in best[0]]
    likeness = [
        _alike(text, [phrases[number].content for number in chosen])
        for text, chosen in zip(heard.contents, best, strict=False)
    ]
    exact = [heard.contents[0] == phrases[number].content and phrases[number].is_a_name for number in best[0]]
    return [
        *np.maximum(likeness[0], likeness[-1]),
        np.array(exact, dtype=np.float32),
        np.array([kind is Kind.NAME for kind in kinds], dtype=np.float32),
        np.array([kind >= Kind.EVERYDAY for kind in kinds], dtype=np.float32),
        np.array([kind is Kind.ABOUT for kind in kinds], dtype=np.float32),
    ]


def _of_slots(asked: NDArray[np.int64], named: NDArray[np.int64]) -> list[Floats]:
    common = (asked & named) != 0
    both = (asked != 0) & (named != 0)
    kinds = (common, both & ~common, (asked != 0) & (named == 0), (asked == 0) & (named != 0))
    stacked = np.stack(kinds).astype(np.float32)
    own = [number for number, slot in enumerate(slots()) if slot.name in _OWN_SLOTS]
    other = [number for number, slot in enumerate(slots()) if slot.name not in _OWN_SLOTS]
    columns = [stacked[kind, :, number] for number in own for kind in range(4)]
    return columns + [stacked[kind][:, other].sum(axis=1) for kind in range(4)]


def _alike(text: str, phrases: Sequence[str]) -> Matrix:
    """How alike a text and each phrase are, by shared words and letter by letter."""
    by_words = [fuzz.token_set_ratio(text, phrase) for phrase in phrases]
    by_letters = [fuzz.ratio(text, phrase) for phrase in phrases]
    return np.array([by_words, by_letters], dtype=np.float32) / np.float32(100)
