"""Many questions about the same, answered together: one wording, filled in for each person, sent one by one.

Each answer goes the normal way (claim, checks, outbox, five seconds to undo): what cannot be sent to one person
stops nobody else's, and a button pressed twice sends nothing twice.
"""

from collections.abc import Mapping

from bot import policy
from bot.desk.answering import Answering
from bot.desk.caution import Held, HeldBackError
from bot.desk.pages import Group, GroupAnswer, GroupMember
from bot.desk.preparing import Preparing, filled
from storage.errors import MovedOnError, NotFoundError, TicketClosedError, TicketTakenError
from storage.records import Officer, Ticket
from storage.unit_of_work import UnitOfWork

SHOWN = 40  # people answered at once: a form has at most 50 fields


class Grouping(Preparing, Answering):
    async def groups(self, officer: Officer) -> tuple[Group, ...]:
        """Procedures about which two or more people wait for this officer, the most asked first."""
        policy.require_desk(officer)
        async with self._database.reading() as uow:
            found = await uow.tickets.by_procedure(officer.id, policy.departments_seen(officer))
        by_code = self._live.snapshot.catalog.by_code
        return tuple(
            Group(code, by_code[code].title if code in by_code else code, count, due)
            for code, count, due in found
            if count > 1
        )

    async def group(
        self, officer: Officer, code: str, text: str = ""
    ) -> tuple[Group, tuple[GroupMember, ...]]:
        """The people of a group, each with what they would get. Raises NotFoundError for an empty one."""
        policy.require_desk(officer)
        async with self._database.reading() as uow:
            tickets = await uow.tickets.of_procedure(
                code, officer.id, policy.departments_seen(officer), limit=SHOWN
            )
            if not tickets:
                raise NotFoundError(f"nobody waits about {code[:40]}")
            members = tuple([await self._member(uow, officer, each, text) for each in tickets])
        procedure = self._live.snapshot.catalog.by_code.get(code)
        name = procedure.title if procedure else code
        return Group(code, name, len(tickets), tickets[0].due_at), members

    async def answer_group(
        self, officer: Officer, code: str, text: str, seen: Mapping[int, int], *, key: str
    ) -> tuple[GroupAnswer, ...]:
        """Answer the chosen tickets (`seen`: ticket to the last message that was on the page)."""
        _, members = await self.group(officer, code, text)
        chosen = [each for each in members if each.ticket.id in seen]
        return tuple(
            [
                GroupAnswer(each, await self._answer_one(officer, each, seen[each.ticket.id], key))
                for each in chosen
            ]
        )

    async def _answer_one(self, officer: Officer, member: GroupMember, seen: int, key: str) -> str:
        """Empty when it is on its way; else the end of a text key that says why not."""
        ticket = member.ticket
        try:
            if ticket.officer_id is None:
                await self.claim(officer, ticket.id)
            await self.answer(officer, ticket.id, member.text, seen_message_id=seen, key=f"{key}:{ticket.id}")
        except HeldBackError:
            return "held"
        except MovedOnError:
            return "moved_on"
        except TicketTakenError:
            return "taken"
        except (TicketClosedError, NotFoundError, policy.ForbiddenError):
            return "gone"
        return ""

    async def _member(self, uow: UnitOfWork, officer: Officer, ticket: Ticket, text: str) -> GroupMember:
        contact, texts = await self._citizen(uow, ticket)
        words = filled(text, self._facts(officer, ticket, contact, texts))
        problems: tuple[Held, ...] = ()
        try:
            await self._require_sendable(uow, ticket, words)
        except HeldBackError as error:
            problems = error.reasons
        last = await uow.messages.last_id(ticket.conversation_id)
        return GroupMember(ticket, contact.display_name or "", words, last, tuple(map(str, problems)))
