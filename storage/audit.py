"""The audit trail: only ever appended to, each row chained to the one before by SHA-256.

The database itself refuses UPDATE and DELETE (triggers in the migration). Whoever gets round them breaks the
chain, and `verify` names the first bad row. A chain cut short at its end is seen by comparing `head` with a
copy of it kept elsewhere.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from json import dumps
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy import text as sql

from storage.link import Link
from storage.records import AuditEntry
from storage.tables import audit

_FIRST = "0" * 64
_LOCK = 0x61756469  # PostgreSQL: who appends waits for whoever appended to commit
_BATCH = 1000


class Audit:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(
        self, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, Any]
    ) -> AuditEntry:
        """Append. Late in the unit of work if it can be: on PostgreSQL other appenders wait for its end."""
        if self._link.on_postgres:
            await self._link.run(sql("SELECT pg_advisory_xact_lock(:key)").bindparams(key=_LOCK))
        last = await self.head()
        previous = last.digest if last else _FIRST
        row = await self._link.row(
            insert(audit)
            .values(
                at=at,
                actor=actor,
                action=action,
                subject=subject,
                detail=dict(detail),
                previous=previous,
                digest=_digest(previous, at, (actor, action, subject), detail),
            )
            .returning(*audit.c)
        )
        assert row is not None
        return _record(row)

    async def head(self) -> AuditEntry | None:
        """The newest row."""
        row = await self._link.row(select(audit).order_by(audit.c.id.desc()).limit(1))
        return None if row is None else _record(row)

    async def verify(self) -> int | None:
        """The id of the first row that was altered or follows a missing one; None if all hold."""
        previous, after = _FIRST, -1
        while rows := await self._link.rows(
            select(audit).where(audit.c.id > after).order_by(audit.c.id).limit(_BATCH)
        ):
            for row in rows:
                digest = _digest(previous, row.at, (row.actor, row.action, row.subject), row.detail)
                if row.previous != previous or row.digest != digest:
                    return int(row.id)
                previous, after = row.digest, row.id
        return None

    async def entries(self, limit: int, before_id: int | None = None) -> tuple[AuditEntry, ...]:
        """Newest first."""
        statement = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if before_id is not None:
            statement = statement.where(audit.c.id < before_id)
        return tuple(_record(row) for row in await self._link.rows(statement))


def _digest(previous: str, at: datetime, names: tuple[str, str, str], detail: Mapping[str, Any]) -> str:
    """Over a canonical form: same content, same digest, on either database."""
    content = [previous, at.astimezone(UTC).isoformat(timespec="microseconds"), *names, detail]
    canonical = dumps(content, sort_keys=True, separators=(",", ":"), default=dict)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _record(row: Row[Any]) -> AuditEntry:
    return AuditEntry(**row._mapping)
