"""Places in the line of a platform that takes only so much a second, given out to all processes alike.

A subject (a channel's account, or one chat of it) has one number: the moment until which its places are taken.
On PostgreSQL moments are the database's; on SQLite only one process sends, and they are of its own clock.
"""

from sqlalchemy import ColumnElement, Double, case, delete, extract, func, literal

from storage.link import Link
from storage.tables import paces

FORGOTTEN_AFTER = 3600.0  # seconds: by then a subject has no place taken
LONGEST = 900.0  # seconds; nobody takes places further ahead: then a clock was set back


class Paces:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def place(self, subject: str, interval: float, now: float, *, burst: int = 1) -> float:
        """Take the next place; returns the seconds to wait for it. `interval`: seconds between two places,
        of which `burst` may be taken at once. `now`: seconds."""
        moment = self._moment(now)
        statement = self._link.insert(paces).values(subject=subject, taken_until=moment + interval)
        taken = self._later(paces.c.taken_until, moment) + interval
        statement = statement.on_conflict_do_update(index_elements=["subject"], set_={"taken_until": taken})
        ahead = float(await self._link.scalar(statement.returning(paces.c.taken_until - moment)))
        return max(0.0, ahead - burst * interval)

    async def hold(self, subject: str, seconds: float, now: float) -> None:
        """Give out no place before so many seconds have passed."""
        until = self._moment(now) + seconds
        statement = self._link.insert(paces).values(subject=subject, taken_until=until)
        taken = self._later(paces.c.taken_until, until)
        await self._link.run(
            statement.on_conflict_do_update(index_elements=["subject"], set_={"taken_until": taken})
        )

    async def forget(self) -> None:
        """A process that measures by its own clock began: what another one wrote means nothing to it."""
        await self._link.run(delete(paces))

    async def purge(self, now: float) -> None:
        """Forget subjects to whom nothing has been sent for long."""
        await self._link.run(delete(paces).where(paces.c.taken_until < self._moment(now) - FORGOTTEN_AFTER))

    def _moment(self, now: float) -> ColumnElement[float]:
        if self._link.on_postgres:
            return extract("epoch", func.clock_timestamp()).cast(Double)
        return literal(now, Double)

    def _later(self, taken: ColumnElement[float], moment: ColumnElement[float]) -> ColumnElement[float]:
        """The later of both, without believing one that is too far off."""
        return case((taken.between(moment, moment + LONGEST), taken), else_=moment)
