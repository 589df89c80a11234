"""Files that citizens sent: what is still to be fetched from a channel, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from storage import leases
from storage.channel_records import ReceivedFile, ReceivedStatus
from storage.link import Link
from storage.records import AddressKey
from storage.tables import addresses, files, messages, received_files


class ReceivedFiles:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(
        self,
        *,
        message_id: int,
        address_id: int,
        channel: str,
        kind: str,
        reference: str,
        name: str | None,
        media_type: str | None,
        at: datetime,
    ) -> int:
        statement = insert(received_files).values(
            message_id=message_id,
            address_id=address_id,
            channel=channel,
            kind=kind,
            reference=reference,
            name=name,
            media_type=media_type,
            due_at=at,
            created_at=at,
        )
        return int(await self._link.scalar(statement.returning(received_files.c.id)))

    async def take_due(
        self, worker: str, now: datetime, lease_seconds: float, limit: int, *, channels: Sequence[str]
    ) -> tuple[ReceivedFile, ...]:
        """What to fetch now. Counts an attempt."""
        waiting = [leases.pending(received_files), received_files.c.channel.in_(channels)]
        taken = await leases.take(
            self._link, received_files, worker, now, seconds=lease_seconds, limit=limit, only=waiting
        )
        if not taken:
            return ()
        return await self._records(_selection().where(received_files.c.id.in_([row.id for row in taken])))

    async def done(self, row_id: int, at: datetime, file_id: int, *, worker: str | None = None) -> None:
        await self._settle(row_id, worker, status=ReceivedStatus.DONE, finished_at=at, file_id=file_id)

    async def later(self, row_id: int, due_at: datetime, error: str, *, worker: str | None = None) -> None:
        await self._settle(row_id, worker, due_at=due_at, error=error)

    async def failed(
        self, row_id: int, at: datetime, reason: str, error: str | None, *, worker: str | None = None
    ) -> None:
        """Never: a named end that officers see."""
        await self._settle(
            row_id, worker, status=ReceivedStatus.FAILED, finished_at=at, reason=reason, error=error
        )

    async def of_conversation(self, conversation_id: int) -> tuple[ReceivedFile, ...]:
        """Oldest first."""
        theirs = messages.c.conversation_id == conversation_id
        return await self._records(_selection().where(theirs).order_by(received_files.c.id))

    async def get(self, row_id: int) -> ReceivedFile | None:
        found = await self._records(_selection().where(received_files.c.id == row_id))
        return found[0] if found else None

    async def keep_with_ticket(self, address_id: int, ticket_id: int, since: datetime) -> None:
        """What came a moment before the question belongs to the ticket: it is not thrown away."""
        mine = (received_files.c.address_id == address_id) & (received_files.c.created_at >= since)
        sent = select(received_files.c.message_id).where(mine)
        await self._link.run(
            update(messages)
            .where(messages.c.id.in_(sent), messages.c.ticket_id.is_(None))
            .values(ticket_id=ticket_id)
        )
        kept = select(received_files.c.file_id).where(mine, received_files.c.file_id.is_not(None))
        await self._link.run(update(files).where(files.c.id.in_(kept)).values(keep_until=None))

    async def forget_leases(self) -> None:
        await leases.forget(self._link, received_files)

    async def _settle(self, row_id: int, worker: str | None, **values: Any) -> None:
        await leases.settle(self._link, received_files, row_id, worker, **values)

    async def _records(self, statement: Select[Any]) -> tuple[ReceivedFile, ...]:
        return tuple(_record(row) for row in await self._link.rows(statement))


def _selection() -> Select[Any]:
    return (
        select(received_files, addresses.c.account, addresses.c.user_id, messages.c.ticket_id)
        .join_from(received_files, addresses, addresses.c.id == received_files.c.address_id)
        .join(messages, messages.c.id == received_files.c.message_id)
    )


def _record(row: Row[Any]) -> ReceivedFile:
    return ReceivedFile(
        id=row.id,
        message_id=row.message_id,
        address_id=row.address_id,
        key=AddressKey(row.channel, row.account, row.user_id),
        kind=row.kind,
        reference=row.reference,
        name=row.name,
        media_type=row.media_type,
        status=ReceivedStatus(row.status),
        attempts=row.attempts,
        created_at=row.created_at,
        file_id=row.file_id,
        reason=row.reason,
        ticket_id=row.ticket_id,
    )
