"""What was uploaded to a channel's account: sent again by its reference until that expires."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from storage.link import Link
from storage.tables import uploads


class Uploads:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def find(self, channel: str, account: str, digest: str, kind: str, now: datetime) -> str | None:
        """The channel's reference for these bytes, while it is good."""
        found = await self._link.scalar(
            select(uploads.c.reference)
            .where(_of(channel, account), uploads.c.digest == digest, uploads.c.kind == kind)
            .where(uploads.c.expires_at > now)
        )
        return None if found is None else str(found)

    async def keep(
        self, channel: str, account: str, digest: str, kind: str, reference: str, expires_at: datetime
    ) -> None:
        fresh = {"reference": reference, "expires_at": expires_at}
        names = {"channel": channel, "account": account, "digest": digest, "kind": kind}
        statement = self._link.insert(uploads).values(**names, **fresh)
        await self._link.run(statement.on_conflict_do_update(index_elements=list(names), set_=fresh))

    async def forget(self, channel: str, account: str, reference: str) -> None:
        """The channel does not know it any more."""
        await self._link.run(delete(uploads).where(_of(channel, account), uploads.c.reference == reference))

    async def purge(self, now: datetime) -> None:
        await self._link.run(delete(uploads).where(uploads.c.expires_at <= now))


def _of(channel: str, account: str) -> ColumnElement[bool]:
    return (uploads.c.channel == channel) & (uploads.c.account == account)
