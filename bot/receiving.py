"""Fetches what citizens sent: once, after the turn, and hands it to the file store.

No transaction is open while the network works. What cannot be had has a named end that officers see, and the
citizen hears what to do where the file itself was at fault.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial

import structlog

from bot.conversation.acts import AddToPetition, name_of
from bot.conversation.state import State
from bot.files import Problem, Uploads, named
from bot.files.problems import Reason
from bot.files.uploads import LARGEST, MEGABYTE
from bot.intake import INBOX, arrived, patiently
from bot.messages import Attachment, FileContent, Kind, Reply
from bot.ports import Channel, Clock, FetchesFiles, TryLaterError, UnfetchableError
from bot.texts import Texts
from bot.transcript import say, topic_of
from storage.channel_records import ReceivedFile
from storage.database import Database
from storage.errors import NotFoundError, StaleStateError, UnavailableError
from storage.records import StoredFile
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

RECEIVED = "received"  # wake topic
LEASE_SECONDS = 180.0  # a fetch takes 15, reading the file at most 120
AT_ONCE = 4
GIVE_UP_AFTER = timedelta(hours=6)  # platforms keep files for hours
LONGEST_WAIT = 900.0  # seconds between two attempts

ADDED = name_of(AddToPetition())  # noted beside a message whose photos belong to a petition

_LOST = {Reason.TOO_LARGE.value: Reason.TOO_LARGE}  # a named end of a channel that is one of ours
_FACTS = {"megabytes": LARGEST // MEGABYTE}

Mark = Callable[[UnitOfWork], Awaitable[None]]


class Receiving:
    def __init__(
        self, database: Database, channels: Mapping[str, Channel], uploads: Uploads, clock: Clock
    ) -> None:
        self._database = database
        self._channels = channels
        self._uploads = uploads
        self._clock = clock
        self._name = f"receiving-{uuid.uuid4().hex[:8]}"

    async def run(self) -> None:
        """Work until cancelled."""
        async with self._database.wake.subscribe(RECEIVED) as news:
            while True:
                try:
                    taken = await self.step()
                except UnavailableError as error:
                    log.warning("receiving.database_unavailable", error=str(error))
                    taken = 0
                    await asyncio.sleep(1)
                if not taken:
                    await news.get(5.0)

    async def step(self) -> int:
        """Fetch what is due; returns how much was taken."""
        fetching = tuple(name for name, each in self._channels.items() if isinstance(each, FetchesFiles))
        if not fetching:
            return 0
        async with self._database.unit_of_work() as uow:
            rows = await uow.received.take_due(
                self._name, self._clock.now(), LEASE_SECONDS, AT_ONCE, channels=fetching
            )
            await uow.commit()
        await asyncio.gather(*(self._receive(row) for row in rows))
        return len(rows)

    async def drain(self) -> None:
        while await self.step():
            pass

    async def _receive(self, row: ReceivedFile) -> None:
        mark = await self._fetched(row)
        try:
            await patiently(partial(self._note, mark), LEASE_SECONDS)
        except (UnavailableError, StaleStateError) as error:
            log.warning("receiving.unmarked", row=row.id, error=str(error))

    async def _note(self, mark: Mark) -> None:
        async with self._database.unit_of_work() as uow:
            await mark(uow)
            await uow.commit()

    async def _fetched(self, row: ReceivedFile) -> Mark:
        """What is to be noted about it."""
        try:
            channel = self._channels[row.key.channel]
            assert isinstance(channel, FetchesFiles)
            content = await channel.fetch(row.reference)
            taken = await self._uploads.accept(
                content.content,
                name=row.name or content.name or None,
                declared=row.media_type or content.media_type,
                owner=row.key,
                spoken=row.kind == Kind.VOICE,
            )
        except UnfetchableError as error:
            return partial(self._lost, row, error.reason, str(error))
        except (TryLaterError, UnavailableError) as error:
            return partial(self._later, row, str(error))
        except Exception as error:
            log.exception("receiving.failed", row=row.id)
            return partial(self._later, row, f"{type(error).__name__}: {error}"[:500])
        if isinstance(taken, Problem):
            return partial(self._refused, row, taken)
        return partial(self._kept, row, taken)

    async def _kept(self, row: ReceivedFile, stored: StoredFile, uow: UnitOfWork) -> None:
        await uow.received.done(row.id, self._clock.now(), stored.id, worker=self._name)
        now = await uow.received.get(row.id)
        if now and now.ticket_id is not None:  # perhaps since it was taken
            await uow.files.keep([stored.id])
        if not await self._for_a_turn(row, Attachment(Kind(row.kind), "", stored=stored.id), uow):
            await self._for_petition(row, stored, uow)
        await self._tell(row, uow)

    async def _refused(self, row: ReceivedFile, problem: Problem, uow: UnitOfWork) -> None:
        await self._failed(row, problem.reason, None, uow)
        await self._explained(row, problem, uow)

    async def _lost(self, row: ReceivedFile, reason: str, error: str | None, uow: UnitOfWork) -> None:
        """It never came: only whoever sent it can send it again."""
        await self._failed(row, reason, error, uow)
        await self._explained(row, Problem(_LOST.get(reason, Reason.LOST), _FACTS), uow)

    async def _explained(self, row: ReceivedFile, problem: Problem, uow: UnitOfWork) -> None:
        """The citizen hears what to do, unless a person is answering them: they will see it."""
        contact = await uow.citizens.get(row.address_id)
        conversation = await uow.conversations.get(contact.conversation_id)
        if await self._for_a_turn(row, Attachment(Kind(row.kind), "", problem=problem.reason), uow):
            return
        if conversation.held_by is None:
            texts = Texts.load(contact.language).addressing(contact.pronoun)
            await say(uow, contact, Reply(problem.in_words(texts)), self._clock.now(), pull=False)

    async def _for_petition(self, row: ReceivedFile, stored: StoredFile, uow: UnitOfWork) -> None:
        """Sent while a petition was told, and here only after it was filed: it belongs to it all the same."""
        message = await uow.messages.get(row.message_id)
        if message is None or message.note.get("act") != ADDED:
            return
        petition = await uow.petitions.last_of_address(row.address_id, row.created_at)
        if petition is not None:
            await uow.petitions.attach(petition.id, (stored.id,))
            await uow.files.keep([stored.id])

    async def _for_a_turn(self, row: ReceivedFile, attachment: Attachment, uow: UnitOfWork) -> bool:
        """A dossier is being filed, or a petition told: the turn that binds the file comes through the inbox."""
        contact = await uow.citizens.get(row.address_id)
        conversation = await uow.conversations.get(contact.conversation_id)
        state = State.from_json(conversation.state)
        if state.draft is None and not state.telling:
            return False
        message = await uow.messages.get(row.message_id)
        caption = message.text if message else ""
        await uow.inbox.put([arrived(row.key, str(row.id), attachment, caption)], self._clock.now())
        uow.notify(INBOX)
        return True

    async def _later(self, row: ReceivedFile, error: str, uow: UnitOfWork) -> None:
        now = self._clock.now()
        if now - row.created_at > GIVE_UP_AFTER:
            await self._lost(row, "gave_up", error, uow)
            return
        wait = timedelta(seconds=min(LONGEST_WAIT, 5 * 2.0**row.attempts))
        await uow.received.later(row.id, now + wait, error, worker=self._name)

    async def _failed(self, row: ReceivedFile, reason: str, error: str | None, uow: UnitOfWork) -> None:
        await uow.received.failed(row.id, self._clock.now(), reason, error, worker=self._name)
        log.info("receiving.gave_up", row=row.id, reason=reason)
        await self._tell(row, uow)

    async def _tell(self, row: ReceivedFile, uow: UnitOfWork) -> None:
        contact = await uow.citizens.get(row.address_id)
        uow.notify(topic_of(contact.conversation_id))
        ticket = await uow.tickets.open_for(contact.conversation_id)
        if ticket:
            uow.notify(f"ticket:{ticket.id}")


class KeptFiles:
    """What is sent to citizens, from the file store."""

    def __init__(self, database: Database, uploads: Uploads) -> None:
        self._database = database
        self._uploads = uploads

    async def content(self, file_id: int) -> FileContent | None:
        try:
            async with self._database.reading() as uow:
                stored = await uow.files.get(file_id)
            if stored is None:
                return None
            return FileContent(named(stored), stored.media_type, await self._uploads.read(stored))
        except NotFoundError:
            return None
        except UnavailableError as error:
            raise TryLaterError(str(error)) from error
