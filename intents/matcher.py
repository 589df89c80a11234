"""Which procedure a message is about: `Matcher(catalog).match(text)` answers Found, Unsure or NotFound, and why.

Order of work: words -> the two readings -> one search each in the inverted index -> features of the first candidates
-> their rank -> how sure the first is. A matcher never changes; a new catalog gets a new one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

import numpy as np

from intents.catalog import Catalog, Level, Procedure, Tag
from intents.extract import procedure_codes
from intents.features import Entries, Heard, Matrix, features, slots_of
from intents.fusion import Floats, Weights, contributions, doubts, probability, shares, shipped_weights
from intents.index import WORD, Index, Rows, folded
from intents.meanings import meant
from intents.repair import Repair
from intents.sayings import Kind, Saying, sayings
from intents.slots import SlotQuestion, question
from intents.words import words_of

SHOWN, HELD = 3, 5  # candidates a citizen chooses from; candidates a match holds
CONSIDERED = 24  # candidates whose features are computed
_PHRASES = 120  # best phrases that are looked through for them


@dataclass(frozen=True)
class Candidate:
    """`score` in 0..1 is the probability that it is the right one; `why` what each feature added to its rank."""

    code: str
    name: str
    score: float
    wording: str
    why: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    best: Candidate
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Unsure:
    """Up to HELD candidates, best first; show at most SHOWN. `question` settles it where one slot tells them apart."""

    candidates: tuple[Candidate, ...]
    question: SlotQuestion | None = None


@dataclass(frozen=True)
class NotFound:
    candidates: tuple[Candidate, ...] = ()


Match: TypeAlias = Found | Unsure | NotFound


@dataclass(frozen=True)
class Ranking:
    """Candidates best first, as numbers; what learning and explaining look at."""

    candidates: tuple[int, ...]
    phrases: tuple[int, ...]
    rows: Matrix
    ranks: Floats
    doubts: Floats
    unknown: float  # share of the message's weight in words the catalog does not know


class Matcher:
    """Understands messages about one catalog. Safe to share between threads."""

    def __init__(self, catalog: Catalog, weights: Weights | None = None) -> None:
        self.catalog = catalog
        self.procedures: Sequence[Procedure] = catalog.procedures
        self.weights = weights or shipped_weights()
        said = [(number, saying) for number, each in enumerate(self.procedures) for saying in sayings(each)]
        self.phrases = [saying for _, saying in said]
        self._index = Index([saying.words for saying in self.phrases], [number for number, _ in said])
        self._masses = self._index.masses(self._index.phrase_terms)
        self._entries = _entries(self.procedures, self._index, self.phrases)
        self._repair = Repair(self._index)

    def match(self, text: str, *, today: date | None = None) -> Match:
        """What `text` asks for. With `today`, entries out of force give way to their successors."""
        if named := self._by_code(text, today):
            return Found(named, (named,))
        return self._judged(self.rank(self.hear(text)), today)

    def match_without(self, text: str, phrase: int) -> Match:
        """What `text` would be taken for if the catalog did not hold that phrase."""
        return self._judged(self.rank(self.hear(text), without=phrase), None)

    def owner_of(self, phrase: int) -> Procedure:
        return self.procedures[int(self._index.owners[phrase])]

    def _judged(self, ranking: Ranking | None, today: date | None) -> Match:
        if ranking is None:
            return NotFound()
        sure = probability(self.weights.doubt, ranking.doubts)
        candidates = self._candidates(ranking, sure, today)
        if sure >= self.weights.answer:
            return Found(candidates[0], candidates)
        if sure >= self.weights.ask:
            return Unsure(candidates, self._question(ranking, candidates))
        return NotFound(candidates)

    def hear(self, text: str) -> Heard:
        """The message as typed (repaired) and as meant."""
        typed = self._repair.words(words_of(text))
        plain = folded(typed)
        official = meant(typed, plain)
        queries = self._index.query(typed), self._index.query(official)
        slots = slots_of(typed) | slots_of(official)
        return Heard(tuple(typed), tuple(official), queries, slots, " ".join(folded(official)), " ".join(plain))

    def rank(self, heard: Heard, without: int | None = None) -> Ranking | None:
        """The first candidates in order; None where no word is known. `without`: a phrase that is to be left out."""
        scores = [self._index.scores(query) for query in heard.queries]
        if without is not None:
            for each in scores:
                each[without] = 0
        candidates = self._first(scores)
        if not candidates:
            return None
        best = [[self._best_phrase(each, candidate) for candidate in candidates] for each in scores]
        rows = features(
            self._index, self._entries, self.phrases, self._masses, heard, candidates, best, scores
        )
        ranks = rows @ self.weights.ranking
        order = np.argsort(-ranks, kind="stable")
        of_best = [max((each[phrase[i]], -number, phrase[i]) for number, (each, phrase) in enumerate(zip(scores, best, strict=True)))[2] for i in order]
        query = heard.queries[0]
        unknown = query.unknown / max(1e-6, query.unknown + float(query.masses[WORD]))
        rows, ranks = rows[order], ranks[order]
        return Ranking(
            tuple(candidates[i] for i in order), tuple(of_best), rows, ranks,
            doubts(rows, ranks, unknown, len(heard.typed)), unknown,
        )

    def _first(self, scores: Sequence[Floats]) -> list[int]:
        """The owners of the best phrases of both readings, in turn."""
        lists = []
        for each in scores:
            count = min(_PHRASES, len(each))
            top = np.argpartition(-each, count - 1)[:count]
            top = top[np.argsort(-each[top], kind="stable")]
            lists.append(dict.fromkeys(self._index.owners[top[each[top] > 0]].tolist()))
        found: dict[int, None] = {}
        for owners in lists:
            found.update(dict.fromkeys(list(owners)[: CONSIDERED * 2 // 3]))
        return list(found)[:CONSIDERED]

    def _best_phrase(self, scores: Floats, candidate: int) -> int:
        start, end = self._entries.spans[candidate], self._entries.spans[candidate + 1]
        return start + int(scores[start:end].argmax())

    def _candidates(self, ranking: Ranking, sure: float, today: date | None) -> tuple[Candidate, ...]:
        share = shares(ranking.ranks)
        found: dict[str, Candidate] = {}
        for place, number in enumerate(ranking.candidates[: HELD + 3]):
            procedure = self._in_force(self.procedures[number], today)
            if procedure is None:
                continue
            score = round(sure * float(share[place] / share[0]), 4)
            why = contributions(self.weights, ranking.rows[place])
            wording = self.phrases[ranking.phrases[place]].text
            found.setdefault(procedure.code, Candidate(procedure.code, procedure.title, score, wording, why))
        return tuple(found.values())[:HELD]

    def _in_force(self, procedure: Procedure, today: date | None) -> Procedure | None:
        return procedure if today is None else self.catalog.current(procedure.code, today) or procedure

    def _question(self, ranking: Ranking, candidates: Sequence[Candidate]) -> SlotQuestion | None:
        shown = [each.code for each in candidates[:SHOWN]]
        number_of = {self.procedures[number].code: number for number in ranking.candidates}
        if any(code not in number_of for code in shown):
            return None
        return question(shown, [self._entries.slots[number_of[code]].tolist() for code in shown])

    def _by_code(self, text: str, today: date | None) -> Candidate | None:
        for code in procedure_codes(text):
            entry = self.catalog.current(code, today or date.max)
            if entry:
                return Candidate(entry.code, entry.title, 1.0, code, {"code": 1.0})
        return None


def _entries(procedures: Sequence[Procedure], index: Index, phrases: Sequence[Saying]) -> Entries:
    spans = np.searchsorted(index.owners, np.arange(len(procedures) + 1)).tolist()
    names, terms = [], []
    for start, end in zip(spans, spans[1:], strict=False):
        names.append(next(number for number in range(start, end) if phrases[number].kind is Kind.NAME))
        terms.append(np.unique(index.phrase_terms.values[index.phrase_terms.starts[start] : index.phrase_terms.starts[end]]).tolist())
    flags = [(bool(each.wordings), each.level is Level.MINISTRY, Tag.ESSENTIAL in each.tags) for each in procedures]
    return Entries(
        name_phrase=names,
        spans=spans,
        terms=Rows.of(terms),
        slots=np.array([slots_of(phrases[name].words) for name in names], dtype=np.int64),
        flags=np.array(flags, dtype=np.float32),
    )
