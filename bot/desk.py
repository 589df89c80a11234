"""The officers' side: queue, claim, answer, give back, note, forward, close, reopen.

Each verb is one unit of work: the ticket, what the citizen is told, the rating buttons and the audit line are
one commit. Who may do it is `policy`'s to say, asked before anything is read or written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot import policy
from bot.config import Settings
from bot.conversation import tokens
from bot.conversation.state import MenuItem, State
from bot.conversation.wording.tickets import levels
from bot.live_catalog import LiveCatalog
from bot.messages import Choice, Reply, Voice
from bot.policy import Action
from bot.ports import Channel, Clock
from bot.texts import Texts
from bot.transcript import say, topic_of
from bot.worktime import WorkTime
from intents.catalog import Tone
from storage.database import Database
from storage.errors import NotFoundError, TicketClosedError, TicketTakenError
from storage.records import (
    Closing,
    Contact,
    Message,
    Officer,
    QueueCounts,
    QueueView,
    Ticket,
    TicketEvent,
    TicketStatus,
)
from storage.unit_of_work import UnitOfWork

PAGE = 50  # tickets on one page of the queue
QUEUE = "queue"
CLOSE_JOB = "close_answered"
IDLE_JOB = "give_back_idle"
CLOSE_AFTER = timedelta(hours=8)  # working hours of silence after an answer


@dataclass(frozen=True)
class QueuePage:
    tickets: tuple[Ticket, ...]
    counts: QueueCounts
    page: int
    has_more: bool


@dataclass(frozen=True)
class Matched:
    """What the bot had matched before it handed the question on."""

    code: str
    name: str
    score: float


@dataclass(frozen=True)
class TicketPage:
    ticket: Ticket
    messages: tuple[Message, ...]
    events: tuple[TicketEvent, ...]
    matched: tuple[Matched, ...]
    contact: Contact
    held_by_me: bool
    may: frozenset[str]


class Desk:
    def __init__(
        self,
        database: Database,
        live: LiveCatalog,
        channels: Mapping[str, Channel],
        settings: Settings,
        worktime: WorkTime,
        clock: Clock,
    ) -> None:
        self._database = database
        self._live = live
        self._channels = channels
        self._settings = settings
        self._worktime = worktime
        self._clock = clock

    async def queue(self, officer: Officer, view: QueueView, *, page: int = 1) -> QueuePage:
        now, departments = self._clock.now(), policy.departments_seen(officer)
        async with self._database.reading() as uow:
            tickets = await uow.tickets.queue(
                view,
                now=now,
                officer_id=officer.id,
                departments=departments,
                limit=PAGE + 1,
                offset=(max(page, 1) - 1) * PAGE,
            )
            counts = await uow.tickets.counts(now=now, officer_id=officer.id, departments=departments)
        return QueuePage(tickets[:PAGE], counts, max(page, 1), len(tickets) > PAGE)

    async def open(self, officer: Officer, ticket_id: int) -> TicketPage:
        """One ticket with its whole conversation. A ticket one may not see does not exist."""
        async with self._database.reading() as uow:
            ticket = await self._seen(uow, officer, ticket_id)
            return TicketPage(
                ticket=ticket,
                messages=await uow.messages.of_conversation(ticket.conversation_id, latest=True),
                events=await uow.tickets.events(ticket_id),
                matched=_candidates(ticket.matched),
                contact=await uow.citizens.get(ticket.address_id),
                held_by_me=ticket.officer_id == officer.id,
                may=policy.allowed(officer, ticket),
            )

    async def claim(self, officer: Officer, ticket_id: int) -> Ticket:
        """Take a ticket; one wins. Raises TicketTakenError with the winner's name."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            before = await self._locked(uow, await self._seen(uow, officer, ticket_id))
            ticket = await uow.tickets.claim(ticket_id, officer.id, now)
            if before.officer_id == officer.id:  # pressed twice
                return ticket
            await self._notice(uow, ticket, "ticket.claimed", aside=True, name=officer.name)
            idle = timedelta(minutes=self._settings.idle_claim_minutes)
            await uow.jobs.schedule(
                IDLE_JOB, str(ticket_id), self._worktime.add(now, idle), {"ticket": ticket_id}
            )
            await uow.audit.add(now, f"officer:{officer.id}", "ticket.claimed", f"ticket:{ticket_id}", {})
            await self._commit(uow, ticket)
        return ticket

    async def answer(
        self, officer: Officer, ticket_id: int, text: str, *, seen_message_id: int, key: str
    ) -> Ticket:
        """Answer the citizen. Raises MovedOnError when they wrote something the officer has not seen."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            ticket = await self._ticket(uow, officer, ticket_id, Action.ANSWER)
            if not await uow.done_once.first(f"answer:{ticket_id}:{key}", now):
                return ticket
            ticket = await uow.tickets.answered(ticket_id, officer.id, now, seen_message_id)
            contact, texts = await self._citizen(uow, ticket)
            reply = self._reply(ticket, officer, text, texts)
            await self._say(uow, contact, ticket, reply, officer)
            await uow.jobs.cancel(IDLE_JOB, str(ticket_id))
            await uow.jobs.schedule(
                CLOSE_JOB, str(ticket_id), self._worktime.add(now, CLOSE_AFTER), {"ticket": ticket_id}
            )
            await uow.audit.add(now, f"officer:{officer.id}", "ticket.answered", f"ticket:{ticket_id}", {})
            await self._commit(uow, ticket)
        return ticket

    def _reply(self, ticket: Ticket, officer: Officer, text: str, texts: Texts) -> Reply:
        """The answer with the rating buttons; a matter of mourning is never asked for a rating."""
        procedure = self._live.snapshot.catalog.by_code.get(ticket.procedure_code or "")
        again = Choice(texts("menu.not_done"), token=tokens.reopen(ticket.id))
        mourning = procedure is not None and procedure.tone is Tone.CONDOLENCE
        choices = (again,) if mourning else (*levels(texts, ticket.id), again)
        speaker = texts("ticket.speaker", name=officer.name)
        return Reply(text.strip(), choices, voice=Voice.OFFICER, speaker=speaker)

    async def release(self, officer: Officer, ticket_id: int, note: str = "") -> Ticket:
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            ticket = await self._ticket(uow, officer, ticket_id, Action.RELEASE)
            forced = ticket.officer_id != officer.id
            ticket = await uow.tickets.release(ticket_id, officer.id, now, note=note or None, force=forced)
            await self._notice(uow, ticket, "ticket.released")
            await uow.audit.add(now, f"officer:{officer.id}", "ticket.released", f"ticket:{ticket_id}", {})
            await self._commit(uow, ticket)
        return ticket

    async def note(self, officer: Officer, ticket_id: int, text: str, *, key: str) -> None:
        """An internal note: kept beside the ticket, never in the conversation."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            ticket = await self._ticket(uow, officer, ticket_id, Action.NOTE)
            if await uow.done_once.first(f"note:{ticket_id}:{key}", now):
                await uow.tickets.note(ticket_id, officer.id, now, text.strip())
                await self._commit(uow, ticket)

    async def close(self, officer: Officer, ticket_id: int, closing: Closing, detail: str = "") -> Ticket:
        """End a ticket with a typed outcome; a refusal needs its reason, "not ours" whose it is."""
        if closing in (Closing.REFUSED, Closing.NOT_OURS) and not detail.strip():
            raise ValueError("console.close.detail_needed")
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            await self._ticket(uow, officer, ticket_id, Action.CLOSE)
            ticket = await uow.tickets.close(
                ticket_id, officer.id, now, closing, detail=detail.strip() or None
            )
            await self._notice(
                uow, ticket, f"ticket.closed.{closing.value}", bot_back=True, detail=detail.strip()
            )
            await uow.jobs.cancel(CLOSE_JOB, str(ticket_id))
            await uow.audit.add(
                now,
                f"officer:{officer.id}",
                "ticket.closed",
                f"ticket:{ticket_id}",
                {"closing": closing.value},
            )
            await self._commit(uow, ticket)
        return ticket

    async def reopen(self, officer: Officer, ticket_id: int) -> Ticket:
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            await self._ticket(uow, officer, ticket_id, Action.REOPEN)
            ticket = await uow.tickets.reopen(ticket_id, now, "officer")
            await self._notice(uow, ticket, "ticket.reopened_by_officer")
            await uow.audit.add(now, f"officer:{officer.id}", "ticket.reopened", f"ticket:{ticket_id}", {})
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
        """An officer claimed it and then did nothing: it goes back to the queue."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            ticket = await self._locked(uow, await uow.tickets.get(ticket_id))
            if (
                ticket.status is not TicketStatus.ASSIGNED
                or ticket.first_answer_at
                or ticket.officer_id is None
            ):
                return
            ticket = await uow.tickets.release(ticket_id, ticket.officer_id, now)
            await self._notice(uow, ticket, "ticket.released")
            await self._commit(uow, ticket)

    async def _seen(self, uow: UnitOfWork, officer: Officer, ticket_id: int) -> Ticket:
        ticket = await uow.tickets.get(ticket_id)
        if not policy.may(officer, Action.VIEW, ticket):
            raise NotFoundError(f"ticket {ticket_id}")
        return ticket

    async def _locked(self, uow: UnitOfWork, ticket: Ticket) -> Ticket:
        """The ticket as it is now that neither the citizen nor a colleague can change it."""
        await uow.conversations.lock(ticket.conversation_id)
        return await uow.tickets.get(ticket.id)

    async def _ticket(self, uow: UnitOfWork, officer: Officer, ticket_id: int, action: Action) -> Ticket:
        """The locked ticket, once it is sure that this officer may do that; else what stands in the way."""
        ticket = await self._locked(uow, await self._seen(uow, officer, ticket_id))
        if not policy.may(officer, action, ticket):
            if ticket.closed_at is not None:
                raise TicketClosedError(f"ticket {ticket_id} is closed")
            if ticket.officer_id not in {None, officer.id} and action is not Action.REOPEN:
                raise TicketTakenError(ticket.officer_name or "", ticket.claimed_at or ticket.opened_at)
        policy.require(officer, action, ticket)
        return ticket

    async def _citizen(self, uow: UnitOfWork, ticket: Ticket) -> tuple[Contact, Texts]:
        contact = await uow.citizens.get(ticket.address_id)
        return contact, Texts.load(contact.language).addressing(contact.pronoun)

    async def _notice(
        self,
        uow: UnitOfWork,
        ticket: Ticket,
        key: str,
        *,
        aside: bool = False,
        bot_back: bool = False,
        **facts: str,
    ) -> None:
        contact, texts = await self._citizen(uow, ticket)
        text = texts(key, number=ticket.number, **facts)
        if bot_back:
            text = f"{text}\n{texts('ticket.bot_back')}"
        choices = (Choice(texts("menu.aside"), token=tokens.ASIDE),) if aside else ()
        await self._say(uow, contact, ticket, Reply(text, choices, voice=Voice.NOTICE), None)

    async def _say(
        self, uow: UnitOfWork, contact: Contact, ticket: Ticket, reply: Reply, officer: Officer | None
    ) -> None:
        """Say it on the citizen's channel; what it offers becomes the menu that typed numbers mean."""
        pull = (
            self._channels[contact.key.channel].capabilities.pull
            if contact.key.channel in self._channels
            else False
        )
        await say(
            uow,
            contact,
            reply,
            self._clock.now(),
            pull=pull,
            officer_id=officer.id if officer else None,
            ticket_id=ticket.id,
        )
        if reply.choices:
            await self._offer(uow, contact, reply)

    async def _offer(self, uow: UnitOfWork, contact: Contact, reply: Reply) -> None:
        conversation = await uow.conversations.lock(contact.conversation_id)
        menu = tuple(MenuItem(choice.label, choice.token) for choice in reply.choices if choice.token)
        state = State.from_json(conversation.state).offering(menu)
        await uow.conversations.save_state(conversation.id, state.to_json(), conversation.version)

    async def _commit(self, uow: UnitOfWork, ticket: Ticket) -> None:
        for topic in (QUEUE, f"ticket:{ticket.id}", topic_of(ticket.conversation_id)):
            uow.notify(topic)
        await uow.commit()


def _candidates(matched: Mapping[str, Any]) -> tuple[Matched, ...]:
    return tuple(
        Matched(str(each["code"]), str(each["name"]), float(each["score"]))
        for each in matched.get("candidates", ())
    )
