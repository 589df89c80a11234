"""Empties the outbox: send, mark, retry later, give up visibly. No transaction is open while the network works."""

import asyncio
import random
import uuid
from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.messages import Reply
from bot.ports import Channel, Clock, TryLaterError, UndeliverableError
from storage.database import Database
from storage.errors import UnavailableError
from storage.records import OutboxRow

log = structlog.get_logger()

OUTBOX = "outbox"
LEASE_SECONDS = 60.0
AT_ONCE = 20
GIVE_UP_AFTER = timedelta(hours=24)
LONGEST_WAIT = 900.0  # seconds between two attempts
UNREACHABLE = frozenset({"blocked", "left", "unknown_address"})


class Delivery:
    def __init__(self, database: Database, channels: Mapping[str, Channel], clock: Clock) -> None:
        self._database = database
        self._channels = {name: channel for name, channel in channels.items() if not channel.capabilities.pull}
        self._clock = clock
        self._name = f"delivery-{uuid.uuid4().hex[:8]}"

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                sent = await self.step()
            except UnavailableError as error:
                log.warning("delivery.database_unavailable", error=str(error))
                sent = 0
                await asyncio.sleep(1)
            if not sent:
                await self._database.wake.wait(OUTBOX, 1.0)

    async def step(self) -> int:
        """Send what is due, addresses side by side; returns how many rows were taken."""
        async with self._database.unit_of_work() as uow:
            rows = await uow.outbox.take_due(
                self._name, self._clock.now(), LEASE_SECONDS, AT_ONCE, channels=tuple(self._channels)
            )
            await uow.commit()
        await asyncio.gather(*(self._deliver(row) for row in rows))
        return len(rows)

    async def drain(self) -> None:
        while await self.step():
            pass

    async def _deliver(self, row: OutboxRow) -> None:
        channel = self._channels[row.key.channel]
        try:
            reference = await channel.send(row.key, Reply.from_json(row.payload))
        except TryLaterError as error:
            await self._later(row, error.wait, str(error))
        except UndeliverableError as error:
            await self._failed(row, error.reason, str(error))
        except Exception as error:  # noqa: BLE001 - one address must not stop the others
            log.exception("delivery.failed", row=row.id)
            await self._later(row, None, f"{type(error).__name__}: {error}"[:500])
        else:
            async with self._database.unit_of_work() as uow:
                await uow.outbox.sent(row.id, self._clock.now(), reference)
                uow.notify(OUTBOX)  # the address's next message is due now
                await uow.commit()

    async def _later(self, row: OutboxRow, wait: float | None, error: str) -> None:
        now = self._clock.now()
        if now - row.created_at > GIVE_UP_AFTER:
            await self._failed(row, "gave_up", error)
            return
        seconds = wait if wait is not None else min(LONGEST_WAIT, 2.0**row.attempts) * random.uniform(0.8, 1.2)  # noqa: S311
        async with self._database.unit_of_work() as uow:
            await uow.outbox.later(row.id, now + timedelta(seconds=seconds), error)
            await uow.commit()

    async def _failed(self, row: OutboxRow, reason: str, error: str) -> None:
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            await uow.outbox.failed(row.id, now, reason, error)
            if reason in UNREACHABLE:
                await uow.citizens.mark_unreachable(row.address_id, reason, now)
            uow.notify(OUTBOX)
            await uow.commit()
        log.warning("delivery.gave_up", row=row.id, reason=reason)
