"""Prepared words: canned replies with variables, and the card of a procedure, put into an answer in one step."""

import re
from collections.abc import Collection, Mapping

from bot import policy
from bot.conversation.outcomes import ProcedureShown
from bot.conversation.state import State
from bot.conversation.wording.context import Wording
from bot.conversation.wording.procedures import card
from bot.desk.masking import masked
from bot.desk.pages import Prepared, TicketPage
from bot.desk.reading import Reading
from bot.texts import Texts, moment
from intents.catalog import Procedure
from intents.extract import redact
from storage.errors import NotFoundError
from storage.records import CannedReply, Contact, Officer, Ticket

_VARIABLE = re.compile(r"\{([a-z_]+)\}")
VARIABLES = ("nguoi_dan", "can_bo", "phieu", "han", "tong_dai")
LONGEST_TITLE = 100  # characters
LONGEST_TEXT = 2000


class Preparing(Reading):
    async def canned(self, officer: Officer) -> tuple[CannedReply, ...]:
        policy.require_desk(officer)
        async with self._database.reading() as uow:
            return await uow.canned_replies.list()

    async def write_canned(
        self, officer: Officer, topic: str, title: str, text: str, *, reply_id: int | None = None
    ) -> CannedReply:
        """A new one or a better wording. Raises ValueError for one that says nothing or too much."""
        policy.require_desk(officer)
        if not (topic.strip() and title.strip() and text.strip()):
            raise ValueError("empty")
        if len(title) > LONGEST_TITLE or len(topic) > LONGEST_TITLE or len(text) > LONGEST_TEXT:
            raise ValueError("too_long")
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            written = await uow.canned_replies.write(
                topic.strip(), title.strip(), text.strip(), officer.id, now, reply_id=reply_id
            )
            await uow.audit.add(now, f"officer:{officer.id}", "canned.written", f"canned:{written.id}", {})
            await uow.commit()
        return written

    async def remove_canned(self, officer: Officer, reply_id: int) -> None:
        policy.require_desk(officer)
        async with self._database.unit_of_work() as uow:
            await uow.canned_replies.remove(reply_id)
            await uow.audit.add(
                self._clock.now(), f"officer:{officer.id}", "canned.removed", f"canned:{reply_id}", {}
            )
            await uow.commit()

    async def prepared(
        self, officer: Officer, page: TicketPage, found: Collection[str] = ()
    ) -> tuple[Prepared, ...]:
        """What can be put into an answer to this ticket: its dossiers and procedures, what others were answered
        about the same, then canned replies by topic. First what was `found` by its name: codes."""
        by_code = self._live.snapshot.catalog.by_code
        return (
            *(Prepared(f"thu-tuc:{each}", "found", by_code[each].title) for each in found if each in by_code),
            *(
                Prepared(f"ho-so:{each.dossier.code}", "dossier", redact(each.dossier.code))
                for each in page.dossiers
            ),
            *(
                Prepared(f"thu-tuc:{each.code}", "procedure", each.title)
                for each in self._procedures(page.ticket)
            ),
            *(
                Prepared(f"da-dap:{each.message_id}", "similar", redact(each.question)[:80])
                for each in page.similar
            ),
            *(
                Prepared(f"mau:{each.id}", "canned", each.title, each.topic)
                for each in await self.canned(officer)
            ),
        )

    async def put_in(self, officer: Officer, ticket_id: int, token: str) -> str:
        """The words of one of `prepared`, filled in for this citizen. Raises NotFoundError."""
        kind, _, name = token.partition(":")
        async with self._database.reading() as uow:
            ticket = await self._seen(uow, officer, ticket_id)
            contact, texts = await self._citizen(uow, ticket)
            canned = {str(each.id): each for each in await uow.canned_replies.list()}
            dossiers = {each.dossier.code: each for each in await self.mentioned(uow, ticket)}
            past = {str(each.message_id): each for each in await self._similar(uow, officer, ticket)}
        if kind == "mau" and name in canned:
            return filled(canned[name].text, self._facts(officer, ticket, contact, texts))
        if kind == "ho-so" and name in dossiers:
            return self.dossier_words(dossiers[name], self._wording(texts))
        if kind == "da-dap" and name in past:
            return masked(past[name].text)
        procedure = self._live.snapshot.catalog.by_code.get(name) if kind == "thu-tuc" else None
        if procedure is None:
            raise NotFoundError(f"nothing prepared as {token[:40]}")
        return card(ProcedureShown(procedure, None), self._wording(texts))

    def _wording(self, texts: Texts) -> Wording:
        catalog = self._live.snapshot.catalog
        return Wording(texts, catalog, State(), self._clock.now(), self._settings.legal_basis)

    def _procedures(self, ticket: Ticket) -> tuple[Procedure, ...]:
        matched = [str(each["code"]) for each in ticket.matched.get("candidates", ())]
        codes = dict.fromkeys(filter(None, (ticket.procedure_code, *matched)))
        by_code = self._live.snapshot.catalog.by_code
        return tuple(by_code[code] for code in codes if code in by_code)

    def _facts(self, officer: Officer, ticket: Ticket, contact: Contact, texts: Texts) -> dict[str, str]:
        return {
            "nguoi_dan": contact.pronoun or texts.pronoun,
            "can_bo": officer.name,
            "phieu": f"#{ticket.number}",
            "han": moment(ticket.due_at, texts),
            "tong_dai": self._live.snapshot.catalog.province.hotline,
        }


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Known variables filled in; an unknown one stays, and holds the answer back until somebody looks."""
    return _VARIABLE.sub(lambda found: facts.get(found[1], found[0]), text)
