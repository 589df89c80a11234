"""Tickets and messages as the console shows them. Pure; numbers that name a person are masked in lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk import Matched, Prepared, TicketPage
from bot.desk.masking import masked
from bot.files import label
from bot.messages import Reply
from bot.pages import words
from bot.texts import Texts
from bot.worktime import VIETNAM
from intents.extract import redact
from storage.channel_records import ReceivedFile
from storage.records import (
    Author,
    CannedReply,
    Contact,
    Message,
    QueueCounts,
    QueueView,
    Reason,
    Role,
    StoredFile,
    Ticket,
    TicketEvent,
    TicketStatus,
)

_PREVIEW = 140  # characters
_WRITTEN = ("noted", "advised")  # words for colleagues, shown in the course of the conversation


@dataclass(frozen=True)
class Tab:
    view: QueueView
    label: str
    count: int | None
    current: bool


@dataclass(frozen=True)
class Row:
    """One ticket of a list. `deadline` is `over`, `soon`, or `calm`."""

    id: int
    number: int
    question: str
    reason: str
    urgent: bool
    status: str
    channel: str
    department: str
    holder: str | None
    waiting: str
    due: str
    deadline: str


@dataclass(frozen=True)
class Entry:
    """One thing in the course of a ticket: a message, or a note only officers see. `side` is its style."""

    id: int
    side: str
    speaker: str
    text: str
    choices: tuple[str, ...]
    moment: str
    at: datetime
    fresh: bool
    failed: str | None
    files: tuple["Attached", ...] = ()
    read: bool = False  # the channel says that the citizen has read it


@dataclass(frozen=True)
class Attached:
    """A file on a message. `id` is 0 while there is nothing to open; `ours`: it goes, or went, to the citizen."""

    id: int
    label: str
    sound: bool = False
    ours: bool = False


@dataclass(frozen=True)
class Guess:
    """What the assistant took the question for; `percent` is how sure it was."""

    code: str
    name: str
    percent: int


def tabs(
    texts: Texts, counts: QueueCounts, current: QueueView | None, of: Role = Role.FRONT_OFFICER
) -> tuple[Tab, ...]:
    numbers: dict[QueueView, int | None] = (
        {QueueView.SUPERVISOR: counts.supervisor} if of is Role.SUPERVISOR else {}
    )
    numbers |= {
        QueueView.UNASSIGNED: counts.unassigned,
        QueueView.MINE: counts.mine,
        QueueView.OVERDUE: counts.overdue,
        QueueView.WAITING: counts.waiting,
        QueueView.FORWARDED: counts.forwarded,
        QueueView.ALL_OPEN: sum(counts.by_department.values()),
        QueueView.CLOSED: None,
    }
    return tuple(
        Tab(view, texts(f"console.view.{view}"), number, view is current) for view, number in numbers.items()
    )


def row(texts: Texts, ticket: Ticket, departments: Mapping[str, str], now: datetime, *, of: Role) -> Row:
    return Row(
        id=ticket.id,
        number=ticket.number,
        question=_shortened(redact(ticket.question)),
        reason=_reason(texts, ticket, of),
        urgent=ticket.reason == "danger",
        status=status(texts, ticket),
        channel=channel(texts, ticket.key.channel),
        department=departments.get(ticket.department, ticket.department),
        holder=ticket.officer_name,
        waiting=_waiting(texts, ticket, now),
        due=due(texts, ticket, now),
        deadline=_deadline(ticket, now),
    )


def _reason(texts: Texts, ticket: Ticket, of: Role) -> str:
    """Whom a supervisor gives a ticket to is not told that it was rated, and by whom."""
    if ticket.reason is Reason.LOW_RATING and of is not Role.SUPERVISOR:
        return texts("console.ticket.handed_on")
    return texts(f"console.reason.{ticket.reason}")


def excerpt(text: str) -> str:
    """A message as a line of a list."""
    return _shortened(redact(text))


def by_topic(replies: Sequence[CannedReply]) -> tuple[tuple[str, tuple[CannedReply, ...]], ...]:
    topics = dict.fromkeys(each.topic for each in replies)
    return tuple((topic, tuple(each for each in replies if each.topic == topic)) for topic in topics)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _PREVIEW else line[:_PREVIEW].rsplit(" ", 1)[0] + "…"


def status(texts: Texts, ticket: Ticket) -> str:
    if ticket.closing is not None:
        return texts(f"console.closing.{ticket.closing}")
    return texts(f"console.status.{ticket.status}")


def channel(texts: Texts, name: str) -> str:
    """A channel added later is shown by its own name."""
    key = f"console.channel.{name}"
    return texts(key) if texts.has(key) else name


def _waiting(texts: Texts, ticket: Ticket, now: datetime) -> str:
    if ticket.closed_at is not None:
        return texts("console.queue.closed_at", moment=words.moment(texts, ticket.closed_at, now))
    if ticket.status is TicketStatus.ANSWERED:
        return texts("console.queue.answered")
    return texts("console.queue.waiting", span=words.span(texts, now - ticket.opened_at))


def due(texts: Texts, ticket: Ticket, now: datetime) -> str:
    """The promise in words, and by how much it is broken."""
    if _deadline(ticket, now) == "over":
        return texts(
            "console.queue.overdue",
            span=words.span(texts, now - ticket.due_at),
            due=words.due(texts, ticket.due_at),
        )
    if ticket.status is TicketStatus.FORWARDED and ticket.forward_due_at:
        return texts("console.queue.due_department", due=words.due(texts, ticket.forward_due_at))
    return texts("console.queue.due", due=words.due(texts, ticket.due_at))


def _deadline(ticket: Ticket, now: datetime) -> str:
    if ticket.closed_at is not None or ticket.status is TicketStatus.ANSWERED:
        return "calm"
    left = (ticket.due_at - now).total_seconds()
    return "over" if left < 0 else "soon" if left < 3600 else "calm"


def course(texts: Texts, page: TicketPage, now: datetime, seen: int | None) -> tuple[Entry, ...]:
    """Messages and notes in the order of time. `seen`: newer messages of the citizen are marked fresh."""
    mask = not page.unmasked
    files: dict[int, tuple[Attached, ...]] = {}
    for each in page.received:
        files[each.message_id] = (*files.get(each.message_id, ()), attached(texts, each))
    entries = [
        _message(texts, message, now, seen, mask=mask, files=files.get(message.id, ()))
        for message in page.messages
    ]
    entries += [_note(texts, event, now, mask=mask) for event in page.events if event.kind in _WRITTEN]
    return tuple(
        sorted(
            (entry for entry in entries if entry.text or entry.files), key=lambda entry: (entry.at, entry.id)
        )
    )


def _message(
    texts: Texts,
    message: Message,
    now: datetime,
    seen: int | None,
    *,
    mask: bool,
    files: tuple[Attached, ...],
) -> Entry:
    by_citizen = message.author is Author.CITIZEN
    reply = Reply("") if by_citizen else Reply.from_json(message.body)
    named = message.author_name if message.author is not Author.BOT else None
    return Entry(
        id=message.id,
        side=message.author.value,
        speaker=named or texts(f"console.speaker.{message.author}"),
        text=masked(message.text) if mask else message.text,
        choices=tuple(choice.label for choice in reply.choices),
        moment=words.moment(texts, message.at, now),
        at=message.at,
        fresh=by_citizen and seen is not None and message.id > seen,
        failed=_undelivered(texts, message),
        files=(*files, *(Attached(each.id, each.label, ours=True) for each in reply.files)),
        read=message.seen_at is not None,
    )


def own_files(texts: Texts, stored: Sequence[StoredFile]) -> tuple[Attached, ...]:
    """What goes with an answer, by name and size."""
    return tuple(Attached(each.id, label(each, texts), ours=True) for each in stored)


def attached(texts: Texts, file: ReceivedFile) -> Attached:
    kind = texts(f"console.file.{file.kind}")
    if file.file_id is not None:
        return Attached(file.id, texts("console.file.open", kind=kind), sound=file.kind == "voice")
    if file.reason is None:
        return Attached(0, texts("console.file.coming", kind=kind))
    key = f"console.file.problem.{file.reason}"
    return Attached(0, texts(key if texts.has(key) else "console.file.problem.other", kind=kind))


def _undelivered(texts: Texts, message: Message) -> str | None:
    """Why it did not arrive, and what to do about it; in words, never a code."""
    if message.delivery == "waiting":
        return texts("console.ticket.waits_for_contact")
    if message.delivery != "failed":
        return None
    key = f"console.undelivered.{message.delivery_error}"
    return texts(key) if texts.has(key) else texts("console.undelivered.gave_up")


def window(texts: Texts, contact: Contact, now: datetime) -> str | None:
    """Until when the channel lets an answer through, in words; None where there is no end to it."""
    free, until = contact.window_free_until, contact.window_until
    if until is None:
        return None
    if until <= now:
        return texts("console.window.closed")
    if free and free < until and free > now:
        facts = {"free": _by(texts, free, now), "until": _by(texts, until, now)}
        return texts("console.window.free", **facts)
    return texts("console.window.open", until=_by(texts, until, now))


def _by(texts: Texts, at: datetime, now: datetime) -> str:
    """`14:20 ngày mai`."""
    tomorrow = (now.astimezone(VIETNAM) + timedelta(days=1)).date()
    if at.astimezone(VIETNAM).date() == tomorrow:
        return texts("pages.moment", time=words.clock_time(at), day=texts("pages.day.tomorrow"))
    return words.moment(texts, at, now)


def _note(texts: Texts, event: TicketEvent, now: datetime, *, mask: bool) -> Entry:
    speaker = texts(
        f"console.written.{event.kind}", name=event.officer_name or texts("console.speaker.system")
    )
    text = event.detail or ""
    moment = words.moment(texts, event.at, now)
    text = masked(text) if mask else text
    return Entry(0, "note", speaker, text, (), moment, event.at, fresh=False, failed=None)


def guesses(matched: Sequence[Matched]) -> tuple[Guess, ...]:
    return tuple(Guess(each.code, each.name, round(100 * min(max(each.score, 0.0), 1.0))) for each in matched)


@dataclass(frozen=True)
class Happening:
    """A line of the ticket's history."""

    moment: str
    text: str
    detail: str | None


def history(
    texts: Texts, events: Sequence[TicketEvent], now: datetime, departments: Mapping[str, str]
) -> tuple[Happening, ...]:
    return tuple(
        Happening(
            words.moment(texts, event.at, now),
            texts(f"console.event.{event.kind}", name=event.officer_name or texts("console.speaker.system")),
            _detail(texts, event, departments),
        )
        for event in events
    )


@dataclass(frozen=True)
class Asked:
    """Why a ticket came to a department, what it is to do, and until when."""

    name: str
    reason: str
    action: str
    due: str


def asked(texts: Texts, page: TicketPage) -> Asked | None:
    """None for a ticket that no department has."""
    if page.ticket.status is not TicketStatus.FORWARDED:
        return None
    forwarded = [each for each in page.events if each.kind == "forwarded" and each.detail]
    if not forwarded:
        return None
    _, _, told = masked(forwarded[-1].detail or "").partition(" | ")
    reason, _, action = told.partition(" | ")
    due = page.ticket.forward_due_at
    name = forwarded[-1].officer_name or texts("console.speaker.system")
    return Asked(name, reason, action, words.due(texts, due) if due else "")


def _detail(texts: Texts, event: TicketEvent, departments: Mapping[str, str]) -> str | None:
    """What storage keeps beside an event: codes are worded, words are shown as they are."""
    if event.detail is None or event.kind in (*_WRITTEN, "reopened", "to_supervisor"):
        return None
    if event.kind == "opened":
        return texts(f"console.reason.{event.detail}")
    if event.kind == "closed":
        closing, _, said = event.detail.partition(": ")
        return ": ".join(filter(None, (texts(f"console.closing.{closing}"), said)))
    if event.kind == "forwarded":  # department, reason, what is asked for
        department, _, rest = event.detail.partition(" | ")
        return " – ".join(filter(None, (departments.get(department, department), *rest.split(" | "))))
    return masked(event.detail)


def has_masked(page: TicketPage) -> bool:
    """Whether there is anything that unmasking would show."""
    return bool(page.contact.phone) or any(masked(message.text) != message.text for message in page.messages)


def phone(page: TicketPage) -> str:
    """The number to call; starred until the officer said why."""
    number = page.contact.phone or ""
    return number if page.unmasked else masked(number)


def grouped(texts: Texts, prepared: Sequence[Prepared]) -> tuple[tuple[str, tuple[Prepared, ...]], ...]:
    """Under the names of their kinds; canned replies by topic."""
    names = {each: each.topic or texts(f"console.canned.kind.{each.kind}") for each in prepared}
    return tuple(
        (name, tuple(each for each in prepared if names[each] == name))
        for name in dict.fromkeys(names.values())
    )


@dataclass(frozen=True)
class Proof:
    """A dossier of the conversation: how it is named in lists, and whether it was proved to be theirs."""

    code: str
    proved: str | None


def proofs(texts: Texts, page: TicketPage, now: datetime) -> tuple[Proof, ...]:
    return tuple(
        Proof(redact(each.dossier.code), words.moment(texts, each.proved_at, now) if each.proved_at else None)
        for each in page.dossiers
    )


@dataclass(frozen=True)
class Before:
    """What somebody else was answered about the same."""

    question: str
    text: str


def before(page: TicketPage) -> tuple[Before, ...]:
    return tuple(Before(_shortened(masked(each.question)), masked(each.text)) for each in page.similar)


def role(texts: Texts, name: Role) -> str:
    return texts(f"console.role.{name}")
