"""What every verb of the desk shares: who may, the lock, what the citizen is told, who is woken."""

from collections.abc import Mapping
from datetime import datetime

from bot import policy
from bot.actions.pace import answer_span, watch
from bot.config import Settings
from bot.conversation import tokens
from bot.conversation.state import MenuItem, State
from bot.live_catalog import LiveCatalog
from bot.messages import COUNTER, Choice, Reply, Voice
from bot.policy import Action
from bot.ports import Channel, Clock
from bot.texts import Texts
from bot.transcript import say, topic_of
from bot.worktime import WorkTime
from storage.database import Database
from storage.errors import NotFoundError, TicketClosedError, TicketTakenError
from storage.records import Contact, Officer, Ticket
from storage.unit_of_work import UnitOfWork

QUEUE = "queue"  # wake topic of the officers' consoles


class ReleasedError(policy.ForbiddenError):
    """The ticket went back to the queue meanwhile: it has to be taken again before it is answered."""


class DeskCore:
    def __init__(
        self,
        database: Database,
        live: LiveCatalog,
        channels: Mapping[str, Channel],
        settings: Settings,
        worktime: WorkTime,
        clock: Clock,
        secret: bytes,
    ) -> None:
        self._database = database
        self._live = live
        self._channels = channels
        self._settings = settings
        self._worktime = worktime
        self._clock = clock
        self._secret = secret

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
            if ticket.officer_id is None and action in (Action.ANSWER, Action.CLOSE, Action.FORWARD):
                raise ReleasedError(f"nobody holds ticket {ticket_id}")
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
        channel = self._channels.get(contact.key.channel)
        pull = channel.capabilities.pull if channel else contact.key.channel == COUNTER
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

    async def _audited(
        self, uow: UnitOfWork, officer: Officer | None, ticket: Ticket, action: str, **detail: str
    ) -> None:
        actor = f"officer:{officer.id}" if officer else "timer"
        await uow.audit.add(self._clock.now(), actor, action, f"ticket:{ticket.id}", detail)

    async def _answer_by(self, uow: UnitOfWork) -> datetime:
        """Until when a question that comes now is answered, as long as the queue is."""
        now = self._clock.now()
        return self._worktime.add(now, await answer_span(uow, self._settings, self._worktime, now))

    async def _watched(self, uow: UnitOfWork, ticket: Ticket) -> None:
        await watch(uow, ticket.id, self._settings, self._worktime, self._clock.now())

    def _department(self, department: str) -> str:
        """Its name; one that the catalog has dropped since is shown by its id."""
        known = self._live.snapshot.catalog.department_by_id.get(department)
        return known.name if known else department

    def _wake(self, uow: UnitOfWork, ticket: Ticket) -> None:
        for topic in (QUEUE, f"ticket:{ticket.id}", topic_of(ticket.conversation_id)):
            uow.notify(topic)

    async def _commit(self, uow: UnitOfWork, ticket: Ticket) -> None:
        self._wake(uow, ticket)
        await uow.commit()
