"""An answer on its way: held for a few seconds in which it can be undone, then said to the citizen.

What is held is on disk: a process that dies sends it when it is up again. Whatever the officer does next with
the ticket (close, forward, give back) lets it go out first, so that nothing overtakes it.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from bot.actions.pace import IDLE_JOB, answer_by
from bot.conversation import tokens
from bot.conversation.wording.tickets import levels
from bot.desk.caution import Held, HeldBackError, held
from bot.desk.caution_links import hosts
from bot.desk.proving import Proving
from bot.files import sent_file
from bot.messages import Choice, Reply, Voice
from bot.policy import Action
from bot.texts import Texts
from intents.catalog import Tone
from storage.errors import TicketClosedError, TicketTakenError
from storage.records import Contact, HeldAnswer, Officer, Ticket
from storage.unit_of_work import UnitOfWork

CLOSE_JOB = "close_answered"
CLOSE_AFTER = timedelta(hours=8)  # working hours of silence after an answer
BATCH = 50
ANSWER = "text"  # the kind of draft


class TooLateError(Exception):
    """It has gone out already."""


class Sending(Proving):
    @property
    def sends_at_once(self) -> bool:
        """There is nothing to undo."""
        return self._settings.undo_seconds == 0

    async def answer(
        self,
        officer: Officer,
        ticket_id: int,
        text: str,
        *,
        seen_message_id: int,
        key: str,
        files: Collection[int] | None = None,
    ) -> Ticket:
        """Answer the citizen. Raises MovedOnError when they wrote something the officer has not seen.

        `files`: what the officer saw beside the draft; StaleStateError when it is something else by now. None:
        what is attached stays where it is. Raises HeldBackError for what no officer may send.
        """
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            ticket = await self._ticket(uow, officer, ticket_id, Action.ANSWER)
            await self._require_sendable(uow, ticket, text)
            if not await uow.done_once.first(f"answer:{ticket_id}:{key}", now):
                return ticket
            await uow.tickets.require_current(ticket, seen_message_id)
            ticket = await self._let_go(uow, ticket)
            going = () if files is None else await uow.answer_files.hold(ticket_id, officer.id, tuple(files))
            due = now + timedelta(seconds=self._settings.undo_seconds)
            waiting = HeldAnswer(ticket_id, officer.id, text.strip(), going, now, due, seen_message_id)
            if self._settings.undo_seconds:
                await uow.held_answers.hold(waiting)
            else:
                ticket = await self._send(uow, waiting)
            await uow.drafts.drop(ticket_id, officer.id, ANSWER)
            await self._commit(uow, ticket)
        return ticket

    async def _require_sendable(self, uow: UnitOfWork, ticket: Ticket, text: str) -> None:
        """Raises HeldBackError for words that no officer may say to this citizen."""
        problems = held(text, self._hosts())
        if self.tells_too_much(text, await self.mentioned(uow, ticket)):
            problems = (*problems, Held.UNPROVED)
        if problems:
            raise HeldBackError(problems)

    async def undo(self, officer: Officer, ticket_id: int) -> None:
        """Take back one's own answer; it is a draft again. Raises TooLateError."""
        async with self._database.unit_of_work() as uow:
            ticket = await self._locked(uow, await self._seen(uow, officer, ticket_id))
            taken = await uow.held_answers.take(ticket_id, officer_id=officer.id)
            if taken is None:
                raise TooLateError
            await self._draft_again(uow, taken)
            await self._commit(uow, ticket)

    async def send_held(self) -> int:
        """Every answer whose time to be undone is over."""
        async with self._database.reading() as uow:
            due = await uow.held_answers.due(self._clock.now(), BATCH)
        for each in due:
            async with self._database.unit_of_work() as uow:
                ticket = await self._let_go(
                    uow, await self._locked(uow, await uow.tickets.get(each.ticket_id))
                )
                await self._commit(uow, ticket)
        return len(due)

    async def _let_go(self, uow: UnitOfWork, ticket: Ticket) -> Ticket:
        """Send what is held for this (locked) ticket, if anything is."""
        taken = await uow.held_answers.take(ticket.id)
        if taken is None:
            return ticket
        try:
            return await self._send(uow, taken)
        except (TicketTakenError, TicketClosedError):  # it is a colleague's now, or at its end
            await self._draft_again(uow, taken)
            await uow.tickets.event(ticket.id, self._clock.now(), "not_sent", taken.officer_id)
            return ticket

    async def _draft_again(self, uow: UnitOfWork, taken: HeldAnswer) -> None:
        now = self._clock.now()
        await uow.drafts.save(taken.ticket_id, taken.officer_id, ANSWER, taken.text, now)
        await uow.answer_files.back(taken.ticket_id, taken.officer_id, taken.files)

    async def _send(self, uow: UnitOfWork, held_answer: HeldAnswer) -> Ticket:
        """The answer, the rating buttons, the timers and the audit line: one commit."""
        now = self._clock.now()
        officer = await uow.officers.get(held_answer.officer_id)
        ticket = await uow.tickets.answered(held_answer.ticket_id, officer.id, held_answer.pressed_at, None)
        contact, texts = await self._citizen(uow, ticket)
        kept = await uow.files.those(held_answer.files)
        files = tuple(sent_file(kept[each], texts) for each in held_answer.files)
        reply = replace(self._reply(ticket, officer, held_answer.text, texts), files=files)
        await self._say(uow, contact, ticket, reply, officer)
        await uow.answer_files.went(ticket.id, officer.id, held_answer.files)
        await uow.jobs.cancel(IDLE_JOB, str(ticket.id))
        ticket = await self._asked_meanwhile(uow, ticket, contact, held_answer.seen_message_id)
        await uow.jobs.schedule(
            CLOSE_JOB, str(ticket.id), self._worktime.add(now, CLOSE_AFTER), {"ticket": ticket.id}
        )
        detail = {"files": str(len(files))} if files else {}
        await self._audited(uow, officer, ticket, "ticket.answered", **detail)
        return ticket

    async def _asked_meanwhile(
        self, uow: UnitOfWork, ticket: Ticket, contact: Contact, seen_message_id: int
    ) -> Ticket:
        """What came while the answer could still be undone is a question of its own: the ticket waits again."""
        if ticket.last_message_id <= seen_message_id:
            return ticket
        now, hours = self._clock.now(), timedelta(hours=self._settings.answer_hours)
        await uow.tickets.touch(
            ticket.id,
            ticket.last_message_id,
            needs_answer=True,
            due_at=answer_by(contact, self._worktime, now, self._worktime.add(now, hours)),
            silent_until=self._worktime.add(now, hours / 2),
        )
        if ticket.forwarded_from is None:
            await self._watched(uow, ticket)
        return await uow.tickets.get(ticket.id)

    def _hosts(self) -> tuple[str, ...]:
        return hosts(self._settings.public_url, self._live.snapshot.catalog.province.portal)

    def _reply(self, ticket: Ticket, officer: Officer, text: str, texts: Texts) -> Reply:
        """The answer with the rating buttons; a matter of mourning is never asked for a rating."""
        procedure = self._live.snapshot.catalog.by_code.get(ticket.procedure_code or "")
        label = texts("menu.not_done")
        offered = texts("rating.not_done", label=label)
        again = Choice(label, token=tokens.reopen(ticket.id), in_words=offered)
        mourning = procedure is not None and procedure.tone is Tone.CONDOLENCE
        choices = (again,) if mourning else (*levels(texts, ticket.id, officer.id), again)
        speaker = texts("ticket.speaker", name=officer.name)
        if ticket.forwarded_from is not None:
            speaker = texts(
                "ticket.speaker_of", name=officer.name, department=self._department(ticket.department)
            )
        return Reply(text.strip(), choices, voice=Voice.OFFICER, speaker=speaker)
