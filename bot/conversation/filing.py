"""Filing a dossier in chat, question by question. Pure: the next question follows from what is answered.

Nothing remembers "where we are": the stored answers say it, so a restart, a side question or a week in between
changes nothing, and "back" is the last answer taken away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from intents.catalog import Catalog, OnBehalf, Procedure, RequiredDocument, Tag, Tone, WayKind
from intents.text import fold
from intents.words import light_words
from storage.records import Submission, SubmissionStatus

SELF, HELPER, FOR = "self", "helper", "for"  # `for0`: the first of the entry's `on_behalf`
COMPLAINTS = "khieu_nai"  # the catalog's field of complaints and denunciations
DESK, POST = "desk", "post"
NO_CASE = -1
_NOBODY, _NO_PAPER = (
    "khong ai",
    "khong can",
)  # how an entry says that nobody else may, that no paper is needed
LONGEST_PIECE = 200  # characters
MOST = 30  # photos of one paper
ALIKE = 0.6  # share of a paper's words that must be said to mean it
# What people call their parents; folded.
_CHILDREN = (" khai sinh ", " tre em ", " cho be ", " hoc sinh ", " cho con ")
_KIN = {"ma": "me", "tia": "cha", "bo": "cha"}
Answers = dict[str, Any]


class Question(StrEnum):
    WHO = "who"
    OWNER = "owner"  # a helper files: the owner confirms
    CASE = "case"
    PART = "part"
    DELIVERY = "delivery"
    ADDRESS = "address"
    REVIEW = "review"


class Verb(StrEnum):
    """What can be pressed or typed while filing."""

    GO = "go"
    WHO = "who"
    WAIT = "wait"  # go on while the owner has not confirmed yet
    CASE = "case"
    DONE = "done"
    LACKING = "lack"
    REDO = "redo"
    OTHER = "other"  # the last photo belongs to another paper
    TO = "to"
    PLACE = "place"  # "ảnh 2 là giấy chứng sinh"
    DELIVERY = "how"
    ADDRESS = "addr"
    FIX = "fix"
    SEND = "send"
    BACK = "back"
    PAUSE = "pause"
    CANCEL = "cancel"
    DROP = "drop"
    SHOW = "show"
    PHOTOS = "photos"  # one's own, as they were sent
    SLOTS = "slots"
    BOOK = "book"
    UNBOOK = "unbook"


class Elsewhere(StrEnum):
    """Why a procedure is not filed here."""

    VNEID = "vneid"
    IN_PERSON = "in_person"
    NO_PAPERS = "no_papers"
    OWN_DESK = "own_desk"  # another agency takes it, and not the one-stop desks
    COMPLAINT = "complaint"  # formal ones go to whom the law names


@dataclass(frozen=True)
class Ask:
    """One question. `part` and `number` (from 0) where it is about a paper."""

    question: Question
    part: RequiredDocument | None = None
    number: int = 0


def elsewhere(procedure: Procedure, catalog: Catalog) -> Elsewhere | None:
    """What must be filed with VNeID, at the desk, or with whom the law names, is said so and not imitated."""
    if procedure.field == COMPLAINTS:
        return Elsewhere.COMPLAINT
    if Tag.VNEID in procedure.tags:
        return Elsewhere.VNEID
    if not catalog.at_one_stop(procedure):
        return Elsewhere.OWN_DESK
    if all(way.kind is not WayKind.ONLINE for way in procedure.ways):
        return Elsewhere.IN_PERSON
    return None if any(not item.show_only for item in _items(procedure)) else Elsewhere.NO_PAPERS


def cases(procedure: Procedure) -> tuple[tuple[int, str], ...]:
    return tuple((number, each.case) for number, each in enumerate(procedure.documents) if each.case)


def others(procedure: Procedure) -> tuple[tuple[int, OnBehalf], ...]:
    """Who may file in place of the one it is for, with their places in the entry."""
    return tuple(
        (place, each)
        for place, each in enumerate(procedure.on_behalf)
        if not fold(each.who).startswith(_NOBODY)
    )


def by_a_stranger(procedure: Procedure, submission: Submission) -> bool:
    """Filed by "người khác", who is no kin of whom it is for."""
    answer = str(submission.answers.get("who", SELF))
    named = {f"{FOR}{number}": fold(each.who) for number, each in others(procedure)}
    return named.get(answer, "").startswith("nguoi khac")


def said_of_oneself(procedure: Procedure) -> str:
    """How "for oneself" is said: of a death it is a relative who files, for a small child its parent."""
    if procedure.tone is Tone.CONDOLENCE:
        return "relative"
    title = f" {fold(procedure.title)} {fold(procedure.name)} "
    return "child" if any(each in title for each in _CHILDREN) else "self"


def choices(procedure: Procedure, question: Question) -> dict[str, str]:
    """What a question names, by the value that stands for it: so that its words can be typed instead of pressed."""
    if question is Question.CASE:
        return {str(number): case for number, case in cases(procedure)}
    if question is Question.WHO:
        return {f"{FOR}{number}": each.who for number, each in others(procedure)}
    return {}


def to_lines(named: Mapping[str, str]) -> str:
    return "\n".join(f"{value} {name}" for value, name in named.items())


def chosen(said: str, lines: str) -> str | None:
    """The one of these (`to_lines`) that the words name; None when none or several do."""
    words = _meant(said)
    shares: dict[str, float] = {}
    for line in lines.split("\n"):
        value, _, name = line.partition(" ")
        named = _meant(name)
        shared = len(words & named)
        shares[value] = max(shared / len(named), shared / len(words)) if named and words else 0.0
    best = max(shares.values(), default=0.0)
    likely = [value for value, share in shares.items() if share == best]
    return likely[0] if best >= ALIKE and len(likely) == 1 else None


def _meant(text: str) -> set[str]:
    return {_KIN.get(word, word) for word in fold(text).split()} - light_words() - {"con"}


def parts(procedure: Procedure, submission: Submission) -> tuple[RequiredDocument, ...]:
    """The papers to photograph: those of everybody, of the case chosen and of whoever files for somebody else;
    when more was asked for, only that."""
    wanted = {item.name: item for item in _of_case(procedure, submission.answers) if not item.show_only}
    if not supplements(submission):
        return tuple(wanted.values())
    asked = asked_for(submission)
    return tuple(wanted.get(name) or RequiredDocument(name=name) for name in asked)


def only_completes(submission: Submission) -> bool:
    """Papers for a dossier that was filed elsewhere: whoever sent them only gave its code and digits."""
    return submission.dossier_code is not None and "who" not in submission.answers


def for_oneself(submission: Submission) -> bool:
    """Not for somebody else whose name nobody told: a helper files for the owner who confirmed."""
    return not str(submission.answers.get("who", SELF)).startswith(FOR)


def supplements(submission: Submission) -> bool:
    """Whether it completes a dossier: asked for by an officer, or begun for a dossier that was filed elsewhere."""
    begun = submission.status is SubmissionStatus.DRAFT and submission.dossier_code is not None
    return begun or submission.status is SubmissionStatus.SUPPLEMENT


def brings_originals(submission: Submission) -> bool:
    """Once accepted. Papers that are asked for then do not put off the day."""
    accepted = submission.status is SubmissionStatus.ACCEPTED
    return accepted or (submission.status is SubmissionStatus.SUPPLEMENT and bool(submission.dossier_code))


def all_parts(procedure: Procedure, submission: Submission) -> tuple[RequiredDocument, ...]:
    """The officer's checklist: every paper of the case, asked for later or not."""
    wanted = {item.name: item for item in _of_case(procedure, submission.answers) if not item.show_only}
    return tuple(
        (
            wanted
            | {name: RequiredDocument(name=name) for name in asked_for(submission) if name not in wanted}
        ).values()
    )


def to_bring(procedure: Procedure, submission: Submission) -> tuple[RequiredDocument, ...]:
    """Only shown at the desk, never sent: an identity card is looked at, not collected."""
    return tuple(item for item in _of_case(procedure, submission.answers) if item.show_only)


def counter(procedure: Procedure, submission: Submission, catalog: Catalog) -> str:
    """Whose hours are booked: those of the desk where the originals are brought, else of the department."""
    desk = catalog.desk_for(procedure, submission.commune)
    return desk.id if desk else submission.department


def asked_for(submission: Submission) -> Mapping[str, str]:
    """Papers an officer asked for, with the reason."""
    return dict(submission.answers.get("asked", {}))


def pieces(missing: str, procedure: Procedure) -> Answers:
    """The papers that the one-stop system lacks, with its words: those of the catalog by their name there."""
    known = tuple(item for item in _items(procedure) if not item.show_only)
    found: dict[str, list[str]] = {}
    for each in missing.replace("\n", ";").split(";"):
        words = each.strip(" -–.~")[:LONGEST_PIECE].strip()
        if not words:
            continue
        part = part_named(words, known)
        said = [words] if part and fold(words) != fold(part.name) else []
        found.setdefault(part.name if part else words, []).extend(said)
    return {name: "; ".join(words) for name, words in found.items()}


def settled(submission: Submission) -> tuple[str, ...]:
    return tuple(submission.answers.get("settled", ()))


def next_question(procedure: Procedure, submission: Submission) -> Ask:
    answers = submission.answers
    supplement = supplements(submission)
    if not supplement:
        if "who" not in answers:
            return Ask(Question.WHO)
        if answers["who"] == HELPER and submission.confirmed_at is None and not answers.get("waited"):
            return Ask(Question.OWNER)
        if cases(procedure) and "case" not in answers:
            return Ask(Question.CASE)
    for number, part in enumerate(parts(procedure, submission)):
        if part.name not in settled(submission):
            return Ask(Question.PART, part, number)
    if not supplement and "delivery" not in answers:
        return Ask(Question.DELIVERY)
    if not supplement and answers["delivery"] == POST and "address" not in answers:
        return Ask(Question.ADDRESS)
    return Ask(Question.REVIEW)


def without_last(procedure: Procedure, submission: Submission) -> Answers | None:
    """The answers less the last one given; None when there is nothing to go back to."""
    answers: Answers = dict(submission.answers)
    supplement = supplements(submission)
    for name in () if supplement else ("address", "delivery"):
        if answers.pop(name, None) is not None:
            return answers
    done = [part.name for part in parts(procedure, submission) if part.name in settled(submission)]
    if done:
        answers["settled"] = [name for name in settled(submission) if name != done[-1]]
        return answers
    for name in () if supplement else ("case", "waited", "who"):
        if answers.pop(name, None) is not None:
            return answers
    return None


def part_named(said: str, among: tuple[RequiredDocument, ...]) -> RequiredDocument | None:
    """The one paper that these words name; None when none or several fit."""
    words = set(fold(said).split())
    scores = sorted(
        ((_alike(words, item.name), item.name, item) for item in among), reverse=True, key=_first_two
    )
    if not scores or scores[0][0] < ALIKE:
        return None
    return scores[0][2] if len(scores) == 1 or scores[1][0] < scores[0][0] else None


def _first_two(scored: tuple[float, str, RequiredDocument]) -> tuple[float, str]:
    return scored[0], scored[1]


def _alike(words: set[str], name: str) -> float:
    wanted = set(fold(name).split())
    return len(words & wanted) / len(wanted) if wanted else 0.0


def _of_case(procedure: Procedure, answers: Mapping[str, Any]) -> list[RequiredDocument]:
    chosen = answers.get("case", NO_CASE)
    items = [
        item
        for number, case in enumerate(procedure.documents)
        if case.case is None or number == chosen
        for item in case.items
    ]
    return [*items, *_authority(procedure, answers)]


def _authority(procedure: Procedure, answers: Mapping[str, Any]) -> list[RequiredDocument]:
    """What lets somebody else file, where the entry names a paper for it."""
    for place, each in others(procedure):
        if answers.get("who") == f"{FOR}{place}" and each.paper:
            return [] if fold(each.paper).startswith(_NO_PAPER) else [RequiredDocument(name=each.paper)]
    return []


def _items(procedure: Procedure) -> list[RequiredDocument]:
    return [item for case in procedure.documents for item in case.items]
