"""Candidates for a message, in order: what was heard, the first candidates by the index, and what speaks for each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

import numpy as np

from intents import language
from intents.catalog import Level, Procedure, Tag, Topic
from intents.civil import civil
from intents.features import Entries, Heard, Matrix, SlotTable, Told, features, slots_of
from intents.frequencies import Frequencies
from intents.fusion import Weights, doubts
from intents.index import Index, Scores
from intents.manner import Manner, manner_of
from intents.meanings import meant
from intents.repair import Repair
from intents.rows import Floats
from intents.sayings import Kind, Saying, content, decoys, sayings
from intents.spoken import Spoken, folded
from intents.vocabulary import WORD
from intents.weighing import LEAST, TYPED, weighed
from intents.words import light_words, words_of

CONSIDERED = 12  # candidates whose features are computed; more make it slower and no better
LEAD = 4  # telling words that count as the beginning of a message
_EXCEPT = re.compile(r"[(\[]\s*trừ\b[^()\[\]]*[)\]]?", re.IGNORECASE)
_PHRASES_OF_ONE = 5  # best phrases that are looked through, for each candidate considered


@dataclass(frozen=True)
class Ranking:
    """Candidates best first, as numbers; what learning and explaining look at."""

    candidates: tuple[int, ...]
    phrases: tuple[int, ...]
    rows: Matrix
    ranks: Floats
    doubts: Floats
    manner: Manner
    telling: bool  # whether any word of the message names something

    def in_order(self, order: Sequence[int]) -> "Ranking":
        """The candidates at these places, in this order; the doubts as they were."""
        return replace(
            self,
            candidates=tuple(self.candidates[place] for place in order),
            phrases=tuple(self.phrases[place] for place in order),
            rows=self.rows[order],
            ranks=self.ranks[order],
        )

    def with_first(self, place: int, rank: float) -> "Ranking":
        """The candidate at this place before all others, with the rank of the one that was."""
        ranks = self.ranks.copy()
        ranks[place] = rank
        rest = (other for other in range(len(self.candidates)) if other != place)
        return replace(self, ranks=ranks).in_order([place, *rest])


class Ranker:
    """Knows what is said of every procedure and of everyday talk; the latter are candidates, too, after the others."""

    def __init__(
        self, procedures: Sequence[Procedure], topics: Sequence[Topic], weights: Weights, considered: int
    ) -> None:
        """`considered`: how many candidates are weighed for a message."""
        language.read()
        self._weights, self._considered, self._procedures = weights, considered, len(procedures)
        owned = [*map(sayings, procedures), *decoys(topics)]
        self.phrases = [saying for each in owned for saying in each]
        owners = [number for number, each in enumerate(owned) for _ in each]
        named = (saying.words for saying in self.phrases if saying.kind in (Kind.NAME, Kind.EVERYDAY))
        naming = frozenset(word for words in named for word in folded(words))
        self.index = Index([saying.words for saying in self.phrases], owners, naming)
        self.entries = _entries(procedures, self.index, self.phrases, len(owned))
        self._told = Told.of(self.phrases, self.index)
        self._repair = Repair(self.index)

    def respelled(self, said: Spoken) -> Spoken | None:
        """What was perhaps meant, where nothing is found as typed."""
        return self._repair.respelled(said)

    def hear(self, said: Spoken) -> Heard:
        """The message as typed (repaired) and as meant."""
        typed = self._repair.words(civil(said))
        official = meant(typed)
        slots = slots_of(typed)
        readings = [typed]
        if official.words != typed.words:
            readings.append(official)
            slots = tuple([said or implied for said, implied in zip(slots, slots_of(official), strict=True)])
        queries = tuple(map(self.index.query, readings))
        lead = self.index.word_query(_lead(typed))
        return Heard(
            typed,
            official,
            queries,
            weighed(self.index, queries, lead),
            slots,
            tuple(map(content, readings)),
            telling=bool(lead.every) or official is not typed,
        )

    def rank(self, heard: Heard, without: int | None = None) -> Ranking | None:
        """The first candidates in order; None where no word is known. `without`: a phrase that is to be left out."""
        scores = self.index.scores(heard.queries)
        entries = self.entries if without is None else self._forget(without, scores)
        candidates, best = self._first(scores)
        if min(candidates, default=self._procedures) >= self._procedures:
            return None
        rows = features(self.index, entries, self._told, heard, candidates, best, scores)
        ranks = rows @ self._weights.ranking
        order = (-ranks).argsort(kind="stable")
        phrases = _better(scores, best)
        unknown = heard.weighed.unknown[0] / max(LEAST, heard.weighed.wholes[TYPED + WORD])
        manner = manner_of(heard.typed, unknown)
        rows, ranks = rows[order], ranks[order]
        places = order.tolist()
        return Ranking(
            candidates=tuple([candidates[place] for place in places]),
            phrases=tuple([phrases[place] for place in places]),
            rows=rows,
            ranks=ranks,
            doubts=doubts(rows, ranks, manner),
            manner=manner,
            telling=heard.telling,
        )

    def _forget(self, phrase: int, scores: Scores) -> Entries:
        """Scores (changed in place) and entries as if the phrase had never been said."""
        scores[:, phrase] = 0
        owner, terms = int(self.index.owners[phrase]), self.index.terms[phrase]
        counted = self.phrases[phrase].kind is not Kind.VARIANT
        frequencies = self.entries.frequencies
        return replace(
            self.entries,
            terms=self.index.without(phrase),
            frequencies=frequencies.without(owner, terms) if counted else frequencies,
        )

    def _first(self, scores: Scores) -> tuple[list[int], list[list[int]]]:
        """The owners of the best phrases of both readings, and for each reading the best phrase of each owner."""
        of_one = self._considered if len(scores) == 1 else self._considered * 2 // 3
        found: dict[int, None] = {}
        firsts: list[dict[int, int]] = []
        for each in scores:
            best = self.index.best_phrases(each, _PHRASES_OF_ONE * self._considered)
            owners = self.index.owners[best].tolist()
            found.update(dict.fromkeys(islice(dict.fromkeys(owners), of_one)))
            # Backwards, so that of an owner's phrases the best is written last and stays.
            firsts.append(dict(zip(owners[::-1], best[::-1].tolist(), strict=True)))
        candidates = list(found)[: self._considered]
        return candidates, [
            [first[each] if each in first else self._best_phrase(of_all, each) for each in candidates]
            for of_all, first in zip(scores, firsts, strict=True)
        ]

    def _best_phrase(self, scores: Floats, candidate: int) -> int:
        start, end = self.entries.spans[candidate], self.entries.spans[candidate + 1]
        return start + int(scores[start:end].argmax())


def _lead(said: Spoken) -> list[str]:
    """The first telling words: what is asked for mostly stands before what it is asked about."""
    light = light_words()
    telling = (bare for word, bare in zip(said.words, said.plain, strict=True) if word not in light)
    return list(islice(telling, LEAD))


def _better(scores: Scores, best: Sequence[Sequence[int]]) -> Sequence[int]:
    """Of each candidate's best phrase in each reading the one that fits better."""
    if len(scores) == 1:
        return best[0]
    chosen = np.array(best)
    as_typed, as_meant = scores[0][chosen[0]].tolist(), scores[1][chosen[1]].tolist()
    pairs = zip(as_typed, as_meant, *best, strict=True)
    return [second if of_second > of_first else first for of_first, of_second, first, second in pairs]


def _entries(
    procedures: Sequence[Procedure], index: Index, phrases: Sequence[Saying], owners: int
) -> Entries:
    spans = np.searchsorted(index.owners, np.arange(owners + 1)).tolist()
    names = [
        next((number for number in range(start, end) if phrases[number].kind is Kind.NAME), start)
        for start, end in pairwise(spans)
    ]
    flags = [
        (bool(each.wordings), each.level is Level.MINISTRY, Tag.ESSENTIAL in each.tags, 0)
        for each in procedures
    ]
    slots = [_slots(each) for each in procedures]
    others = owners - len(procedures)
    return Entries(
        name_phrase=np.array(names, dtype=np.intp),
        spans=spans,
        terms=index.terms,
        frequencies=_frequencies(index, phrases),
        slots=SlotTable(np.array(slots + [slots_of(Spoken.of(()))] * others, dtype=np.int64)),
        flags=np.array(flags + [(0, 0, 0, 1)] * others, dtype=np.float32),
    )


def _frequencies(index: Index, phrases: Sequence[Saying]) -> Frequencies:
    """Variants of a name that are made by rule say nothing that the name does not."""
    vocabulary, said = index.vocabulary, np.array([each.kind is not Kind.VARIANT for each in phrases])
    kinds, worths = vocabulary.kinds(), vocabulary.worths(None)
    return Frequencies.of(index.terms, index.owners, kinds, worths, said)


def _slots(procedure: Procedure) -> tuple[int, ...]:
    """What the names of an entry say; the official one first, because it carries the qualifier.

    What an entry is not for ("trừ xe mô tô") is none of its cases.
    """
    of_name = slots_of(Spoken.of(words_of(_EXCEPT.sub(" ", procedure.name))))
    if procedure.title == procedure.name:
        return of_name
    of_title = slots_of(Spoken.of(words_of(procedure.title)))
    return tuple(first or second for first, second in zip(of_name, of_title, strict=True))
