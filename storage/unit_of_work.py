"""The transaction as a `with` block. What is not committed at its end never happened."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any, Self

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.alerts import Alerts
from storage.answer_files import AnswerFiles
from storage.answers import Answers
from storage.appointments import Appointments
from storage.assignments import Assignments
from storage.audit import Audit
from storage.canned import CannedReplies
from storage.citizens import Citizens
from storage.consents import Consents
from storage.conversations import Conversations
from storage.credentials import Credentials
from storage.departments import Departments
from storage.done_once import DoneOnce
from storage.dossier_ratings import DossierRatings
from storage.dossiers import Dossiers
from storage.drafts import Drafts
from storage.engines import Turns
from storage.errors import UnavailableError
from storage.files import Files
from storage.follows import Follows
from storage.held_answers import HeldAnswers
from storage.inbox import Inbox
from storage.jobs import Jobs
from storage.joinings import Joinings
from storage.link import Link, translated, unbroken
from storage.login_failures import LoginFailures
from storage.lookups import Lookups
from storage.messages import Messages
from storage.notices import Notices
from storage.officer_links import OfficerLinks
from storage.officers import Officers
from storage.outbox import Outbox
from storage.paces import Paces
from storage.petitions import Petitions
from storage.presence import Presence
from storage.presses import Presses
from storage.promises import Promises
from storage.proposals import Proposals
from storage.ratings import Ratings
from storage.received import ReceivedFiles
from storage.reports import Reports
from storage.retention import Retention
from storage.second_factor import SecondFactor
from storage.sessions import Sessions
from storage.sources import Sources
from storage.submissions import Submissions
from storage.tickets import Tickets
from storage.uploads import Uploads
from storage.wake import Wake
from storage.windows import Windows

Announce = Callable[[Link, list[str]], Awaitable[None]]


class UnitOfWork:
    """Use as `async with database.unit_of_work() as uow: ...; await uow.commit()`; once."""

    def __init__(
        self,
        engine: AsyncEngine,
        wake: Wake,
        *,
        turns: Turns | None = None,
        read_only: bool = False,
        announce: Announce | None = None,
    ) -> None:
        self._engine = engine
        self._wake = wake
        self._turns = turns
        self._read_only = read_only
        self._announce = announce
        self._topics: dict[str, None] = {}
        self._connection: AsyncConnection | None = None

    async def __aenter__(self) -> Self:
        if self._turns is not None:
            await self._turns.acquire()
        try:
            await self._whole(self._begin())
        except BaseException as error:
            if self._turns is not None and isinstance(error, UnavailableError):
                self._turns.failed()
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A cancelled turn must still give back its connection, and only then its place in the queue.
        await asyncio.shield(asyncio.ensure_future(self._end()))

    def notify(self, topic: str) -> None:
        """Wake whoever waits for `topic`, here and in other processes, once this is committed."""
        self._topics[topic] = None

    async def commit(self) -> None:
        """Make it so; `UnavailableError` when the database could not."""
        if self._connection is None or self._link.finished:
            raise RuntimeError("a unit of work is committed once, inside its block")
        await self._whole(self._commit(self._connection))

    async def _commit(self, connection: AsyncConnection) -> None:
        topics = list(self._topics)
        if topics and self._announce is not None:
            await self._announce(self._link, topics)
        self._link.finished = True
        with translated():
            await connection.commit()
        for topic in topics:
            self._wake.notify(topic)

    async def _whole(self, work: Coroutine[Any, Any, None]) -> None:
        await (unbroken(work) if self._engine.dialect.name == "sqlite" else work)

    async def _begin(self) -> None:
        with translated():
            self._connection = await self._engine.connect()
            if self._read_only and self._connection.dialect.name == "postgresql":
                await self._connection.execution_options(postgresql_readonly=True)
            await self._connection.begin()
        self._attach(Link(self._connection))

    async def _end(self) -> None:
        connection, self._connection = self._connection, None
        try:
            if connection is not None:
                with translated():
                    await connection.close()
        finally:
            if self._turns is not None:
                self._turns.release()

    def _attach(self, link: Link) -> None:
        self._link = link
        self.alerts = Alerts(link)
        self.appointments = Appointments(link)
        self.assignments = Assignments(link)
        self.answer_files = AnswerFiles(link)
        self.answers = Answers(link)
        self.audit = Audit(link)
        self.canned_replies = CannedReplies(link)
        self.citizens = Citizens(link)
        self.consents = Consents(link)
        self.conversations = Conversations(link)
        self.credentials = Credentials(link)
        self.departments = Departments(link)
        self.done_once = DoneOnce(link)
        self.dossier_ratings = DossierRatings(link)
        self.dossiers = Dossiers(link)
        self.drafts = Drafts(link)
        self.files = Files(link)
        self.follows = Follows(link)
        self.held_answers = HeldAnswers(link)
        self.inbox = Inbox(link)
        self.jobs = Jobs(link)
        self.joinings = Joinings(link)
        self.login_failures = LoginFailures(link)
        self.lookups = Lookups(link)
        self.messages = Messages(link)
        self.notices = Notices(link)
        self.officer_links = OfficerLinks(link)
        self.officers = Officers(link)
        self.outbox = Outbox(link)
        self.paces = Paces(link)
        self.petitions = Petitions(link)
        self.presence = Presence(link)
        self.presses = Presses(link)
        self.promises = Promises(link)
        self.proposals = Proposals(link)
        self.ratings = Ratings(link)
        self.received = ReceivedFiles(link)
        self.reports = Reports(link)
        self.retention = Retention(link)
        self.second_factor = SecondFactor(link)
        self.sessions = Sessions(link)
        self.sources = Sources(link)
        self.submissions = Submissions(link)
        self.tickets = Tickets(link)
        self.uploads = Uploads(link)
        self.windows = Windows(link)
