"""Engines as each database wants them.

SQLite: one writer connection that begins with BEGIN IMMEDIATE, and readers that cannot write. As it comes,
the driver begins late, and concurrent read-then-write turns overwrite one another without an error.
PostgreSQL: a pool; every wait for it is bounded.
"""

import asyncio
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.errors import UnavailableError

BUSY_SECONDS = 5  # how long one waits for a lock that another process holds
TURN_SECONDS = 15  # how long one waits for others of one's own process
READERS = 4
_CHECKPOINT_PAGES = 1000
_POSTGRES_POOL = 10


def driver_url(url: str, *, asynchronous: bool = True) -> URL:
    """The URL a person writes, with the driver we use."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return parsed.set(drivername="sqlite+aiosqlite" if asynchronous else "sqlite")
    if parsed.get_backend_name() in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise ValueError(f"not a database this program knows: {parsed.get_backend_name()}")


def prepare_sqlite(connection: Any, _record: Any = None) -> None:
    """Every SQLite connection, reader or writer, starts so.

    `synchronous=FULL`: a commit is on disk. `secure_delete`: what is erased is overwritten.
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=1",
        "wal_autocheckpoint=0",
        "secure_delete=1",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _pragma(engine: AsyncEngine, setting: str) -> None:
    def on_connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", on_connect)


def _begin_with(engine: AsyncEngine, statement: str) -> None:
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    event.listen(engine.sync_engine, "begin", on_begin)


def _sqlite_engine(url: str, size: int) -> AsyncEngine:
    engine = create_async_engine(
        driver_url(url),
        hide_parameters=True,  # of a failing statement: they are personal, and errors reach logs
        pool_size=size,
        max_overflow=0,
        pool_timeout=TURN_SECONDS,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
    )
    event.listen(engine.sync_engine, "connect", prepare_sqlite)
    return engine


def sqlite_writer(url: str, *, checkpoints: bool) -> AsyncEngine:
    """The one connection that writes.

    Only a server checkpoints: SQLite before 3.51.3 can corrupt its log when several connections do.
    """
    engine = _sqlite_engine(url, 1)
    if checkpoints:
        _pragma(engine, f"wal_autocheckpoint={_CHECKPOINT_PAGES}")
    _begin_with(engine, "BEGIN IMMEDIATE")
    return engine


def sqlite_readers(url: str) -> AsyncEngine:
    engine = _sqlite_engine(url, READERS)
    _pragma(engine, "query_only=1")
    _begin_with(engine, "BEGIN")
    return engine


def postgres_pool(url: str) -> AsyncEngine:
    return create_async_engine(
        driver_url(url),
        hide_parameters=True,  # of a failing statement: they are personal, and errors reach logs
        pool_size=_POSTGRES_POOL,
        max_overflow=_POSTGRES_POOL,
        pool_timeout=TURN_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": BUSY_SECONDS,
            "options": f"-c lock_timeout={BUSY_SECONDS}s -c statement_timeout=60s -c timezone=UTC",
        },
    )


class Turns:
    """SQLite's writers of this process, one after another.

    When the database stays locked, whoever has been waiting since before that was found out gives up too:
    nobody waits through several time limits one after another.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._failed_at = float("-inf")

    async def acquire(self) -> None:
        """Take the turn, to be given back by `release`; or `UnavailableError`."""
        asked_at = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._lock.acquire()
        except TimeoutError as error:
            raise UnavailableError("no turn to write: is one unit of work opened inside another?") from error
        if self._failed_at >= asked_at:
            self._lock.release()
            raise UnavailableError("the database stayed locked")

    def failed(self) -> None:
        self._failed_at = asyncio.get_running_loop().time()

    def release(self) -> None:
        self._lock.release()
