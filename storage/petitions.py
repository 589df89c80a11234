"""Petitions: remarks and proposals, found again by a code that cannot be guessed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Row,
    Select,
    distinct,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from storage.errors import NotFoundError, StaleStateError
from storage.link import Link
from storage.petition_records import (
    AT_THE_CENTRE,
    ENDED,
    Petition,
    PetitionEvent,
    PetitionKind,
    PetitionStatus,
    PetitionView,
)
from storage.tables import officers, petition_events, petition_files, petition_supporters, petitions

# Written as in its index, word for word: SQLite uses a partial index only when it sees its condition.
_OPEN: ColumnElement[bool] = literal_column("petitions.ended_at IS NULL", Boolean())
_PRIVATE = ("ticket_id", "status_at")


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
        department: str,
        filed_at: datetime,
        forward_due_at: datetime,
        answer_due_at: datetime,
        location: str | None = None,
        file_ids: Sequence[int] = (),
    ) -> Petition:
        petition_id = await self._link.scalar(
            insert(petitions)
            .values(
                code=code,
                kind=kind,
                text=text,
                place=place,
                location=location,
                name_withheld=name_withheld,
                status=PetitionStatus.FILED,
                citizen_id=citizen_id,
                address_id=address_id,
                conversation_id=conversation_id,
                department=department,
                filed_at=filed_at,
                counted_from=filed_at,
                forward_due_at=forward_due_at,
                answer_due_at=answer_due_at,
                status_at=filed_at,
            )
            .returning(petitions.c.id)
        )
        await self.attach(petition_id, file_ids)
        await self.note(petition_id, filed_at, "filed")
        return await self.get(petition_id)

    async def attach(self, petition_id: int, file_ids: Sequence[int]) -> None:
        """Photos of it; one that is there already stays as it is."""
        values = [{"petition_id": petition_id, "file_id": file_id} for file_id in dict.fromkeys(file_ids)]
        if values:
            statement = self._link.insert(petition_files).values(values)
            await self._link.run(statement.on_conflict_do_nothing())

    async def get(self, petition_id: int) -> Petition:
        """Raises `NotFoundError`."""
        found = await self._records(_selection().where(petitions.c.id == petition_id))
        if not found:
            raise NotFoundError(f"petition {petition_id}")
        return found[0]

    async def lock(self, petition_id: int) -> Petition:
        """As it is now that nobody else can change it, until this unit of work ends. Raises `NotFoundError`."""
        if self._link.on_postgres:
            await self._link.run(
                # Not the key: who begins to follow it refers to the row, and need not wait.
                select(petitions.c.id).where(petitions.c.id == petition_id).with_for_update(key_share=True)
            )
        return await self.get(petition_id)

    async def by_code(self, code: str) -> Petition | None:
        found = await self._records(_selection().where(petitions.c.code == code))
        return found[0] if found else None

    async def of_citizen(self, citizen_id: int) -> tuple[Petition, ...]:
        """Newest first."""
        mine = petitions.c.citizen_id == citizen_id
        return await self._records(_selection().where(mine).order_by(petitions.c.id.desc()))

    async def known_to(self, citizen_id: int) -> tuple[Petition, ...]:
        """Filed or followed by them; newest first."""
        followed = select(petition_supporters.c.petition_id).where(
            petition_supporters.c.citizen_id == citizen_id
        )
        theirs = or_(petitions.c.citizen_id == citizen_id, petitions.c.id.in_(followed))
        return await self._records(_selection().where(theirs).order_by(petitions.c.id.desc()))

    async def last_of_address(self, address_id: int, since: datetime) -> Petition | None:
        """The newest that was filed from there at that time or later."""
        mine = (petitions.c.address_id == address_id) & (petitions.c.filed_at >= since)
        found = await self._records(_selection().where(mine).order_by(petitions.c.id.desc()).limit(1))
        return found[0] if found else None

    async def alike(
        self, kinds: Collection[PetitionKind], since: datetime, limit: int
    ) -> tuple[Petition, ...]:
        """Of these kinds, still worked on, newest first: among them one may be about the same."""
        among = petitions.c.kind.in_([each.value for each in kinds])
        condition = among & (petitions.c.filed_at >= since) & _OPEN
        return await self._records(
            _selection().where(condition).order_by(petitions.c.filed_at.desc()).limit(limit)
        )

    async def support(self, petition_id: int, citizen_id: int, address_id: int, at: datetime) -> bool:
        """Somebody says that it is theirs too. False: they follow it already."""
        values = {
            "petition_id": petition_id,
            "citizen_id": citizen_id,
            "address_id": address_id,
            "at": at,
        }
        statement = self._link.insert(petition_supporters).values(**values)
        added = statement.on_conflict_do_nothing().returning(petition_supporters.c.id)
        return await self._link.scalar(added) is not None

    async def followers(self, petition_id: int) -> tuple[int, ...]:
        """The addresses of those who follow it."""
        statement = select(petition_supporters.c.address_id).where(
            petition_supporters.c.petition_id == petition_id
        )
        rows = await self._link.rows(statement.order_by(petition_supporters.c.id))
        return tuple(row.address_id for row in rows)

    async def listed(
        self,
        view: PetitionView,
        *,
        departments: Sequence[str] | None,
        confidential: bool,
        now: datetime,
        soon: datetime,
        limit: int,
        offset: int = 0,
    ) -> tuple[Petition, ...]:
        """What lies there (None: everywhere), the earliest answer due first. `confidential`: about officers too."""
        condition = _seen(departments, confidential) & _in(view, now, soon)
        newest_first = view is PetitionView.ENDED
        order = petitions.c.ended_at.desc() if newest_first else petitions.c.answer_due_at
        statement = _selection().where(condition).order_by(order, petitions.c.id)
        return await self._records(statement.limit(limit).offset(offset))

    async def count(
        self,
        view: PetitionView,
        *,
        departments: Sequence[str] | None,
        confidential: bool,
        now: datetime,
        soon: datetime,
    ) -> int:
        condition = _seen(departments, confidential) & _in(view, now, soon)
        return int(await self._link.scalar(select(func.count()).select_from(petitions).where(condition)))

    async def to_warn_of(
        self, forward_by: datetime, answer_by: datetime, told_before: datetime, limit: int
    ) -> tuple[Petition, ...]:
        """Open ones whose next deadline is no later than that, and which nobody was told of since `told_before`."""
        waits = petitions.c.status.in_([each.value for each in AT_THE_CENTRE])
        near = or_(petitions.c.answer_due_at <= answer_by, waits & (petitions.c.forward_due_at <= forward_by))
        untold = or_(petitions.c.warned_at.is_(None), petitions.c.warned_at < told_before)
        statement = _selection().where(_OPEN, near, untold).order_by(petitions.c.answer_due_at)
        return await self._records(statement.limit(limit))

    async def warned(self, petition: Petition, at: datetime) -> bool:
        """Once: False when another process was faster."""
        same = (
            petitions.c.warned_at.is_(None)
            if petition.warned_at is None
            else petitions.c.warned_at == petition.warned_at
        )
        statement = update(petitions).where(petitions.c.id == petition.id, same).values(warned_at=at)
        return await self._link.changed(statement) > 0

    async def move(
        self,
        petition_id: int,
        came_from: Sequence[PetitionStatus],
        to: PetitionStatus,
        at: datetime,
        **values: Any,
    ) -> Petition:
        """From one of these states to another, with what changes by it (`StaleStateError` from any other)."""
        allowed = (petitions.c.id == petition_id) & petitions.c.status.in_([each.value for each in came_from])
        ended = {"ended_at": at if to in ENDED else None}
        changed = {"status": to, "status_at": at, **ended, **values}
        if not await self._link.changed(update(petitions).where(allowed).values(**changed)):
            raise StaleStateError(f"petition {petition_id} is no {'/'.join(came_from)}")
        return await self.get(petition_id)

    async def note(
        self, petition_id: int, at: datetime, kind: str, officer_id: int | None = None, **detail: str
    ) -> None:
        """Something happened to it."""
        values = {"petition_id": petition_id, "at": at, "kind": kind, "officer_id": officer_id}
        await self._link.run(insert(petition_events).values(**values, detail=detail))

    async def events(self, petition_id: int) -> tuple[PetitionEvent, ...]:
        """Oldest first."""
        rows = await self._link.rows(
            select(petition_events, officers.c.name.label("officer_name"))
            .outerjoin(officers, officers.c.id == petition_events.c.officer_id)
            .where(petition_events.c.petition_id == petition_id)
            .order_by(petition_events.c.id)
        )
        return tuple(PetitionEvent(row.id, row.at, row.kind, row.officer_name, row.detail) for row in rows)

    async def answered_by(self, petition_id: int) -> int | None:
        """The officer who gave the answer that stands."""
        ending = petition_events.c.kind.in_([each.value for each in ENDED])
        statement = select(petition_events.c.officer_id).where(
            petition_events.c.petition_id == petition_id, ending
        )
        found = await self._link.scalar(statement.order_by(petition_events.c.id.desc()).limit(1))
        return None if found is None else int(found)

    async def _records(self, statement: Select[Any]) -> tuple[Petition, ...]:
        rows = await self._link.rows(statement)
        if not rows:
            return ()
        photos = await self._link.rows(
            select(petition_files)
            .where(petition_files.c.petition_id.in_([row.id for row in rows]))
            .order_by(petition_files.c.file_id)
        )
        return tuple(
            _record(row, tuple(each.file_id for each in photos if each.petition_id == row.id)) for row in rows
        )


def _selection() -> Select[Any]:
    followers = (
        select(func.count(distinct(petition_supporters.c.citizen_id)))
        .where(petition_supporters.c.petition_id == petitions.c.id)
        .scalar_subquery()
    )
    shown = [column for column in petitions.c if column.name not in _PRIVATE]
    return select(
        *shown, officers.c.name.label("officer_name"), followers.label("supporters")
    ).outerjoin_from(petitions, officers, officers.c.id == petitions.c.officer_id)


def _seen(departments: Sequence[str] | None, confidential: bool) -> ColumnElement[bool]:
    """A specialist sees what was forwarded to them; what is about an officer lies with the supervisors first."""
    forwarded = petitions.c.forwarded_at.is_not(None)
    everywhere: ColumnElement[bool] = literal(True)
    here = everywhere if departments is None else petitions.c.department.in_(departments) & forwarded
    if confidential or departments is not None:
        return here
    return here & (petitions.c.kind != PetitionKind.ABOUT_OFFICER)


def _in(view: PetitionView, now: datetime, soon: datetime) -> ColumnElement[bool]:
    waits = petitions.c.status.in_([each.value for each in AT_THE_CENTRE])
    next_due = or_(petitions.c.answer_due_at <= soon, waits & (petitions.c.forward_due_at <= soon))
    missed = or_(petitions.c.answer_due_at < now, waits & (petitions.c.forward_due_at < now))
    match view:
        case PetitionView.TO_FORWARD:
            return _OPEN & waits
        case PetitionView.TO_ANSWER:
            return _OPEN & (petitions.c.status == PetitionStatus.FORWARDED)
        case PetitionView.DUE_SOON:
            return _OPEN & next_due & ~missed
        case PetitionView.OVERDUE:
            return _OPEN & missed
    return petitions.c.ended_at.is_not(None)


def _record(row: Row[Any], file_ids: tuple[int, ...]) -> Petition:
    fields = dict(row._mapping)
    fields["counted_from"] = row.counted_from or row.filed_at
    fields |= {"kind": PetitionKind(row.kind), "status": PetitionStatus(row.status)}
    return Petition(**fields, file_ids=file_ids)
