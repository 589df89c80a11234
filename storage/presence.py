"""Who is looking at a ticket right now."""

from datetime import datetime

from sqlalchemy import delete, select

from storage.link import Link
from storage.tables import officers, presence


class Presence:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def look(self, ticket_id: int, officer_id: int, at: datetime) -> None:
        values = {"ticket_id": ticket_id, "officer_id": officer_id, "seen_at": at}
        statement = self._link.insert(presence).values(**values)
        await self._link.run(
            statement.on_conflict_do_update(index_elements=["ticket_id", "officer_id"], set_={"seen_at": at})
        )

    async def seen_at(self, ticket_id: int, officer_id: int) -> datetime | None:
        theirs = (presence.c.ticket_id == ticket_id) & (presence.c.officer_id == officer_id)
        found: datetime | None = await self._link.scalar(select(presence.c.seen_at).where(theirs))
        return found

    async def others(self, ticket_id: int, officer_id: int, since: datetime) -> tuple[str, ...]:
        """The names of the other officers who have looked since then."""
        theirs = (presence.c.ticket_id == ticket_id) & (presence.c.officer_id != officer_id)
        statement = (
            select(officers.c.name)
            .join_from(presence, officers)
            .where(theirs, presence.c.seen_at >= since)
            .order_by(officers.c.name)
        )
        return tuple(row.name for row in await self._link.rows(statement))

    async def purge(self, before: datetime) -> int:
        return await self._link.changed(delete(presence).where(presence.c.seen_at < before))
