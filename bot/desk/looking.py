"""Who looks at what: finding tickets by their words, seeing a colleague's presence, reading masked numbers."""

from datetime import date, datetime, time, timedelta

from bot import policy
from bot.desk.apart import Apart
from bot.desk.core import DeskCore
from bot.desk.forwarding import NoReasonError
from bot.desk.pages import Found
from bot.policy import Action
from bot.worktime import VIETNAM
from intents.text import fold
from storage.errors import NotFoundError
from storage.records import Message, Officer, StoredFile, Ticket
from storage.unit_of_work import UnitOfWork

FOUND = 50  # tickets, and messages, one search shows
LOOKING = timedelta(seconds=75)  # a page refreshes itself every 30 s; two misses and nobody is there
AGAIN = timedelta(seconds=25)  # seldom writes
UNMASKED = timedelta(minutes=10)
LONGEST_AWAY = timedelta(days=90)


class Looking(DeskCore):
    async def search(self, officer: Officer, query: str) -> Found:
        """Tickets and messages with all these words, tone marks or not, of the departments one may see."""
        departments, folded = policy.departments_seen(officer), fold(query)
        async with self._database.reading() as uow:
            tickets = await uow.tickets.search(folded, departments=departments, limit=FOUND)
            number = query.strip().removeprefix("#")
            if number.isascii() and number.isdigit() and len(number) < 15:
                tickets = (*await self._numbered(uow, officer, int(number)), *tickets)
            messages = await uow.messages.search(folded, departments=departments, limit=FOUND)
            placed = [(each, await self._ticket_of(uow, officer, each)) for each in messages]
            said = [
                (message, ticket)
                for message, ticket in placed
                if ticket is not None and not await self._apart(uow, officer, message, ticket)
            ]
        visible = tuple(each for each in tickets if policy.may(officer, Action.VIEW, each))
        return Found(visible, tuple(said))

    async def _apart(self, uow: UnitOfWork, officer: Officer, message: Message, ticket: Ticket) -> bool:
        return await (await Apart.of(uow, officer, ticket)).hides(uow, message)

    async def _numbered(self, uow: UnitOfWork, officer: Officer, number: int) -> tuple[Ticket, ...]:
        found = await uow.tickets.find(number)
        return (found,) if found and policy.may(officer, Action.VIEW, found) else ()

    async def _ticket_of(self, uow: UnitOfWork, officer: Officer, message: Message) -> Ticket | None:
        """The newest ticket of its conversation that this officer may open."""
        tickets = await uow.tickets.of_conversation(message.conversation_id)
        return next((each for each in tickets if policy.may(officer, Action.VIEW, each)), None)

    async def look(self, officer: Officer, ticket_id: int) -> tuple[str, ...]:
        """Note that the officer has this ticket open; the names of the others who have."""
        now = self._clock.now()
        async with self._database.reading() as uow:
            await self._seen(uow, officer, ticket_id)
            before = await uow.presence.seen_at(ticket_id, officer.id)
            others = await uow.presence.others(ticket_id, officer.id, now - LOOKING)
        if before is None or now - before >= AGAIN:
            async with self._database.unit_of_work() as uow:
                await uow.presence.look(ticket_id, officer.id, now)
                await uow.assignments.seen(ticket_id, officer.id, now)
                if before is None or now - before >= LOOKING:  # the colleague's page shows it at once
                    uow.notify(f"ticket:{ticket_id}")
                await uow.commit()
        return others

    async def look_at_file(self, officer: Officer, ticket_id: int, received_id: int) -> StoredFile:
        """What hung on a message of this ticket's conversation; the look is audited. Raises NotFoundError."""
        async with self._database.unit_of_work() as uow:
            ticket = await self._seen(uow, officer, ticket_id)
            found = await uow.received.get(received_id)
            message = await uow.messages.get(found.message_id) if found else None
            apart = await Apart.of(uow, officer, ticket)
            if found is None or message is None or await apart.hides(uow, message):
                raise NotFoundError(f"file {received_id}")
            stored = await uow.files.get(found.file_id) if found.file_id else None
            if stored is None or apart.is_filed(stored.id) or found.address_id != ticket.address_id:
                raise NotFoundError(f"file {received_id}")
            await self._audited(uow, officer, ticket, "file.viewed", file=str(stored.id))
            await uow.commit()
        return stored

    async def unmask(self, officer: Officer, ticket_id: int, reason: str) -> None:
        """Show this officer the numbers that name a person, for a while. Raises NoReasonError."""
        if not reason.strip():
            raise NoReasonError
        async with self._database.unit_of_work() as uow:
            ticket = await self._ticket(uow, officer, ticket_id, Action.UNMASK)
            await uow.tickets.event(ticket_id, self._clock.now(), "unmasked", officer.id, reason.strip())
            await self._audited(uow, officer, ticket, "ticket.unmasked", reason=reason.strip())
            await self._commit(uow, ticket)

    async def set_away(self, officer: Officer, until: date | None) -> datetime | None:
        """Away up to and including that day (nothing is forwarded to them), or back again."""
        now, back = self._clock.now(), None
        if until is not None:
            back = datetime.combine(until + timedelta(days=1), time(), VIETNAM)
            if not now < back <= now + LONGEST_AWAY:
                raise ValueError("away")
        async with self._database.unit_of_work() as uow:
            await uow.officers.set_away(officer.id, back)
            detail = {"until": until.isoformat() if until else ""}
            await uow.audit.add(now, f"officer:{officer.id}", "officer.away", f"officer:{officer.id}", detail)
            await uow.commit()
        return back
