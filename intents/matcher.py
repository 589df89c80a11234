"""Which procedure a message is about: `Matcher(catalog).match(text)` answers Found, Unsure or NotFound, and why.

Order of work: words -> the two readings -> one search each in the inverted index -> features of the first candidates
-> their rank -> how sure the first is. A matcher never changes; a new catalog gets a new one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice, pairwise
from typing import TypeAlias

import numpy as np

from intents.bundles import MOST, bundle_for, halves
from intents.catalog import Catalog, Level, Procedure, Tag
from intents.extract import procedure_codes
from intents.features import Entries, Heard, Matrix, Told, features, slots_of, weighed
from intents.fusion import Contributions, Weights, doubts, probability, shares, shipped_weights
from intents.index import WORD, Floats, Index, Rows, folded
from intents.manner import Manner, manner_of
from intents.meanings import meant
from intents.outright import Outright
from intents.plainness import Plainness
from intents.repair import Repair
from intents.sayings import Kind, Saying, content, decoys, sayings
from intents.slots import SlotQuestion, question
from intents.words import light_words, words_of

SHOWN, HELD = 3, 5  # candidates a citizen chooses from; candidates a match holds
CONSIDERED = 12  # candidates whose features are computed; more make it slower and no better
OUTRIGHT = 0.97  # the score of an entry that is called just as the message says
NEAR = 1.0  # of rank: a plain entry this near goes before the one with a qualifier
SHORT = 6  # telling words; a longer message tells a qualifier in other words
VAGUE = 3  # telling words at most of a message that may mean many entries
LEAD = 4  # telling words that count as the beginning of a message
_PHRASES_OF_ONE = 5  # best phrases that are looked through, for each candidate considered


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
    manner: Manner
    telling: bool  # whether any word of the message names something


class Matcher:
    """Understands messages about one catalog. Safe to share between threads."""

    def __init__(
        self, catalog: Catalog, weights: Weights | None = None, considered: int = CONSIDERED
    ) -> None:
        """`considered`: how many candidates are weighed for a message."""
        self.catalog = catalog
        self.procedures: Sequence[Procedure] = catalog.procedures
        self.weights = weights or shipped_weights(_mostly_worded(self.procedures))
        self._considered = considered
        owned = [*map(sayings, self.procedures), *decoys(catalog.topics)]
        said = [(number, saying) for number, each in enumerate(owned) for saying in each]
        self.phrases = [saying for _, saying in said]
        named = (saying.words for saying in self.phrases if saying.kind in (Kind.NAME, Kind.EVERYDAY))
        naming = frozenset(word for words in named for word in folded(words))
        self._index = Index([saying.words for saying in self.phrases], [number for number, _ in said], naming)
        self._told = Told.of(self.phrases, self._index)
        self._entries = _entries(self.procedures, self._index, self.phrases, len(owned))
        self._repair = Repair(self._index)
        self._outright = Outright(said, len(self.procedures))
        self._plainness = Plainness(self.procedures)

    def match(self, text: str, *, today: date | None = None) -> Match:
        """What `text` asks for. With `today`, entries out of force give way to their successors."""
        if named := self._by_code(text, today):
            return Found(named, (named,))
        heard = self.hear(text)
        ranking = self.rank(heard)
        return self._outright_match(heard, ranking, today) or self._judged(heard, ranking, today)

    def match_all(self, text: str, *, today: date | None = None) -> tuple[Match, ...]:
        """The needs of a message in order: several only where each part by itself is found; else the one match."""
        whole = self.match(text, today=today)
        parts = self._parts(text, today, MOST)
        codes = [part.best.code for part in parts]
        if len(set(codes)) < 2 or (isinstance(whole, Found) and whole.best.code not in codes):
            return (whole,)
        return tuple(parts)

    def bundle_for(self, codes: Sequence[str]) -> str | None:
        """The bundle that does all of these at once, where the catalog has one."""
        return bundle_for(self.catalog, codes)

    def _parts(self, text: str, today: date | None, most: int) -> list[Found]:
        """The surest way to cut the text into parts that are each found; the text itself if that is the only one."""
        best: list[Found] = []
        for first, second in halves(text):
            head = self.match(first, today=today)
            if not isinstance(head, Found):
                continue
            tail = self._parts(second, today, most - 1) if most > 2 else []
            alone = self.match(second, today=today)
            parts = [head, *(tail or ([alone] if isinstance(alone, Found) else []))]
            if len(parts) > 1 and parts[1].best.code != head.best.code and _firmness(parts) > _firmness(best):
                best = parts
        return best

    def match_without(self, text: str, phrase: int) -> Match:
        """What `text` would be taken for if the catalog did not hold that phrase."""
        heard = self.hear(text)
        return self._judged(heard, self.rank(heard, without=phrase), None)

    def owner_of(self, phrase: int) -> Procedure | None:
        """The procedure that is said so; None for everyday talk."""
        owner = int(self._index.owners[phrase])
        return self.procedures[owner] if owner < len(self.procedures) else None

    def _outright_match(self, heard: Heard, ranking: Ranking | None, today: date | None) -> Match | None:
        """Whose name or wording the message is, whatever the learned doubt says."""
        owners = self._outright.owners(heard.typed)
        if ranking is None or not owners or max(owners) >= len(self.procedures):
            return None
        if len(words := _telling(heard)) <= 2 and self._plainness.fields(words) >= SHOWN:
            return None  # "sang tên": of a house, a car, a boat
        named = [self._named(owner, phrase, len(owners), today) for owner, phrase in owners.items()]
        named = list({each.code: each for each in named}.values())
        if len(named) > 1:
            several = tuple(named[:HELD])
            return Unsure(several, self._question(ranking, several))
        others = self._candidates(ranking, 1 - OUTRIGHT, today)
        best = next(
            (replace(each, score=OUTRIGHT) for each in others if each.code == named[0].code), named[0]
        )
        rest = tuple(each for each in others if each.code != best.code)
        return Found(best, (best, *rest)[:HELD])

    def _named(self, owner: int, phrase: int, among: int, today: date | None) -> Candidate:
        entry = self._in_force(self.procedures[owner], today)
        score = round(OUTRIGHT / among, 4)
        return Candidate(entry.code, entry.title, score, self.phrases[phrase].text, {"outright": 1.0})

    def _judged(self, heard: Heard, ranking: Ranking | None, today: date | None) -> Match:
        if ranking is None:
            return NotFound()
        if not ranking.telling:
            return NotFound(self._candidates(ranking, 0.0, today))
        ranking, seen = self._plain_first(heard, ranking)
        sure = probability(self.weights.doubt, seen)
        candidates = self._candidates(ranking, sure, today)
        if sure >= self.weights.answer:
            return Found(candidates[0], candidates)
        if vague := self._too_vague(heard, ranking, today, SHOWN):
            return vague
        if sure >= self.weights.ask:
            return Unsure(candidates, self._question(ranking, candidates))
        return self._too_vague(heard, ranking, today, 1) or NotFound(candidates)

    def _too_vague(self, heard: Heard, ranking: Ranking, today: date | None, fields: int) -> Unsure | None:
        """A few words that titles in as many fields share ("sang tên", "giấy phép"): which of them is meant?"""
        words = _telling(heard)
        if len(words) > VAGUE or ranking.manner.unknown or self._plainness.fields(words) < fields:
            return None
        entries = self._plainness.sharing(words, ranking.candidates, SHOWN)
        named = (self._in_force(self.procedures[number], today) for number in entries)
        score = round(self.weights.ask / len(entries), 4)
        found = {
            each.code: Candidate(each.code, each.title, score, each.title, {"shared": 1.0}) for each in named
        }
        return Unsure(tuple(found.values())) if len(found) > 1 else None

    def hear(self, text: str) -> Heard:
        """The message as typed (repaired) and as meant."""
        typed = self._repair.words(words_of(text))
        plain = folded(typed)
        official = meant(typed, plain)
        readings = [typed] if official == typed else [typed, official]
        slots = slots_of(typed)
        if len(readings) > 1:
            slots = np.where(slots != 0, slots, slots_of(official))
        queries = tuple(map(self._index.query, readings))
        contents = tuple(map(content, readings))
        lead = self._index.word_query(_lead(typed))
        terms, weights = weighed(self._index, queries, lead)
        return Heard(tuple(typed), tuple(official), queries, lead, slots, contents, terms, weights)

    def rank(self, heard: Heard, without: int | None = None) -> Ranking | None:
        """The first candidates in order; None where no word is known. `without`: a phrase that is to be left out."""
        scores = self._index.scores_of(heard.queries)
        entries = self._entries if without is None else self._forget(without, scores)
        candidates, best = self._first(scores)
        if not any(candidate < len(self.procedures) for candidate in candidates):
            return None
        rows = features(self._index, entries, self._told, heard, candidates, best, scores)
        ranks = rows @ self.weights.ranking
        order = np.argsort(-ranks, kind="stable").tolist()
        phrases = _better(scores, best)
        query = heard.queries[0]
        unknown = query.unknown / max(1e-6, query.unknown + float(query.masses[WORD]))
        manner = manner_of(heard.typed, folded(heard.typed), unknown)
        rows, ranks = rows[order], ranks[order]
        return Ranking(
            candidates=tuple(candidates[place] for place in order),
            phrases=tuple(phrases[place] for place in order),
            rows=rows,
            ranks=ranks,
            doubts=doubts(rows, ranks, manner),
            manner=manner,
            telling=bool(len(heard.lead.terms)),
        )

    def _forget(self, phrase: int, scores: Sequence[Floats]) -> Entries:
        """Scores (changed in place) and entries as if the phrase had never been said."""
        for each in scores:
            each[phrase] = 0
        owner, index = int(self._index.owners[phrase]), self._index
        start, end = self._entries.spans[owner], self._entries.spans[owner + 1]
        others = [index.phrase_terms[number] for number in range(start, end) if number != phrase]
        held = np.concatenate(others) if others else np.zeros(0, dtype=np.int32)
        return replace(
            self._entries,
            terms=self._entries.terms.with_row(owner, np.unique(held[index.kind[held] == WORD])),
        )

    def _first(self, scores: Sequence[Floats]) -> tuple[list[int], list[list[int]]]:
        """The owners of the best phrases of both readings, and for each reading the best phrase of each owner."""
        of_one = self._considered if len(scores) == 1 else self._considered * 2 // 3
        found: dict[int, None] = {}
        firsts: list[dict[int, int]] = []
        for each in scores:
            best = self._index.best_phrases(each, _PHRASES_OF_ONE * self._considered)
            first: dict[int, int] = {}
            for owner, phrase in zip(self._index.owners[best].tolist(), best.tolist(), strict=True):
                first.setdefault(owner, phrase)
            found.update(dict.fromkeys(islice(first, of_one)))
            firsts.append(first)
        candidates = list(found)[: self._considered]
        return candidates, [
            [first[each] if each in first else self._best_phrase(of_all, each) for each in candidates]
            for of_all, first in zip(scores, firsts, strict=True)
        ]

    def _best_phrase(self, scores: Floats, candidate: int) -> int:
        start, end = self._entries.spans[candidate], self._entries.spans[candidate + 1]
        return start + int(scores[start:end].argmax())

    def _candidates(self, ranking: Ranking, sure: float, today: date | None) -> tuple[Candidate, ...]:
        share = shares(ranking.ranks)
        found: dict[str, Candidate] = {}
        places = [place for place, number in enumerate(ranking.candidates) if number < len(self.procedures)]
        for place in places[: HELD + 3]:
            procedure = self._in_force(self.procedures[ranking.candidates[place]], today)
            score = round(sure * float(share[place] / share[places[0]]), 4)
            why = Contributions(self.weights, ranking.rows[place])
            wording = self.phrases[ranking.phrases[place]].text
            found.setdefault(procedure.code, Candidate(procedure.code, procedure.title, score, wording, why))
        return tuple(found.values())[:HELD]

    def _in_force(self, procedure: Procedure, today: date | None) -> Procedure:
        return procedure if today is None else self.catalog.current(procedure.code, today) or procedure

    def _plain_first(self, heard: Heard, ranking: Ranking) -> tuple[Ranking, Floats]:
        """The plain entry before one that differs by a qualifier nobody mentioned, and the doubts without such."""
        if len(heard.contents[0].split()) > SHORT:
            return ranking, ranking.doubts
        inside = [place for place, each in enumerate(ranking.candidates) if each < len(self.procedures)][
            :HELD
        ]
        said = frozenset(folded((*heard.typed, *heard.meant)))

        def narrower(other: int, plain: int) -> bool:
            one, two = ranking.candidates[other], ranking.candidates[plain]
            named, usual = self._entries.slots[one], self._entries.slots[two]
            if (usual & ~named).any() or (named & ~usual & heard.slots).any():
                return False
            return self._plainness.is_narrower(one, two, said)

        first = inside[0]
        near = [place for place in inside[1:] if ranking.ranks[first] - ranking.ranks[place] < NEAR]
        plain = next((place for place in near if narrower(first, place)), None)
        if plain is not None:
            order = [plain, *(place for place in range(len(ranking.candidates)) if place != plain)]
            ranks = ranking.ranks.copy()
            ranks[plain] = ranks[first]
            ranking = _reordered(replace(ranking, ranks=ranks), order)
            inside = [place for place, each in enumerate(ranking.candidates) if each < len(self.procedures)][
                :HELD
            ]
        aside = {place for place in inside[1:] if narrower(place, inside[0])}
        if not aside:
            return ranking, ranking.doubts
        kept = [place for place in range(len(ranking.candidates)) if place not in aside]
        return ranking, doubts(ranking.rows[kept], ranking.ranks[kept], ranking.manner)

    def _question(self, ranking: Ranking, candidates: Sequence[Candidate]) -> SlotQuestion | None:
        shown = [each.code for each in candidates[:SHOWN]]
        inside = [number for number in ranking.candidates if number < len(self.procedures)]
        number_of = {self.procedures[number].code: number for number in inside}
        if any(code not in number_of for code in shown):
            return None
        return question(shown, [self._entries.slots[number_of[code]].tolist() for code in shown])

    def _by_code(self, text: str, today: date | None) -> Candidate | None:
        for code in procedure_codes(text):
            entry = self.catalog.current(code, today or date.max)
            if entry:
                return Candidate(entry.code, entry.title, 1.0, code, {"code": 1.0})
        return None


def _entries(
    procedures: Sequence[Procedure], index: Index, phrases: Sequence[Saying], owners: int
) -> Entries:
    spans = np.searchsorted(index.owners, np.arange(owners + 1)).tolist()
    names, terms = [], []
    for start, end in pairwise(spans):
        names.append(
            next((number for number in range(start, end) if phrases[number].kind is Kind.NAME), start)
        )
        held = index.phrase_terms.values[index.phrase_terms.starts[start] : index.phrase_terms.starts[end]]
        terms.append(np.unique(held[index.kind[held] == WORD]).tolist())
    flags = [
        (bool(each.wordings), each.level is Level.MINISTRY, Tag.ESSENTIAL in each.tags, 0)
        for each in procedures
    ]
    slots = [_slots(each) for each in procedures]
    others = owners - len(procedures)
    return Entries(
        name_phrase=np.array(names, dtype=np.int32),
        spans=spans,
        terms=Rows.of(terms),
        slots=np.array(slots + [[0] * len(slots_of(()))] * others, dtype=np.int64),
        flags=np.array(flags + [(0, 0, 0, 1)] * others, dtype=np.float32),
    )


def _slots(procedure: Procedure) -> list[int]:
    """What the names of an entry say; the official one first, because it carries the qualifier."""
    of_name, of_title = (slots_of(words_of(name)).tolist() for name in (procedure.name, procedure.title))
    return [first or second for first, second in zip(of_name, of_title, strict=True)]


def _better(scores: Sequence[Floats], best: Sequence[Sequence[int]]) -> Sequence[int]:
    """Of each candidate's best phrase in each reading the one that fits better."""
    if len(scores) == 1:
        return best[0]
    typed, meant = (each[phrases] for each, phrases in zip(scores, best, strict=True))
    found: list[int] = np.where(meant > typed, best[1], best[0]).tolist()
    return found


def _reordered(ranking: Ranking, order: Sequence[int]) -> Ranking:
    return replace(
        ranking,
        candidates=tuple(ranking.candidates[place] for place in order),
        phrases=tuple(ranking.phrases[place] for place in order),
        rows=ranking.rows[order],
        ranks=ranking.ranks[order],
    )


def _mostly_worded(procedures: Sequence[Procedure]) -> bool:
    return 2 * sum(bool(each.wordings) for each in procedures) >= len(procedures)


def _telling(heard: Heard) -> list[str]:
    return [word for word in heard.typed if word not in light_words() or word == "lại"]


def _firmness(parts: Sequence[Found]) -> float:
    return min((part.best.score for part in parts), default=0.0)


def _lead(words: Sequence[str]) -> list[str]:
    """The first telling words: what is asked for mostly stands before what it is asked about."""
    light = light_words()
    return [word for word in words if word not in light][:LEAD]
