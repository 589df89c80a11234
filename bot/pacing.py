"""Not faster than a platform takes it: so many a second overall, one a second to each chat after a short burst.

The places lie in the database, so that all processes together keep to it (`storage.paces`).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from bot.ports import TryLaterError
from storage.database import Database

CHAT_INTERVAL = 1.0  # seconds
WAITED_FOR = 20.0  # seconds; for a place further off the message is put back, since its lease would lapse


class Pace:
    def __init__(
        self,
        database: Database,
        subject: str,
        per_second: float | None,
        burst: int | None = None,
        *,
        now: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`subject`: the account whose places these are. `burst`: messages that may go to one chat at once.
        Where a limit is None, nothing waits for it."""
        self._database = database
        self._subject = subject
        self._interval = 1 / per_second if per_second else None
        self._burst = burst
        self._now = now
        self._pause = pause

    async def turn(self, chat: str) -> None:
        """Wait for this chat's turn, then for one among all: a chat that is slow keeps nobody waiting.

        Raises TryLaterError where that would take long, UnavailableError.
        """
        if self._burst is not None:
            await self._wait(await self._place(f"{self._subject}:{chat}", CHAT_INTERVAL, self._burst))
        if self._interval is not None:
            await self._wait(await self._place(self._subject, self._interval, 1))

    async def hold(self, seconds: float) -> None:
        """The platform takes nothing for a while, from none of us. Raises UnavailableError."""
        async with self._database.unit_of_work() as uow:
            await uow.paces.hold(self._subject, seconds, self._now())
            await uow.commit()

    async def _place(self, subject: str, interval: float, burst: int) -> float:
        async with self._database.unit_of_work() as uow:
            wait = await uow.paces.place(subject, interval, self._now(), burst=burst)
            await uow.commit()
        return wait

    async def _wait(self, seconds: float) -> None:
        if seconds > WAITED_FOR:
            raise TryLaterError("the platform takes nothing more for a while", seconds)
        if seconds > 0:
            await self._pause(seconds)
