"""Failed logins, counted for all processes alike. Who and from where is known by a digest only."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select

from storage.link import Link
from storage.records import Failures
from storage.tables import login_failures


class LoginFailures:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def of(self, subjects: Collection[str]) -> Mapping[str, Failures]:
        """Those that have any."""
        chosen = select(login_failures).where(login_failures.c.subject.in_(subjects))
        return {
            row.subject: Failures(row._mapping["count"], row.last_at) for row in await self._link.rows(chosen)
        }

    async def add(self, subjects: Collection[str], at: datetime) -> None:
        """One more for each."""
        for subject in sorted(
            subjects
        ):  # always in one order, so that two processes cannot wait for each other
            fresh = self._link.insert(login_failures).values(subject=subject, count=1, last_at=at)
            more = {"count": login_failures.c.count + 1, "last_at": at}
            await self._link.run(fresh.on_conflict_do_update(index_elements=["subject"], set_=more))

    async def forget(self, subjects: Collection[str]) -> None:
        await self._link.run(delete(login_failures).where(login_failures.c.subject.in_(subjects)))

    async def purge(self, before: datetime) -> int:
        return await self._link.changed(delete(login_failures).where(login_failures.c.last_at < before))
