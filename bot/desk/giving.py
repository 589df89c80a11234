"""A supervisor gives a ticket to somebody, with a deadline that both of them see."""

from datetime import datetime, timedelta

from bot import policy
from bot.actions.pace import IDLE_JOB
from bot.desk.answering import Answering
from bot.desk.forwarding import NobodyThereError, NoReasonError
from bot.policy import Action, ForbiddenError
from storage.records import Officer, Ticket

LONGEST = timedelta(days=60)


class NoDeadlineError(ValueError):
    """The deadline has passed already, or is too far away."""


class Giving(Answering):
    async def give(self, supervisor: Officer, ticket_id: int, to: int, due_at: datetime, note: str) -> Ticket:
        """It is theirs from now on, whoever had it; it goes back to the queue only when the deadline has passed.

        Raises NoReasonError, NoDeadlineError, NobodyThereError, ForbiddenError (they may not see it).
        """
        now, note = self._clock.now(), note.strip()
        if not note:
            raise NoReasonError
        if not now < due_at <= now + LONGEST:
            raise NoDeadlineError
        async with self._database.unit_of_work() as uow:
            ticket = await self._ticket(uow, supervisor, ticket_id, Action.GIVE)
            target = await uow.officers.get(to)
            if not policy.reaches(target, ticket):
                raise ForbiddenError(f"{target.username} may not see ticket {ticket_id}")
            if not target.here(now):
                raise NobodyThereError(target.name, ())
            if ticket.officer_id != target.id:
                if ticket.officer_id is not None:
                    await self._let_go(uow, ticket)
                    await uow.tickets.release(ticket_id, supervisor.id, now, force=True)
                ticket = await uow.tickets.claim(ticket_id, target.id, now)
                await uow.alerts.over(ticket_id)
                await self._notice(uow, ticket, "ticket.claimed", aside=True, name=target.name)
            await uow.jobs.schedule(IDLE_JOB, str(ticket_id), due_at, {"ticket": ticket_id})
            await uow.assignments.give(ticket_id, target.id, supervisor.id, now, due_at, note)
            await uow.tickets.event(ticket_id, now, "given", supervisor.id, f"{target.name}: {note}")
            await self._audited(uow, supervisor, ticket, "ticket.given", to=str(target.id))
            await self._commit(uow, ticket)
        return ticket

    async def able(self, supervisor: Officer, ticket_id: int) -> tuple[Ticket, tuple[Officer, ...]]:
        """To whom this ticket can be given: who may see it and is there now. Raises NotFoundError."""
        async with self._database.reading() as uow:
            ticket = await self._seen(uow, supervisor, ticket_id)
            policy.require(supervisor, Action.GIVE, ticket)
            known, now = await uow.officers.list(), self._clock.now()
        return ticket, tuple(each for each in known if each.here(now) and policy.reaches(each, ticket))
