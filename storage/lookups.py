"""Look-ups of dossiers, counted so that the caps on guessing hold across restarts and processes.

Codes are kept as keyed digests, made by the caller.
"""

from datetime import datetime

from sqlalchemy import delete, distinct, func, insert, select

from storage.link import Link
from storage.records import LookupKind
from storage.tables import lookups


class Lookups:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def record(
        self, kind: LookupKind, *, actor: str, code_digest: str, at: datetime, ip: str | None = None
    ) -> None:
        """`ip`: the network a chat without an account came from."""
        values = {"kind": kind, "actor": actor, "code_digest": code_digest, "at": at, "ip": ip}
        await self._link.run(insert(lookups).values(**values))

    async def count_actor(self, actor: str, kind: LookupKind, since: datetime) -> int:
        theirs = (lookups.c.actor == actor) & (lookups.c.kind == kind) & (lookups.c.at >= since)
        return int(await self._link.scalar(select(func.count()).where(theirs)))

    async def count_network(self, ip: str, kind: LookupKind, since: datetime) -> int:
        theirs = (lookups.c.ip == ip) & (lookups.c.kind == kind) & (lookups.c.at >= since)
        return int(await self._link.scalar(select(func.count()).where(theirs)))

    async def distinct_codes_of_network(self, ip: str, since: datetime) -> int:
        theirs = (lookups.c.ip == ip) & (lookups.c.kind == LookupKind.CODE) & (lookups.c.at >= since)
        return int(await self._link.scalar(select(func.count(distinct(lookups.c.code_digest))).where(theirs)))

    async def distinct_codes(self, actor: str, since: datetime) -> int:
        """How many different codes this actor asked for."""
        theirs = (lookups.c.actor == actor) & (lookups.c.kind == LookupKind.CODE) & (lookups.c.at >= since)
        return int(await self._link.scalar(select(func.count(distinct(lookups.c.code_digest))).where(theirs)))

    async def asked_before(self, actor: str, code_digest: str, since: datetime) -> bool:
        """Whether this actor asked for this code since then: following one's own dossier counts once."""
        theirs = (lookups.c.actor == actor) & (lookups.c.kind == LookupKind.CODE) & (lookups.c.at >= since)
        about = select(func.count()).where(theirs, lookups.c.code_digest == code_digest)
        return int(await self._link.scalar(about)) > 0

    async def count_code(self, code_digest: str, kind: LookupKind, since: datetime) -> int:
        """Over all actors: guessing from many accounts counts as one."""
        about = (lookups.c.code_digest == code_digest) & (lookups.c.kind == kind) & (lookups.c.at >= since)
        return int(await self._link.scalar(select(func.count()).where(about)))

    async def proved(self, actor: str, since: datetime) -> dict[str, datetime]:
        """The dossiers (their digests) for which this actor gave the right digits, and when last."""
        theirs = (lookups.c.actor == actor) & (lookups.c.kind == LookupKind.PROVED) & (lookups.c.at >= since)
        rows = await self._link.rows(
            select(lookups.c.code_digest, lookups.c.at).where(theirs).order_by(lookups.c.at)
        )
        return {row.code_digest: row.at for row in rows}

    async def purge(self, before: datetime) -> int:
        return await self._link.changed(delete(lookups).where(lookups.c.at < before))
