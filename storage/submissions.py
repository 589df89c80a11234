"""Dossiers being filed in chat: drafts that are filled part by part, sent once, then worked on at a desk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, delete, func, insert, or_, select, update

from storage.errors import NotFoundError, StaleStateError
from storage.link import Link
from storage.records import Submission, SubmissionEvent, SubmissionPart, SubmissionStatus
from storage.tables import officers, submission_events, submission_parts, submissions

DRAFT, SENT = SubmissionStatus.DRAFT, SubmissionStatus.SENT
_OPEN_TO_CITIZEN = (DRAFT, SubmissionStatus.SUPPLEMENT)


_AT_ONCE = 500  # codes a statement

Asked = tuple[str, tuple[str, ...]]  # the kind of event that asks, those that answer


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
        department: str = "",
        commune: str | None = None,
        dossier_code: str | None = None,
    ) -> Submission:
        """Begin a draft; with a `dossier_code`, of what that dossier lacks."""
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
                department=department,
                commune=commune,
                dossier_code=dossier_code,
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

    async def lock(self, submission_id: int) -> Submission:
        """As it is now that nobody else can change it, until this unit of work ends. Raises `NotFoundError`."""
        if self._link.on_postgres:
            await self._link.run(
                select(submissions.c.id).where(submissions.c.id == submission_id).with_for_update()
            )
        return await self.get(submission_id)

    async def of_address(self, address_id: int) -> tuple[Submission, ...]:
        """Newest first."""
        return await self._records(submissions.c.address_id == address_id)

    async def of_citizen(self, citizen_id: int) -> tuple[Submission, ...]:
        """Filed by them or theirs; newest first."""
        mine = or_(submissions.c.citizen_id == citizen_id, submissions.c.owner_id == citizen_id)
        return await self._records(mine)

    async def by_receipt(self, receipt_code: str) -> Submission | None:
        return next(iter(await self._records(submissions.c.receipt_code == receipt_code)), None)

    async def by_dossier(self, code: str) -> Submission | None:
        """What was filed in chat and became this dossier, or is sent to complete it."""
        return next(iter(await self.of_dossiers((code,))), None)

    async def of_dossiers(self, codes: Sequence[str]) -> tuple[Submission, ...]:
        """Newest first."""
        found: list[Submission] = []
        for start in range(0, len(codes), _AT_ONCE):
            some = submissions.c.dossier_code.in_(codes[start : start + _AT_ONCE])
            found += await self._records(some & (submissions.c.status != SubmissionStatus.CANCELLED))
        return tuple(found)

    async def by_confirm_code(self, code: str) -> Submission | None:
        """The draft whose owner is asked to confirm with this code."""
        asked = (submissions.c.confirm_code == code) & (submissions.c.status == DRAFT)
        return next(iter(await self._records(asked)), None)

    async def set_answers(self, submission_id: int, answers: Mapping[str, Any]) -> None:
        """Only while it is the citizen's to change (`StaleStateError`)."""
        await self._change(submission_id, _OPEN_TO_CITIZEN, answers=dict(answers))

    async def set_commune(self, submission_id: int, commune: str, department: str) -> None:
        """Where it belongs, and which desk sees it therefore."""
        await self._change(submission_id, _OPEN_TO_CITIZEN, commune=commune, department=department)

    async def set_part(self, submission_id: int, name: str, file_ids: Sequence[int]) -> None:
        """Replace the files of one part; only while it is the citizen's to change."""
        await self._change(submission_id, _OPEN_TO_CITIZEN)
        part = (submission_parts.c.submission_id == submission_id) & (submission_parts.c.name == name)
        await self._link.run(delete(submission_parts).where(part))
        values = [
            {"submission_id": submission_id, "name": name, "position": position, "file_id": file_id}
            for position, file_id in enumerate(file_ids)
        ]
        if values:
            await self._link.run(insert(submission_parts).values(values))

    async def put_copy(self, submission_id: int, name: str, file_id: int) -> None:
        """A redacted copy beside the originals, whatever the state."""
        part = (submission_parts.c.submission_id == submission_id) & (submission_parts.c.name == name)
        before = await self._link.rows(select(submission_parts.c.id).where(part))
        values = {"submission_id": submission_id, "name": name, "position": len(before), "file_id": file_id}
        await self._link.run(insert(submission_parts).values(values))

    async def ask_owner(self, submission_id: int, code: str) -> None:
        await self._change(submission_id, (DRAFT,), confirm_code=code, owner_id=None, confirmed_at=None)

    async def confirm(self, submission_id: int, owner_id: int, at: datetime) -> None:
        """The owner agreed; the code is spent."""
        await self._change(submission_id, (DRAFT,), owner_id=owner_id, confirmed_at=at, confirm_code=None)

    async def cancel(self, submission_id: int) -> None:
        await self._link.run(
            delete(submission_parts).where(submission_parts.c.submission_id == submission_id)
        )
        await self._change(submission_id, (DRAFT,), status=SubmissionStatus.CANCELLED, answers={})

    async def send(self, submission_id: int, at: datetime) -> Submission:
        """Hand it in: once (`StaleStateError` the second time)."""
        await self._change(submission_id, (DRAFT,), status=SENT, sent_at=at)
        return await self.get(submission_id)

    async def move(
        self, submission_id: int, came_from: Sequence[SubmissionStatus], to: SubmissionStatus, **values: Any
    ) -> Submission:
        """From one of these states to another, with what changes by it (`StaleStateError` from any other)."""
        await self._change(submission_id, came_from, status=to, **values)
        return await self.get(submission_id)

    async def hand_on(self, submission_id: int, department: str) -> Submission:
        """To another department; the citizen's answers remember that it was forwarded."""
        found = await self.get(submission_id)
        answers = {**found.answers, "forwarded": True}
        here = (SENT, SubmissionStatus.SUPPLEMENT, SubmissionStatus.ACCEPTED)
        await self._change(submission_id, here, department=department, answers=answers)
        return await self.get(submission_id)

    async def waiting(
        self,
        statuses: Sequence[SubmissionStatus],
        *,
        departments: Sequence[str] | None,
        limit: int,
        offset: int = 0,
        asked: Asked | None = None,
        resent: bool = False,
    ) -> tuple[Submission, ...]:
        """What lies at these departments (None: all), longest waiting first. `asked`: with a question that waits;
        `resent`: more came as asked, and nobody took it up yet."""
        condition = self._lying(statuses, departments)
        if asked:
            condition &= self._unanswered(asked)
        if resent:
            condition &= submissions.c.resent_at.is_not(None)
        rows = await self._link.rows(
            select(submissions)
            .where(condition)
            .order_by(submissions.c.resent_at if resent else submissions.c.sent_at, submissions.c.id)
            .limit(limit)
            .offset(offset)
        )
        return await self._with_parts(rows)

    async def counts(self, *, departments: Sequence[str] | None) -> Mapping[str, int]:
        rows = await self._link.rows(
            select(submissions.c.status, func.count().label("number"))
            .where(self._lying(tuple(SubmissionStatus), departments))
            .group_by(submissions.c.status)
        )
        return {row.status: row.number for row in rows}

    async def count_asked(self, asked: Asked, *, departments: Sequence[str] | None) -> int:
        """In how many a question waits for its answer."""
        condition = self._lying(tuple(SubmissionStatus), departments) & self._unanswered(asked)
        return int(await self._link.scalar(select(func.count()).select_from(submissions).where(condition)))

    async def count_resent(
        self, statuses: Sequence[SubmissionStatus], *, departments: Sequence[str] | None
    ) -> int:
        condition = self._lying(statuses, departments) & submissions.c.resent_at.is_not(None)
        return int(await self._link.scalar(select(func.count()).select_from(submissions).where(condition)))

    async def take_up(self, submission_id: int) -> bool:
        """What was sent as asked is no longer waiting; False where nothing was."""
        waits = (submissions.c.id == submission_id) & submissions.c.resent_at.is_not(None)
        return await self._link.changed(update(submissions).where(waits).values(resent_at=None)) > 0

    def _unanswered(self, asked: Asked) -> ColumnElement[bool]:
        """Each question is answered once at most: more of those than of these means that one waits. Without their
        detail (erased) neither counts."""
        question, answers = asked
        balance = func.sum(case((submission_events.c.kind == question, 1), else_=-1))
        open_ = (
            select(submission_events.c.submission_id)
            .where(submission_events.c.kind.in_((question, *answers)), submission_events.c.detail != {})
            .group_by(submission_events.c.submission_id)
            .having(balance > 0)
        )
        return submissions.c.id.in_(open_)

    async def drafts_before(self, at: datetime, limit: int) -> tuple[Submission, ...]:
        """Drafts begun before then."""
        old = (submissions.c.status == DRAFT) & (submissions.c.created_at < at)
        rows = await self._link.rows(select(submissions).where(old).order_by(submissions.c.id).limit(limit))
        return await self._with_parts(rows)

    async def note(
        self,
        submission_id: int,
        at: datetime,
        kind: str,
        officer_id: int | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Something happened to it."""
        await self._link.run(
            insert(submission_events).values(
                submission_id=submission_id,
                at=at,
                kind=kind,
                officer_id=officer_id,
                detail=dict(detail or {}),
            )
        )

    async def events(self, submission_id: int) -> tuple[SubmissionEvent, ...]:
        """Oldest first."""
        rows = await self._link.rows(
            select(submission_events, officers.c.name.label("officer_name"))
            .outerjoin(officers, officers.c.id == submission_events.c.officer_id)
            .where(submission_events.c.submission_id == submission_id)
            .order_by(submission_events.c.id)
        )
        return tuple(
            SubmissionEvent(row.id, row.submission_id, row.at, row.kind, row.officer_name, row.detail)
            for row in rows
        )

    def _lying(
        self, statuses: Sequence[SubmissionStatus], departments: Sequence[str] | None
    ) -> ColumnElement[bool]:
        condition = submissions.c.status.in_([each.value for each in statuses])
        return condition if departments is None else condition & submissions.c.department.in_(departments)

    async def _change(self, submission_id: int, came_from: Sequence[SubmissionStatus], **values: Any) -> None:
        allowed = (submissions.c.id == submission_id) & submissions.c.status.in_(
            [each.value for each in came_from]
        )
        counted = values | {"version": submissions.c.version + 1}
        if not await self._link.changed(update(submissions).where(allowed).values(**counted)):
            raise StaleStateError(f"submission {submission_id} is no {'/'.join(came_from)}")

    async def _records(self, condition: ColumnElement[bool]) -> tuple[Submission, ...]:
        statement = select(submissions).where(condition).order_by(submissions.c.id.desc())
        return await self._with_parts(await self._link.rows(statement))

    async def _with_parts(self, rows: Sequence[Row[Any]]) -> tuple[Submission, ...]:
        if not rows:
            return ()
        parts = await self._link.rows(
            select(submission_parts)
            .where(submission_parts.c.submission_id.in_([row.id for row in rows]))
            .order_by(submission_parts.c.id)
        )
        return tuple(_record(row, [part for part in parts if part.submission_id == row.id]) for row in rows)


def _record(row: Row[Any], parts: Sequence[Row[Any]]) -> Submission:
    by_name: dict[str, list[int]] = {}
    for part in parts:
        by_name.setdefault(part.name, []).append(part.file_id)
    return Submission(
        **dict(row._mapping) | {"status": SubmissionStatus(row.status)},
        parts=tuple(SubmissionPart(name, tuple(file_ids)) for name, file_ids in by_name.items()),
    )
