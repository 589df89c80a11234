"""What the desk hands to the console: one page of the queue, one ticket with everything around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from intents.proposing import Effect
from storage.channel_records import ReceivedFile
from storage.records import (
    Assignment,
    Contact,
    Dossier,
    HeldAnswer,
    Message,
    Officer,
    PastAnswer,
    Proposal,
    QueueCounts,
    StoredFile,
    Ticket,
    TicketEvent,
)

BLOCK_DAYS = (1, 7, 30)


@dataclass(frozen=True)
class QueuePage:
    tickets: tuple[Ticket, ...]
    counts: QueueCounts
    page: int
    has_more: bool
    given: tuple[
        Assignment, ...
    ]  # what this officer was asked to do and has not done, the earliest deadline first
    departments: Mapping[str, str]  # their names, by id


@dataclass(frozen=True)
class Mentioned:
    """A dossier the citizen named. `proved_at`: when they gave the right six digits."""

    dossier: Dossier
    proved_at: datetime | None


@dataclass(frozen=True)
class Matched:
    """What the bot had matched before it handed the question on."""

    code: str
    name: str
    score: float


@dataclass(frozen=True)
class TicketPage:
    ticket: Ticket
    messages: tuple[Message, ...]
    last_message_id: int  # of all there are, also of those this officer is not shown
    events: tuple[TicketEvent, ...]
    matched: tuple[Matched, ...]
    contact: Contact
    held_by_me: bool
    may: frozenset[str]
    department: str = ""  # the name of the one that must answer
    unmasked: bool = False  # this officer said why, a moment ago
    channels: tuple[str, ...] = ()  # where else this citizen writes from
    received: tuple[ReceivedFile, ...] = ()
    speakers: tuple[str, ...] = ()  # officers who speak the language it was asked in
    elsewhere_until: datetime | None = None  # an officer answers in the platform's own app until then
    held: HeldAnswer | None = None  # an answer that can still be undone
    held_files: tuple[StoredFile, ...] = ()  # what goes with it
    files: tuple[StoredFile, ...] = ()  # beside this officer's draft
    carries_files: bool = True  # whether they arrive on the citizen's channel
    drafts: Mapping[str, str] = field(default_factory=dict)  # this officer's, by kind
    dossiers: tuple[Mentioned, ...] = ()  # what the citizen named, and whether they proved it to be theirs
    similar: tuple[PastAnswer, ...] = ()  # what others were answered about the same


@dataclass(frozen=True)
class Prepared:
    """Something that can be put into an answer. `kind`: dossier, procedure, similar, canned (with its `topic`)."""

    token: str
    kind: str
    title: str
    topic: str = ""


@dataclass(frozen=True)
class Found:
    """What a search found; each message with a ticket that opens its conversation."""

    tickets: tuple[Ticket, ...]
    messages: tuple[tuple[Message, Ticket], ...]


@dataclass(frozen=True)
class Group:
    """People who wait for an answer about one procedure; `due_at` is the earliest promise."""

    code: str
    name: str
    count: int
    due_at: datetime


@dataclass(frozen=True)
class GroupMember:
    """One of them, and what they would get. `seen`: the last message there was; `problems`: why it cannot go out."""

    ticket: Ticket
    name: str
    text: str
    seen: int
    problems: tuple[str, ...]


@dataclass(frozen=True)
class GroupAnswer:
    """`problem` is empty for what is on its way."""

    member: GroupMember
    problem: str


@dataclass(frozen=True)
class ProposalPage:
    """`effect` is None when the catalog has dropped the procedure since."""

    proposal: Proposal
    name: str
    effect: Effect | None


@dataclass(frozen=True)
class News:
    """What an officer's open pages ring for. A key they have not seen yet is something new to hear of."""

    count: int  # tickets that wait for somebody to take them
    keys: tuple[str, ...]
    urgent: bool


@dataclass(frozen=True)
class Target:
    """A department to forward to; `people` are its active specialists, `here` those who are not away."""

    department: str
    name: str
    people: tuple[Officer, ...]
    here: tuple[Officer, ...]


def candidates(matched: Mapping[str, Any]) -> tuple[Matched, ...]:
    return tuple(
        Matched(str(each["code"]), str(each["name"]), float(each["score"]))
        for each in matched.get("candidates", ())
    )
