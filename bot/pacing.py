"""Not faster than a platform takes it: so many a second overall, one a second to each chat after a short burst.

Each process keeps to it by itself; several together may exceed it, and then the platform says when to go on.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

REMEMBERED = 10_000  # chats


class Pace:
    def __init__(
        self,
        per_second: float | None,
        burst: int | None = None,
        *,
        now: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`burst`: messages that may go to one chat at once. None: as fast as it goes."""
        self._burst = burst
        self._interval = 1 / per_second if per_second else None
        self._now = now
        self._pause = pause
        self._next = float("-inf")
        self._paid: OrderedDict[str, float] = OrderedDict()  # by chat: until when its messages are paid for

    async def turn(self, chat: str) -> None:
        """Wait for this chat's turn, then for one among all: a chat that is slow keeps nobody waiting."""
        if self._burst is not None:
            await self._for_chat(chat, self._burst)
        if self._interval is None:
            return
        now = self._now()
        at = max(self._next, now)
        self._next = at + self._interval  # taken at once: no place in the line is given twice
        if at > now:
            await self._pause(at - now)

    async def _for_chat(self, chat: str, burst: int) -> None:
        now = self._now()
        paid = max(self._paid.pop(chat, now), now) + 1
        self._paid[chat] = paid
        if len(self._paid) > REMEMBERED:
            self._paid.popitem(last=False)
        if paid - now > burst:
            await self._pause(paid - now - burst)
