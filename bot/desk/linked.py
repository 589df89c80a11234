"""Officers who hear of tickets in a chat of their own: linked by a one-time code, they take tickets there.

Nothing else of the desk can be done in the chat: what citizens write is read behind a login only.
"""

import hashlib
import re
import secrets
from datetime import timedelta

from bot import policy
from bot.conversation import tokens
from bot.desk.alerting import Alerting
from bot.desk.answering import Answering
from bot.messages import Choice, Incoming, Kind, Reply, Voice
from bot.policy import ForbiddenError
from bot.texts import Texts, moment
from storage.errors import NotFoundError, TicketClosedError, TicketTakenError
from storage.records import Officer, OfficerLink
from storage.unit_of_work import UnitOfWork

CHANNELS = ("telegram",)  # where a message may be sent at any hour, unasked
LIFETIME = timedelta(minutes=10)
COMMAND = "/lienket"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_LENGTH = 8  # characters: 40 bits, for ten minutes
_LINKING = re.compile(rf"{COMMAND}(?:@\w+)?\s+([\w-]{{1,20}})\s*", re.IGNORECASE)


class Linked(Alerting, Answering):
    @property
    def can_link(self) -> bool:
        """Whether a channel for it is set up."""
        return any(name in self._channels for name in CHANNELS)

    async def link(self, officer: Officer) -> OfficerLink | None:
        policy.require_desk(officer)
        async with self._database.reading() as uow:
            return await uow.officer_links.of_officer(officer.id)

    async def offer_link(self, officer: Officer) -> str:
        """A code to send from the chat that is to be linked; it works once, for ten minutes."""
        policy.require_desk(officer)
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        async with self._database.unit_of_work() as uow:
            await uow.officer_links.offer(officer.id, _digest(code), self._clock.now() + LIFETIME)
            await uow.commit()
        return f"{code[:4]}-{code[4:]}"

    async def end_link(self, officer: Officer) -> None:
        policy.require_desk(officer)
        async with self._database.unit_of_work() as uow:
            if await uow.officer_links.end(officer.id):
                await self._note(uow, officer, "officer.unlinked")
            await uow.commit()

    async def heard(self, uow: UnitOfWork, incoming: Incoming) -> bool:
        """Whether this was an officer's business, and is done; all else is the assistant's."""
        if incoming.key.channel not in CHANNELS:
            return False
        code = _LINKING.fullmatch(incoming.text) if incoming.kind is Kind.TEXT else None
        if code:
            await self._link_with(uow, incoming, code[1])
            return True
        ticket_id = tokens.claimed(incoming.button or "")
        link = await uow.officer_links.by_key(incoming.key) if ticket_id is not None else None
        if ticket_id is None or link is None:
            return False
        await self._chat(uow, link.address_id, await self._pressed(uow, link.officer, ticket_id))
        return True

    async def _link_with(self, uow: UnitOfWork, incoming: Incoming, code: str) -> None:
        now, texts = self._clock.now(), Texts.load()
        contact = await uow.citizens.resolve(incoming.key, now, display_name=incoming.display_name)
        link = await uow.officer_links.use(_digest(code), contact.address_id, now)
        if link is None:
            await self._chat(uow, contact.address_id, Reply(texts("alert.code_wrong"), voice=Voice.NOTICE))
            return
        await self._note(uow, link.officer, "officer.linked", channel=incoming.key.channel)
        said = texts("alert.linked", name=link.officer.name)
        await self._chat(uow, contact.address_id, Reply(said, voice=Voice.NOTICE))

    async def _pressed(self, uow: UnitOfWork, officer: Officer, ticket_id: int) -> Reply:
        """Take the ticket, and say what came of it: one wins, the others hear who."""
        texts = Texts.load()
        try:
            ticket = await self._claim(uow, officer, ticket_id, via="chat")
        except TicketTakenError as taken:
            since = moment(taken.since, texts)
            said = texts("alert.taken", number=ticket_id, name=taken.officer_name, since=since)
        except TicketClosedError:
            said = texts("alert.closed", number=ticket_id)
        except (ForbiddenError, NotFoundError):
            said = texts("alert.not_yours", number=ticket_id)
        else:
            self._wake(uow, ticket)
            said = texts("alert.yours", number=ticket.number, due=moment(ticket.due_at, texts))
            return Reply(said, self._way_in(texts, ticket_id), voice=Voice.NOTICE)
        return Reply(said, voice=Voice.NOTICE)

    def _way_in(self, texts: Texts, ticket_id: int) -> tuple[Choice, ...]:
        if not self._settings.public_url:
            return ()
        address = f"{self._settings.public_url.rstrip('/')}/can-bo/phieu/{ticket_id}"
        return (Choice(texts("alert.open"), url=address),)

    async def _chat(self, uow: UnitOfWork, address_id: int, reply: Reply) -> None:
        await uow.outbox.add(address_id, reply.to_json(), self._clock.now())
        uow.notify("outbox")

    async def _note(self, uow: UnitOfWork, officer: Officer, action: str, **detail: str) -> None:
        whom = f"officer:{officer.id}"
        await uow.audit.add(self._clock.now(), whom, action, whom, detail)


def _digest(code: str) -> str:
    """However it was typed: small letters, without the hyphen."""
    return hashlib.sha256(code.replace("-", "").upper().encode()).hexdigest()
