"""One read for everybody who asks at the same time: two hundred open pages are not two hundred queries."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """What `read` gives, handed to all; nobody gets what was read before they asked, but for `max_age`."""

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._running: asyncio.Task[tuple[float, T]] | None = None
        self._last: tuple[float, T] | None = None

    async def get(self, max_age: float = 0.0) -> T:
        """A value that is at most `max_age` seconds older than this call. Raises what `read` raises."""
        asked = monotonic()
        while self._last is None or self._last[0] < asked - max_age:
            if self._running is None or self._running.done():
                self._running = asyncio.create_task(self._fresh())
                self._running.add_done_callback(_looked_at)
            # Shielded: a page that is closed must not cut a query in half, which costs its connection.
            self._last = await asyncio.shield(self._running)
        return self._last[1]

    async def _fresh(self) -> tuple[float, T]:
        began = monotonic()
        return began, await self._read()


def _looked_at(task: asyncio.Task[tuple[float, T]]) -> None:
    """Everybody who waited may be gone: then nobody is told of its failure."""
    if not task.cancelled():
        task.exception()
