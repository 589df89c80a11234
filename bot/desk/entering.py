"""A question that came to the counter or by phone, entered by an officer: one queue, one memory, one report."""

import secrets

from bot import policy
from bot.desk.linked import Linked
from bot.messages import COUNTER
from bot.transcript import topic_of
from intents.text import fold
from storage.records import AddressKey, Author, Officer, Reason, Ticket
from storage.unit_of_work import UnitOfWork

PLACES = ("quay", "dien-thoai")  # counter, telephone: the account of the address
LIKELY = 0.5  # score from which a candidate decides whose question it is


class Entering(Linked):
    async def enter(
        self, officer: Officer, place: str, question: str, *, name: str = "", answer: str = "", key: str
    ) -> Ticket:
        """Open a ticket in somebody's name; the officer holds it. With `answer`: it was answered on the spot."""
        policy.require_front(officer)
        if place not in PLACES or not question.strip():
            raise ValueError(place)
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            ticket = await self._entered(uow, officer, place, question.strip(), name.strip(), key)
            if ticket.first_answer_at is None and answer.strip():
                ticket = await uow.tickets.answered(ticket.id, officer.id, now, None)
                contact, texts = await self._citizen(uow, ticket)
                await self._say(uow, contact, ticket, self._reply(ticket, officer, answer, texts), officer)
                await self._audited(uow, officer, ticket, "ticket.answered")
            await self._commit(uow, ticket)
        return ticket

    async def _entered(
        self, uow: UnitOfWork, officer: Officer, place: str, question: str, name: str, key: str
    ) -> Ticket:
        """Pressed twice it is one ticket: the form's key is the address."""
        now = self._clock.now()
        who = AddressKey(COUNTER, place, key or secrets.token_urlsafe(8))
        contact = await uow.citizens.resolve(who, now, display_name=name or None)
        existing = await uow.tickets.of_conversation(contact.conversation_id, limit=1)
        if existing:
            return existing[0]
        message = await uow.messages.add(
            contact.conversation_id,
            Author.CITIZEN,
            question,
            now,
            body={"kind": "text", "text": question},
            search_text=fold(question),
        )
        match = self._live.snapshot.matcher.match(question)
        candidates = list(getattr(match, "candidates", ()))[:3]
        likely = candidates[0].code if candidates and candidates[0].score >= LIKELY else None
        ticket = await uow.tickets.open(
            conversation_id=contact.conversation_id,
            citizen_id=contact.citizen_id,
            address_id=contact.address_id,
            reason=Reason.WALK_IN,
            department=self._department_of(likely),
            question=question,
            matched={
                "catalog": self._live.snapshot.catalog.version,
                "candidates": [
                    {
                        "code": each.code,
                        "name": each.name,
                        "score": round(each.score, 3),
                        "wording": each.wording,
                    }
                    for each in candidates
                ],
            },
            procedure_code=likely,
            opened_at=now,
            due_at=await self._answer_by(uow),
            search_text=fold(question),
        )
        await uow.tickets.touch(ticket.id, message.id)
        await self._audited(uow, officer, ticket, "ticket.entered", place=place)
        uow.notify(topic_of(contact.conversation_id))
        return await self._claim(uow, officer, ticket.id)

    def _department_of(self, code: str | None) -> str:
        catalog = self._live.snapshot.catalog
        return catalog.department_of(catalog.by_code.get(code or ""))
