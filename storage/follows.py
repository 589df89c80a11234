"""Chats that follow a dossier: whoever filed it, and whoever proved to hold it and asked for it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from storage.link import Link
from storage.records import Follower, FollowOrigin
from storage.tables import addresses, dossiers, follows

_AT_ONCE = 500  # codes a statement
_STANDING = follows.c.ended_at.is_(None)


class Follows:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def begin(self, code: str, address_id: int, origin: FollowOrigin, at: datetime) -> None:
        """Follow, or follow again; how it began stays."""
        statement = self._link.insert(follows).values(
            dossier_code=code, address_id=address_id, origin=origin, since=at
        )
        again = statement.on_conflict_do_update(
            index_elements=["dossier_code", "address_id"], set_={"ended_at": None}
        )
        await self._link.run(again)

    async def end(self, code: str, address_id: int, at: datetime) -> bool:
        """False where it was not followed."""
        mine = (follows.c.dossier_code == code) & (follows.c.address_id == address_id) & _STANDING
        return await self._link.changed(update(follows).where(mine).values(ended_at=at)) > 0

    async def origin(self, code: str, address_id: int) -> FollowOrigin | None:
        """How this chat came to follow it; None while it does not."""
        mine = (follows.c.dossier_code == code) & (follows.c.address_id == address_id) & _STANDING
        found = await self._link.scalar(select(follows.c.origin).where(mine))
        return FollowOrigin(found) if found else None

    async def of_address(self, address_id: int) -> tuple[str, ...]:
        """The codes it follows, newest first."""
        statement = select(follows.c.dossier_code).where(follows.c.address_id == address_id, _STANDING)
        return tuple(row[0] for row in await self._link.rows(statement.order_by(follows.c.id.desc())))

    async def followers(self, codes: Sequence[str]) -> Mapping[str, tuple[Follower, ...]]:
        """Who follows which of these, the earliest first; chats that switched notices off left out."""
        found: dict[str, tuple[Follower, ...]] = {}
        for start in range(0, len(codes), _AT_ONCE):
            statement = (
                select(follows.c.dossier_code, follows.c.address_id, follows.c.origin, addresses.c.citizen_id)
                .join_from(follows, addresses, addresses.c.id == follows.c.address_id)
                .where(
                    follows.c.dossier_code.in_(codes[start : start + _AT_ONCE]),
                    _STANDING,
                    addresses.c.notices_off_at.is_(None),
                )
                .order_by(follows.c.id)
            )
            for row in await self._link.rows(statement):
                follower = Follower(
                    row.dossier_code, row.address_id, row.citizen_id, FollowOrigin(row.origin)
                )
                found[row.dossier_code] = (*found.get(row.dossier_code, ()), follower)
        return found

    async def has_own(self, citizen_id: int, procedures: Collection[str], since: datetime) -> bool:
        """Whether somebody began since then to follow a dossier of their own of one of these procedures."""
        mine = (
            (addresses.c.citizen_id == citizen_id)
            & (follows.c.origin != FollowOrigin.HELPED)
            & (follows.c.since >= since)
            & dossiers.c.procedure_code.in_(procedures)
        )
        statement = (
            select(follows.c.id)
            .join_from(follows, addresses, addresses.c.id == follows.c.address_id)
            .join(dossiers, dossiers.c.code == follows.c.dossier_code)
        )
        return await self._link.scalar(statement.where(mine).limit(1)) is not None

    async def switch(self, address_id: int, off_at: datetime | None) -> None:
        """Notices of this chat off, or on again (None)."""
        await self._link.run(
            update(addresses).where(addresses.c.id == address_id).values(notices_off_at=off_at)
        )

    async def is_off(self, address_id: int) -> bool:
        off = (addresses.c.id == address_id) & addresses.c.notices_off_at.is_not(None)
        return bool(await self._link.scalar(select(func.count()).select_from(addresses).where(off)))
