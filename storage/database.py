"""The way in: open a database, work in it, be woken by it, close it."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal, Self

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.engines import Turns, postgres_pool, sqlite_readers, sqlite_writer
from storage.errors import StorageError
from storage.link import translated
from storage.schema import prepare_folder, require_head, sqlite_path, upgrade
from storage.serverlock import ServerLock
from storage.unit_of_work import UnitOfWork
from storage.wake import Wake

if TYPE_CHECKING:
    from storage.listener import Listener

__all__ = ["Database", "upgrade"]

_HEALTH_SECONDS = 4.0


class Database:
    """Made by `open`. `backend` is "sqlite" or "postgresql"; `wake` rings after commits."""

    def __init__(self, url: str, *, server: bool) -> None:
        self.wake = Wake()
        self.path = sqlite_path(url)
        self.backend: Literal["sqlite", "postgresql"] = "sqlite" if self.path else "postgresql"
        self._url = url
        self._server = server
        self._lock: ServerLock | None = None
        self._listener: Listener | None = None
        self._turns = Turns() if self.path else None
        self._writer: AsyncEngine = (
            sqlite_writer(url, checkpoints=server) if self.path else postgres_pool(url)
        )
        self._reader = sqlite_readers(url) if self.path else self._writer

    @classmethod
    async def open(cls, url: str, *, server: bool = False, check_schema: bool = True) -> Self:
        """Connect to `sqlite:////path/to.db` or `postgresql://...`, which must be at the program's revision.

        `server=True`: on SQLite, be the one server of this file (`ServerRunningError`), do the checkpoints.
        Raises `SchemaError`, `UnavailableError`.
        """
        prepare_folder(url)
        database = cls(url, server=server)
        try:
            await database._start(check_schema)
        except BaseException:
            await database.close()
            raise
        return database

    async def _start(self, check_schema: bool) -> None:
        if self.path and self._server:
            self._lock = ServerLock(self.path)
        with translated():
            async with self._reader.connect() as connection:
                if check_schema:
                    await require_head(connection)
        if self._lock and check_schema:
            await self._forget_leases()
        if not self.path:
            from storage.listener import Listener  # its driver takes a while to import

            self._listener = Listener(self._url, self.wake)
            await self._listener.ready()

    def unit_of_work(self) -> UnitOfWork:
        """A transaction that may write."""
        announce = self._listener.send if self._listener else None
        return UnitOfWork(self._writer, self.wake, turns=self._turns, announce=announce)

    def reading(self) -> UnitOfWork:
        """A transaction that cannot write, and waits for no writer."""
        return UnitOfWork(self._reader, self.wake, read_only=True)

    async def healthy(self) -> bool:
        """Whether a request could be served now; answers within a few seconds."""
        if self.path and not os.access(self.path, os.R_OK | os.W_OK):
            return False
        try:
            async with asyncio.timeout(_HEALTH_SECONDS), self._reader.connect() as connection:
                await require_head(connection)
        except (SQLAlchemyError, StorageError, OSError):
            return False
        return True

    async def durability(self) -> dict[str, Any]:
        """What `doctor` prints: the version, and on SQLite what the writer and every reader really use."""
        if not self.path:
            async with self._connected(self._writer) as connection:
                version = (await connection.exec_driver_sql("SHOW server_version")).scalar()
                synchronous = (await connection.exec_driver_sql("SHOW synchronous_commit")).scalar()
            return {"backend": self.backend, "version": version, "synchronous_commit": synchronous}
        readers = []
        async with contextlib.AsyncExitStack() as stack:
            writer = await _pragmas(await stack.enter_async_context(self._connected(self._writer)))
            for _ in range(self._reader.pool.size()):  # type: ignore[attr-defined]
                readers.append(await _pragmas(await stack.enter_async_context(self._connected(self._reader))))
        return {"backend": self.backend, "path": str(self.path), "writer": writer, "readers": readers}

    async def compact(self) -> None:
        """For a quiet hour: what was erased also leaves the search index and the log. Holds up writers.

        PostgreSQL does the like by itself (autovacuum).
        """
        if not self.path:
            return
        async with self.unit_of_work() as uow:
            await uow.messages.compact()
            await uow.tickets.compact()
            await uow.commit()
        if self._server:
            async with self._connected(self._writer) as connection:
                # Past SQLAlchemy, which would begin a transaction: inside one nothing can be checkpointed.
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None
                await (await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")).close()

    async def close(self) -> None:
        if self._listener:
            await self._listener.close()
        if self._reader is not self._writer:
            await self._reader.dispose()
        await self._writer.dispose()
        if self._lock:
            self._lock.release()
            self._lock = None

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        with translated():
            async with engine.connect() as connection:
                yield connection

    async def _forget_leases(self) -> None:
        """Nobody else works on this file: what an earlier server had taken is free again at once."""
        async with self.unit_of_work() as uow:
            await uow.inbox.forget_leases()
            await uow.outbox.forget_leases()
            await uow.paces.forget()
            await uow.jobs.forget_leases()
            await uow.commit()


_PRAGMAS = (
    "journal_mode",
    "synchronous",
    "foreign_keys",
    "secure_delete",
    "busy_timeout",
    "wal_autocheckpoint",
    "query_only",
)


async def _pragmas(connection: AsyncConnection) -> dict[str, Any]:
    values = {name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in _PRAGMAS}
    version = (await connection.exec_driver_sql("SELECT sqlite_version()")).scalar()
    return {"sqlite_version": version, **values}
