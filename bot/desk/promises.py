"""Promises: a due time that was told and not kept is apologised for by itself, once, with an honest new one."""

from datetime import timedelta

from bot.desk.core import DeskCore
from bot.texts import moment
from storage.records import Promise, TicketStatus

BATCH = 50
LATEST = timedelta(minutes=30)  # after closing time, for what was promised until closing time


class Promises(DeskCore):
    async def apologise(self) -> int:
        """Every promise whose time has come. Nobody is woken up for it: it waits for office hours."""
        now = self._clock.now()
        if not (self._worktime.is_open(now) or self._worktime.is_open(now - LATEST)):
            return 0
        async with self._database.reading() as uow:
            found = await uow.promises.overdue(now, BATCH)
        for promise in found:
            await self._apologise(promise)
        return len(found)

    async def _apologise(self, promise: Promise) -> None:
        """The first time with a new time that can be kept; then a supervisor is named, and no more times."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            ticket = await self._locked(uow, await uow.tickets.get(promise.ticket_id))
            if not await uow.promises.broken(promise.id, now):
                return
            await uow.tickets.event(ticket.id, now, "promise_broken", None)
            if ticket.status in (TicketStatus.ANSWERED, TicketStatus.CLOSED):
                await self._commit(uow, ticket)
                return
            due = await self._answer_by(uow)
            await uow.tickets.postpone(ticket.id, due)
            if await uow.promises.broken_of(ticket.id) > 1:
                await self._notice(uow, ticket, "ticket.promise_broken_again")
            else:
                await uow.promises.tell(ticket.id, now, due)
                _, texts = await self._citizen(uow, ticket)
                await self._notice(uow, ticket, "ticket.promise_broken", due=moment(due, texts))
            await self._commit(uow, ticket)
