"""Appointments for the originals: a slot takes only so many, whoever asks at the same moment."""

from datetime import datetime

from sqlalchemy import insert, select, update

from storage.link import Link
from storage.records import Appointment, AppointmentState
from storage.tables import appointments, slots


class Appointments:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def taken(self, place: str, since: datetime, until: datetime) -> dict[datetime, int]:
        rows = await self._link.rows(
            select(slots).where(slots.c.place == place, slots.c.starts_at.between(since, until))
        )
        return {row.starts_at: row.taken for row in rows}

    async def of(self, submission_id: int) -> Appointment | None:
        """The one that stands."""
        row = await self._link.row(
            select(appointments).where(
                appointments.c.submission_id == submission_id,
                appointments.c.state == AppointmentState.BOOKED,
            )
        )
        if row is None:
            return None
        return Appointment(row.id, row.submission_id, row.place, row.starts_at, AppointmentState(row.state))

    async def book(
        self, submission_id: int, place: str, starts_at: datetime, capacity: int, at: datetime
    ) -> Appointment | None:
        """Take a place, instead of the one held so far; None: the slot is full, and the old one stands."""
        before = await self.of(submission_id)
        if before and (before.place, before.starts_at) == (place, starts_at):
            return before
        await self._link.run(
            self._link.insert(slots).values(place=place, starts_at=starts_at).on_conflict_do_nothing()
        )
        slot = (slots.c.place == place) & (slots.c.starts_at == starts_at)
        free = slot & (slots.c.taken < capacity)
        if not await self._link.changed(update(slots).where(free).values(taken=slots.c.taken + 1)):
            return None
        if before:
            await self._give_back(before, AppointmentState.MOVED)
        await self._link.run(
            insert(appointments).values(
                submission_id=submission_id,
                place=place,
                starts_at=starts_at,
                state=AppointmentState.BOOKED,
                made_at=at,
            )
        )
        return await self.of(submission_id)

    async def cancel(self, submission_id: int) -> Appointment | None:
        """The one that was given up; None when there was none."""
        before = await self.of(submission_id)
        if before:
            await self._give_back(before, AppointmentState.CANCELLED)
        return before

    async def _give_back(self, appointment: Appointment, state: AppointmentState) -> None:
        await self._link.run(
            update(appointments).where(appointments.c.id == appointment.id).values(state=state)
        )
        slot = (slots.c.place == appointment.place) & (slots.c.starts_at == appointment.starts_at)
        await self._link.run(update(slots).where(slot).values(taken=slots.c.taken - 1))
