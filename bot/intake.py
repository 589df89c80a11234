"""The inbox: write, acknowledge, hand on in order. Nothing that was acknowledged is lost.

`receive` returns only after the commit. Updates that arrive together share one commit. The worker takes rows
in order within a conversation, conversations side by side; a row that keeps failing becomes a dead letter that
an admin can see, and its neighbours go on.
"""

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot.assistant import Arrival, Assistant
from bot.desk import Desk
from bot.messages import Attachment, Incoming, Kind
from bot.ports import Channel, Clock, FetchesFiles, HasWindow, UnreadableError
from storage.database import Database
from storage.errors import StaleStateError, UnavailableError
from storage.records import AddressKey, InboxEntry, InboxRow
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

INBOX = "inbox"
_ARRIVED = "motcua_arrived"  # a payload of our own; no channel has such a key
ATTEMPTS = 5
LEASE_SECONDS = 60.0
BACKOFF = (1, 5, 15, 60)  # seconds before the next attempt
SWITCHED_OFF = 300  # seconds between two looks for a channel that is not set up
BATCH = 200  # updates that share a commit at most
FINISHING = 5.0  # seconds that work in hand gets when the process stops
LOOK = 1.0  # seconds between two looks of its own, beside being woken
PAUSE = 0.5  # seconds between two tries while the database is away


@dataclass
class _Waiting:
    entries: Sequence[InboxEntry]
    done: "asyncio.Future[tuple[bool, ...]]"


class Intake:
    def __init__(
        self,
        database: Database,
        assistant: Assistant,
        desk: Desk,
        channels: Mapping[str, Channel],
        clock: Clock,
        workers: int = 4,
    ) -> None:
        self._database = database
        self._assistant = assistant
        self._desk = desk
        self._channels = channels
        self._clock = clock
        self._workers = workers
        self._desk = desk
        self._waiting: list[_Waiting] = []
        self._writing = asyncio.Lock()
        self._name = f"intake-{uuid.uuid4().hex[:8]}"

    async def receive(self, entries: Sequence[InboxEntry]) -> tuple[bool, ...]:
        """Keep updates on disk. True for each new one, False for a redelivery. Raises UnavailableError."""
        waiting = _Waiting(entries, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        async with self._writing:
            if not waiting.done.done():
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                await self._write_together(batch)
        return await waiting.done

    async def _write_together(self, batch: Sequence[_Waiting]) -> None:
        try:
            fresh = await self._write([entry for each in batch for entry in each.entries])
        except BaseException as error:
            if len(batch) > 1 and isinstance(error, Exception) and not isinstance(error, UnavailableError):
                for each in batch:  # one that cannot be stored does not take the others with it
                    await self._write_together([each])
                return
            for each in batch:
                each.done.set_exception(
                    error if isinstance(error, Exception) else UnavailableError("stopped")
                )
            if not isinstance(error, Exception):
                raise
            return
        start = 0
        for each in batch:
            each.done.set_result(tuple(fresh[start : start + len(each.entries)]))
            start += len(each.entries)

    async def _write(self, entries: Sequence[InboxEntry]) -> Sequence[bool]:
        async with self._database.unit_of_work() as uow:
            fresh = await uow.inbox.put(entries, self._clock.now())
            uow.notify(INBOX)
            await uow.commit()
        return fresh

    async def run(self) -> None:
        """Work until cancelled: hand rows on as they come, `workers` conversations at a time."""
        async with asyncio.TaskGroup() as group:
            for number in range(self._workers):
                group.create_task(self._work(f"{self._name}-{number}"))

    async def _work(self, name: str) -> None:
        async with self._database.wake.subscribe(INBOX) as news:
            while True:
                try:
                    handled = await self.step(name)
                except UnavailableError as error:
                    log.warning("intake.database_unavailable", error=str(error))
                    handled = 0
                    await asyncio.sleep(PAUSE)
                if not handled:
                    await news.get(LOOK)

    async def step(self, name: str = "step") -> int:
        """Take what is due and handle it; returns how many rows were taken."""
        async with self._database.unit_of_work() as uow:
            rows = await uow.inbox.take(name, self._clock.now(), LEASE_SECONDS, 1)
            await uow.commit()
        for row in rows:
            await finished(patiently(partial(self._handle, row, name), LEASE_SECONDS))
        return len(rows)

    async def drain(self) -> None:
        """Handle everything that is due now; for the terminal and for tests."""
        while await self.step():
            pass

    async def _handle(self, row: InboxRow, worker: str) -> None:
        try:
            await self._turn(row, worker)
        except StaleStateError:
            await self._again(row, worker, "conversation changed meanwhile", immediately=True)
        except UnavailableError:
            raise
        except (
            UnreadableError
        ) as error:  # it will not read better in a minute: the citizen's next message goes on
            await self._again(row, worker, str(error)[:500], hopeless=True)
        except Exception as error:
            log.exception("intake.failed", row=row.id, attempts=row.attempts)
            await self._again(row, worker, f"{type(error).__name__}: {error}"[:500])

    async def _turn(self, row: InboxRow, worker: str) -> None:
        entry = row.entry
        channel = self._channels.get(entry.channel)
        if channel is None:
            await self._wait_for_channel(row, worker)
            return
        key = AddressKey(entry.channel, entry.account, entry.user_id)
        incoming = _read(channel, row, key)
        async with self._database.unit_of_work() as uow:
            if incoming is not None:
                await self._handed_on(uow, row, incoming, channel)
            await uow.inbox.done(row.id, self._clock.now(), worker=worker)
            await uow.commit()

    async def _handed_on(self, uow: UnitOfWork, row: InboxRow, incoming: Incoming, channel: Channel) -> None:
        match incoming.kind:
            case Kind.SEEN:
                contact = await uow.citizens.find(incoming.key)
                if contact and incoming.references:
                    await uow.outbox.seen(contact.address_id, incoming.references, incoming.at)
            case Kind.ELSEWHERE:
                await self._desk.wrote_elsewhere(uow, incoming)
            case _:
                if not await self._desk.heard(uow, incoming):
                    await self._assistant.turn(uow, _arrival(row, incoming, channel))

    async def _wait_for_channel(self, row: InboxRow, worker: str) -> None:
        """The channel is switched off: what had come waits until it is on again."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            due = now + timedelta(seconds=SWITCHED_OFF)
            await uow.inbox.retry(row.id, due, f"no channel named {row.entry.channel}", worker=worker)
            await uow.commit()

    async def _again(
        self, row: InboxRow, worker: str, error: str, *, immediately: bool = False, hopeless: bool = False
    ) -> None:
        now = self._clock.now()
        attempts = ATTEMPTS if hopeless else row.attempts
        with contextlib.suppress(StaleStateError):  # the lease passed to another worker: it is theirs now
            await self._put_back(row, worker, error, now, attempts, immediately=immediately)

    async def _put_back(
        self, row: InboxRow, worker: str, error: str, now: datetime, attempts: int, *, immediately: bool
    ) -> None:
        async with self._database.unit_of_work() as uow:
            if attempts >= ATTEMPTS:
                await uow.inbox.bury(row.id, error, now, worker=worker)
                log.error("intake.dead_letter", row=row.id, channel=row.entry.channel)
            else:
                wait = 0 if immediately else BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
                await uow.inbox.retry(row.id, now + timedelta(seconds=wait), error, worker=worker)
            await uow.commit()


def arrived(key: AddressKey, name: str, attachment: Attachment, caption: str = "") -> InboxEntry:
    """An update of our own: a file of this address that had to be fetched is here, or cannot be had.

    `name` is the file's own, such as its row among what is fetched: told twice, it is heard once. Put it in the
    unit of work that notes the fetch (`uow.inbox.put`), and wake the inbox.
    """
    told = {
        "kind": attachment.kind.value,
        "file_id": attachment.stored,
        "problem": attachment.problem,
        "caption": caption,
    }
    return InboxEntry(key.channel, key.account, key.user_id, f"arrived:{name}", {_ARRIVED: told})


def _read(channel: Channel, row: InboxRow, key: AddressKey) -> Incoming | None:
    told = row.entry.payload.get(_ARRIVED)
    if told is None:
        incoming = channel.read(row.entry.payload, key, row.received_at)
        return _coming(incoming) if incoming and isinstance(channel, FetchesFiles) else incoming
    kind = Kind(told["kind"])
    attachment = Attachment(kind, "", stored=told["file_id"], problem=told["problem"])
    return Incoming(
        key, row.entry.event_id, row.received_at, kind, told["caption"], attachments=(attachment,), own=True
    )


def _coming(incoming: Incoming) -> Incoming:
    """What hangs on it is fetched after the turn."""
    attachments = tuple(replace(each, coming=each.stored is None) for each in incoming.attachments)
    return replace(incoming, attachments=attachments)


def _arrival(row: InboxRow, incoming: Incoming, channel: Channel) -> Arrival:
    payload: Mapping[str, Any] = row.entry.payload
    ip = payload.get("ip")
    sequence = row.id if incoming.order is None else incoming.order
    opens = isinstance(channel, HasWindow) and incoming.kind is not Kind.LEFT and not incoming.own
    return Arrival(
        incoming,
        sequence,
        ip=str(ip) if ip else None,
        pull=channel.capabilities.pull,
        fetches=isinstance(channel, FetchesFiles) and not incoming.own,
        window=channel.window_after(incoming.at) if opens and isinstance(channel, HasWindow) else None,
    )


async def patiently(work: Callable[[], Awaitable[None]], seconds: float) -> None:
    """Do it; while the database is away, again until the lease is over. Then raises UnavailableError.

    Left to its lease, the row would hold up its address for a minute after an outage of seconds. A commit
    whose answer was lost is not repeated: the lease is no longer ours then.
    """
    until = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            await work()
        except UnavailableError as error:
            if asyncio.get_running_loop().time() + PAUSE >= until:
                raise
            log.warning("work.database_unavailable", error=str(error))
            await asyncio.sleep(PAUSE)
        else:
            return


async def finished(work: Coroutine[Any, Any, None]) -> None:
    """Carry work in hand to its end even when the process is told to stop; after a while, let go of it."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=FINISHING)
        if not task.cancel() and not task.cancelled():
            task.exception()  # looked at: the cancellation is what the caller hears
        raise


async def stop(task: "asyncio.Task[None]") -> None:
    """Cancel a running part and wait until it has ended."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
