"""Chats on several channels that say they are one person's; the one with a proven number is asked."""

from datetime import datetime

from sqlalchemy import func, insert, select, update

from storage.channel_records import Joining, JoiningStatus
from storage.link import Link
from storage.tables import joinings


class Joinings:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def ask(self, asking_id: int, proving_id: int, at: datetime) -> int:
        statement = insert(joinings).values(asking_id=asking_id, proving_id=proving_id, asked_at=at)
        return int(await self._link.scalar(statement.returning(joinings.c.id)))

    async def get(self, joining_id: int) -> Joining | None:
        row = await self._link.row(select(joinings).where(joinings.c.id == joining_id))
        if row is None:
            return None
        return Joining(row.id, row.asking_id, row.proving_id, JoiningStatus(row.status), row.asked_at)

    async def settle(self, joining_id: int, status: JoiningStatus, at: datetime) -> bool:
        """False when it was settled before."""
        statement = (
            update(joinings)
            .where(joinings.c.id == joining_id, joinings.c.status == JoiningStatus.ASKED)
            .values(status=status, settled_at=at)
        )
        return await self._link.changed(statement) > 0

    async def asked_since(self, address_id: int, since: datetime) -> int:
        """How often this address asked, or was asked: neither may be pestered."""
        mine = (joinings.c.asking_id == address_id) | (joinings.c.proving_id == address_id)
        return int(await self._link.scalar(select(func.count()).where(mine, joinings.c.asked_at >= since)))
