"""The outbox: what is to be sent, in order for each address, until it is sent or has visibly failed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, literal, select, update

from storage import leases
from storage.link import Link
from storage.records import AddressKey, OutboxRow, OutboxStatus, Priority
from storage.tables import addresses, outbox

# Written out, not bound: SQLite uses a partial index only when it sees its condition.
_WAITING = outbox.c.status == literal("waiting", literal_execute=True)


class Outbox:
    """Departures. Sending itself happens outside any transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(
        self,
        address_id: int,
        payload: Mapping[str, Any],
        due_at: datetime,
        *,
        message_id: int | None = None,
        at: datetime | None = None,
        priority: Priority = Priority.ANSWER,
    ) -> int:
        """Queue it behind whatever of the same priority waits for the address. `at`: now, if not `due_at`."""
        channel = select(addresses.c.channel).where(addresses.c.id == address_id).scalar_subquery()
        statement = insert(outbox).values(
            address_id=address_id,
            message_id=message_id,
            channel=channel,
            payload=dict(payload),
            due_at=due_at,
            created_at=at or due_at,
            priority=priority,
        )
        return int(await self._link.scalar(statement.returning(outbox.c.id)))

    async def take_due(
        self,
        worker: str,
        now: datetime,
        lease_seconds: float,
        limit: int,
        *,
        channels: Sequence[str] | None = None,
        up_to: Priority = Priority.BROADCAST,
    ) -> tuple[OutboxRow, ...]:
        """Rows to send now, answers first: of each address only the first pending one, if it is due.

        `up_to`: nothing less urgent. Counts an attempt.
        """
        only = [outbox.c.priority <= up_to]
        if channels is not None:
            only.append(outbox.c.channel.in_(channels))
        taken = await leases.take(
            self._link,
            outbox,
            worker,
            now,
            seconds=lease_seconds,
            limit=limit,
            group=["address_id"],
            urgency="priority",
            only=only,
        )
        if not taken:
            return ()
        ids = [row.id for row in taken]
        return await self._records(
            _selection().where(outbox.c.id.in_(ids)).order_by(outbox.c.priority, outbox.c.id)
        )

    async def sent(
        self, row_id: int, at: datetime, reference: str | None = None, *, worker: str | None = None
    ) -> None:
        """Delivered; `reference` is the channel's own id for it."""
        await self._settle(
            row_id,
            worker,
            status=OutboxStatus.SENT,
            finished_at=at,
            reference=reference,
            reason=None,
            error=None,
        )

    async def later(self, row_id: int, due_at: datetime, error: str, *, worker: str | None = None) -> None:
        """Not now: due again at `due_at`; what waits behind it waits on."""
        await self._settle(row_id, worker, due_at=due_at, error=error)

    async def failed(
        self, row_id: int, at: datetime, reason: str, error: str | None, *, worker: str | None = None
    ) -> None:
        """Never: a named end that officers see."""
        await self._settle(
            row_id, worker, status=OutboxStatus.FAILED, finished_at=at, reason=reason, error=error
        )

    async def wait(self, row_id: int, error: str, *, worker: str | None = None) -> None:
        """The channel's window is closed: it goes out when they write again (`revive`)."""
        await self._settle(row_id, worker, status=OutboxStatus.WAITING, reason="window_closed", error=error)

    async def revive(self, address_id: int, now: datetime) -> int:
        """They wrote: what waited for it, or for its next try, is due now, before anything newer."""
        theirs = outbox.c.address_id == address_id
        put_off = theirs & leases.pending(outbox) & (outbox.c.due_at > now)
        tried = await self._link.changed(update(outbox).where(put_off).values(due_at=now))
        return tried + await self._link.changed(
            update(outbox)
            .where(theirs, _WAITING)
            .values(status=OutboxStatus.PENDING, due_at=now, created_at=now, attempts=0, reason=None)
        )

    async def waiting_rows(self, address_id: int) -> int:
        """How many wait until they write again."""
        statement = select(func.count()).where(outbox.c.address_id == address_id, _WAITING)
        return int(await self._link.scalar(statement))

    async def give_up_waiting(self, before: datetime, at: datetime) -> int:
        """They never wrote again: a named end."""
        return await self._link.changed(
            update(outbox)
            .where(_WAITING, outbox.c.created_at < before)
            .values(status=OutboxStatus.FAILED, finished_at=at)
        )

    async def seen(self, address_id: int, references: Sequence[str], at: datetime) -> None:
        """The channel says that these were read."""
        await self._link.run(
            update(outbox)
            .where(outbox.c.address_id == address_id, outbox.c.reference.in_(references))
            .values(seen_at=at)
        )

    async def is_ours(self, address_id: int, reference: str) -> bool:
        """Whether we sent what the channel calls so."""
        mine = (outbox.c.address_id == address_id) & (outbox.c.reference == reference)
        return bool(await self._link.scalar(select(func.count()).where(mine)))

    async def waiting_for(self, address_id: int) -> int:
        """How many rows have not been sent to this address yet."""
        theirs = outbox.c.address_id == address_id
        statement = select(func.count()).where(theirs, leases.pending(outbox))
        return int(await self._link.scalar(statement))

    async def due_rows(self, channel: str, now: datetime, most: int) -> int:
        """How many rows of a channel are to go out now, counted up to `most`."""
        due = select(outbox.c.id).where(
            leases.pending(outbox), outbox.c.channel == channel, outbox.c.due_at <= now
        )
        return int(await self._link.scalar(select(func.count()).select_from(due.limit(most).subquery())))

    async def failures(self, limit: int) -> tuple[OutboxRow, ...]:
        """The newest first."""
        failed = leases.ended(outbox) & (outbox.c.status == OutboxStatus.FAILED)
        return await self._records(_selection().where(failed).order_by(outbox.c.id.desc()).limit(limit))

    async def get(self, row_id: int) -> OutboxRow | None:
        found = await self._records(_selection().where(outbox.c.id == row_id))
        return found[0] if found else None

    async def redo(self, row_id: int, at: datetime) -> None:
        """Try a failed row once more."""
        await self._link.run(
            update(outbox)
            .where(outbox.c.id == row_id, outbox.c.status == OutboxStatus.FAILED)
            .values(
                status=OutboxStatus.PENDING,
                due_at=at,
                created_at=at,  # a row tried anew gets a new day until it is given up
                attempts=0,
                finished_at=None,
                reason=None,
            )
        )

    async def counts(self) -> dict[str, int]:
        """How many rows of each status; every status is named."""
        return {status.value: 0 for status in OutboxStatus} | await leases.counts(self._link, outbox)

    async def purge(self, before: datetime) -> int:
        """Empty the payload of what ended before: the message itself stays with its conversation."""
        ended = leases.ended(outbox) & ~_WAITING & (outbox.c.created_at < before)
        return await self._link.changed(
            update(outbox).where(ended, outbox.c.payload != {}).values(payload={})
        )

    async def forget_leases(self) -> None:
        await leases.forget(self._link, outbox)

    async def _settle(self, row_id: int, worker: str | None, **values: Any) -> None:
        await leases.settle(self._link, outbox, row_id, worker, **values)

    async def _records(self, statement: Select[Any]) -> tuple[OutboxRow, ...]:
        return tuple(_record(row) for row in await self._link.rows(statement))


def _selection() -> Select[Any]:
    return select(outbox, addresses.c.account, addresses.c.user_id).join_from(outbox, addresses)


def _record(row: Row[Any]) -> OutboxRow:
    return OutboxRow(
        id=row.id,
        key=AddressKey(row.channel, row.account, row.user_id),
        address_id=row.address_id,
        message_id=row.message_id,
        payload=row.payload,
        status=OutboxStatus(row.status),
        attempts=row.attempts,
        due_at=row.due_at,
        created_at=row.created_at,
        reason=row.reason,
        error=row.error,
        priority=Priority(row.priority),
    )
