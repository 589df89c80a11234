"""Deadlines of petitions: officers are told before they pass, citizens hear an apology once they have.

The sweep asks the table what is due, so that no timer can be lost. What is sent names no citizen.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot import policy
from bot.actions.petitions.core import end_of
from bot.desk.petitions.core import PetitionCore
from bot.messages import Choice, Reply, Voice
from bot.texts import Texts, moment
from storage.petition_records import Petition
from storage.records import Officer, OfficerLink, Role
from storage.unit_of_work import UnitOfWork

BATCH = 100
AGAIN = timedelta(hours=20)  # once a working day
NAMED = 5  # petitions one message names; the rest are counted
BACKLOG = 2  # messages on their way to one phone


class Watching(PetitionCore):
    async def watch(self) -> int:
        """Tell of every petition whose deadline is near or past, once a day in office hours; how many there were."""
        now = self._clock.now()
        if not self._worktime.is_open(now):
            return 0
        soon = end_of(self._worktime, now, self._settings.petition_warn_days)
        async with self._database.reading() as uow:
            due = await uow.petitions.to_warn_of(soon, soon, now - AGAIN, BATCH)
        if not due:
            return 0
        async with self._database.unit_of_work() as uow:
            told = [
                each
                for each in sorted(due, key=lambda each: each.id)
                if await uow.petitions.warned(each, now)
            ]
            for petition in told:
                await self._apologise(uow, petition)
            for link in await uow.officer_links.all():
                await self._warn(uow, link, told)
            await uow.commit()
        return len(told)

    async def _apologise(self, uow: UnitOfWork, petition: Petition) -> None:
        """Once for each deadline that was missed: a reopened petition has a new one."""
        if petition.answer_due_at >= self._clock.now():
            return
        events = await uow.petitions.events(petition.id)
        if not any(each.kind == "late" and each.at >= petition.counted_from for each in events):
            await self._tell(uow, petition, "petition.notice.late")
            await self._noted(uow, None, petition, "late")

    async def _warn(self, uow: UnitOfWork, link: OfficerLink, told: Sequence[Petition]) -> None:
        theirs = [each for each in told if self._concerns(link.officer, each)]
        if not theirs or not link.reachable or await uow.outbox.waiting_for(link.address_id) >= BACKLOG:
            return
        texts = Texts.load()
        lines = [
            texts(
                "alert.petition.line",
                code=each.code,
                department=self._department(each.department),
                due=moment(self._next_due(each), texts),
            )
            for each in theirs[:NAMED]
        ]
        more = len(theirs) - NAMED
        if more > 0:
            lines.append(texts("alert.more", count=more))
        words = "\n".join([texts("alert.petition.opening", count=len(theirs)), *lines])
        choices: tuple[Choice, ...] = ()
        if self._settings.public_url:
            address = f"{self._settings.public_url.rstrip('/')}/can-bo/phan-anh"
            choices = (Choice(texts("alert.open"), url=address),)
        reply = Reply(words, choices, voice=Voice.NOTICE)
        await uow.outbox.add(link.address_id, reply.to_json(), self._clock.now())
        uow.notify("outbox")

    def _concerns(self, officer: Officer, petition: Petition) -> bool:
        """Whoever must act; past the deadline the supervisors too."""
        if not officer.here(self._clock.now()) or not policy.sees_petition(officer, petition):
            return False
        if officer.role is Role.SUPERVISOR:
            return self._next_due(petition) < self._clock.now() or bool(
                policy.petition_acts(officer, petition) and petition.officer_id == officer.id
            )
        return bool(policy.petition_acts(officer, petition)) or petition.officer_id == officer.id

    @staticmethod
    def _next_due(petition: Petition) -> datetime:
        return petition.answer_due_at if petition.forwarded else petition.forward_due_at
