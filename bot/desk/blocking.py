"""Somebody who only abuses is not heard for a while. It ends by itself; danger is heard all the same."""

from datetime import timedelta

from bot.desk.pages import BLOCK_DAYS
from bot.desk.sending import Sending
from bot.policy import Action
from bot.texts import moment
from storage.records import Officer, Ticket


class NoSuchTimeError(ValueError):
    """Not one of `BLOCK_DAYS`."""


class Blocking(Sending):
    async def block(self, officer: Officer, ticket_id: int, days: int, reason: str) -> Ticket:
        """Until `days` from now. The person is told once, politely, until when and whom to call instead."""
        if days not in BLOCK_DAYS:
            raise NoSuchTimeError(days)
        until = self._clock.now() + timedelta(days=days)
        async with self._database.unit_of_work() as uow:
            ticket = await self._let_go(uow, await self._ticket(uow, officer, ticket_id, Action.BLOCK))
            _, texts = await self._citizen(uow, ticket)
            hotline = self._live.snapshot.catalog.province.hotline
            await self._notice(uow, ticket, "ticket.blocked", until=moment(until, texts), hotline=hotline)
            await uow.citizens.block(ticket.address_id, until, officer.id)
            detail = {"until": until.isoformat(), "reason": reason}
            await uow.tickets.event(ticket_id, self._clock.now(), "blocked", officer.id, reason)
            await self._audited(uow, officer, ticket, "citizen.blocked", **detail)
            await self._commit(uow, ticket)
        return ticket

    async def unblock(self, officer: Officer, ticket_id: int) -> Ticket:
        """Before the time is over."""
        async with self._database.unit_of_work() as uow:
            ticket = await self._ticket(uow, officer, ticket_id, Action.UNBLOCK)
            await uow.citizens.block(ticket.address_id, None, None)
            await uow.tickets.event(ticket_id, self._clock.now(), "unblocked", officer.id)
            await self._audited(uow, officer, ticket, "citizen.unblocked")
            await self._commit(uow, ticket)
        return ticket
