"""Dossiers as the one-stop system last told them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, delete, exists, func, select

from storage.link import Link
from storage.records import Dossier, DossierStep
from storage.tables import dossiers, submissions

_BATCH = 500  # rows a statement: SQLite takes 32,766 values


class Dossiers:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def upsert(self, items: Sequence[Dossier]) -> int:
        """Keep each as it is now; of one code given twice the last counts. How many codes were written."""
        latest = list({item.code: item for item in items}.values())
        if latest:
            statement = self._link.insert(dossiers)
            told = {
                column.name: statement.excluded[column.name] for column in dossiers.c if column.name != "code"
            }
            statement = statement.on_conflict_do_update(index_elements=["code"], set_=told)
            await self._link.run(statement, [_values(item) for item in latest])
        return len(latest)

    async def get(self, code: str) -> Dossier | None:
        row = await self._link.row(select(dossiers).where(dossiers.c.code == code))
        return None if row is None else _record(row)

    async def lock(self, code: str) -> Dossier | None:
        """As it is now that nobody else can change it, until this unit of work ends."""
        if self._link.on_postgres:
            await self._link.run(select(dossiers.c.code).where(dossiers.c.code == code).with_for_update())
        return await self.get(code)

    async def those(self, codes: Sequence[str]) -> tuple[Dossier, ...]:
        """The ones of these that are known."""
        found: list[Dossier] = []
        for start in range(0, len(codes), _BATCH):
            some = dossiers.c.code.in_(codes[start : start + _BATCH])
            found += [_record(row) for row in await self._link.rows(select(dossiers).where(some))]
        return tuple(found)

    async def unclaimed(self, procedure_code: str, since: datetime, limit: int) -> tuple[Dossier, ...]:
        """Of this procedure, received since then, and not the dossier of anything filed here; newest first."""
        claimed = exists().where(submissions.c.dossier_code == dossiers.c.code)
        lately = (dossiers.c.procedure_code == procedure_code) & (dossiers.c.received_at >= since)
        found = select(dossiers).where(lately & ~claimed).order_by(dossiers.c.received_at.desc())
        return tuple(_record(row) for row in await self._link.rows(found.limit(limit)))

    async def forget_unsourced(self, code: str) -> None:
        """What only an officer here entered: no one-stop system told its digits or its steps."""
        empty = (dossiers.c.factors == []) & (dossiers.c.steps == [])
        await self._link.run(delete(dossiers).where((dossiers.c.code == code) & empty))

    async def count(self) -> int:
        return int(await self._link.scalar(select(func.count()).select_from(dossiers)))


def _values(item: Dossier) -> dict[str, Any]:
    steps = [
        {"at": step.at.astimezone(UTC).isoformat(), "handler": step.handler, "text": step.text}
        for step in item.steps
    ]
    fields = {column.name: getattr(item, column.name) for column in dossiers.c}
    return {**fields, "factors": list(item.factors), "steps": steps}


def _record(row: Row[Any]) -> Dossier:
    fields = dict(row._mapping)
    fields["factors"] = tuple(row.factors)
    fields["steps"] = tuple(
        DossierStep(datetime.fromisoformat(step["at"]), step["handler"], step["text"]) for step in row.steps
    )
    return Dossier(**fields)
