"""What speaks for a candidate, as numbers between about 0 and 1. `fusion` weighs them.

A message is read twice, as typed and as meant (`meanings`); features of a reading carry its name. "Phrase" is the
candidate's best phrase in that reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from intents.index import Index, Query, Scores
from intents.rows import Floats, Places, Rows
from intents.sayings import Kind, Saying
from intents.slots import slot_values, slots
from intents.spoken import Spoken
from intents.vocabulary import KINDS, PAIRED, WORD
from intents.weighing import LEAD, LEAST, MEANT, TYPED, Weighed

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


_COLUMN = {name: number for number, name in enumerate(NAMES)}
_WIDTH = len(_OF_A_READING)
_OF_PHRASE, _OF_ENTRY = _COLUMN["exact"], _COLUMN["worded"]  # four columns each, then the slots
_SLOTS = _COLUMN[f"{_OWN_SLOTS[0]}_{_OF_A_SLOT[0]}"]


class SlotTable:
    """What the names of all candidates say of each slot, and how that compares with what a message says.

    Names say the same few things, and so do messages: what was compared once is kept.
    """

    def __init__(self, named: NDArray[np.int64]) -> None:
        """`named`: candidates by slots, bits."""
        self.named = named
        self._distinct, self._which = np.unique(named, axis=0, return_inverse=True)
        own = [number for number, slot in enumerate(slots()) if slot.name in _OWN_SLOTS]
        self._own, self._other = own, [number for number in range(len(slots())) if number not in own]
        self._compared = lru_cache(maxsize=128)(self._compare)

    def compared(self, asked: tuple[int, ...], candidates: Places) -> Matrix:
        """Candidates by features of slots, in the order of NAMES; `asked`: the bits of each slot."""
        rows: Matrix = self._compared(asked)[self._which[candidates]]
        return rows

    def _compare(self, asked: tuple[int, ...]) -> Matrix:
        is_asked, is_named = np.array(asked) != 0, self._distinct != 0
        agree = (self._distinct & np.array(asked)) != 0
        kinds = (agree, is_asked & is_named & ~agree, is_asked & ~is_named, is_named & ~is_asked)
        found = np.stack(kinds, axis=2).astype(np.float32)  # names by slots by _OF_A_SLOT
        of_own = found[:, self._own].reshape(len(found), -1)
        return np.concatenate([of_own, found[:, self._other].sum(axis=1)], axis=1)


@dataclass(frozen=True)
class Entries:
    """What is known of every candidate beforehand; row i belongs to candidate i."""

    spans: Sequence[int]  # where its phrases begin; one more than candidates
    name_phrase: Places  # the phrase that is the official name
    terms: Rows  # as those of the index
    slots: SlotTable
    flags: Matrix  # candidates by (worded, ministry, essential, decoy)


@dataclass(frozen=True)
class Told:
    """What is known of every phrase beforehand; row i belongs to phrase i."""

    contents: Sequence[str]
    parts: Floats  # 1 by what its words weigh together
    flags: Matrix  # phrases by (who says just this means the entry, is its official name, handwritten, about)

    @classmethod
    def of(cls, phrases: Sequence[Saying], index: Index) -> Self:
        kinds = np.array([saying.kind for saying in phrases], dtype=np.int8)
        means = np.array([saying.is_a_name for saying in phrases], dtype=bool)
        flags = (means, kinds == Kind.NAME, kinds >= Kind.EVERYDAY, kinds == Kind.ABOUT)
        return cls(
            [saying.content for saying in phrases],
            (1 / np.maximum(index.masses, LEAST)).astype(np.float32),
            np.stack(flags, axis=1).astype(np.float32),
        )


@dataclass(frozen=True, slots=True)
class Heard:
    """A message, read: its words, typed and meant, as queries, and its slots."""

    typed: Spoken
    meant: Spoken
    queries: tuple[Query, ...]  # one reading where both are the same
    weighed: Weighed
    slots: tuple[int, ...]
    contents: tuple[str, ...]  # what names something in either reading, folded
    telling: bool  # whether any word names something


def slots_of(said: Spoken) -> tuple[int, ...]:
    return tuple(slot_values(said))


def features(
    index: Index,
    entries: Entries,
    told: Told,
    heard: Heard,
    candidates: Sequence[int],
    best: Sequence[Sequence[int]],
    scores: Scores,
) -> Matrix:
    """One row a candidate, columns as NAMES. `best[r][i]` is candidate i's best phrase in reading r.

    Of a message that means what it says there is one reading only.
    """
    count, message = len(candidates), heard.weighed
    chosen, phrases = np.array(candidates), np.array(best)
    names = entries.name_phrase[chosen]
    covered = message.covered(
        entries.terms, np.concatenate([phrases.ravel(), names, index.row_of_owner(chosen)])
    )
    rows = np.empty((count, len(NAMES)), dtype=np.float32)
    readings = [
        _of_a_reading(
            covered[first : first + KINDS, place * count :][:, :count],
            message,
            first,
            phrases[place],
            scores[place],
            told,
        )
        for place, first in enumerate((TYPED, MEANT)[: len(phrases)])
    ]
    rows[:, :_WIDTH] = readings[0].T
    rows[:, _WIDTH : 2 * _WIDTH] = np.maximum(readings[0], readings[-1]).T
    rows[:, _COLUMN["entry_covers"]] = covered[MEANT + WORD, -count:]
    rows[:, _COLUMN["name_covered"]] = (
        covered[MEANT + WORD, -2 * count : -count] * told.parts[names] * message.wholes[MEANT + WORD]
    )
    rows[:, _COLUMN["lead_covered"]] = covered[LEAD, -count:]
    rows[:, _COLUMN["alike"]], rows[:, _COLUMN["alike_in_order"]] = _alike(told, heard, best)
    rows[:, _OF_PHRASE:_OF_ENTRY] = told.flags[phrases[0]]
    rows[:, _OF_PHRASE] *= [told.contents[phrase] == heard.contents[0] for phrase in best[0]]
    rows[:, _OF_ENTRY:_SLOTS] = entries.flags[chosen]
    rows[:, _SLOTS:] = entries.slots.compared(heard.slots, chosen)
    return rows


def _of_a_reading(
    covered: Matrix, message: Weighed, first: int, phrases: Places, scores: Floats, told: Told
) -> Matrix:
    """Rows in the order of _OF_A_READING, of each candidate's best phrase. `first`: TYPED or MEANT."""
    rows = np.empty((_WIDTH, len(phrases)), dtype=np.float32)
    of_chosen = scores[phrases]
    rows[0] = of_chosen / max(float(scores.max()), LEAST)
    rows[1] = of_chosen / message.attainable(first)
    rows[2] = covered[WORD]
    rows[3] = covered[WORD] * told.parts[phrases] * message.wholes[first + WORD]
    rows[4:] = covered[PAIRED:]
    return rows


def _alike(told: Told, heard: Heard, best: Sequence[Sequence[int]]) -> tuple[list[float], list[float]]:
    """How alike message and phrase are as sets of words and letter by letter, in the reading that is more so."""
    by_words, in_order = [0.0] * len(best[0]), [0.0] * len(best[0])
    for text, phrases in zip(heard.contents, best, strict=True):
        contents = [told.contents[phrase] for phrase in phrases]
        for most, scorer in ((by_words, fuzz.token_set_ratio), (in_order, fuzz.ratio)):
            for _, score, place in process.extract(text, contents, scorer=scorer, limit=None):
                most[place] = max(most[place], score / 100)
    return by_words, in_order
