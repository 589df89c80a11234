"""Empties the outbox: send, mark, retry later, give up visibly.

No transaction is open while the network works.
"""

import asyncio
import random
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial

import structlog

from bot.intake import FINISHING, patiently
from bot.messages import Reply, Voice
from bot.pacing import Pace
from bot.ports import (
    Channel,
    Clock,
    HasAllowance,
    HasTemplates,
    TryLaterError,
    UndeliverableError,
    UsedUpError,
    WindowClosedError,
)
from bot.texts import Texts
from bot.transcript import say
from storage.database import Database
from storage.errors import StaleStateError, UnavailableError
from storage.records import OutboxRow, Priority
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

OUTBOX = "outbox"
LEASE_SECONDS = 60.0
AT_ONCE = 20
FOR_ANSWERS = 5  # of these: notices and broadcasts never take them
GIVE_UP_AFTER = timedelta(hours=24)
LONGEST_WAIT = 900.0  # seconds between two attempts
UNREACHABLE = frozenset({"blocked", "left", "unknown_address"})

ANSWER_WAITS = "answer"  # the template that says that an answer waits

Mark = Callable[[UnitOfWork], Awaitable[None]]


class Delivery:
    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Clock,
        pace: Callable[[Database, str, float | None, int | None], Pace] = Pace,
    ) -> None:
        self._database = database
        self._channels = channels
        self._pace = pace
        self._paces: dict[str, Pace] = {}
        self._clock = clock
        self._name = f"delivery-{uuid.uuid4().hex[:8]}"

    async def run(self) -> None:
        """Work until cancelled; an address that answers slowly holds up no other."""
        sending: set[asyncio.Task[None]] = set()
        try:
            async with self._database.wake.subscribe(OUTBOX) as news:
                while True:
                    rows = await self._taken(AT_ONCE - len(sending))
                    for row in rows:
                        task = asyncio.create_task(self._deliver(row))
                        sending.add(task)
                        task.add_done_callback(sending.discard)
                    if len(sending) >= AT_ONCE:
                        await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
                    elif not rows:
                        await news.get(1.0)
        finally:
            await _ended(sending)

    def _pace_of(self, name: str) -> Pace:
        """One for all that goes out on a channel; a channel may join while others are served."""
        if name not in self._paces:
            channel = self._channels[name]
            can, subject = channel.capabilities, f"{name}:{channel.account}"
            self._paces[name] = self._pace(self._database, subject, can.per_second, can.chat_burst)
        return self._paces[name]

    async def _taken(self, limit: int) -> tuple[OutboxRow, ...]:
        try:
            return await self._take(limit)
        except UnavailableError as error:
            log.warning("delivery.database_unavailable", error=str(error))
            await asyncio.sleep(1)
            return ()

    @property
    def _pushed(self) -> tuple[str, ...]:
        """Channels that are sent to. Looked up each time: one may join while the others already run."""
        return tuple(name for name, each in self._channels.items() if not each.capabilities.pull)

    async def step(self) -> int:
        """Send what is due, addresses side by side; returns how many rows were taken."""
        rows = await self._take(AT_ONCE)
        await asyncio.gather(*(self._deliver(row) for row in rows))
        return len(rows)

    async def drain(self) -> None:
        while await self.step():
            pass

    async def _take(self, limit: int) -> tuple[OutboxRow, ...]:
        """The last places are for answers alone: a message to everybody never takes all of them."""
        only_answers = limit <= FOR_ANSWERS
        async with self._database.unit_of_work() as uow:
            rows = await uow.outbox.take_due(
                self._name,
                self._clock.now(),
                LEASE_SECONDS,
                limit if only_answers else limit - FOR_ANSWERS,
                channels=self._pushed,
                up_to=Priority.ANSWER if only_answers else Priority.BROADCAST,
            )
            await uow.commit()
        return rows

    async def _deliver(self, row: OutboxRow) -> None:
        """Send it and note what came of it. What was sent is noted even when the database was away meanwhile:
        unnoted, the citizen would get it twice."""
        mark = await self._send(row)
        try:
            await patiently(partial(self._note, mark), LEASE_SECONDS)
        except (UnavailableError, StaleStateError) as error:
            log.warning("delivery.unmarked", row=row.id, error=str(error))
        except Exception:  # one row must not stop the others; its lease runs out and it is tried again
            log.exception("delivery.unmarked", row=row.id)

    async def _note(self, mark: Mark) -> None:
        async with self._database.unit_of_work() as uow:
            await mark(uow)
            uow.notify(OUTBOX)  # the address's next message may be due now
            await uow.commit()

    async def _send(self, row: OutboxRow) -> Mark:
        """What is to be noted about it."""
        if not await self._reachable(row):
            return partial(self._failed, row, "unreachable", None)
        channel, pace = self._channels[row.key.channel], self._pace_of(row.key.channel)
        try:
            await pace.turn(row.key.user_id)
            reference = await channel.send(row.key, Reply.from_json(row.payload))
        except UsedUpError as error:
            await _held(pace, error.everybody)
            return partial(self._later, row, error.wait, str(error), then=self._waits)
        except TryLaterError as error:
            await _held(pace, error.everybody)
            return partial(self._later, row, error.wait, str(error))
        except UnavailableError as error:
            return partial(self._later, row, None, str(error))
        except WindowClosedError as error:
            return partial(self._waits, row, str(error))
        except UndeliverableError as error:
            return partial(self._failed, row, error.reason, str(error))
        except Exception as error:
            log.exception("delivery.failed", row=row.id)
            return partial(self._later, row, None, f"{type(error).__name__}: {error}"[:500])
        await _held(pace, channel.spent() if isinstance(channel, HasAllowance) else None)
        return partial(self._sent, row, reference)

    async def _reachable(self, row: OutboxRow) -> bool:
        """Whoever blocked us is not written to again, whatever still waits for them."""
        try:
            async with self._database.reading() as uow:
                return (await uow.citizens.get(row.address_id)).reachable
        except UnavailableError:
            return True

    async def _sent(self, row: OutboxRow, reference: str | None, uow: UnitOfWork) -> None:
        await uow.outbox.sent(row.id, self._clock.now(), reference)

    async def _later(
        self,
        row: OutboxRow,
        wait: float | None,
        error: str,
        uow: UnitOfWork,
        *,
        then: Callable[[OutboxRow, str, UnitOfWork], Awaitable[None]] | None = None,
    ) -> None:
        """Given up in sight after a day, but for `then`."""
        now = self._clock.now()
        if now - row.created_at > GIVE_UP_AFTER:
            await (then(row, error, uow) if then else self._failed(row, "gave_up", error, uow))
            return
        jitter = random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries, keeps no secret
        seconds = wait if wait is not None else min(LONGEST_WAIT, 2.0**row.attempts) * jitter
        await uow.outbox.later(row.id, now + timedelta(seconds=seconds), error, worker=self._name)

    async def _waits(self, row: OutboxRow, error: str, uow: UnitOfWork) -> None:
        """It goes out when they write again; where the channel can say so, they hear once that it waits."""
        reply = Reply.from_json(row.payload)
        if reply.template:  # not even the approved words arrive
            await self._failed(row, "window_closed", error, uow)
            return
        first = await uow.outbox.waiting_rows(row.address_id) == 0
        await uow.outbox.wait(row.id, error, worker=self._name)
        log.info("delivery.waits_for_contact", row=row.id)
        channel = self._channels[row.key.channel]
        if first and isinstance(channel, HasTemplates) and ANSWER_WAITS in channel.templates:
            contact = await uow.citizens.get(row.address_id)
            texts = Texts.load(contact.language)
            said = Reply(texts("ticket.answer_waits"), voice=Voice.NOTICE, template=ANSWER_WAITS)
            await say(uow, contact, said, self._clock.now(), pull=False, priority=Priority.NOTICE)

    async def _failed(self, row: OutboxRow, reason: str, error: str | None, uow: UnitOfWork) -> None:
        now = self._clock.now()
        await uow.outbox.failed(row.id, now, reason, error, worker=self._name)
        if reason in UNREACHABLE:
            await uow.citizens.mark_unreachable(row.address_id, reason, now)
        log.warning("delivery.gave_up", row=row.id, reason=reason)


async def _held(pace: Pace, seconds: float | None) -> None:
    """Nobody writes to a platform that takes nothing. Not being able to say so keeps no message from its end."""
    try:
        if seconds:
            log.warning("delivery.platform_full", seconds=seconds)
            await pace.hold(seconds)
    except UnavailableError as error:
        log.warning("delivery.database_unavailable", error=str(error))


async def _ended(sending: set["asyncio.Task[None]"]) -> None:
    """What is on its way is noted before the process ends; after a while it is let go."""
    if sending:
        _, slow = await asyncio.wait(sending, timeout=FINISHING)
        for task in slow:
            task.cancel()
