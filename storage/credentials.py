"""Access and refresh tokens of a channel's account: one copy for all processes, renewed by one at a time.

A refresh token works once. Whoever wants to use it reserves it first, and keeps the new pair before anybody
uses it. The network is asked between the two, outside any transaction.
"""

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select, update

from storage.leases import clock, until
from storage.link import Link
from storage.records import Credential
from storage.tables import credentials


class Credentials:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def get(self, channel: str, account: str) -> Credential | None:
        row = await self._link.row(select(credentials).where(_of(channel, account)))
        return _record(row) if row else None

    async def give(self, channel: str, account: str, refresh_token: str, at: datetime) -> bool:
        """Start from a refresh token that a person obtained. True the first time it is given, ever.

        A process that restarts with the settings of last month must not put a used token in place of today's.
        """
        await self._link.run(
            self._link.insert(credentials)
            .values(channel=channel, account=account, obtained_at=at)
            .on_conflict_do_nothing()
        )
        row = await self._link.row(select(credentials).where(_of(channel, account)).with_for_update())
        assert row is not None
        digest = sha256(refresh_token.encode()).hexdigest()[:32]
        if digest in row.given:
            return False
        await self._change(
            channel,
            account,
            row.version,
            refresh_token=refresh_token,
            access_token=None,
            access_expires_at=None,
            obtained_at=at,
            given={**row.given, digest: at.isoformat()},
        )
        return True

    async def reserve(
        self, channel: str, account: str, version: int, worker: str, now: datetime, seconds: float
    ) -> bool:
        """The right to renew this version, for `seconds`; False while somebody else has it or has used it."""
        lease = credentials.c.leased_until
        statement = (
            update(credentials)
            .where(
                _of(channel, account),
                credentials.c.version == version,
                or_(lease.is_(None), lease < clock(self._link, now)),
            )
            .values(leased_by=worker, leased_until=until(self._link, now, seconds))
        )
        return await self._link.changed(statement) > 0

    async def keep(
        self,
        channel: str,
        account: str,
        version: int,
        *,
        access_token: str,
        refresh_token: str,
        expires_at: datetime,
        at: datetime,
    ) -> bool:
        """The pair that came of renewing `version`. False when a newer one is there already."""
        return await self._change(
            channel,
            account,
            version,
            access_token=access_token,
            refresh_token=refresh_token,
            access_expires_at=expires_at,
            obtained_at=at,
        )

    async def release(self, channel: str, account: str, worker: str) -> None:
        """Nothing came of it: the next one may try at once."""
        await self._link.run(
            update(credentials)
            .where(_of(channel, account), credentials.c.leased_by == worker)
            .values(leased_by=None, leased_until=None)
        )

    async def suspend(
        self, channel: str, account: str, version: int, problem: str, now: datetime, seconds: float
    ) -> None:
        """A person has to mend something, `problem` says what; nobody tries to renew for `seconds`."""
        await self._link.run(
            update(credentials)
            .where(_of(channel, account), credentials.c.version == version)
            .values(problem=problem, leased_by=problem, leased_until=until(self._link, now, seconds))
        )

    async def _change(self, channel: str, account: str, version: int, **values: Any) -> bool:
        changed = await self._link.changed(
            update(credentials)
            .where(_of(channel, account), credentials.c.version == version)
            .values(version=version + 1, problem=None, leased_by=None, leased_until=None, **values)
        )
        return changed > 0


def _of(channel: str, account: str) -> ColumnElement[bool]:
    return (credentials.c.channel == channel) & (credentials.c.account == account)


def _record(row: Row[Any]) -> Credential:
    return Credential(
        channel=row.channel,
        account=row.account,
        access_token=row.access_token,
        access_expires_at=row.access_expires_at,
        refresh_token=row.refresh_token,
        obtained_at=row.obtained_at,
        version=row.version,
        problem=row.problem,
    )
