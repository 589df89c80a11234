"""Handing a question to a person, and giving it back when it is not done."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.actions.pace import answer_by, answer_span, watch
from bot.actions.turn import Turn
from bot.conversation import acts, outcomes
from bot.conversation.outcomes import Outcome
from intents.text import fold, is_khmer
from storage.records import Closing, PromiseState, Reason, Ticket, TicketStatus

LIKELY = 0.5  # score from which a candidate decides whose question it is
JUST_SENT = timedelta(days=1)  # photos so old belong to the question; older ones are gone
KHMER = "km"
QUEUE = "queue"  # wake topic of the officers' consoles


async def escalate(act: acts.Escalate, turn: Turn) -> Outcome:
    question = act.question or turn.state.missed or (turn.text if act.reason is Reason.MEDIA else "")
    existing = await turn.uow.tickets.open_for(turn.conversation.id)
    if existing:
        return await _added(existing, turn)
    if not question and act.reason is Reason.ASKED_FOR_PERSON:
        return outcomes.QuestionAsked()
    promised = await queue_due(turn)
    ticket = await open_ticket(
        turn, act.reason, question or turn.texts("ticket.question_media"), promised=promised
    )
    return await _told(replace(ticket, due_at=promised), turn)


async def open_ticket(
    turn: Turn,
    reason: Reason,
    question: str,
    department: str | None = None,
    *,
    promised: datetime | None = None,
) -> Ticket:
    """A new ticket, due when the queue allows; the consoles hear of it when the turn commits."""
    ticket = await turn.uow.tickets.open(
        conversation_id=turn.conversation.id,
        citizen_id=turn.contact.citizen_id,
        address_id=turn.contact.address_id,
        reason=reason,
        department=department or department_for(turn),
        question=question,
        matched=turn.matched,
        procedure_code=procedure_of(turn),
        opened_at=turn.now,
        due_at=_due(turn, promised or await queue_due(turn)),
        search_text=fold(question),
        language=KHMER if is_khmer(question) else "vi",
    )
    await turn.uow.received.keep_with_ticket(turn.contact.address_id, ticket.id, turn.now - JUST_SENT)
    turn.uow.notify(QUEUE)
    return ticket


def due_at(turn: Turn, share: float = 1) -> datetime:
    """Until when a person answers what came just now, or what share of that time has passed."""
    return turn.tools.worktime.add(turn.now, timedelta(hours=turn.tools.settings.answer_hours) * share)


async def queue_due(turn: Turn) -> datetime:
    """Until when a new question is answered, as long as the queue is."""
    tools = turn.tools
    return tools.worktime.add(turn.now, await answer_span(turn.uow, tools.settings, tools.worktime, turn.now))


def procedure_of(turn: Turn) -> str | None:
    """What the question is about: a likely candidate of its own words, else the procedure spoken of last.

    What is no procedure's business ("tiền đền bù đất chừng nào có") has none, whatever was spoken of before.
    """
    if turn.matched.get("topic"):
        return None
    candidates = turn.matched.get("candidates")
    if isinstance(candidates, list) and candidates and candidates[0]["score"] >= LIKELY:
        return str(candidates[0]["code"])
    return turn.state.procedure


async def pass_on(turn: Turn) -> None:
    """The message is the officer's: an answered ticket waits for them again."""
    ticket = await turn.uow.tickets.open_for(turn.conversation.id)
    if ticket:
        last = await turn.uow.messages.last_id(turn.conversation.id)
        await turn.uow.tickets.touch(
            ticket.id,
            last,
            needs_answer=True,
            due_at=_due(turn, due_at(turn)),
            silent_until=due_at(turn, 0.5),
        )
        if ticket.status is TicketStatus.ANSWERED and ticket.forwarded_from is None:
            await _watched(ticket, turn)
        await _in_their_language(ticket, turn)
        turn.uow.notify(f"ticket:{ticket.id}")
    turn.uow.notify(QUEUE)


def department_for(turn: Turn) -> str:
    """The department of the procedure in question, else the one that answers by default."""
    catalog = turn.snapshot.catalog
    return catalog.department_of(catalog.by_code.get(procedure_of(turn) or ""))


async def reopen(act: acts.ReopenTicket, turn: Turn) -> Outcome:
    ticket = await _own_ticket(act, turn)
    if ticket is None:
        return outcomes.NothingToReopen()
    if ticket.status is not TicketStatus.CLOSED:
        return await _added(ticket, turn)
    if await turn.uow.tickets.open_for(turn.conversation.id):
        return outcomes.NothingToReopen()
    again = await turn.uow.tickets.reopen(ticket.id, turn.now, act.words or turn.text, due_at=due_at(turn))
    await _watched(again, turn)
    turn.uow.notify(QUEUE)
    return outcomes.TicketReopened(again)


async def _watched(ticket: Ticket, turn: Turn) -> None:
    await watch(turn.uow, ticket.id, turn.tools.settings, turn.tools.worktime, turn.now)


async def withdraw(act: acts.WithdrawTicket, turn: Turn) -> Outcome:
    """What nobody has taken yet can be taken back; danger is seen to all the same."""
    ticket = await turn.uow.tickets.open_for(turn.conversation.id)
    if ticket is None or (act.ticket_id is not None and act.ticket_id != ticket.id):
        return outcomes.TicketWithdrawn(None)
    if ticket.officer_name or ticket.reason is Reason.DANGER:
        await pass_on(turn)
        return outcomes.TicketWithdrawn(ticket, kept=True)
    if act.given is None:
        return outcomes.WithdrawAsked(ticket)
    if not act.given:
        return outcomes.TicketWithdrawn(ticket, kept=True)
    closed = await turn.uow.tickets.close(ticket.id, None, turn.now, Closing.WITHDRAWN)
    await turn.uow.alerts.over(ticket.id)
    turn.uow.notify(QUEUE)
    turn.uow.notify(f"ticket:{ticket.id}")
    return outcomes.TicketWithdrawn(closed)


def _due(turn: Turn, promised: datetime) -> datetime:
    return answer_by(turn.contact, turn.tools.worktime, turn.now, promised)


async def _own_ticket(act: acts.ReopenTicket, turn: Turn) -> Ticket | None:
    if act.ticket_id is None:
        newest = await turn.uow.tickets.of_conversation(turn.conversation.id, limit=1)
        return newest[0] if newest else None
    return await turn.uow.tickets.by_number(turn.contact.address_id, act.ticket_id)


async def _in_their_language(ticket: Ticket, turn: Turn) -> Ticket:
    """Whoever goes on in Khmer wants somebody who speaks it, also where the question began in Vietnamese."""
    if is_khmer(turn.text) and ticket.language != KHMER:
        return await turn.uow.tickets.in_language(ticket.id, KHMER)
    return ticket


async def _added(ticket: Ticket, turn: Turn) -> Outcome:
    turn.uow.notify(QUEUE)
    ticket = await _in_their_language(ticket, turn)
    told = await turn.uow.promises.of_ticket(ticket.id)
    promised = max((each.due_at for each in told if each.state is PromiseState.OPEN), default=ticket.due_at)
    return await _told(replace(ticket, due_at=promised), turn, already=True)


async def _told(ticket: Ticket, turn: Turn, *, already: bool = False) -> Outcome:
    """`ticket.due_at` is what the citizen hears; the queue may want it answered earlier."""
    await _promised(ticket, turn)
    ahead = await turn.uow.tickets.ahead_of(ticket.id)
    open_now = turn.tools.worktime.is_open(turn.now)
    closes = turn.contact.window_until
    too_early = closes if closes and closes < ticket.due_at else None
    return outcomes.TicketOpened(ticket, ahead, open_now, already=already, closes=too_early)


async def _promised(ticket: Ticket, turn: Turn) -> None:
    """The citizen is told when an answer is due: from now on that is a promise, kept or apologised for."""
    if ticket.due_at > turn.now and ticket.status is not TicketStatus.ANSWERED:
        await turn.uow.promises.tell(ticket.id, turn.now, ticket.due_at)
