"""Forwarding: another department answers, and the officer who forwarded makes sure that somebody does.

There is no state in which nobody is responsible: silence, advice and a recall all bring the ticket back to the
front officer, with everything that happened to it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.actions.pace import IDLE_JOB
from bot.desk.pages import Target
from bot.desk.sending import Sending
from bot.policy import Action
from storage.errors import TicketClosedError
from storage.records import Officer, Role, Ticket, TicketStatus
from storage.unit_of_work import UnitOfWork

SHARE = 0.5  # of the office hours left until the promise that a department gets
MOST = 0.75  # of them, where little is left: the front officer still has to answer before the promise
SHORTEST = timedelta(hours=1)  # office hours a department gets at least, while `MOST` allows it
BATCH = 50


class NoReasonError(ValueError):
    """A forwarded ticket says why, and what is asked for."""


class NobodyThereError(Exception):
    """Nobody of that department is there to read it; `suggestions` names who is."""

    def __init__(self, wanted: str, suggestions: tuple[str, ...]) -> None:
        super().__init__(f"nobody is there: {wanted}")
        self.wanted = wanted
        self.suggestions = suggestions


class Forwarding(Sending):
    async def targets(self) -> tuple[Target, ...]:
        """To whom a ticket can be forwarded: every department, with the people who are there now."""
        async with self._database.reading() as uow:
            return await self._targets(uow)

    async def forward(
        self,
        officer: Officer,
        ticket_id: int,
        department: str,
        reason: str,
        action: str,
        *,
        to: int | None = None,
    ) -> Ticket:
        """Ask a department, or one officer of it. Raises NoReasonError, NobodyThereError."""
        if not reason.strip() or not action.strip():
            raise NoReasonError
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            before = await self._let_go(uow, await self._ticket(uow, officer, ticket_id, Action.FORWARD))
            target = await self._present(uow, department, to)
            ticket = await uow.tickets.forward(
                ticket_id,
                officer.id,
                now,
                department,
                reason.strip(),
                action.strip(),
                to=to,
                silent_until=self._silent_until(now, before.due_at),
            )
            await uow.jobs.cancel(IDLE_JOB, str(ticket_id))
            await uow.alerts.over(ticket_id)  # from now on the department is told
            await self._notice(
                uow, ticket, "ticket.forwarded", aside=True, department=target.name, name=officer.name
            )
            await self._audited(uow, officer, ticket, "ticket.forwarded", department=department)
            await self._commit(uow, ticket)
        return ticket

    async def advise(self, officer: Officer, ticket_id: int, text: str, *, key: str) -> Ticket:
        """Tell the front officer what to answer; the ticket is theirs again and the citizen hears so."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            if not await uow.done_once.first(f"advise:{officer.id}:{ticket_id}:{key}", now):
                return await uow.tickets.get(ticket_id)
            ticket = await self._ticket(uow, officer, ticket_id, Action.ADVISE)
            await uow.drafts.drop(ticket_id, officer.id, "advice")
            return await self._back(uow, ticket, "advised", "ticket.advised", officer, text.strip())

    async def recall(self, officer: Officer, ticket_id: int) -> Ticket:
        """The front officer answers after all."""
        async with self._database.unit_of_work() as uow:
            ticket = await self._ticket(uow, officer, ticket_id, Action.RECALL)
            return await self._back(uow, ticket, "recalled", "ticket.recalled", officer, None)

    async def return_silent(self) -> int:
        """What departments left lying goes back to the front officers, before the citizen's time is up."""
        async with self._database.reading() as uow:
            found = await uow.tickets.kept_silent(self._clock.now(), BATCH)
        for each in found:
            await self._return(each.id)
        return len(found)

    async def _return(self, ticket_id: int) -> None:
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            ticket = await self._locked(uow, await uow.tickets.get(ticket_id))
            if ticket.status is not TicketStatus.FORWARDED or (ticket.forward_due_at or now) > now:
                return
            name = self._department(ticket.department)
            await self._back(uow, ticket, "returned", "ticket.returned", None, name)

    async def _back(
        self,
        uow: UnitOfWork,
        before: Ticket,
        kind: str,
        told: str,
        officer: Officer | None,
        detail: str | None,
    ) -> Ticket:
        now = self._clock.now()
        if before.closed_at is not None:
            raise TicketClosedError(f"ticket {before.id} is closed")
        ticket = await uow.tickets.take_back(
            before.id, now, kind, officer_id=officer.id if officer else None, detail=detail
        )
        await uow.alerts.over(ticket.id)
        if ticket.officer_id is None:
            await self._notice(uow, ticket, "ticket.released")
        else:
            await self._watched(uow, ticket)
            department = self._department(before.department)
            await self._notice(
                uow, ticket, told, aside=True, department=department, name=ticket.officer_name or ""
            )
        await self._audited(uow, officer, ticket, told, department=before.department)
        await self._commit(uow, ticket)
        return ticket

    def _silent_until(self, now: datetime, due_at: datetime) -> datetime:
        """Half of the office hours that are left, so that the front officer can still answer in time."""
        left = self._worktime.working_time_between(now, due_at) if due_at > now else timedelta()
        return self._worktime.add(now, max(left * SHARE, min(left * MOST, SHORTEST)) or SHORTEST)

    async def _present(self, uow: UnitOfWork, department: str, to: int | None) -> Target:
        targets = {each.department: each for each in await self._targets(uow)}
        target = targets.get(department)
        if target is None or not target.here:
            raise NobodyThereError(target.name if target else department, _elsewhere(targets.values()))
        if to is not None and to not in {each.id for each in target.here}:
            absent = next((each.name for each in target.people if each.id == to), target.name)
            raise NobodyThereError(absent, tuple(each.name for each in target.here))
        return target

    async def _targets(self, uow: UnitOfWork) -> tuple[Target, ...]:
        now = self._clock.now()
        active = [each for each in await uow.officers.list() if each.active and each.role is Role.SPECIALIST]
        found = []
        for department in self._live.snapshot.catalog.departments:
            people = tuple(each for each in active if department.id in each.departments)
            here = tuple(each for each in people if each.here(now))
            found.append(Target(department.id, department.name, people, here))
        return tuple(found)


def _elsewhere(targets: Iterable[Target]) -> tuple[str, ...]:
    return tuple(each.name for each in targets if each.here)
