"""How soon a person can honestly be promised an answer: from the queue as it is, and the pace that was measured.

The province promises `answer_hours`. When so many wait that this cannot be kept (the Monday after Tết), the promise
is what the queue will really take: how many wait before, times the time an answer took in the last weeks (median,
office hours), shared among the front officers who are there.
"""

import statistics
from datetime import datetime, timedelta

from bot.config import Settings
from bot.worktime import WorkTime
from storage.records import Contact, QueueView, Role
from storage.unit_of_work import UnitOfWork

IDLE_JOB = "give_back_idle"
HELD_AT_MOST = 500  # open tickets of one officer
WEEKS = timedelta(weeks=4)
MEASURED = 200  # answers looked at, the newest
MEASURED_FROM = 10  # fewer tell nothing
SPARE = 1.25  # a promise is kept more often than it is met on average


async def answer_span(uow: UnitOfWork, settings: Settings, worktime: WorkTime, now: datetime) -> timedelta:
    """Office time until a question that comes now is answered."""
    promised = timedelta(hours=settings.answer_hours)
    waiting = await uow.tickets.waiting()
    if not waiting:
        return promised
    handled = await uow.tickets.handled(now - WEEKS, MEASURED)
    if len(handled) < MEASURED_FROM:
        return promised
    each = statistics.median(worktime.working_time_between(*times).total_seconds() for times in handled)
    officers = await uow.officers.list()
    there = sum(officer.here(now) and officer.role is Role.FRONT_OFFICER for officer in officers)
    expected = timedelta(seconds=each * (waiting + 1) / max(there, 1) * SPARE)
    return max(promised, expected)


def answer_by(contact: Contact, worktime: WorkTime, now: datetime, promised: datetime) -> datetime:
    """When it is due in the queue: as promised, or while the channel still lets us answer, whichever is first."""
    closes = contact.window_free_until or contact.window_until
    last = worktime.last_open(closes) if closes and closes < promised else None
    return last if last and last > now else promised


async def watch(
    uow: UnitOfWork, ticket_id: int, settings: Settings, worktime: WorkTime, now: datetime
) -> None:
    """From now on it waits for whoever holds it; after `idle_claim_minutes` of silence somebody else may take it."""
    idle = timedelta(minutes=settings.idle_claim_minutes)
    await uow.jobs.schedule(IDLE_JOB, str(ticket_id), worktime.add(now, idle), {"ticket": ticket_id})


async def leaves(uow: UnitOfWork, officer_id: int, now: datetime) -> None:
    """What a locked account holds does not wait for somebody who never comes back."""
    for ticket in await uow.tickets.queue(QueueView.MINE, now=now, officer_id=officer_id, limit=HELD_AT_MOST):
        if ticket.officer_id == officer_id:
            await uow.jobs.schedule(IDLE_JOB, str(ticket.id), now, {"ticket": ticket.id})
