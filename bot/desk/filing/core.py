"""What every verb about a submission shares: who may, the lock, what the citizen is told, the trail it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot import policy
from bot.actions.filing import QUEUE
from bot.config import Settings
from bot.conversation.wording.originals import brought_to
from bot.desk.caution import require_sendable
from bot.desk.caution_links import hosts
from bot.desk.telling import Telling
from bot.files import Uploads
from bot.live_catalog import LiveCatalog
from bot.messages import Choice, Reply, Voice
from bot.ports import Clock
from bot.texts import Texts, moment
from bot.worktime import WorkTime
from intents.catalog import Procedure, RequiredDocument
from storage.database import Database
from storage.errors import NotFoundError
from storage.records import (
    Appointment,
    Contact,
    Dossier,
    Officer,
    StoredFile,
    Submission,
    SubmissionEvent,
    SubmissionStatus,
)
from storage.unit_of_work import UnitOfWork

SUPPLEMENT_JOB = "supplement_reminder"
MOST_REMINDERS = 3


class BadCodeError(ValueError):
    """What was entered is no dossier code."""


class View(StrEnum):
    """The lists of submissions, by what they wait for."""

    WAITING = "waiting"
    ASKED = "asked"
    RESENT = "resent"  # accepted, and the citizen sent what it lacked
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PHOTOS = "photos"  # somebody with the code and the digits asks for them from another chat


STATUSES = {
    View.WAITING: (SubmissionStatus.SENT,),
    View.ASKED: (SubmissionStatus.SUPPLEMENT,),
    View.RESENT: (SubmissionStatus.ACCEPTED,),
    View.ACCEPTED: (SubmissionStatus.ACCEPTED,),
    View.REFUSED: (SubmissionStatus.REFUSED,),
    View.PHOTOS: (SubmissionStatus.ACCEPTED, SubmissionStatus.SUPPLEMENT),
}


@dataclass(frozen=True)
class Listed:
    submission: Submission
    title: str
    citizen: str


@dataclass(frozen=True)
class SubmissionsPage:
    rows: tuple[Listed, ...]
    counts: Mapping[View, int]
    page: int
    has_more: bool


@dataclass(frozen=True)
class PartShown:
    """One line of the checklist with what was sent for it."""

    document: RequiredDocument
    files: tuple[StoredFile, ...]
    lacking: bool
    resent: bool


@dataclass(frozen=True)
class SubmissionPage:
    submission: Submission
    procedure: Procedure
    parts: tuple[PartShown, ...]
    bring: tuple[RequiredDocument, ...]
    events: tuple[SubmissionEvent, ...]
    contact: Contact
    owner: str | None
    appointment: Appointment | None
    free: tuple[datetime, ...]
    department: str
    commune: str | None
    dossier: Dossier | None
    registered: tuple[
        tuple[Dossier, bool], ...
    ]  # in the one-stop system, perhaps this one; True: of that name
    asking: tuple[tuple[Contact, datetime], ...]  # chats that want to see the photos, and since when


class FilingCore:
    def __init__(
        self,
        database: Database,
        live: LiveCatalog,
        telling: Telling,
        settings: Settings,
        worktime: WorkTime,
        uploads: Uploads,
        clock: Clock,
        secret: bytes,
    ) -> None:
        self._database = database
        self._live = live
        self._settings = settings
        self._worktime = worktime
        self._uploads = uploads
        self._clock = clock
        self._secret = secret
        self._telling = telling

    async def _seen(
        self, uow: UnitOfWork, officer: Officer, submission_id: int, *, lock: bool = False
    ) -> Submission:
        """What this officer may not see does not exist. A draft is the citizen's own affair."""
        store = uow.submissions
        submission = await (store.lock(submission_id) if lock else store.get(submission_id))
        private = submission.status in (SubmissionStatus.DRAFT, SubmissionStatus.CANCELLED)
        if private or not policy.handles(officer, submission):
            raise NotFoundError(f"submission {submission_id}")
        return submission

    def _procedure(self, submission: Submission) -> Procedure:
        catalog = self._live.snapshot.catalog
        today = self._clock.now().date()
        found = catalog.by_code.get(submission.procedure_code) or catalog.current(
            submission.procedure_code, today
        )
        if found is None:
            raise NotFoundError(f"procedure {submission.procedure_code}")
        return found

    def _require_sendable(self, *words: str) -> None:
        """Raises HeldBackError for what an officer may not write to a citizen."""
        require_sendable(
            hosts(self._settings.public_url, self._live.snapshot.catalog.province.portal), *words
        )

    async def _tell(
        self,
        uow: UnitOfWork,
        submission: Submission,
        key: str,
        choices: Mapping[str, str] | None = None,
        links: Mapping[str, str | None] | None = None,
        **facts: str | datetime,
    ) -> None:
        """A notice to whoever filed it, and to the owner where that is somebody else, each in their language."""
        contacts = [await uow.citizens.get(submission.address_id)]
        if owner := await self._owner(uow, submission):
            contacts.append(owner)
        procedure, catalog = self._procedure(submission), self._live.snapshot.catalog
        for contact in contacts:
            texts = Texts.load(contact.language).addressing(contact.pronoun)
            told = {
                name: moment(fact, texts) if isinstance(fact, datetime) else fact
                for name, fact in facts.items()
            }
            where = brought_to(procedure, submission, catalog, texts)
            words = texts(key, title=procedure.title, code=submission.receipt_code, place=where, **told)
            opened = tuple(Choice(texts(name), url=url) for name, url in (links or {}).items() if url)
            offered = tuple(Choice(texts(name), token=token) for name, token in (choices or {}).items())
            reply = Reply(words, (*opened, *offered), voice=Voice.NOTICE)
            await self._telling.decided(uow, contact, reply, f"submission:{submission.id}")

    async def _owner(self, uow: UnitOfWork, submission: Submission) -> Contact | None:
        """The chat in which the owner confirmed, where a helper files; else the first one of theirs."""
        if submission.owner_id in {None, submission.citizen_id}:
            return None
        theirs = await uow.citizens.addresses_of(submission.owner_id or 0)
        events = await uow.submissions.events(submission.id)
        confirmed = [each.detail.get("address") for each in events if each.kind == "confirmed"]
        there = [each for each in theirs if confirmed and each.address_id == confirmed[-1]]
        return next(iter((*there, *theirs)), None)

    async def _remind_later(self, uow: UnitOfWork, submission: Submission, nth: int) -> None:
        """That papers are asked for, so many days from now; forgotten papers keep a dossier waiting for ever."""
        days = self._settings.supplement_reminder_days
        if days and nth <= MOST_REMINDERS and submission.paused_at is not None:
            since = {"since": submission.paused_at.isoformat(), "nth": nth}
            at = self._clock.now() + timedelta(days=days)
            await uow.jobs.schedule(SUPPLEMENT_JOB, str(submission.id), at, since)

    async def _noted(
        self, uow: UnitOfWork, officer: Officer | None, submission: Submission, kind: str, **detail: Any
    ) -> None:
        """Beside the submission, and in the audit log. Last in the unit of work: others wait for the log."""
        now = self._clock.now()
        await uow.submissions.note(submission.id, now, kind, officer.id if officer else None, detail)
        actor = f"officer:{officer.id}" if officer else "timer"
        counted = {name: value for name, value in detail.items() if name not in ("reason", "parts")}
        await uow.audit.add(now, actor, f"submission.{kind}", f"submission:{submission.id}", counted)
        uow.notify(QUEUE)
