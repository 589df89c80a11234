"""Departments, as the settings name them."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from storage.link import Link
from storage.records import Department
from storage.tables import departments


class Departments:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def replace(self, items: Sequence[Department]) -> None:
        """From now on these and no others. Tickets keep the id they were given."""
        await self._link.run(delete(departments))
        if items:
            await self._link.run(
                insert(departments).values([{"id": item.id, "name": item.name} for item in items])
            )

    async def list(self) -> tuple[Department, ...]:
        rows = await self._link.rows(select(departments).order_by(departments.c.id))
        return tuple(Department(row.id, row.name) for row in rows)
