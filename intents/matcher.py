"""Which procedure a message is about: `Matcher(catalog).match(text)` answers Found, Unsure or NotFound, and why.

Order of work: words -> the two readings -> one search each in the inverted index -> features of the first candidates
-> their rank -> how sure the first is. A matcher never changes; a new catalog gets a new one.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from math import exp

import numpy as np

from intents.asked import A_NEED, is_by_name, is_vague, named_alone, surer
from intents.broad import errands
from intents.bundles import bundle_for
from intents.catalog import Catalog, Level, Procedure
from intents.collecting import no_collecting
from intents.english import in_official_words
from intents.extract import procedure_codes
from intents.features import Heard
from intents.fusion import Contributions, Weights, doubts, probability, shipped_weights
from intents.matches import HELD, OUTRIGHT, SHOWN, Candidate, Found, Match, NotFound, Unsure
from intents.outright import Outright
from intents.places import Whereabouts
from intents.plainness import Plainness
from intents.ranking import CONSIDERED, Ranker, Ranking
from intents.rows import Floats
from intents.several import Several, is_likely
from intents.slots import SlotQuestion, question, slots, which_errand
from intents.spoken import Spoken, folded
from intents.words import light_words, words_of

NEARER = 1.5  # of rank: an entry that is called alike, but done nearer to people
NEAR = 1.0  # of rank: a plain entry this near goes before the one with a qualifier
SHORT = 6  # telling words; a longer message tells a qualifier in other words
_FOREIGN, _HOLDER = ([slot.name for slot in slots()].index(name) for name in ("foreign", "holder"))
# Who says so means no commune.
_FARTHER = frozenset({"tỉnh", "tinh", "sở", "trung", "cục", "bộ"})
MOST_RESPELLED = 7  # words of a message that is read as perhaps misspelled; a tale always has strange pairs
_LEFT_UNSAID = 2  # words of a name at most that one may leave unsaid
VAGUE = 3  # telling words at most of a message that may mean many entries
# Where, which one, for how long: titles share these words, and nothing is asked for with them alone.
_NO_NEED = frozenset(
    {"xã", "xa", "phường", "phuong", "tỉnh", "tinh", "khác", "khac", "tạm", "tam", "ngoài", "ngoai"}
)


class Matcher:
    """Understands messages about one catalog. Safe to share between threads."""

    def __init__(
        self, catalog: Catalog, weights: Weights | None = None, considered: int = CONSIDERED
    ) -> None:
        """`considered`: how many candidates are weighed for a message."""
        self.catalog = catalog
        self.procedures: Sequence[Procedure] = catalog.procedures
        self.weights = weights or shipped_weights(_mostly_worded(self.procedures))
        with no_collecting():
            self.ranker = Ranker(self.procedures, catalog.topics, self.weights, considered)
            self._outright = Outright(self.ranker.phrases, self.ranker.index.owners, len(self.procedures))
            self._plainness = Plainness(self.procedures)
            self._whereabouts = Whereabouts(catalog)
        self.phrases = self.ranker.phrases

    def match(self, text: str, *, today: date | None = None) -> Match:
        """What `text` asks for. With `today`, entries out of force give way to their successors."""
        if named := self._by_code(text, today):
            return Found(named, (named,))
        said = self._whereabouts.left_out(_spoken(in_official_words(text) or text))
        match = self._as_asked(said, today)
        if isinstance(match, Found) or len(said.words) > MOST_RESPELLED:
            return match
        respelled = self.ranker.respelled(said)
        return match if respelled is None else _likelier(match, self._as_asked(respelled, today))

    def _as_asked(self, said: Spoken, today: date | None) -> Match:
        """With what is asked of it, and without."""
        match = self._match(said, today)
        is_found = isinstance(match, Found)
        if is_found and len(said.words) > 2 * A_NEED:
            return match
        less = named_alone(said)
        if less is None or (is_by_name(match) and not errands(less.words)):
            return match
        if is_found and len(less.words) > A_NEED:
            return match
        return surer(match, self._match(less, today), len(less.words))

    def _match(self, said: Spoken, today: date | None) -> Match:
        heard = self.ranker.hear(said)
        if broad := self._broad(heard, today):
            return broad
        ranking = self.ranker.rank(heard)
        return self._outright_match(heard, ranking, today) or self._judged(heard, ranking, today)

    def match_all(self, text: str, *, today: date | None = None) -> tuple[Match, ...]:
        """The needs of a message in order: several only where one part by itself is found, and each other is, too, or
        clearly asks for something else; else the one match.
        """
        return Several(partial(self.match, today=today), self._is_bundle).needs(text)

    def match_last(self, text: str, *, today: date | None = None) -> Match:
        """The need that stands at the end, where the message as a whole says nothing: "xây nhà xong làm hoàn công"."""
        return Several(partial(self.match, today=today), self._is_bundle).last(text)

    def bundle_for(self, codes: Sequence[str]) -> str | None:
        """The bundle that does all of these at once, where the catalog has one."""
        return bundle_for(self.catalog, codes)

    def _is_bundle(self, code: str) -> bool:
        return bool(self.catalog.by_code[code].bundle_of)

    def match_without(self, text: str, phrase: int) -> Match:
        """What `text` would be taken for if the catalog did not hold that phrase."""
        heard = self.ranker.hear(_spoken(text))
        return self._judged(heard, self.ranker.rank(heard, without=phrase), None)

    def worded(self, text: str) -> str | None:
        """The name or wording of one procedure, with its marks, that the text is word for word."""
        words = words_of(text)
        owners = self._outright.owners(words) if len(words) > VAGUE else {}
        own = [self.phrases[phrase] for owner, phrase in owners.items() if owner < len(self.procedures)]
        alike = len(own) == len(owners) == 1 and folded(own[0].words) == folded(words)
        return own[0].text if alike else None

    def owner_of(self, phrase: int) -> Procedure | None:
        """The procedure that is said so; None for everyday talk."""
        owner = int(self.ranker.index.owners[phrase])
        return self.procedures[owner] if owner < len(self.procedures) else None

    def _broad(self, heard: Heard, today: date | None) -> Unsure | None:
        """A word or two that many errands begin with: those that people mostly have."""
        meant = errands(heard.typed.words)
        found: dict[str, Candidate] = {}
        labels: dict[str, str] = {}
        for label, official in meant:
            if ranking := self.ranker.rank(self.ranker.hear(_spoken(official))):
                best = self._candidates(ranking, self.weights.ask, today)[0]
                score = round(self.weights.ask / len(meant), 4)
                found.setdefault(best.code, replace(best, score=score, wording=official, why={"broad": 1.0}))
                labels.setdefault(best.code, label)
        if len(found) < 2:
            return None
        return Unsure(tuple(found.values())[:SHOWN], which_errand(tuple(labels.items())[:SHOWN]))

    def _outright_match(self, heard: Heard, ranking: Ranking | None, today: date | None) -> Match | None:
        """Whose name or wording the message is, whatever the learned doubt says."""
        owners = self._outright.owners(heard.typed.words)
        if ranking is None or not owners or max(owners) >= len(self.procedures):
            return None
        in_full = {len(self.phrases[phrase].words) for phrase in owners.values()} == {len(heard.typed.words)}
        few = len(words := _telling(heard)) <= 2 and not (in_full and len(heard.typed.words) > VAGUE)
        if few and self._plainness.fields(words) >= SHOWN:
            return None  # "sang tên": of a house, a car, a boat
        if all(self._is_afar(owner, phrase, heard) for owner, phrase in owners.items()):
            return None
        nearest = {self._nearest_of(owner, ranking): phrase for owner, phrase in owners.items()}
        named = [self._named(owner, phrase, len(owners), today) for owner, phrase in nearest.items()]
        named = list({each.code: each for each in named}.values())
        if len(named) > 1:
            several = tuple(named[:HELD])
            return Unsure(several, self._question(ranking, several))
        others = self._candidates(ranking, 1 - OUTRIGHT, today)
        said = named[0].wording  # what it was called by, not what is most alike
        same = (replace(each, score=OUTRIGHT, wording=said) for each in others if each.code == named[0].code)
        best = next(same, named[0])
        rest = tuple(each for each in others if each.code != best.code)
        return Found(best, (best, *rest)[:HELD])

    def _is_afar(self, owner: int, phrase: int, heard: Heard) -> bool:
        """Whether an entry of a ministry was only begun to be called: "giải thể công ty" means no fund's."""
        far = self.procedures[owner].level is Level.MINISTRY
        return far and len(self.phrases[phrase].words) > len(heard.typed.words) + _LEFT_UNSAID

    def _nearest_of(self, owner: int, ranking: Ranking) -> int:
        """The entry itself, or one with the same name that is done nearer to people."""
        others = (each for each in ranking.candidates if each < len(self.procedures))
        return next((each for each in others if self._plainness.is_namesake(each, owner)), owner)

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
        ranking = self._nearest_first(heard, ranking)
        sure = probability(self.weights.doubt, seen)
        candidates = self._candidates(ranking, sure, today)
        if sure >= self.weights.answer and not self._leaves_out(heard, ranking):
            return Found(candidates[0], candidates)
        if vague := self._too_vague(heard, ranking, today, SHOWN):
            return vague
        if sure >= self.weights.ask:
            return Unsure(candidates, self._question(ranking, candidates))
        return self._too_vague(heard, ranking, today, 1) or NotFound(candidates)

    def _leaves_out(self, heard: Heard, ranking: Ranking) -> bool:
        """Whether a foreigner is named and the first entry is for none, but one like it is near: that is asked."""
        named = self.ranker.entries.slots.named[:, _FOREIGN]
        inside = [each for each in ranking.candidates if each < len(self.procedures)][:HELD]
        if not heard.slots[_FOREIGN] or named[inside[0]]:
            return False
        return any(
            named[other] and self._plainness.is_narrower(other, inside[0], frozenset())
            for other in inside[1:]
        )

    def _too_vague(self, heard: Heard, ranking: Ranking, today: date | None, fields: int) -> Unsure | None:
        """A few words that titles in as many fields share ("sang tên", "giấy phép"): which of them is meant?"""
        words = _telling(heard)
        understood = heard.meant is not heard.typed
        if (
            len(words) > VAGUE
            or understood
            or _NO_NEED.issuperset(words)
            or ranking.manner.unknown
            or self._plainness.fields(words) < fields
        ):
            return None
        entries = self._plainness.sharing(words, ranking.candidates, SHOWN)
        named = (self._in_force(self.procedures[number], today) for number in entries)
        score = round(self.weights.ask / len(entries), 4)
        found = {
            each.code: Candidate(each.code, each.title, score, each.title, {"shared": 1.0}) for each in named
        }
        return Unsure(tuple(found.values())) if len(found) > 1 else None

    def _candidates(self, ranking: Ranking, sure: float, today: date | None) -> tuple[Candidate, ...]:
        found: dict[str, Candidate] = {}
        ranks = ranking.ranks.tolist()
        places = [place for place, number in enumerate(ranking.candidates) if number < len(self.procedures)]
        for place in places:
            procedure = self._in_force(self.procedures[ranking.candidates[place]], today)
            if procedure.code in found:
                continue
            score = round(sure * exp(ranks[place] - ranks[places[0]]), 4)
            why = Contributions(self.weights, ranking.rows[place])
            wording = self.phrases[ranking.phrases[place]].text
            found[procedure.code] = Candidate(procedure.code, procedure.title, score, wording, why)
            if len(found) == HELD:
                break
        return tuple(found.values())

    def _in_force(self, procedure: Procedure, today: date | None) -> Procedure:
        return procedure if today is None else self.catalog.current(procedure.code, today) or procedure

    def _plain_first(self, heard: Heard, ranking: Ranking) -> tuple[Ranking, Floats]:
        """The plain entry before one that differs by a qualifier nobody mentioned, and the doubts without such."""
        if len(heard.contents[0].split()) > SHORT:
            return ranking, ranking.doubts
        inside = [place for place, each in enumerate(ranking.candidates) if each < len(self.procedures)][
            :HELD
        ]
        slots = self.ranker.entries.slots
        said = frozenset((*heard.typed.plain, *heard.meant.plain))

        def narrower(other: int, plain: int) -> bool:
            one, two = ranking.candidates[other], ranking.candidates[plain]
            named, usual = slots.named[one], slots.named[two]
            if (usual & ~named).any() or (named & ~usual & np.array(heard.slots)).any():
                return False
            return self._plainness.is_narrower(one, two, said)

        first = inside[0]
        near = [place for place in inside[1:] if ranking.ranks[first] - ranking.ranks[place] < NEAR]
        plain = next((place for place in near if narrower(first, place)), None)
        if plain is not None:
            ranking = ranking.with_first(plain, ranking.ranks[first])
            inside = [place for place, each in enumerate(ranking.candidates) if each < len(self.procedures)][
                :HELD
            ]
        aside = {place for place in inside[1:] if narrower(place, inside[0])}
        if not aside:
            return ranking, ranking.doubts
        kept = [place for place in range(len(ranking.candidates)) if place not in aside]
        return ranking, doubts(ranking.rows[kept], ranking.ranks[kept], ranking.manner)

    def _nearest_first(self, heard: Heard, ranking: Ranking) -> Ranking:
        """Of entries that are called alike, the one that is nearest to people, unless they name a body."""
        if heard.slots[_HOLDER] or not _FARTHER.isdisjoint(heard.typed.words):
            return ranking
        inside = [place for place, each in enumerate(ranking.candidates) if each < len(self.procedures)]
        first, rest = inside[0], inside[1:HELD]
        nearer = [
            place
            for place in rest
            if ranking.ranks[first] - ranking.ranks[place] < NEARER
            and self._plainness.is_nearer(ranking.candidates[place], ranking.candidates[first])
        ]
        return ranking.with_first(nearer[0], ranking.ranks[first]) if nearer else ranking

    def _question(self, ranking: Ranking, candidates: Sequence[Candidate]) -> SlotQuestion | None:
        shown = [each.code for each in candidates[:SHOWN]]
        inside = [number for number in ranking.candidates if number < len(self.procedures)]
        number_of = {self.procedures[number].code: number for number in inside}
        if any(code not in number_of for code in shown):
            return None
        return question(shown, [self.ranker.entries.slots.named[number_of[code]].tolist() for code in shown])

    def _by_code(self, text: str, today: date | None) -> Candidate | None:
        for code in procedure_codes(text):
            entry = self.catalog.current(code, today or date.max)
            if entry:
                return Candidate(entry.code, entry.title, 1.0, code, {"code": 1.0})
        return None


def _mostly_worded(procedures: Sequence[Procedure]) -> bool:
    return 2 * sum(bool(each.wordings) for each in procedures) >= len(procedures)


def _spoken(text: str) -> Spoken:
    return Spoken.of(words_of(text))


def _telling(heard: Heard) -> list[str]:
    return [word for word in heard.typed.words if word not in light_words() or word == "lại"]


def _likelier(match: Match, other: Match) -> Match:
    """What was perhaps meant (`other`), where that is clear and what was typed says little by itself."""
    if isinstance(match, Unsure) and is_likely(match.candidates[0]) and not is_by_name(other):
        return match
    return other if isinstance(other, Found) or is_vague(other) else match
