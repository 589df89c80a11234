"""Who waits is woken: inside a process at once, between processes over PostgreSQL's NOTIFY.

A wake-up is a hint, never the only way work is found: whoever waits also looks by itself now and then.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Subscription:
    """Topics notified since the last look, each once, in order."""

    def __init__(self, topics: tuple[str, ...]) -> None:
        self._topics = frozenset(topics)
        self._pending: dict[str, None] = {}
        self._rung = asyncio.Event()

    def offer(self, topic: str) -> None:
        if topic in self._topics:
            self._pending[topic] = None
            self._rung.set()

    def offer_all(self) -> None:
        for topic in self._topics:
            self.offer(topic)

    async def get(self, timeout: float) -> str | None:  # noqa: ASYNC109
        """The next topic; None after `timeout` seconds of silence."""
        if not self._pending:
            try:
                async with asyncio.timeout(timeout):
                    await self._rung.wait()
            except TimeoutError:
                return None
        topic = next(iter(self._pending))
        del self._pending[topic]
        if not self._pending:
            self._rung.clear()
        return topic


class Wake:
    """The subscriptions of one process."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()

    def notify(self, topic: str) -> None:
        for subscription in tuple(self._subscriptions):
            subscription.offer(topic)

    def notify_all(self) -> None:
        """After a pause in listening: anything may have happened."""
        for subscription in tuple(self._subscriptions):
            subscription.offer_all()

    @asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[Subscription]:
        """Subscribe first, then look for work, then wait: nothing falls between looking and waiting."""
        subscription = Subscription(topics)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    async def wait(self, topic: str, timeout: float) -> bool:  # noqa: ASYNC109
        """Whether `topic` was notified within `timeout` seconds from now on."""
        async with self.subscribe(topic) as subscription:
            return await subscription.get(timeout) is not None
