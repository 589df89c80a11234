"""What the console said to a form, for whoever sends the same form again: to this process, or to another one.

A press is known by a digest, and its answer is sealed by whoever writes it here: nobody can read it out of a copy.
"""

from datetime import datetime

from sqlalchemy import delete, select

from storage.link import Link
from storage.records import Pressed
from storage.tables import presses


class Presses:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def begin(self, press: str, at: datetime) -> bool:
        """True for the first of its kind; False when it was answered before, or somebody is at it now."""
        statement = self._link.insert(presses).values(press=press, at=at).on_conflict_do_nothing()
        return await self._link.scalar(statement.returning(presses.c.press)) is not None

    async def get(self, press: str) -> Pressed | None:
        row = await self._link.row(select(presses.c.at, presses.c.answer).where(presses.c.press == press))
        return Pressed(row.at, row.answer) if row else None

    async def answered(self, press: str, answer: str, at: datetime) -> None:
        kept = {"answer": answer, "at": at}
        statement = self._link.insert(presses).values(press=press, **kept)
        await self._link.run(statement.on_conflict_do_update(index_elements=["press"], set_=kept))

    async def forget(self, press: str) -> None:
        """It came to nothing: what was answered before stays known."""
        unanswered = presses.c.answer.is_(None)
        await self._link.run(delete(presses).where(presses.c.press == press, unanswered))

    async def purge(self, before: datetime) -> int:
        return await self._link.changed(delete(presses).where(presses.c.at < before))
