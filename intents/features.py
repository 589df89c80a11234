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

from intents.index import PAIRED, WITH_MARKS, WORD, Floats, Index, Query, Rows, folded
from intents.sayings import Kind, Saying
from intents.slots import slot_values, slots

Matrix: TypeAlias = NDArray[np.float32]

READINGS = ("typed", "meant")
_OF_A_READING = ("relative", "absolute", "message_covered", "phrase_covered", "pairs", "marks")
_OF_A_SLOT = ("agree", "conflict", "only_asked", "only_named")
_OWN_SLOTS = ("operation", "foreign", "overseas", "age", "object", "holder")  # the rest is pooled as "other"
_OF_A_CANDIDATE = ("entry_covers", "name_covered", "alike", "alike_in_order", "best_is_name", "best_is_handwritten", "worded", "ministry", "essential")

NAMES: tuple[str, ...] = (
    *(f"{reading}_{name}" for reading in READINGS for name in _OF_A_READING),
    *_OF_A_CANDIDATE,
    *(f"{slot}_{name}" for slot in (*_OWN_SLOTS, "other") for name in _OF_A_SLOT),
)


@dataclass(frozen=True)
class Entries:
    """What is known of every candidate beforehand; row i belongs to candidate i."""

    spans: Sequence[int]  # where its phrases begin; one more than candidates
    name_phrase: Sequence[int]  # the phrase that is the official name
    terms: Rows  # every term of every phrase of the candidate
    slots: NDArray[np.int64]  # candidates by slots, bits
    flags: Matrix  # candidates by (worded, ministry, essential)


@dataclass(frozen=True)
class Heard:
    """A message, read: its words, typed and meant, as queries, and its slots."""

    typed: tuple[str, ...]
    meant: tuple[str, ...]
    queries: tuple[Query, Query]
    slots: NDArray[np.int64]
    text: str  # folded, as meant
    typed_text: str


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
    """One row a candidate, columns as NAMES. `best[r][i]` is candidate i's best phrase in reading r."""
    columns: list[Floats] = []
    for query, chosen, of_phrases in zip(heard.queries, best, scores, strict=True):
        columns += _of_a_reading(index, query, chosen, of_phrases, masses)
    meant = heard.queries[1]
    whole = meant.masses[WORD] + meant.unknown
    columns.append(_share(index.overlap(meant, entries.terms, candidates)[:, WORD], whole))
    names = [entries.name_phrase[candidate] for candidate in candidates]
    columns.append(_share(index.overlap(meant, index.phrase_terms, names)[:, WORD], masses[names]))
    columns += _of_the_phrase(phrases, heard, best)
    columns += list(entries.flags[candidates].T)
    columns += _of_slots(heard.slots, entries.slots[candidates])
    return np.stack(columns, axis=1)


def _of_a_reading(index: Index, query: Query, chosen: Sequence[int], scores: Floats, masses: Floats) -> list[Floats]:
    shared = index.overlap(query, index.phrase_terms, chosen)
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
    typed, meant = ([phrases[number] for number in chosen] for chosen in best)
    pairs = [(heard.typed_text, saying.folded) for saying in typed], [(heard.text, saying.folded) for saying in meant]
    alike = [max(fuzz.token_set_ratio(*one), fuzz.token_set_ratio(*two)) for one, two in zip(*pairs, strict=True)]
    order = [max(fuzz.ratio(*one), fuzz.ratio(*two)) for one, two in zip(*pairs, strict=True)]
    kinds = [saying.kind for saying in typed]
    return [
        np.array(alike, dtype=np.float32) / 100,
        np.array(order, dtype=np.float32) / 100,
        np.array([kind is Kind.NAME for kind in kinds], dtype=np.float32),
        np.array([kind >= Kind.EVERYDAY for kind in kinds], dtype=np.float32),
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
