"""The queue, one ticket, and what can be found by its words. Reads only."""

from datetime import datetime

from bot import policy
from bot.desk.apart import Apart
from bot.desk.looking import UNMASKED
from bot.desk.pages import QueuePage, TicketPage, candidates
from bot.desk.proving import Proving
from bot.texts import DEFAULT_LANGUAGE
from storage.records import Contact, Officer, PastAnswer, QueueView, Ticket, TicketEvent
from storage.unit_of_work import UnitOfWork

PAGE = 50  # tickets on one page of the queue
GIVEN = 50  # things asked of one officer that are not done
SIMILAR = 3  # past answers beside a ticket


class Reading(Proving):
    async def queue(
        self, officer: Officer, view: QueueView, *, page: int = 1, department: str = ""
    ) -> QueuePage:
        """Everything on one page, of one reading. `department`: its tickets only, of those one may see."""
        now, departments = self._clock.now(), policy.departments_seen(officer)
        chosen = departments
        if department:
            chosen = (department,) if departments is None or department in departments else ()
        async with self._database.reading() as uow:
            tickets = await uow.tickets.queue(
                view,
                now=now,
                officer_id=officer.id,
                departments=chosen,
                complaints=policy.sees_complaints(officer),
                limit=PAGE + 1,
                offset=(max(page, 1) - 1) * PAGE,
            )
            counts = await uow.tickets.counts(
                now=now,
                officer_id=officer.id,
                departments=departments,
                complaints=policy.sees_complaints(officer),
            )
            given = await uow.assignments.undone(GIVEN, officer_id=officer.id)
            names = {each.id: each.name for each in await uow.departments.list()}
        return QueuePage(tickets[:PAGE], counts, max(page, 1), len(tickets) > PAGE, given, names)

    async def open(self, officer: Officer, ticket_id: int) -> TicketPage:
        """One ticket with its whole conversation. A ticket one may not see does not exist."""
        async with self._database.reading() as uow:
            ticket = await self._seen(uow, officer, ticket_id)
            events = await uow.tickets.events(ticket_id)
            messages = await uow.messages.of_conversation(ticket.conversation_id, latest=True)
            apart = await Apart.of(uow, officer, ticket)
            shown = apart.without(messages)
            theirs = {each.id for each in shown}
            conversation = await uow.conversations.get(ticket.conversation_id)
            received = await uow.received.of_conversation(ticket.conversation_id)
            held = await uow.held_answers.of_ticket(ticket_id)
            return TicketPage(
                ticket=ticket,
                messages=shown,
                last_message_id=max((each.id for each in messages), default=0),
                events=tuple(each for each in events if _tells_no_rating(officer, each)),
                matched=candidates(ticket.matched),
                contact=conversation.contact,
                held_by_me=ticket.officer_id == officer.id,
                may=policy.allowed(officer, ticket),
                department=self._department(ticket.department),
                channels=await self._elsewhere(uow, conversation.contact),
                received=apart.papers_elsewhere([each for each in received if each.message_id in theirs]),
                speakers=await self._speakers(uow, ticket),
                elsewhere_until=self._still(conversation.elsewhere_until),
                held=held,
                held_files=tuple((await uow.files.those(held.files)).values()) if held else (),
                files=await uow.answer_files.of_draft(ticket_id, officer.id),
                carries_files=self._carries_files(conversation.contact),
                drafts=await uow.drafts.of(ticket_id, officer.id),
                dossiers=await self.mentioned(uow, ticket),
                similar=await self._similar(uow, officer, ticket),
                unmasked=any(self._unmasked(officer, event) for event in events),
            )

    async def _elsewhere(self, uow: UnitOfWork, contact: Contact) -> tuple[str, ...]:
        theirs = await uow.citizens.addresses_of(contact.citizen_id)
        return tuple(each.key.channel for each in theirs if each.address_id != contact.address_id)

    def _carries_files(self, contact: Contact) -> bool:
        channel = self._channels.get(contact.key.channel)
        return channel is not None and channel.capabilities.files

    async def _speakers(self, uow: UnitOfWork, ticket: Ticket) -> tuple[str, ...]:
        """Who speaks the language of a question that most do not."""
        if ticket.language == DEFAULT_LANGUAGE:
            return ()
        now = self._clock.now()
        here = (each for each in await uow.officers.list() if each.here(now))
        return tuple(each.name for each in here if ticket.language in each.languages)

    def _still(self, until: datetime | None) -> datetime | None:
        return until if until and until > self._clock.now() else None

    async def _similar(self, uow: UnitOfWork, officer: Officer, ticket: Ticket) -> tuple[PastAnswer, ...]:
        """What others were answered about the procedure that this question is most likely about."""
        matched = candidates(ticket.matched)
        code = ticket.procedure_code or (matched[0].code if matched else None)
        if code is None:
            return ()
        return await uow.answers.about(
            code, departments=policy.departments_seen(officer), without_ticket=ticket.id, limit=SIMILAR
        )

    def _unmasked(self, officer: Officer, event: TicketEvent) -> bool:
        recent = event.at > self._clock.now() - UNMASKED
        return event.kind == "unmasked" and event.officer_id == officer.id and recent


def _tells_no_rating(officer: Officer, event: TicketEvent) -> bool:
    return event.kind != "to_supervisor" or policy.sees_complaints(officer)
