"""Petitions: remarks and proposals, found again by a code that cannot be guessed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update

from storage.errors import NotFoundError
from storage.link import Link
from storage.records import Petition, PetitionKind, PetitionStatus
from storage.tables import petitions


class Petitions:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def file(
        self,
        *,
        code: str,
        kind: PetitionKind,
        text: str,
        place: str | None,
        name_withheld: bool,
        citizen_id: int,
        address_id: int,
        conversation_id: int,
        ticket_id: int | None,
        department: str,
        filed_at: datetime,
        forward_due_at: datetime,
        answer_due_at: datetime,
    ) -> Petition:
        row = await self._link.row(
            insert(petitions)
            .values(
                code=code,
                kind=kind,
                text=text,
                place=place,
                name_withheld=name_withheld,
                status=PetitionStatus.FILED,
                citizen_id=citizen_id,
                address_id=address_id,
                conversation_id=conversation_id,
                ticket_id=ticket_id,
                department=department,
                filed_at=filed_at,
                forward_due_at=forward_due_at,
                answer_due_at=answer_due_at,
                status_at=filed_at,
            )
            .returning(*petitions.c)
        )
        assert row is not None
        return _record(row)

    async def by_code(self, code: str) -> Petition | None:
        found = await self._records(petitions.c.code == code)
        return found[0] if found else None

    async def of_citizen(self, citizen_id: int) -> tuple[Petition, ...]:
        """Newest first."""
        return await self._records(petitions.c.citizen_id == citizen_id)

    async def of_ticket(self, ticket_id: int) -> Petition | None:
        found = await self._records(petitions.c.ticket_id == ticket_id)
        return found[0] if found else None

    async def set_status(
        self, petition_id: int, status: PetitionStatus, at: datetime, answer: str | None = None
    ) -> Petition:
        """`answer=None` keeps the answer given before."""
        values: dict[str, Any] = {"status": status, "status_at": at}
        if answer is not None:
            values["answer"] = answer
        statement = update(petitions).where(petitions.c.id == petition_id).values(**values)
        row = await self._link.row(statement.returning(*petitions.c))
        if row is None:
            raise NotFoundError(f"petition {petition_id}")
        return _record(row)

    async def _records(self, condition: ColumnElement[bool]) -> tuple[Petition, ...]:
        statement = select(petitions).where(condition).order_by(petitions.c.id.desc())
        return tuple(_record(row) for row in await self._link.rows(statement))


def _record(row: Row[Any]) -> Petition:
    fields = dict(row._mapping)
    del fields["status_at"]
    return Petition(**fields | {"kind": PetitionKind(row.kind), "status": PetitionStatus(row.status)})
