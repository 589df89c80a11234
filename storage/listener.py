"""Wake-ups from the other processes on the same PostgreSQL database."""

import asyncio
import contextlib
import secrets

import psycopg
from sqlalchemy import text

from storage.engines import BUSY_SECONDS, driver_url
from storage.link import Link
from storage.wake import Wake

_CHANNEL = "motcua"
_RETRY_SECONDS = 1.0


class Listener:
    """A connection of its own that listens, and comes back by itself after an outage."""

    def __init__(self, url: str, wake: Wake) -> None:
        self._url = driver_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._wake = wake
        self._self = secrets.token_hex(8)
        self._listening = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name="storage-listener")

    async def ready(self) -> None:
        """Return once it listens; when the server does not let it, it goes on trying in the background."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BUSY_SECONDS):
                await self._listening.wait()

    async def send(self, link: Link, topics: list[str]) -> None:
        """Inside the transaction: PostgreSQL delivers on commit, and drops it on rollback."""
        payloads = [f"{self._self}:{topic}" for topic in topics]
        statement = text(
            "SELECT pg_notify(:channel, payload) FROM unnest(CAST(:payloads AS text[])) AS payload"
        )
        await link.run(statement.bindparams(channel=_CHANNEL, payloads=payloads))

    async def close(self) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(psycopg.Error, OSError):
                await self._listen()
            await asyncio.sleep(_RETRY_SECONDS)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
            await connection.execute(f"LISTEN {_CHANNEL}")
            self._listening.set()
            self._wake.notify_all()  # after an outage: what was said while we did not listen
            async for notice in connection.notifies():
                sender, _, topic = notice.payload.partition(":")
                if sender != self._self:
                    self._wake.notify(topic)
