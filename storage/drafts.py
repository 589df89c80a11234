"""What an officer has begun to write on a ticket, kept until it is sent."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select

from storage.link import Link
from storage.tables import drafts


class Drafts:
    """One for each ticket, officer and kind (text, note, advice)."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def save(self, ticket_id: int, officer_id: int, kind: str, text: str, at: datetime) -> None:
        """Instead of what was kept; an empty one is no draft."""
        if not text.strip():
            await self.drop(ticket_id, officer_id, kind)
            return
        fresh = {"text": text, "saved_at": at}
        statement = self._link.insert(drafts).values(
            ticket_id=ticket_id, officer_id=officer_id, kind=kind, **fresh
        )
        await self._link.run(
            statement.on_conflict_do_update(index_elements=["ticket_id", "officer_id", "kind"], set_=fresh)
        )

    async def of(self, ticket_id: int, officer_id: int) -> Mapping[str, str]:
        """By kind. Nobody else's."""
        mine = (drafts.c.ticket_id == ticket_id) & (drafts.c.officer_id == officer_id)
        rows = await self._link.rows(select(drafts.c.kind, drafts.c.text).where(mine))
        return {row.kind: row.text for row in rows}

    async def drop(self, ticket_id: int, officer_id: int, kind: str) -> None:
        mine = (drafts.c.ticket_id == ticket_id) & (drafts.c.officer_id == officer_id)
        await self._link.run(delete(drafts).where(mine, drafts.c.kind == kind))

    async def purge(self, before: datetime) -> int:
        return await self._link.changed(delete(drafts).where(drafts.c.saved_at < before))
