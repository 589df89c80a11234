"""One transaction's connection, as the stores use it: a few verbs, and driver errors turned into ours."""

import asyncio
import sqlite3
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Executable, Row, Table
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import UnavailableError

T = TypeVar("T")

# Primary result codes of SQLite that say "not now" or "not on this disk", never "wrong statement".
_SQLITE_DOWN = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}
# Classes of SQLSTATE: connection, lost races, resources (disk full), operator intervention, system error;
# then "lock not available" and a server that became read-only.
_POSTGRES_DOWN = {"08", "40", "53", "57", "58"}
_POSTGRES_DOWN_CODES = {"55P03", "25006"}


def is_outage(error: DBAPIError) -> bool:
    """Whether the database, and not the statement, is to blame."""
    cause = error.orig
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_DOWN
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return state[:2] in _POSTGRES_DOWN or state in _POSTGRES_DOWN_CODES
    return error.connection_invalidated or type(cause).__name__ == "OperationalError"


@contextmanager
def translated() -> Iterator[None]:
    """Outages of every kind leave as `UnavailableError`; mistakes in a statement stay what they are."""
    try:
        yield
    except DBAPIError as error:
        if is_outage(error):
            raise UnavailableError(str(error.orig)) from error
        raise
    except (PoolTimeoutError, OSError) as error:
        raise UnavailableError(str(error)) from error


async def unbroken(work: Coroutine[Any, Any, T]) -> T:
    """Finish `work` even when cancelled, and be cancelled only then.

    For SQLite: a statement runs in a thread and cannot be called back. Dropped halfway it would go on holding
    the file's lock, and every turn after it would wait for that in vain.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # looked at: the cancellation is what the caller hears
        raise


class Link:
    """What a store works with. Lives as long as its unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.on_postgres = connection.dialect.name == "postgresql"
        self.finished = False

    async def run(self, statement: Executable, values: Sequence[Mapping[str, Any]] | None = None) -> Any:
        """Execute, and hand out the cursor's result."""
        if self.finished:
            raise RuntimeError("the unit of work is committed: nothing more can be done in it")
        work = self._connection.execute(statement, values)
        with translated():
            return await (work if self.on_postgres else unbroken(work))

    async def rows(
        self, statement: Executable, values: Sequence[Mapping[str, Any]] | None = None
    ) -> Sequence[Row[Any]]:
        result: CursorResult[Any] = await self.run(statement, values)
        return result.all()

    async def row(self, statement: Executable) -> Row[Any] | None:
        result: CursorResult[Any] = await self.run(statement)
        return result.first()

    async def scalar(self, statement: Executable) -> Any:
        result: CursorResult[Any] = await self.run(statement)
        return result.scalar()

    async def changed(self, statement: Executable) -> int:
        """How many rows an UPDATE or DELETE met."""
        result: CursorResult[Any] = await self.run(statement)
        return result.rowcount

    def insert(self, table: Table) -> SqliteInsert | PostgresInsert:
        """An INSERT that knows ON CONFLICT, in the dialect at hand."""
        return postgres_insert(table) if self.on_postgres else sqlite_insert(table)
