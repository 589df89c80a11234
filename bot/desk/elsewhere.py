"""An officer who answers in the platform's own app has taken the conversation over: the bot keeps silent.

It speaks again when nobody has written there for a while, or when an officer gives it back here. Meanwhile a
ticket shows the conversation to everybody at the desk, and stays if the citizen's last word got no answer.
"""

from datetime import datetime, timedelta

from bot.desk.core import QUEUE, DeskCore
from bot.messages import Incoming
from bot.texts import Texts
from bot.transcript import topic_of
from intents.text import fold
from storage.records import Author, Closing, Contact, Officer, Reason, Ticket
from storage.unit_of_work import UnitOfWork

ELSEWHERE_JOB = "answered_elsewhere"
RECENT = 10  # messages among which an echo of our own is looked for


class Elsewhere(DeskCore):
    async def wrote_elsewhere(self, uow: UnitOfWork, incoming: Incoming) -> None:
        """Inside the caller's unit of work. What we sent ourselves comes back as an echo too: that is nothing new."""
        now = self._clock.now()
        contact = await uow.citizens.resolve(incoming.key, now)
        conversation = await uow.conversations.lock(contact.conversation_id)
        if await self._is_ours(uow, contact, incoming):
            return
        until = now + timedelta(minutes=self._settings.elsewhere_minutes)
        await uow.conversations.answered_elsewhere(conversation.id, until)
        ticket = await uow.tickets.open_for(conversation.id) or await self._opened(uow, contact, now)
        texts = Texts.load()
        message = await uow.messages.add(
            conversation.id,
            Author.OFFICER,
            incoming.text or texts("ticket.elsewhere_media"),
            now,
            author_name=texts("ticket.speaker_elsewhere"),
            ticket_id=ticket.id,
            search_text=fold(incoming.text),
        )
        await uow.tickets.touch(ticket.id, message.id)
        await uow.tickets.event(ticket.id, now, "elsewhere", None)
        await uow.jobs.schedule(ELSEWHERE_JOB, str(conversation.id), until, {})
        for topic in (QUEUE, f"ticket:{ticket.id}", topic_of(conversation.id)):
            uow.notify(topic)

    async def give_back(self, officer: Officer, ticket_id: int) -> Ticket:
        """The assistant speaks again."""
        async with self._database.unit_of_work() as uow:
            ticket = await self._locked(uow, await self._seen(uow, officer, ticket_id))
            await uow.conversations.answered_elsewhere(ticket.conversation_id, None)
            await uow.tickets.event(ticket.id, self._clock.now(), "given_back", officer.id)
            await uow.jobs.cancel(ELSEWHERE_JOB, str(ticket.conversation_id))
            await self._audited(uow, officer, ticket, "conversation.given_back")
            await self._commit(uow, ticket)
        return ticket

    async def elsewhere_over(self, conversation_id: int) -> None:
        """Nobody has written in the app for a while. What was answered there is done; what was not waits here."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            conversation = await uow.conversations.lock(conversation_id)
            if conversation.elsewhere_until is None or conversation.elsewhere_until > now:
                return
            await uow.conversations.answered_elsewhere(conversation_id, None)
            ticket = await uow.tickets.open_for(conversation_id)
            if ticket and ticket.reason is Reason.ELSEWHERE and ticket.officer_id is None:
                last = await uow.messages.of_conversation(conversation_id, latest=True, limit=1)
                if last and last[-1].author is not Author.CITIZEN:
                    await uow.tickets.close(ticket.id, None, now, Closing.ANSWERED)
                uow.notify(QUEUE)
            await uow.commit()

    async def _is_ours(self, uow: UnitOfWork, contact: Contact, incoming: Incoming) -> bool:
        """By the channel's id for it, or by its words: the echo may come before our note of having sent it."""
        for reference in incoming.references:
            if await uow.outbox.is_ours(contact.address_id, reference):
                return True
        last = await uow.messages.of_conversation(contact.conversation_id, latest=True, limit=RECENT)
        said = (each.text for each in last if each.author is not Author.CITIZEN and each.author_name is None)
        by_officer = (each.text for each in last if each.officer_id is not None)
        text = fold(incoming.text)
        return bool(text) and any(fold(each) and fold(each) in text for each in (*said, *by_officer))

    async def _opened(self, uow: UnitOfWork, contact: Contact, now: datetime) -> Ticket:
        texts = Texts.load()
        question = texts("ticket.question_elsewhere")
        return await uow.tickets.open(
            conversation_id=contact.conversation_id,
            citizen_id=contact.citizen_id,
            address_id=contact.address_id,
            reason=Reason.ELSEWHERE,
            department=self._live.snapshot.catalog.province.default_department,
            question=question,
            matched={},
            procedure_code=None,
            opened_at=now,
            due_at=self._worktime.add(now, timedelta(hours=self._settings.answer_hours)),
            search_text=fold(question),
        )
