"""Somebody hears of every ticket: the front officers, again until one takes it, then the supervisor.

The sweep asks the tables what is due, so that no timer can be lost. What is sent names no citizen and no
question: it lies on private phones. Nobody is rung at night, except for danger.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot import policy
from bot.conversation import tokens
from bot.desk.core import QUEUE, DeskCore
from bot.desk.pages import News
from bot.messages import Choice, Reply, Voice
from bot.texts import Texts, moment
from storage.records import (
    Alert,
    Officer,
    OfficerLink,
    QueueView,
    Reason,
    Role,
    Ticket,
    TicketStatus,
)
from storage.unit_of_work import UnitOfWork

BATCH = 200
NAMED = 5  # tickets one message names; the rest are counted
CLAIMABLE = 3  # buttons under one message
BACKLOG = 2  # messages on their way to one phone: when the network is back it must not ring for an hour
FORWARDED_AGAIN = timedelta(hours=1)  # office time; its silence is watched by `return_silent`
LISTED = 100  # tickets an open page listens for


@dataclass(frozen=True)
class _Rung:
    """A ticket that is told of now, and to whom."""

    ticket: Ticket
    officers: frozenset[int]


class Alerting(DeskCore):
    async def alert(self) -> int:
        """Tell of every ticket that waits and was not told of lately; how many there were."""
        now = self._clock.now()
        only = None if self._worktime.is_open(now) else (Reason.DANGER,)
        async with self._database.reading() as uow:
            due = await uow.alerts.due(now, BATCH, only=only)
        if not due:
            return 0
        async with self._database.unit_of_work() as uow:
            people = [each for each in await uow.officers.list() if each.here(now)]
            # In the order of their numbers: two processes that do this at once wait, and do not block each other.
            rung = [
                each
                for alert in sorted(due, key=lambda alert: alert.ticket.id)
                if (each := await self._ring(uow, alert, people))
            ]
            for link in await uow.officer_links.all():
                await self._tell(uow, link, rung)
            uow.notify(QUEUE)
            await uow.commit()
        return len(rung)

    async def news(self, officer: Officer) -> News:
        """What an open page rings for: what `waits`, and a key for each new message of a ticket that is held."""
        waits = await self.waits(officer)
        mine = await self._listed(officer, QueueView.MINE) if policy.works_at_desk(officer) else ()
        keys = (f"m{each.id}.{each.last_message_id}" for each in mine if _written_to(each))
        return replace(waits, keys=(*waits.keys, *keys))

    async def waits(self, officer: Officer) -> News:
        """What waits to be taken, a key for each ticket and round. The same for all of one `policy.scope`."""
        views = {
            Role.FRONT_OFFICER: (QueueView.UNASSIGNED,),
            Role.SPECIALIST: (QueueView.UNASSIGNED, QueueView.FORWARDED),
            Role.SUPERVISOR: (QueueView.UNASSIGNED, QueueView.SUPERVISOR),
            Role.ADMIN: (),
        }[officer.role]
        pages = [await self._listed(officer, view) for view in views]
        waiting = tuple(ticket for page in pages for ticket in page)
        async with self._database.reading() as uow:
            rounds = await uow.alerts.rounds([each.id for each in waiting])
        return News(
            count=len(waiting),
            keys=tuple(f"{each.id}.{max(rounds.get(each.id, 1), 1)}" for each in waiting),
            urgent=any(each.reason is Reason.DANGER for each in waiting),
        )

    async def _listed(self, officer: Officer, view: QueueView) -> tuple[Ticket, ...]:
        async with self._database.reading() as uow:
            return await uow.tickets.queue(
                view,
                now=self._clock.now(),
                officer_id=officer.id,
                departments=policy.departments_seen(officer),
                complaints=policy.sees_complaints(officer),
                limit=LISTED,
            )

    async def _ring(self, uow: UnitOfWork, alert: Alert, people: Sequence[Officer]) -> _Rung | None:
        now, ticket = self._clock.now(), alert.ticket
        told = {each.id for each in people if _answers(each, ticket)}
        supervisor_at = alert.supervisor_at
        if supervisor_at is None and ticket.officer_id is None and self._too_long(alert, told):
            supervisor_at = now
        if supervisor_at is not None:
            told |= {each.id for each in people if each.role is Role.SUPERVISOR}
        interval = timedelta(minutes=self._settings.alert_minutes)
        if ticket.status is TicketStatus.FORWARDED:
            interval = FORWARDED_AGAIN
        again = now + interval if ticket.reason is Reason.DANGER else self._worktime.add(now, interval)
        if not await uow.alerts.ring(alert, now, again, supervisor_at=supervisor_at):
            return None
        if supervisor_at == now:
            await uow.tickets.event(ticket.id, now, "supervisor_told", None)
        return _Rung(ticket, frozenset(told))

    def _too_long(self, alert: Alert, told: set[int]) -> bool:
        """Nobody is there to take it, or nobody has taken it for too long."""
        if not told:
            return True
        now, since = self._clock.now(), alert.first_at or self._clock.now()
        danger = alert.ticket.reason is Reason.DANGER
        waited = now - since if danger else self._worktime.working_time_between(since, now)
        return waited >= timedelta(minutes=self._settings.alert_supervisor_minutes)

    async def _tell(self, uow: UnitOfWork, link: OfficerLink, rung: Sequence[_Rung]) -> None:
        """One message about all of them: on the Monday after Tết a phone must not ring a hundred times."""
        theirs = [each.ticket for each in rung if link.officer.id in each.officers]
        if not theirs or not link.reachable or await uow.outbox.waiting_for(link.address_id) >= BACKLOG:
            return
        theirs.sort(key=lambda ticket: (ticket.reason is not Reason.DANGER, ticket.due_at, ticket.id))
        await uow.outbox.add(link.address_id, self._alert(theirs).to_json(), self._clock.now())
        uow.notify("outbox")

    def _alert(self, theirs: Sequence[Ticket]) -> Reply:
        texts = Texts.load()
        free = [each for each in theirs if each.officer_id is None]
        asked = [each for each in theirs if each.officer_id is not None]
        urgent = any(each.reason is Reason.DANGER for each in theirs)
        parts = [texts("alert.urgent")] if urgent else []
        if free:
            parts += [texts("alert.waiting", count=len(free)), self._lines(texts, free)]
        if asked:
            parts += [texts("alert.forwarded", count=len(asked)), self._lines(texts, asked)]
        choices = tuple(
            Choice(texts("alert.claim", number=each.number), token=tokens.claim(each.id))
            for each in free[:CLAIMABLE]
        )
        if self._settings.public_url:
            address = f"{self._settings.public_url.rstrip('/')}/can-bo"
            choices += (Choice(texts("alert.open"), url=address),)
        return Reply("\n".join(parts), choices, voice=Voice.NOTICE)

    def _lines(self, texts: Texts, theirs: Sequence[Ticket]) -> str:
        lines = [
            texts(
                "alert.line",
                number=each.number,
                reason=texts(f"console.reason.{each.reason}"),
                department=self._department(each.department),
                due=moment(each.due_at, texts),
            )
            for each in theirs[:NAMED]
        ]
        more = len(theirs) - NAMED
        return "\n".join([*lines, texts("alert.more", count=more)] if more > 0 else lines)


def _answers(officer: Officer, ticket: Ticket) -> bool:
    """Whether it is first of all for this officer to take it, or to answer what was forwarded."""
    if ticket.officer_id is not None:
        named = ticket.forwarded_to in {None, officer.id}
        return officer.role is Role.SPECIALIST and ticket.department in officer.departments and named
    return officer.role is (Role.SUPERVISOR if ticket.for_supervisor else Role.FRONT_OFFICER)


def _written_to(ticket: Ticket) -> bool:
    return ticket.status is TicketStatus.ASSIGNED
