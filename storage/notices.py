"""What is to be told about dossiers: written with the change, said once, in its time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, literal, select, update

from storage.link import Link
from storage.records import Follower, FollowOrigin, Notice, NoticeStatus
from storage.tables import addresses, dossiers, follows, notices

# Written out, not bound: SQLite uses a partial index only when it sees its condition.
_PENDING = notices.c.status == literal("pending", literal_execute=True)
_AT_ONCE = 500  # rows a statement


@dataclass(frozen=True)
class NewNotice:
    dossier_code: str
    address_id: int
    kind: str
    occasion: str = ""


class Notices:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(
        self, items: Sequence[NewNotice], at: datetime, *, status: NoticeStatus = NoticeStatus.PENDING
    ) -> None:
        """To be said, or (`status`) known to have been said.

        What waits or was said is left alone. What was dropped, as it was not true any more, is true again.
        """
        for start in range(0, len(items), _AT_ONCE):
            rows = [
                {
                    "dossier_code": each.dossier_code,
                    "address_id": each.address_id,
                    "kind": each.kind,
                    "occasion": each.occasion,
                    "status": status,
                    "made_at": at,
                    "settled_at": None if status is NoticeStatus.PENDING else at,
                }
                for each in items[start : start + _AT_ONCE]
            ]
            statement = self._link.insert(notices).values(rows)
            taken = statement.excluded
            await self._link.run(
                statement.on_conflict_do_update(
                    index_elements=["dossier_code", "address_id", "kind", "occasion"],
                    set_={name: taken[name] for name in ("status", "made_at", "settled_at")},
                    where=notices.c.status == NoticeStatus.DROPPED,
                )
            )

    async def any_pending(self, channels: Collection[str]) -> bool:
        waiting = (
            select(notices.c.id)
            .join_from(notices, addresses, addresses.c.id == notices.c.address_id)
            .where(_PENDING, addresses.c.channel.in_(channels))
        )
        return await self._link.row(waiting.limit(1)) is not None

    async def pending(self, channels: Collection[str], limit: int) -> tuple[Notice, ...]:
        """The oldest on these channels; on PostgreSQL each row goes to one process."""
        statement = (
            select(notices)
            .join_from(notices, addresses, addresses.c.id == notices.c.address_id)
            .where(_PENDING, addresses.c.channel.in_(channels))
            .order_by(notices.c.id)
            .limit(limit)
        )
        if self._link.on_postgres:
            statement = statement.with_for_update(skip_locked=True, of=notices)
        return tuple(
            Notice(row.id, row.dossier_code, row.address_id, row.kind, row.occasion, row.made_at)
            for row in await self._link.rows(statement)
        )

    async def settle(self, notice_id: int, status: NoticeStatus, at: datetime) -> None:
        await self._link.run(
            update(notices).where(notices.c.id == notice_id).values(status=status, settled_at=at)
        )

    async def drop_all(self, address_id: int, at: datetime) -> int:
        """Nothing that waits is said there any more."""
        return await self._link.changed(
            update(notices)
            .where(notices.c.address_id == address_id, _PENDING)
            .values(status=NoticeStatus.DROPPED, settled_at=at)
        )

    async def was_said(self, code: str, address_id: int, kinds: Collection[str]) -> bool:
        told = (
            (notices.c.dossier_code == code)
            & (notices.c.address_id == address_id)
            & notices.c.kind.in_(kinds)
            & (notices.c.status == NoticeStatus.SAID)
        )
        return bool(await self._link.scalar(select(func.count()).where(told)))

    async def told_citizen(
        self, citizen_id: int, kind: str, code: str, procedures: Collection[str], since: datetime
    ) -> bool:
        """Whether somebody was told something of this kind, in any of their chats: of this dossier ever, or of
        one of these procedures `since` then."""
        mine = select(addresses.c.id).where(addresses.c.citizen_id == citizen_id)
        such = select(dossiers.c.code).where(dossiers.c.procedure_code.in_(procedures))
        recently = (notices.c.settled_at >= since) & notices.c.dossier_code.in_(such)
        told = (
            notices.c.address_id.in_(mine)
            & (notices.c.kind == kind)
            & (notices.c.status == NoticeStatus.SAID)
            & ((notices.c.dossier_code == code) | recently)
        )
        return bool(await self._link.scalar(select(func.count()).where(told)))

    async def overdue(
        self, kind: str, stages: Collection[int], now: datetime, limit: int
    ) -> tuple[tuple[Follower, datetime], ...]:
        """Who follows a dossier in one of these stages that is past due and has no notice of this kind made
        since it was due and not dropped, with the due time."""
        made = exists().where(
            notices.c.dossier_code == follows.c.dossier_code,
            notices.c.address_id == follows.c.address_id,
            notices.c.kind == kind,
            notices.c.made_at > dossiers.c.due_at,
            notices.c.status != NoticeStatus.DROPPED,
        )
        statement = (
            select(
                follows.c.dossier_code,
                follows.c.address_id,
                follows.c.origin,
                addresses.c.citizen_id,
                dossiers.c.due_at,
            )
            .join_from(follows, dossiers, dossiers.c.code == follows.c.dossier_code)
            .join(addresses, addresses.c.id == follows.c.address_id)
            .where(
                follows.c.ended_at.is_(None),
                addresses.c.notices_off_at.is_(None),
                dossiers.c.stage.in_(stages),
                dossiers.c.due_at < now,
                ~made,
            )
            .order_by(follows.c.id)
            .limit(limit)
        )
        return tuple(
            (
                Follower(row.dossier_code, row.address_id, row.citizen_id, FollowOrigin(row.origin)),
                row.due_at,
            )
            for row in await self._link.rows(statement)
        )
