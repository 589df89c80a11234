"""What a message says besides a procedure: the act it is, danger, scam, a topic, the part asked, codes, places, tone.

Precision first: a question about a procedure must never read as danger or abuse. The words are data
(`phrases/vi.yaml`, and topics, communes and old names of the catalog); here is only the order of decisions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import yaml

from intents import extract
from intents.catalog import Catalog, OldName
from intents.civil import civil
from intents.english import in_official_words, is_english
from intents.gist import Gist, Vote, shipped_voting
from intents.lacking import Lacking, Span, lacking
from intents.meanings import meant
from intents.patterns import Hit, PatternSet
from intents.places import Places, Renamed
from intents.spoken import Spoken
from intents.text import spellings
from intents.words import light_words, words_of

_NOW = "now"
_PLAINLY = 0.8  # the score from which the official words that are meant name a topic


class Intent(StrEnum):
    GREET = "greet"
    THANK = "thank"
    GOODBYE = "goodbye"
    ASK_PERSON = "ask_person"
    LOOK_UP_DOSSIER = "look_up_dossier"
    FILE_PETITION = "file_petition"
    PETITION_STATE = "petition_state"
    PRAISE = "praise"
    COMPLAIN_OFFICER = "complain_officer"
    FORMAL_COMPLAINT = "formal_complaint"
    RATE = "rate"
    CANCEL = "cancel"
    BACK = "back"
    HELP = "help"
    REPEAT = "repeat"
    NONE_OF_THESE = "none_of_these"
    YES = "yes"
    NO = "no"
    MY_DATA = "my_data"
    FORGET_COMMUNE = "forget_commune"
    SET_COMMUNE = "set_commune"
    WITHDRAW_CONSENT = "withdraw_consent"
    ARE_YOU_HUMAN = "are_you_human"
    SMALLTALK = "smalltalk"
    ABUSE = "abuse"
    DECLINE_UNLAWFUL = "decline_unlawful"
    DECLINE_INJECTION = "decline_injection"
    DECLINE_POLITICS = "decline_politics"
    CONTINUE_BOT = "continue_bot"
    NOT_DONE = "not_done"
    NOT_KNOW = "not_know"
    LIVE_ELSEWHERE = "live_elsewhere"
    WITHDRAW_TICKET = "withdraw_ticket"
    FORGET_ME = "forget_me"
    FOLLOW = "follow"
    NOTICES_OFF = "notices_off"
    NOTICES_ON = "notices_on"
    APPOINTMENT = "appointment"
    DROP_APPOINTMENT = "drop_appointment"
    ENGLISH = "english"
    VIETNAMESE = "vietnamese"


class Danger(StrEnum):
    FIRE = "fire"  # 114
    POLICE = "police"  # 113
    AMBULANCE = "ambulance"  # 115
    CHILD = "child"  # 111
    SEA_RESCUE = "sea_rescue"  # 112
    SUICIDE = "suicide"  # 115, and a voice that stays


class Part(StrEnum):
    DOCUMENTS = "documents"
    FEE = "fee"
    TIME = "time"
    WHERE = "where"
    FORM = "form"
    CONDITIONS = "conditions"
    RESULT = "result"
    VALIDITY = "validity"
    STEPS = "steps"
    MISTAKES = "mistakes"
    ON_BEHALF = "on_behalf"
    ONLINE = "online"
    DIFFERENCE = "difference"


_ON_THE_CARD = frozenset({Part.DOCUMENTS, Part.FEE, Part.TIME, Part.WHERE})


# What leaves open that something else is meant: "tôi buồn quá không biết sống để làm gì" is no small talk.
_VAGUE = (None, Intent.SMALLTALK, Intent.YES, Intent.NO, Intent.GREET, Intent.FILE_PETITION)


@dataclass(frozen=True)
class Reading:
    """`topic_score` is 0..1. `is_follow_up`: a part is asked and nothing is named.

    `what_now`: the steps were asked for only by "làm sao", "giờ sao".
    """

    intent: Intent | None = None
    vote: Vote | None = None  # what it is about, where no pattern says so for sure
    danger: Danger | None = None
    scam: bool = False
    topic: str | None = None
    topic_score: float = 0.0
    part: Part | None = None
    several_parts: bool = False  # of those that the card shows together
    what_now: bool = False
    dossier_codes: tuple[str, ...] = ()
    petition_codes: tuple[str, ...] = ()
    procedure_codes: tuple[str, ...] = ()
    commune: str | None = None
    only_place: bool = False  # a place is named, and nothing else
    asks_name_now: bool = False  # what a place or body is called today
    asks_contact: bool = False  # a telephone number, an address
    renamed: Renamed | None = None
    old_names: tuple[OldName, ...] = ()
    pronoun: str | None = None
    anger: bool = False
    petition_kind: str | None = None  # lateness, place, proposal: what a petition in these words is about
    withhold_name: bool = False
    accuses: bool = False  # somebody, or an office, of a wrong
    grief: bool = False
    negated_previous: bool = False
    lacking: Lacking | None = None
    asks_meaning: bool = False  # what a word means
    wants: bool = False  # says what is wanted
    asks_hours: bool = False  # when an office is open, and nothing else
    announces: bool = False  # says only that something is to be asked
    asks: bool = False  # is put as a question
    is_follow_up: bool = False
    has_question_content: bool = False
    english: bool = False


@dataclass(frozen=True)
class _Tag:
    """What a pattern of the file belongs to: section, name in it, and its role there."""

    section: str
    name: str = ""
    role: str = "says"

    def __str__(self) -> str:
        return ".".join(filter(None, (self.section, self.name, self.role)))


@dataclass(frozen=True)
class _Phrases:
    patterns: PatternSet[_Tag]
    intents: tuple[Intent, ...]  # in the order of the file: the first that fits wins
    whole: frozenset[Intent]
    with_commune: frozenset[Intent]
    not_in_paperwork: frozenset[Intent]
    dangers: tuple[Danger, ...]
    parts: tuple[Part, ...]
    petition_kinds: tuple[str, ...]  # in the order of the file: the first that fits wins
    pointers: frozenset[str]
    kin: frozenset[str]


def _rows(section: str, name: str, content: Any) -> list[tuple[str, _Tag]]:
    if isinstance(content, str):
        return []
    if isinstance(content, list):
        content = {"says": content}
    return [
        (pattern, _Tag(section, name, role))
        for role, lines in content.items()
        if isinstance(lines, list)
        for pattern in lines
    ]


def _marked(intents: Mapping[str, Any], mark: str) -> frozenset[Intent]:
    return frozenset(Intent(name) for name, each in intents.items() if mark in each)


@cache
def _phrases() -> _Phrases:
    text = resources.files("intents").joinpath("phrases", "vi.yaml").read_text("utf-8")
    tree: dict[str, Any] = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - a file of ours; `yes` stays a word
    rows = []
    for section, content in tree.items():
        if section in ("intents", "danger", "parts", "pronouns", "petition_kinds"):
            for name, each in content.items():
                rows += _rows(section, name, each)
        else:
            rows += _rows(section, "", content)
    intents: Mapping[str, Any] = tree["intents"]
    return _Phrases(
        PatternSet(rows).compiled(),
        tuple(map(Intent, intents)),
        _marked(intents, "whole"),
        _marked(intents, "only_with_commune"),
        _marked(intents, "not_beside_paperwork"),
        tuple(map(Danger, tree["danger"])),
        tuple(map(Part, tree["parts"])),
        tuple(tree["petition_kinds"]),
        *(
            frozenset(form for word in words_of(tree[each]) for form in spellings(word))
            for each in ("pointers", "kin")
        ),
    )


class _Hits:
    """The patterns found in one message, by what they belong to."""

    def __init__(self, hits: Sequence[Hit[_Tag]], words: Sequence[str]) -> None:
        self._words = words
        self._by_tag: dict[_Tag, list[Hit[_Tag]]] = {}
        for hit in hits:
            self._by_tag.setdefault(hit.payload, []).append(hit)

    def has(self, section: str, name: str = "", role: str = "says") -> bool:
        return _Tag(section, name, role) in self._by_tag

    def says(self, section: str, name: str = "") -> bool:
        return self.has(section, name) and not self.has(section, name, "unless")

    def danger(self, name: str) -> bool:
        if self.has("danger", name, "unless"):
            return False
        return (
            self.has("danger", name, "strong")
            or self.has("danger", name, "english")
            or (self.has("danger", name, "weak") and not self.has("calm"))
        )

    def any_in(self, role: str) -> bool:
        """Whether a pattern of that role hit, in whatever section."""
        return any(tag.role == role for tag in self._by_tag)

    def spans(self, section: str) -> list[Span]:
        """Where the patterns of a section stand."""
        return [
            Span(tag.role, hit.start, hit.end)
            for tag, hits in self._by_tag.items()
            if tag.section == section
            for hit in hits
        ]

    def rest(self, tags: Sequence[_Tag], places: Sequence[Hit[Any]] = ()) -> list[str]:
        """The words that no pattern of the tags, and no name of a place, covers."""
        hits: list[Hit[Any]] = [hit for tag in tags for hit in self._by_tag.get(tag, ())]
        hits += places
        left, position = [], 0
        for word in self._words:
            if not any(hit.covers(position) for hit in hits):
                left.append(word)
            position += len(word) + 1
        return left


class Reader:
    """Reads messages against one catalog. Safe to share between threads."""

    def __init__(self, catalog: Catalog) -> None:
        from intents.topics import Topics  # with numpy, which the first page does not wait for

        self._places = Places(catalog)
        self._topics = Topics(catalog.topics, catalog.procedures)
        self._phrases = _phrases()

    def read(self, text: str) -> Reading:
        typed = Spoken.of(words_of(text))
        said = civil(typed)
        every = self._hits(typed)
        hits = every if said is typed else self._hits(said)
        named, old = self._places.find_all(said)
        # A district of old is not the commune of today that kept its name.
        within = [hit for hit in named if any(hit.start > body.start and hit.end <= body.end for body in old)]
        commune = self._places.commune([hit for hit in named if hit not in within])
        where: list[Hit[Any]] = [*named, *old]
        topic, topic_score = self._topic(said)
        asked = [
            each for each in self._phrases.parts if hits.says("parts", each) or hits.has("parts", each, _NOW)
        ]
        part = next(iter(asked), None)
        intent = self._intent(every, commune)
        rude = intent is Intent.ABUSE and said is not typed
        if said is not typed and intent in (None, Intent.ABUSE):  # the need inside wins
            intent = self._intent(hits, commune) or intent
        danger = self._danger(said, every)
        scam = every.says("scam") or every.has("scam", role="english")
        vote = None if danger or scam or intent not in _VAGUE else self._vote(said, every)
        return Reading(
            intent=intent,
            vote=vote,
            danger=danger,
            scam=scam,
            topic=topic,
            topic_score=topic_score,
            part=part,
            several_parts=len(_ON_THE_CARD.intersection(asked)) > 1,
            what_now=part is not None and not hits.has("parts", part),
            dossier_codes=extract.dossier_codes(text),
            petition_codes=extract.petition_codes(text),
            procedure_codes=extract.procedure_codes(text),
            commune=commune,
            only_place=bool(where)
            and not self._content(hits.rest([_Tag("intents", Intent.SET_COMMUNE)], where)),
            asks_name_now=hits.says("name_now"),
            asks_contact=hits.has("contact"),
            renamed=self._places.renamed(named, old),
            old_names=tuple(dict.fromkeys(hit.payload for hit in old)),
            pronoun=next((name for name in ("bác", "cô", "chú", "dì") if hits.has("pronouns", name)), None),
            petition_kind=next(
                (kind for kind in self._phrases.petition_kinds if hits.says("petition_kinds", kind)), None
            ),
            withhold_name=hits.says("withhold_name"),
            anger=rude or hits.says("anger"),
            accuses=hits.says("accusation"),
            grief=hits.says("grief"),
            negated_previous=hits.has("negated_previous"),
            asks_meaning=hits.has("meaning"),
            wants=hits.has("wants"),
            asks_hours=hits.has("hours")
            and self._says_no_more(hits, [_Tag("hours"), _Tag("hours", role="beside")], where),
            announces=hits.has("announces") and self._says_no_more(hits, [_Tag("announces")]),
            asks=hits.has("question") or text.endswith("?"),
            lacking=lacking(hits.spans("lacking"), said.words),
            is_follow_up=part is not None
            and not self._beside(part, self._content(hits.rest(self._asking(), named))),
            has_question_content=bool(self._content(hits.rest(self._courtesies()))),
            english=is_english(text) or every.any_in("english") or in_official_words(text) is not None,
        )

    def why(self, text: str) -> list[tuple[str, str]]:
        """Labels that patterns gave a message ("danger.police.cry"), and the words each hit: for who tunes them."""
        said = Spoken.of(words_of(text))
        words = f" {' '.join(said.words)} "
        return [
            (str(hit.payload), words[hit.start : hit.end].strip())
            for hit in self._phrases.patterns.find(said)
        ]

    def _danger(self, said: Spoken, hits: _Hits) -> Danger | None:
        """The first that is plain; a bare cry for help decides only where nothing else says what happened."""
        dangers = self._phrases.dangers
        plain = next((each for each in dangers if hits.danger(each)), None)
        crying = next((each for each in dangers if hits.has("danger", each, "cry")), None)
        if plain or crying is None or hits.has("danger", crying, "unless"):
            return plain
        told = next((each for each in dangers if hits.has("danger", each, "weak")), None)
        vote = self._vote(said, hits)
        felt = next((each for each in dangers if vote and vote.gist.value == each.value), None)
        return told or felt or crying

    @staticmethod
    def _vote(said: Spoken, hits: _Hits) -> Vote | None:
        """The vote, but where a word says that a danger is past or none ("giám định", "có người ở rồi"), or no scam."""
        vote = shipped_voting().vote(said)
        if vote is None or hits.has("danger", vote.gist, "past"):
            return None
        no_scam = hits.has("scam", role="unless") or hits.has("scam", role="past")
        return None if vote.gist is Gist.SCAM and no_scam else vote

    def _topic(self, said: Spoken) -> tuple[str | None, float]:
        """As typed, or as plainly meant: "nhà bị giải tỏa, tiền đâu" asks for compensation without the word."""
        typed, official = self._topics.best(said), meant(said)
        implied = self._topics.best(official) if official is not said else typed
        return implied if implied[1] >= max(_PLAINLY, typed[1]) else typed

    def _hits(self, said: Spoken) -> _Hits:
        return _Hits(self._phrases.patterns.find(said), said.words)

    def _intent(self, hits: _Hits, commune: str | None) -> Intent | None:
        for intent in self._phrases.intents:
            if not hits.says("intents", intent):
                continue
            if intent in self._phrases.with_commune and commune is None:
                continue
            if intent in self._phrases.not_in_paperwork and hits.has("calm"):
                continue
            if intent not in self._phrases.whole or not self._heavy(hits.rest(self._courtesies())):
                return intent
        return None

    def _says_no_more(self, hits: _Hits, tags: Sequence[_Tag], places: Sequence[Hit[Any]] = ()) -> bool:
        return not self._content(hits.rest([*self._courtesies(), *tags], places))

    def _asking(self) -> list[_Tag]:
        return [_Tag("parts", each, role) for each in self._phrases.parts for role in ("says", _NOW)]

    def _courtesies(self) -> list[_Tag]:
        return [_Tag("intents", intent) for intent in self._phrases.whole] + [_Tag("negated_previous")]

    def _beside(self, part: Part, words: Sequence[str]) -> list[str]:
        """What is named beside the part. Who comes in somebody's stead is no other subject."""
        kin = self._phrases.kin if part is Part.ON_BEHALF else frozenset()
        return [word for word in words if word not in kin]

    @staticmethod
    def _heavy(words: Sequence[str]) -> list[str]:
        return [word for word in words if word not in light_words()]

    def _content(self, words: Sequence[str]) -> list[str]:
        """Words that name something: neither polite nor pointing back."""
        return [word for word in self._heavy(words) if word not in self._phrases.pointers]
