"""Logins. The browser holds a 256-bit token; here is only its SHA-256."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from storage.errors import NotFoundError
from storage.link import Link
from storage.officers import officer_selection, records
from storage.records import Officer, Session
from storage.tables import officers, sessions

IDLE = timedelta(minutes=30)  # OWASP ASVS 5.0, 7.3.1
ABSOLUTE = timedelta(hours=12)  # 7.3.2


class Sessions:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def open(
        self,
        officer_id: int,
        token_digest: str,
        csrf: str,
        at: datetime,
        expires_at: datetime,
        agent: str | None,
    ) -> Session:
        """Never lasts longer than `ABSOLUTE`, whatever `expires_at` says."""
        session_id = await self._link.scalar(
            insert(sessions)
            .values(
                officer_id=officer_id,
                token_digest=token_digest,
                csrf=csrf,
                created_at=at,
                seen_at=at,
                expires_at=min(expires_at, at + ABSOLUTE),
                agent=agent,
            )
            .returning(sessions.c.id)
        )
        row = await self._link.row(select(sessions).where(sessions.c.id == session_id))
        assert row is not None
        return _record(row, await self._officer(officer_id))

    async def find(self, token_digest: str, now: datetime) -> Session | None:
        """A session that still counts: not idle for longer than `IDLE`, not expired, its officer active."""
        row = await self._link.row(
            select(sessions)
            .join(officers, officers.c.id == sessions.c.officer_id)
            .where(sessions.c.token_digest == token_digest, *_alive(now), officers.c.active)
        )
        return None if row is None else _record(row, await self._officer(row.officer_id))

    async def alive(self, token_digests: Collection[str], now: datetime) -> Mapping[str, datetime]:
        """Those of the sessions that `find` would find, and when each was last seen."""
        statement = (
            select(sessions.c.token_digest, sessions.c.seen_at)
            .join(officers, officers.c.id == sessions.c.officer_id)
            .where(sessions.c.token_digest.in_(token_digests), *_alive(now), officers.c.active)
        )
        return {row.token_digest: row.seen_at for row in await self._link.rows(statement)}

    async def seen(self, session_id: int, at: datetime) -> None:
        """The officer did something; waiting pages that refresh themselves do not count."""
        await self._link.run(update(sessions).where(sessions.c.id == session_id).values(seen_at=at))

    async def prove(self, session_id: int) -> None:
        """The second factor was given: every page opens."""
        await self._link.run(update(sessions).where(sessions.c.id == session_id).values(proved=True))

    async def end(self, token_digest: str) -> None:
        await self._link.run(delete(sessions).where(sessions.c.token_digest == token_digest))

    async def end_of(self, officer_id: int, session_id: int) -> bool:
        """End one session, if it is that officer's; True if it was there."""
        theirs = (sessions.c.id == session_id) & (sessions.c.officer_id == officer_id)
        return await self._link.changed(delete(sessions).where(theirs)) > 0

    async def end_all(self, officer_id: int) -> int:
        return await self._link.changed(delete(sessions).where(sessions.c.officer_id == officer_id))

    async def of_officer(self, officer_id: int) -> tuple[Session, ...]:
        """The newest first; expired ones too, until they are purged."""
        officer = await self._officer(officer_id)
        statement = select(sessions).where(sessions.c.officer_id == officer_id).order_by(sessions.c.id.desc())
        return tuple(_record(row, officer) for row in await self._link.rows(statement))

    async def purge(self, now: datetime) -> int:
        """Forget those that no longer count."""
        dead = (sessions.c.expires_at <= now) | (sessions.c.seen_at < now - IDLE)
        return await self._link.changed(delete(sessions).where(dead))

    async def _officer(self, officer_id: int) -> Officer:
        found = records(await self._link.rows(officer_selection().where(officers.c.id == officer_id)))
        if not found:
            raise NotFoundError(f"officer {officer_id}")
        return found[0]


def _alive(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        sessions.c.expires_at > now,
        sessions.c.created_at > now - ABSOLUTE,
        sessions.c.seen_at >= now - IDLE,
    )


def _record(row: Row[Any], officer: Officer) -> Session:
    return Session(
        row.id, officer, row.created_at, row.seen_at, row.expires_at, row.csrf, row.agent, row.proved
    )
