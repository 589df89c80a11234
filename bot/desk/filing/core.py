"""What every verb about a submission shares: who may, the lock, what the citizen is told, the trail it leaves."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot import policy
from bot.actions.filing import QUEUE
from bot.actions.offering import offer
from bot.config import Settings
from bot.desk.caution import require_sendable
from bot.desk.caution_links import hosts
from bot.files import Uploads
from bot.live_catalog import LiveCatalog
from bot.messages import Choice, Reply, Voice
from bot.ports import Channel, Clock
from bot.quiet import morning_after
from bot.texts import Texts
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

NOTICE_JOB = "filing_notice"  # what was decided at night is told in the morning


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
    asking: tuple[tuple[Contact, datetime], ...]  # chats that want to see the photos, and since when


class FilingCore:
    def __init__(
        self,
        database: Database,
        live: LiveCatalog,
        channels: Mapping[str, Channel],
        settings: Settings,
        worktime: WorkTime,
        uploads: Uploads,
        clock: Clock,
        secret: bytes,
    ) -> None:
        self._database = database
        self._live = live
        self._channels = channels
        self._settings = settings
        self._worktime = worktime
        self._uploads = uploads
        self._clock = clock
        self._secret = secret

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
        **facts: str,
    ) -> None:
        """A notice to whoever filed it, and to the owner where that is somebody else. At night it waits for the
        morning: nobody asked just now."""
        now = self._clock.now()
        morning = morning_after(self._settings.quiet_hours, now)
        contacts = [await uow.citizens.get(submission.address_id)]
        if owner := await self._owner(uow, submission):
            contacts.append(owner)
        title = self._procedure(submission).title
        for contact in contacts:
            texts = Texts.load(contact.language).addressing(contact.pronoun)
            words = texts(key, title=title, code=submission.receipt_code, **facts)
            opened = tuple(Choice(texts(name), url=url) for name, url in (links or {}).items() if url)
            offered = tuple(Choice(texts(name), token=token) for name, token in (choices or {}).items())
            reply = Reply(words, (*opened, *offered), voice=Voice.NOTICE)
            if morning:
                waiting = {"address": contact.address_id, "reply": reply.to_json()}
                await uow.jobs.schedule(NOTICE_JOB, f"{submission.id}:{uuid.uuid4().hex}", morning, waiting)
            else:
                await self._say(uow, contact, reply)

    async def _owner(self, uow: UnitOfWork, submission: Submission) -> Contact | None:
        """The chat in which the owner confirmed, where a helper files; else the first one of theirs."""
        if submission.owner_id in {None, submission.citizen_id}:
            return None
        theirs = await uow.citizens.addresses_of(submission.owner_id or 0)
        events = await uow.submissions.events(submission.id)
        confirmed = [each.detail.get("address") for each in events if each.kind == "confirmed"]
        there = [each for each in theirs if confirmed and each.address_id == confirmed[-1]]
        return next(iter((*there, *theirs)), None)

    async def _say(self, uow: UnitOfWork, contact: Contact, reply: Reply) -> None:
        channel = self._channels.get(contact.key.channel)
        pull = channel.capabilities.pull if channel else False
        await offer(uow, contact, reply, self._clock.now(), pull=pull)

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
