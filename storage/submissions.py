"""Dossiers being filed in chat: drafts that are filled part by part, then sent once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from storage.errors import NotFoundError, StaleStateError
from storage.link import Link
from storage.records import Submission, SubmissionPart
from storage.tables import submission_parts, submissions

DRAFT = "draft"
SENT = "sent"


class Submissions:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(
        self,
        *,
        receipt_code: str,
        procedure_code: str,
        citizen_id: int,
        address_id: int,
        created_at: datetime,
        answers: Mapping[str, Any] | None = None,
    ) -> Submission:
        """Begin a draft."""
        submission_id = await self._link.scalar(
            insert(submissions)
            .values(
                receipt_code=receipt_code,
                procedure_code=procedure_code,
                citizen_id=citizen_id,
                address_id=address_id,
                status=DRAFT,
                answers=dict(answers or {}),
                created_at=created_at,
            )
            .returning(submissions.c.id)
        )
        return await self.get(submission_id)

    async def get(self, submission_id: int) -> Submission:
        """Raises `NotFoundError`."""
        found = await self._records(submissions.c.id == submission_id)
        if not found:
            raise NotFoundError(f"submission {submission_id}")
        return found[0]

    async def of_address(self, address_id: int) -> tuple[Submission, ...]:
        """Newest first."""
        return await self._records(submissions.c.address_id == address_id)

    async def set_answers(self, submission_id: int, answers: Mapping[str, Any]) -> None:
        """Only while it is a draft (`StaleStateError`)."""
        await self._change_draft(submission_id, answers=dict(answers))

    async def set_part(self, submission_id: int, name: str, file_ids: Sequence[int]) -> None:
        """Replace the files of one part; only while it is a draft."""
        await self._change_draft(submission_id, status=DRAFT)
        part = (submission_parts.c.submission_id == submission_id) & (submission_parts.c.name == name)
        await self._link.run(delete(submission_parts).where(part))
        values = [
            {"submission_id": submission_id, "name": name, "position": position, "file_id": file_id}
            for position, file_id in enumerate(file_ids)
        ]
        if values:
            await self._link.run(insert(submission_parts).values(values))

    async def send(self, submission_id: int, at: datetime) -> Submission:
        """Hand it in: once (`StaleStateError` the second time)."""
        await self._change_draft(submission_id, status=SENT, sent_at=at)
        return await self.get(submission_id)

    async def _change_draft(self, submission_id: int, **values: Any) -> None:
        draft = (submissions.c.id == submission_id) & (submissions.c.status == DRAFT)
        if not await self._link.changed(update(submissions).where(draft).values(**values)):
            raise StaleStateError(f"submission {submission_id} is no draft")

    async def _records(self, condition: ColumnElement[bool]) -> tuple[Submission, ...]:
        rows = await self._link.rows(select(submissions).where(condition).order_by(submissions.c.id.desc()))
        ids = [row.id for row in rows]
        parts = await self._link.rows(
            select(submission_parts)
            .where(submission_parts.c.submission_id.in_(ids))
            .order_by(submission_parts.c.id)
        )
        return tuple(_record(row, [part for part in parts if part.submission_id == row.id]) for row in rows)


def _record(row: Row[Any], parts: Sequence[Row[Any]]) -> Submission:
    by_name: dict[str, list[int]] = {}
    for part in parts:
        by_name.setdefault(part.name, []).append(part.file_id)
    return Submission(
        **row._mapping,
        parts=tuple(SubmissionPart(name, tuple(file_ids)) for name, file_ids in by_name.items()),
    )
