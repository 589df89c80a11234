"""The inbox: updates as they came, each once, taken in order within an address."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update

from storage import leases
from storage.link import Link
from storage.records import InboxEntry, InboxRow, InboxStatus
from storage.tables import inbox

_ADDRESS = ("channel", "account", "user_id")


class Inbox:
    """Arrivals. A row is pending, done, or dead (it kept failing; an admin sees it)."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def put(self, entries: Sequence[InboxEntry], at: datetime) -> tuple[bool, ...]:
        """Keep them; True for each that is new. An update that came before is not kept again."""
        fresh = await self._put(entries, at) if entries else set()
        told = []
        for entry in entries:
            key = (entry.channel, entry.account, entry.event_id)
            told.append(key in fresh)
            fresh.discard(key)
        return tuple(told)

    async def _put(self, entries: Sequence[InboxEntry], at: datetime) -> set[tuple[str, str, str]]:
        values = [
            {
                "channel": entry.channel,
                "account": entry.account,
                "user_id": entry.user_id,
                "event_id": entry.event_id,
                "payload": dict(entry.payload),
                "received_at": at,
                "due_at": at,
            }
            for entry in entries
        ]
        statement = (
            self._link.insert(inbox)
            .on_conflict_do_nothing(index_elements=["channel", "account", "event_id"])
            .returning(inbox.c.channel, inbox.c.account, inbox.c.event_id)
        )
        return {(row.channel, row.account, row.event_id) for row in await self._link.rows(statement, values)}

    async def take(
        self, worker: str, now: datetime, lease_seconds: float, limit: int
    ) -> tuple[InboxRow, ...]:
        """Due rows, at most one of each address: its oldest pending one. Counts an attempt."""
        rows = await leases.take(
            self._link, inbox, worker, now, seconds=lease_seconds, limit=limit, group=_ADDRESS
        )
        return tuple(_record(row) for row in sorted(rows, key=lambda row: row.id))

    async def done(self, row_id: int, at: datetime | None = None, *, worker: str | None = None) -> None:
        """Handled. With `worker`, `StaleStateError` when the lease has passed to another."""
        await self._settle(row_id, worker, status=InboxStatus.DONE, finished_at=at, error=None)

    async def retry(self, row_id: int, due_at: datetime, error: str, *, worker: str | None = None) -> None:
        """Again at `due_at`; until then the later rows of the same address wait too."""
        await self._settle(row_id, worker, due_at=due_at, error=error)

    async def bury(self, row_id: int, error: str, at: datetime, *, worker: str | None = None) -> None:
        """Give up on it, visibly; its neighbours go on."""
        await self._settle(row_id, worker, status=InboxStatus.DEAD, error=error, finished_at=at)

    async def dead(self, limit: int) -> tuple[InboxRow, ...]:
        """The newest first."""
        kept = inbox.c.payload != {}  # what retention has emptied nobody can read or try again
        statement = select(inbox).where(leases.ended(inbox), inbox.c.status == InboxStatus.DEAD, kept)
        rows = await self._link.rows(statement.order_by(inbox.c.id.desc()).limit(limit))
        return tuple(_record(row) for row in rows)

    async def revive(self, row_id: int, at: datetime) -> bool:
        """Try a dead row again, as if it had just come; False where there is none of that number, or no more."""
        revived = await self._link.changed(
            update(inbox)
            .where(inbox.c.id == row_id, inbox.c.status == InboxStatus.DEAD, inbox.c.payload != {})
            .values(status=InboxStatus.PENDING, due_at=at, attempts=0, finished_at=None)
        )
        return revived > 0

    async def last_received(self, channel: str, account: str) -> datetime | None:
        """When the newest update of this account came."""
        theirs = (inbox.c.channel == channel) & (inbox.c.account == account)
        newest = select(inbox.c.received_at).where(theirs).order_by(inbox.c.id.desc()).limit(1)
        row = await self._link.row(newest)
        return row.received_at if row else None

    async def counts(self) -> dict[str, int]:
        """How many rows of each status; every status is named."""
        return {status.value: 0 for status in InboxStatus} | await leases.counts(self._link, inbox)

    async def oldest_pending(self) -> datetime | None:
        """When the longest waiting row came: how far behind we are."""
        moment: datetime | None = await self._link.scalar(
            select(func.min(inbox.c.received_at)).where(leases.pending(inbox))
        )
        return moment

    async def purge(self, before: datetime) -> int:
        """Empty the payload of what came before, handled or given up; the row stays, or it could come again."""
        ended = leases.ended(inbox) & (inbox.c.received_at < before)
        return await self._link.changed(
            update(inbox).where(ended, inbox.c.payload != {}).values(payload={}, error=None)
        )

    async def forget_leases(self) -> None:
        await leases.forget(self._link, inbox)

    async def _settle(self, row_id: int, worker: str | None, **values: Any) -> None:
        await leases.settle(self._link, inbox, row_id, worker, **values)


def _record(row: Row[Any]) -> InboxRow:
    return InboxRow(
        id=row.id,
        entry=InboxEntry(row.channel, row.account, row.user_id, row.event_id, row.payload),
        received_at=row.received_at,
        status=InboxStatus(row.status),
        attempts=row.attempts,
        error=row.error,
        due_at=row.due_at,
    )
