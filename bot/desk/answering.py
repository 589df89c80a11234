"""Claim, give back, note, close, reopen: one officer and one citizen.

Each verb is one unit of work: the ticket, what the citizen is told, the rating buttons and the audit line are
one commit. Who may do it is `policy`'s to say, asked before anything is read or written.
"""

from bot import policy
from bot.desk.sending import CLOSE_JOB, Sending
from bot.desk.teaching import Teaching
from bot.policy import Action
from storage.records import Closing, Officer, Ticket, TicketStatus
from storage.unit_of_work import UnitOfWork


class Answering(Sending, Teaching):
    async def claim(self, officer: Officer, ticket_id: int) -> Ticket:
        """Take a ticket; one wins. Raises TicketTakenError with the winner's name."""
        async with self._database.unit_of_work() as uow:
            ticket = await self._claim(uow, officer, ticket_id)
            await self._commit(uow, ticket)
        return ticket

    async def _claim(self, uow: UnitOfWork, officer: Officer, ticket_id: int, **detail: str) -> Ticket:
        now = self._clock.now()
        before = await self._locked(uow, await self._seen(uow, officer, ticket_id))
        if before.officer_id is None and before.closed_at is None:
            policy.require(officer, Action.CLAIM, before)
        ticket = await uow.tickets.claim(ticket_id, officer.id, now)
        if before.officer_id == officer.id:  # pressed twice
            return ticket
        await uow.alerts.over(ticket_id)
        await self._notice(uow, ticket, "ticket.claimed", aside=True, name=officer.name)
        await self._watched(uow, ticket)
        await self._audited(uow, officer, ticket, "ticket.claimed", **detail)
        return ticket

    async def release(self, officer: Officer, ticket_id: int, note: str = "") -> Ticket:
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            ticket = await self._let_go(uow, await self._ticket(uow, officer, ticket_id, Action.RELEASE))
            forced = ticket.officer_id != officer.id
            ticket = await uow.tickets.release(ticket_id, officer.id, now, note=note or None, force=forced)
            await self._notice(uow, ticket, "ticket.released")
            await self._audited(uow, officer, ticket, "ticket.released")
            await self._commit(uow, ticket)
        return ticket

    async def note(self, officer: Officer, ticket_id: int, text: str, *, key: str) -> None:
        """An internal note: kept beside the ticket, never in the conversation."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            ticket = await self._ticket(uow, officer, ticket_id, Action.NOTE)
            if await uow.done_once.first(f"note:{ticket_id}:{key}", now):
                await uow.tickets.note(ticket_id, officer.id, now, text.strip())
                await uow.drafts.drop(ticket_id, officer.id, "note")
                await self._commit(uow, ticket)

    async def close(
        self,
        officer: Officer,
        ticket_id: int,
        closing: Closing,
        detail: str = "",
        *,
        meant: str = "",
        wording: str | None = None,
        seen_message_id: int | None = None,
    ) -> Ticket:
        """End a ticket with a typed outcome; a refusal needs its reason, "not ours" whose it is.

        `meant`: the procedure it was about (its code), `wording` how it may be told to the catalog's keeper.
        Raises MovedOnError when the citizen wrote after `seen_message_id`, HeldBackError for a `detail` that no
        officer may send.
        """
        if closing in (Closing.REFUSED, Closing.NOT_OURS) and not detail.strip():
            raise ValueError("console.close.detail_needed")
        now = self._clock.now()
        words = await self._lesson(officer, ticket_id, meant, wording) if meant else ""
        async with self._database.unit_of_work() as uow:
            before = await self._ticket(uow, officer, ticket_id, Action.CLOSE)
            await self._require_sendable(uow, before, detail)
            if seen_message_id is not None:
                await uow.tickets.require_current(before, seen_message_id)
            await self._let_go(uow, before)
            if meant:
                await uow.tickets.meant(ticket_id, meant)
            if words:
                await uow.proposals.make(ticket_id, officer.id, meant, words, now)
            ticket = await uow.tickets.close(
                ticket_id, officer.id, now, closing, detail=detail.strip() or None
            )
            await self._notice(
                uow, ticket, f"ticket.closed.{closing.value}", bot_back=True, detail=detail.strip()
            )
            await uow.jobs.cancel(CLOSE_JOB, str(ticket_id))
            await uow.alerts.over(ticket_id)
            await self._audited(uow, officer, ticket, "ticket.closed", closing=closing.value)
            await self._commit(uow, ticket)
        return ticket

    async def reopen(self, officer: Officer, ticket_id: int) -> Ticket:
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            await self._ticket(uow, officer, ticket_id, Action.REOPEN)
            ticket = await uow.tickets.reopen(ticket_id, now, "officer")
            await self._watched(uow, ticket)
            await self._notice(uow, ticket, "ticket.reopened_by_officer")
            await self._audited(uow, officer, ticket, "ticket.reopened")
            await self._commit(uow, ticket)
        return ticket

    async def close_answered(self, ticket_id: int) -> None:
        """Nobody wrote for a working day after the answer: end it, so that the bot can speak again."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            ticket = await self._locked(uow, await uow.tickets.get(ticket_id))
            if ticket.status is not TicketStatus.ANSWERED:
                return
            ticket = await uow.tickets.close(ticket_id, None, now, Closing.ANSWERED, detail=None)
            await self._notice(uow, ticket, "ticket.closed.answered", bot_back=True)
            await self._commit(uow, ticket)

    async def give_back_idle(self, ticket_id: int) -> None:
        """It waited for its officer, who did nothing: it goes back to the queue, answered once before or not."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            ticket = await self._locked(uow, await uow.tickets.get(ticket_id))
            if await uow.held_answers.of_ticket(ticket_id):
                return
            if ticket.status is not TicketStatus.ASSIGNED or ticket.officer_id is None:
                return
            ticket = await uow.tickets.release(ticket_id, ticket.officer_id, now)
            await self._notice(uow, ticket, "ticket.released")
            await self._commit(uow, ticket)
