"""What speaks for a candidate, as numbers between about 0 and 1. `fusion` weighs them.

A message is read twice, as typed and as meant (`meanings`); features of a reading carry its name. "Phrase" is the
candidate's best phrase in that reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from intents.frequencies import Frequencies
from intents.index import Index, Query, Scores
from intents.rows import Floats, Places, Rows
from intents.sayings import Kind, Saying
from intents.slots import slot_values, slots
from intents.spoken import Spoken
from intents.vocabulary import WORD
from intents.weighing import LEAD_WORDS, LEAST, MEANT, MEANT_WORDS, NOTHING, TYPED, Weighed

Matrix: TypeAlias = NDArray[np.float32]

READINGS = ("typed", "best")  # "best" is the better of as typed and as meant
_OF_A_READING = ("relative", "absolute", "phrase_covered", "message_covered", "pairs", "marks")
_OF_A_SLOT = ("agree", "conflict", "only_asked", "only_named")
_OWN_SLOTS = (
    "operation",
    "foreign",
    "overseas",
    "age",
    "object",
    "holder",
    "happened",
)  # the rest is pooled as "other"
_OF_A_CANDIDATE = (
    "entry_covers",
    "name_covered",
    "lead_covered",
    "alike",
    "alike_in_order",
    "entry_says",
    "entry_pairs",
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


SAYS, PAIRS = 10, 30  # what large values of frequencies are about, so that features stay near 1

_COLUMN = {name: number for number, name in enumerate(NAMES)}
_WIDTH = len(_OF_A_READING)
_OF_PHRASE, _OF_ENTRY = _COLUMN["exact"], _COLUMN["worded"]  # four columns each, then the slots
_SLOTS = _COLUMN[f"{_OWN_SLOTS[0]}_{_OF_A_SLOT[0]}"]


class SlotTable:
    """What the names of all candidates say of each slot, and how that compares with what a message says."""

    def __init__(self, named: NDArray[np.int64]) -> None:
        """`named`: candidates by slots, bits."""
        self.named = named
        own = [number for number, slot in enumerate(slots()) if slot.name in _OWN_SLOTS]
        # Those with columns of their own first, so that their part of a comparison is one slice.
        self._order = [*own, *(number for number in range(len(slots())) if number not in own)]
        self._own, self._ordered = len(own), np.ascontiguousarray(named[:, self._order])

    def compare(self, asked: Sequence[int], candidates: Places, into: Matrix) -> None:
        """Candidates by features of slots, in the order of NAMES; `asked`: the bits of each slot."""
        named = self._ordered.take(candidates, axis=0)
        bits = np.array([asked[number] for number in self._order])
        is_asked, is_named, agree = bits != 0, named != 0, (named & bits) != 0
        both = is_named & is_asked
        found = np.empty((*named.shape, len(_OF_A_SLOT)), dtype=np.float32)
        found[:, :, 0] = agree
        found[:, :, 1] = both ^ agree
        found[:, :, 2] = is_asked ^ both
        found[:, :, 3] = is_named ^ both
        into[:, : -len(_OF_A_SLOT)] = found[:, : self._own].reshape(len(found), -1)
        found[:, self._own :].sum(axis=1, out=into[:, -len(_OF_A_SLOT) :])


@dataclass(frozen=True)
class Entries:
    """What is known of every candidate beforehand; row i belongs to candidate i."""

    spans: Sequence[int]  # where its phrases begin; one more than candidates
    name_phrase: Places  # the phrase that is the official name
    terms: Rows  # as those of the index
    frequencies: Frequencies
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
    whole_rows = np.concatenate([names, index.row_of_owner(chosen)])
    covered = message.covered(entries.terms, [*phrases, *[NOTHING] * (2 - len(phrases)), whole_rows])
    rows = np.empty((count, len(NAMES)), dtype=np.float32)
    of_readings = _of_readings(covered, message, phrases, scores, told)
    rows[:, :_WIDTH] = of_readings[0].T
    rows[:, _WIDTH : 2 * _WIDTH] = of_readings.max(axis=0).T
    of_candidate = rows[:, 2 * _WIDTH :].T  # in the order of _OF_A_CANDIDATE
    of_names, of_owners = covered[:, -2 * count : -count], covered[:, -count:]
    of_candidate[0] = of_owners[MEANT_WORDS]
    of_candidate[1] = of_names[MEANT_WORDS] * told.parts.take(names) * message.wholes[MEANT + WORD]
    of_candidate[2] = of_owners[LEAD_WORDS]
    _alike(told, heard, best, of_candidate[3:5])
    says, pairs = entries.frequencies.of_message(message, chosen)
    of_candidate[5], of_candidate[6] = says / SAYS, pairs / PAIRS
    rows[:, _OF_PHRASE:_OF_ENTRY] = told.flags.take(phrases[0], axis=0)
    if heard.contents[0] not in (said := [told.contents[phrase] for phrase in best[0]]):
        rows[:, _OF_PHRASE] = 0
    else:
        rows[:, _OF_PHRASE] *= [each == heard.contents[0] for each in said]
    rows[:, _OF_ENTRY:_SLOTS] = entries.flags.take(chosen, axis=0)
    entries.slots.compare(heard.slots, chosen, rows[:, _SLOTS:])
    return rows


def _of_readings(
    covered: Matrix, message: Weighed, phrases: NDArray[np.intp], scores: Scores, told: Told
) -> NDArray[np.float32]:
    """Readings by features by candidates, in the order of _OF_A_READING, of each candidate's best phrase."""
    count = phrases.shape[1]
    found = np.empty((len(phrases), _WIDTH, count), dtype=np.float32)
    parts = told.parts.take(phrases)
    for place, first in enumerate((TYPED, MEANT)[: len(phrases)]):
        of_chosen, rows = scores[place].take(phrases[place]), found[place]
        rows[0] = of_chosen / max(of_chosen.max(), LEAST)  # the best of all phrases is among the chosen
        rows[1] = of_chosen / message.attainable(first)
        rows[3:] = covered[:, place * count : (place + 1) * count]
        rows[2] = rows[3] * parts[place] * message.wholes[first + WORD]
    return found


def _alike(told: Told, heard: Heard, best: Sequence[Sequence[int]], into: Matrix) -> None:
    """How alike message and phrase are as sets of words and letter by letter, in the reading that is more so."""
    into[:] = 0
    for text, phrases in zip(heard.contents, best, strict=True):
        contents = [told.contents[phrase] for phrase in phrases]
        for most, scorer in zip(into, (fuzz.token_set_ratio, fuzz.ratio), strict=True):
            np.maximum(most, process.cdist((text,), contents, scorer=scorer)[0], out=most)
    into /= 100
