"""What happens only once, whoever presses twice: a form's key is kept with what it caused, in one commit."""

from datetime import datetime

from sqlalchemy import delete, select

from storage.link import Link
from storage.tables import done_once


class DoneOnce:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def first(self, name: str, at: datetime) -> bool:
        """True the first time a name is seen, False ever after."""
        statement = self._link.insert(done_once).values(name=name, at=at).on_conflict_do_nothing()
        # The row itself, not a count: of an INSERT PostgreSQL's driver counts no rows.
        return await self._link.scalar(statement.returning(done_once.c.name)) is not None

    async def known(self, name: str) -> bool:
        """Whether it was done already."""
        return await self._link.scalar(select(done_once.c.name).where(done_once.c.name == name)) is not None

    async def since(self, head: str, moment: datetime) -> bool:
        """Whether something whose name begins so was done at `moment` or later."""
        found = select(done_once.c.name).where(
            done_once.c.at >= moment, done_once.c.name.startswith(head, autoescape=True)
        )
        return await self._link.scalar(found.limit(1)) is not None

    async def purge(self, before: datetime) -> int:
        return await self._link.changed(delete(done_once).where(done_once.c.at < before))
