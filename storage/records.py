"""What storage hands out: frozen values. Rows never leave storage.

Every `datetime` is aware and in UTC. Ids are integers made by the database, unless a field says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any


@dataclass(frozen=True)
class AddressKey:
    """Who wrote, as a channel names them. User ids repeat across bots and accounts: all three are the key."""

    channel: str
    account: str
    user_id: str


@dataclass(frozen=True)
class Contact:
    """An address with the citizen and the conversation it belongs to."""

    address_id: int
    key: AddressKey
    citizen_id: int
    conversation_id: int
    display_name: str | None
    commune: str | None
    pronoun: str | None
    language: str
    reachable: bool
    blocked_until: datetime | None
    created_at: datetime
    new: bool = False
    window_free_until: datetime | None = None  # see channel_records.Window
    window_until: datetime | None = None
    phone: str | None = None  # of the citizen, given with consent
    phone_proved: bool = False  # a channel said that it is theirs


class Author(StrEnum):
    CITIZEN = "citizen"
    BOT = "bot"
    OFFICER = "officer"
    SYSTEM = "system"  # a notice in the conversation: taken by a person, given back, closed


@dataclass(frozen=True)
class Conversation:
    """State is JSON text with its own version inside; `version` counts the turns for optimistic locking."""

    id: int
    contact: Contact
    state: str
    version: int
    ticket_id: int | None  # the open ticket, if any
    held_by: int | None  # officer id while a person answers; the bot is silent then
    last_message_at: datetime | None
    elsewhere_until: datetime | None = None  # an officer answers in the platform's own app until then


RATING_ACTS = ("record_rating", "give_rating_reason")  # as the bot notes them on messages


@dataclass(frozen=True)
class Message:
    """`id` grows with time within and across conversations: web chat uses it as its event id."""

    id: int
    conversation_id: int
    author: Author
    author_name: str | None
    officer_id: int | None
    ticket_id: int | None
    text: str
    body: Mapping[str, Any]  # the whole reply or incoming message as the bot serialises it
    note: Mapping[str, Any]  # what was matched and shown, with the catalog's version
    at: datetime
    delivery: str | None = None  # state of its outbox row (OutboxStatus); None where none was needed
    delivery_error: str | None = None
    seen_at: datetime | None = None  # the channel says that it was read

    @property
    def about_rating(self) -> bool:
        """Somebody rates an answer, or is thanked for it."""
        return self.note.get("act") in RATING_ACTS

    @property
    def about_petition(self) -> bool:
        """A petition is told, asked after, or spoken of by the bot."""
        return "petition" in str(self.note.get("act", "")) or self.answers_petition

    @property
    def answers_petition(self) -> bool:
        """The bot speaks of a petition in answer to what was said just before, whatever that was taken for."""
        return self.author is not Author.CITIZEN and str(self.note.get("outcome", "")).startswith("Petition")


class InboxStatus(StrEnum):
    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True)
class InboxEntry:
    """An update as it came. `event_id` is unique for (channel, account)."""

    channel: str
    account: str
    user_id: str
    event_id: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class InboxRow:
    id: int
    entry: InboxEntry
    received_at: datetime
    status: InboxStatus
    attempts: int
    error: str | None
    due_at: datetime


class OutboxStatus(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    WAITING = "waiting"  # the channel's window is closed: it goes out when they write again


class Priority(IntEnum):
    """What goes out first when more waits than the platform takes: smaller goes first."""

    ANSWER = 0  # somebody waits for it
    NOTICE = 10  # nobody asked just now: a dossier moved on, a reminder
    BROADCAST = 20  # the same to many


@dataclass(frozen=True)
class OutboxRow:
    id: int
    key: AddressKey
    address_id: int
    message_id: int | None
    payload: Mapping[str, Any]
    status: OutboxStatus
    attempts: int
    due_at: datetime
    created_at: datetime
    reason: str | None  # named terminal state when failed: blocked, window_closed, gave_up, ...
    error: str | None
    priority: Priority = Priority.ANSWER


class Reason(StrEnum):
    """Why a question came to a person."""

    NOTHING_FOUND = "nothing_found"
    ASKED_FOR_PERSON = "asked_for_person"
    LOW_RATING = "low_rating"
    DANGER = "danger"
    PETITION = "petition"
    MEDIA = "media"
    COMPLAINT = "complaint"
    WALK_IN = "walk_in"  # asked at the counter or by phone, entered by an officer
    ELSEWHERE = "elsewhere"  # an officer answers in the platform's own app
    LANGUAGE = "language"  # written in a language the assistant does not speak


class TicketStatus(StrEnum):
    NEW = "new"
    ASSIGNED = "assigned"
    FORWARDED = "forwarded"
    ANSWERED = "answered"
    CLOSED = "closed"


class Closing(StrEnum):
    """How a ticket ended; never just `closed`."""

    ANSWERED = "answered"
    REFUSED = "refused"
    NOT_OURS = "not_ours"
    CITIZEN_GONE = "citizen_gone"
    WITHDRAWN = "withdrawn"  # the citizen does not need the answer any longer
    ABUSE = "abuse"


@dataclass(frozen=True)
class Ticket:
    """`number` is a counter shown only to its own address. `due_at` is what the citizen was promised."""

    id: int
    number: int
    conversation_id: int
    citizen_id: int
    address_id: int
    key: AddressKey
    reason: Reason
    status: TicketStatus
    department: str
    question: str
    matched: Mapping[str, Any]
    procedure_code: str | None
    officer_id: int | None
    officer_name: str | None
    opened_at: datetime
    due_at: datetime
    claimed_at: datetime | None
    first_answer_at: datetime | None
    closed_at: datetime | None
    closing: Closing | None
    closing_detail: str | None
    last_message_id: int
    version: int
    forwarded_from: str | None = None  # while forwarded, `department` is the one that must answer
    forwarded_to: int | None = None  # the person of that department who was asked; None: anybody of it
    forward_due_at: datetime | None = None  # silence until then gives it back
    answered_by: int | None = None  # who answered last: a rating is theirs
    for_supervisor: bool = False  # only a supervisor takes it: somebody was not satisfied
    language: str = "vi"  # what it was asked in


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True)
class Promise:
    """A due time that a citizen was told. `settled_at`: answered, or apologised for."""

    id: int
    ticket_id: int
    told_at: datetime
    due_at: datetime
    state: PromiseState
    settled_at: datetime | None


@dataclass(frozen=True)
class TicketFact:
    """A ticket as reports count it; `answered_by` and `holder` are names."""

    id: int
    reason: Reason
    status: TicketStatus
    department: str
    question: str
    procedure_code: str | None
    opened_at: datetime
    due_at: datetime
    first_answer_at: datetime | None
    closed_at: datetime | None
    channel: str
    answered_by: str | None
    holder: str | None
    closing: Closing | None


@dataclass(frozen=True)
class PromiseFact:
    ticket_id: int
    told_at: datetime
    due_at: datetime
    state: PromiseState


@dataclass(frozen=True)
class RatingFact:
    """Whose answer was rated, never by whom."""

    ticket_id: int
    score: int
    officer: str | None
    words: str | None
    at: datetime
    reasons: tuple["RatingReason", ...] = ()
    reply: str | None = None  # what the officer said to it


@dataclass(frozen=True)
class HeldAnswer:
    """An answer that goes out at `due_at` unless its officer undoes it. `files` are ids of stored files.

    `seen_message_id`: the newest message that it answers; what came after that still waits for an answer.
    """

    ticket_id: int
    officer_id: int
    text: str
    files: tuple[int, ...]
    pressed_at: datetime
    due_at: datetime
    seen_message_id: int


@dataclass(frozen=True)
class PastAnswer:
    """What was answered to another citizen. Unmasked: whoever shows it masks it first."""

    ticket_id: int
    message_id: int
    question: str
    text: str
    at: datetime


class ProposalState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True)
class Proposal:
    """A wording for the catalog. Which ticket it came from is kept, and handed to nobody."""

    id: int
    procedure_code: str
    wording: str
    state: ProposalState
    made_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True)
class CannedReply:
    """A prepared answer. `text` may hold variables in braces."""

    id: int
    topic: str
    title: str
    text: str
    written_at: datetime


@dataclass(frozen=True)
class TicketEvent:
    id: int
    ticket_id: int
    at: datetime
    kind: str  # opened, claimed, released, answered, noted, forwarded, closed, reopened, ...
    officer_id: int | None
    officer_name: str | None
    detail: str | None


class QueueView(StrEnum):
    UNASSIGNED = "unassigned"
    MINE = "mine"
    DEPARTMENT = "department"
    OVERDUE = "overdue"
    WAITING = "waiting"
    CLOSED = "closed"
    ALL_OPEN = "all_open"
    FORWARDED = "forwarded"  # a department was asked, and has not answered yet
    SUPERVISOR = "supervisor"  # a supervisor must look, and nobody has taken it yet


@dataclass(frozen=True)
class DossierStep:
    at: datetime
    handler: str
    text: str


@dataclass(frozen=True)
class Dossier:
    """A dossier mirrored from the one-stop system. `stage` is the national status number 1-10.

    `factors` are keyed hashes of the last six digits of the holder's ID number and phone: the digits
    themselves are not kept. `holder` is the full name; who may see it is the bot's rule, not storage's.
    """

    code: str
    procedure_code: str | None
    procedure_name: str
    stage: int
    received_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    agency: str
    handler: str | None
    holder: str
    factors: tuple[str, ...]
    missing: str | None
    result_place: str | None
    late_reason: str | None
    steps: tuple[DossierStep, ...]
    updated_at: datetime


class FollowOrigin(StrEnum):
    PROVED = "proved"  # with the code and the digits
    FILED = "filed"  # in this chat
    HELPED = "helped"  # filed for somebody else


@dataclass(frozen=True)
class Follower:
    """A chat that hears of a dossier."""

    dossier_code: str
    address_id: int
    citizen_id: int
    origin: FollowOrigin


class NoticeStatus(StrEnum):
    PENDING = "pending"
    SAID = "said"
    DROPPED = "dropped"  # no longer true when it could be said, or switched off


@dataclass(frozen=True)
class Notice:
    """Something to tell one chat about one dossier. `kind` and `occasion` are the bot's words."""

    id: int
    dossier_code: str
    address_id: int
    kind: str
    occasion: str
    made_at: datetime


class RatingTarget(StrEnum):
    AGENCY = "agency"
    HANDLER = "handler"


@dataclass(frozen=True)
class DossierRating:
    """What a follower thinks of the agency, or of the officer who handled a dossier; `name` is who."""

    target: RatingTarget
    name: str
    agency: str
    score: int
    words: str | None
    at: datetime


@dataclass(frozen=True)
class RatedName:
    """An agency, or an officer of one, as those who followed dossiers rated them. No `mean`: too few."""

    name: str
    agency: str
    count: int
    mean: float | None


@dataclass(frozen=True)
class Source:
    """Where dossiers are read from. `answered_at`: what is known is that fresh. `failures` in a row."""

    name: str
    cursor: str | None
    page: str | None
    due_at: datetime | None
    asked_at: datetime | None
    answered_at: datetime | None
    failures: int
    problem: str | None
    taken: int
    rejected: int


class LookupKind(StrEnum):
    CODE = "code"  # a code was asked for
    WRONG_FACTOR = "wrong_factor"
    PROVED = "proved"  # the right digits were given


class RatingReason(StrEnum):
    """Why somebody rated so, chosen with one press."""

    SLOW = "slow"
    UNCLEAR = "unclear"
    WRONG = "wrong"  # not what was asked for
    RUDE = "rude"
    FAST = "fast"
    CLEAR = "clear"
    KIND = "kind"


@dataclass(frozen=True)
class OwnRating:
    """A rating as the officer who was rated sees it: never by whom, nor about which ticket."""

    id: int
    score: int
    words: str | None
    reasons: tuple[RatingReason, ...]
    reply: str | None
    at: datetime


@dataclass(frozen=True)
class Rating:
    """`score` 1-5. `officer_id` is who answered at that moment."""

    id: int
    ticket_id: int | None
    address_id: int
    officer_id: int | None
    procedure_code: str | None
    score: int
    words: str | None
    at: datetime


class Role(StrEnum):
    FRONT_OFFICER = "front_officer"
    SPECIALIST = "specialist"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


@dataclass(frozen=True)
class Officer:
    id: int
    username: str
    name: str
    role: Role
    departments: tuple[str, ...]
    languages: tuple[str, ...]
    active: bool
    has_password: bool
    created_at: datetime
    away_until: datetime | None = None
    has_second_factor: bool = False
    email: str | None = None

    def here(self, at: datetime) -> bool:
        return self.active and (self.away_until is None or self.away_until <= at)


@dataclass(frozen=True)
class Alert:
    """A ticket nobody has taken yet, and how often officers were told. `rounds` is 0 before the first time."""

    ticket: Ticket
    rounds: int
    first_at: datetime | None
    supervisor_at: datetime | None  # since then supervisors are told too


@dataclass(frozen=True)
class OfficerLink:
    """The chat in which an officer hears of tickets. `reachable`: it was not blocked since."""

    officer: Officer
    address_id: int
    key: AddressKey
    reachable: bool
    linked_at: datetime


@dataclass(frozen=True)
class Failures:
    """How often a login failed, and when last."""

    count: int
    last_at: datetime


@dataclass(frozen=True)
class Pressed:
    """A form that was sent. `answer`: sealed; None while somebody is at it, or after a crash in between."""

    at: datetime
    answer: str | None


@dataclass(frozen=True)
class Assignment:
    """A ticket that a supervisor gave to an officer, with a deadline; `seen_at`: the officer opened it."""

    ticket_id: int
    officer_id: int
    officer_name: str
    giver_name: str
    question: str
    given_at: datetime
    due_at: datetime
    note: str
    seen_at: datetime | None


@dataclass(frozen=True)
class Credentials:
    """What a login checks. The hash is argon2id; None until the one-time link was used."""

    officer: Officer
    password_hash: str | None


@dataclass(frozen=True)
class Session:
    """A login. The cookie holds a 256-bit token; storage keeps its SHA-256."""

    id: int
    officer: Officer
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    csrf: str
    agent: str | None
    proved: bool = False  # the second factor was given


@dataclass(frozen=True)
class Department:
    id: str
    name: str


class Purpose(StrEnum):
    """What a consent is for."""

    DOSSIER = "dossier"
    PETITION = "petition"
    CONTACT = "contact"
    UPLOAD = "upload"


@dataclass(frozen=True)
class Consent:
    id: int
    citizen_id: int
    address_id: int
    purpose: Purpose
    wording_version: str
    wording_hash: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class AuditEntry:
    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    previous: str
    digest: str


@dataclass(frozen=True)
class Job:
    """A timer. One row for one (`kind`, `subject`) at a time."""

    id: int
    kind: str
    subject: str
    due_at: datetime
    payload: Mapping[str, Any]
    attempts: int


@dataclass(frozen=True)
class Credential:
    """The tokens of a channel's account. `version` counts the pairs; with a `problem` none of them works."""

    channel: str
    account: str
    access_token: str | None = field(repr=False)
    access_expires_at: datetime | None
    refresh_token: str | None = field(repr=False)
    obtained_at: datetime
    version: int
    problem: str | None


@dataclass(frozen=True)
class StoredFile:
    id: int
    digest: str  # SHA-256 of the stored bytes, hex
    media_type: str
    size: int  # bytes
    name: str | None
    address_id: int | None
    created_at: datetime
    keep_until: datetime | None
    source_digest: str | None = None  # SHA-256 of the bytes as they came
    remarks: tuple[str, ...] = ()  # what is wrong with a photo: blurred, dark, cut, small
    preview: str | None = None  # digest of a small picture on which nothing can be read
    pages: tuple[str, ...] = ()  # digests of pictures to look at


@dataclass(frozen=True)
class SubmissionPart:
    name: str
    file_ids: tuple[int, ...]


class SubmissionStatus(StrEnum):
    DRAFT = "draft"
    SENT = "sent"  # waits for an officer
    SUPPLEMENT = "supplement"  # the citizen was asked for more; their time does not count
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CANCELLED = "cancelled"  # by the citizen, before it was sent


@dataclass(frozen=True)
class Submission:
    """A dossier being filed in chat. `citizen_id` files it; `owner_id` whose it is, where somebody helps them."""

    id: int
    receipt_code: str
    procedure_code: str
    citizen_id: int
    address_id: int
    status: SubmissionStatus
    answers: Mapping[str, Any]
    parts: tuple[SubmissionPart, ...]
    created_at: datetime
    sent_at: datetime | None
    department: str = ""
    commune: str | None = None
    owner_id: int | None = None
    confirm_code: str | None = None  # a helper's: the owner answers with it
    confirmed_at: datetime | None = None
    dossier_code: str | None = None
    due_at: datetime | None = None  # promised at the acceptance; what holds now is the dossier's own
    paused_at: datetime | None = None
    resent_at: datetime | None = None  # more was sent as asked, and no officer took it up yet
    officer_id: int | None = None
    version: int = 0

    def files_of(self, part: str) -> tuple[int, ...]:
        return next((each.file_ids for each in self.parts if each.name == part), ())


@dataclass(frozen=True)
class SubmissionEvent:
    """What happened to a submission, who looked at what included. `officer_name` None: the citizen or a timer."""

    id: int
    submission_id: int
    at: datetime
    kind: str
    officer_name: str | None
    detail: Mapping[str, Any]


class AppointmentState(StrEnum):
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Appointment:
    """When the originals are brought. `place` is the id of the department that sees them."""

    id: int
    submission_id: int
    place: str
    starts_at: datetime
    state: AppointmentState


@dataclass(frozen=True)
class QueueCounts:
    unassigned: int = 0
    mine: int = 0
    overdue: int = 0
    waiting: int = 0
    forwarded: int = 0
    supervisor: int = 0
    by_department: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DayCount:
    """One bar of a chart."""

    day: date
    value: int
