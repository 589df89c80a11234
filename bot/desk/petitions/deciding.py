"""Take, forward, solve, refuse, name whose it is: each one unit of work with what the citizen is told."""

from datetime import datetime

from bot.conversation import tokens
from bot.desk.caution import require_sendable
from bot.desk.caution_links import hosts
from bot.desk.petitions.core import NoWordsError, PetitionCore
from bot.messages import Choice, Reply, Voice
from bot.policy import PetitionAct
from bot.texts import Texts
from storage.errors import NotFoundError
from storage.petition_records import AT_THE_CENTRE, Petition, PetitionStatus
from storage.records import Officer
from storage.unit_of_work import UnitOfWork

FORWARDED, SOLVED = PetitionStatus.FORWARDED, PetitionStatus.SOLVED
REFUSED, NOT_OURS = PetitionStatus.REFUSED, PetitionStatus.NOT_OURS


class Deciding(PetitionCore):
    async def take(self, officer: Officer, petition_id: int) -> Petition:
        """From now on this officer makes sure that it is answered."""
        async with self._database.unit_of_work() as uow:
            petition = await self._locked(uow, officer, petition_id, PetitionAct.TAKE)
            taken = await uow.petitions.move(
                petition_id,
                AT_THE_CENTRE,
                PetitionStatus.ACCEPTED,
                self._clock.now(),
                officer_id=officer.id,
            )
            await self._tell(uow, petition, "petition.notice.accepted", officer=officer.name)
            await self._noted(uow, officer, petition, "taken")
            await uow.commit()
        return taken

    async def forward(self, officer: Officer, petition_id: int, department: str, reason: str) -> Petition:
        """To the department that must answer; whoever forwards it goes on making sure."""
        return await self._hand_on(officer, petition_id, department, reason, rerouted=False)

    async def reroute(self, officer: Officer, petition_id: int, department: str, reason: str) -> Petition:
        """Not ours: to the department whose it is, with the same code and the same deadline for the answer."""
        return await self._hand_on(officer, petition_id, department, reason, rerouted=True)

    async def _hand_on(
        self, officer: Officer, petition_id: int, department: str, reason: str, *, rerouted: bool
    ) -> Petition:
        if department not in self._live.snapshot.catalog.department_by_id:
            raise NotFoundError(f"department {department}")
        reason, now = _written(reason), self._clock.now()
        act = PetitionAct.REROUTE if rerouted else PetitionAct.FORWARD
        async with self._database.unit_of_work() as uow:
            petition = await self._locked(uow, officer, petition_id, act)
            if rerouted and petition.department == department and petition.forwarded:
                raise NotFoundError(f"petition {petition_id} is at {department} already")
            owner = petition.officer_id or (officer.id if not petition.forwarded else None)
            moved = await uow.petitions.move(
                petition_id,
                (*AT_THE_CENTRE, FORWARDED),
                FORWARDED,
                now,
                department=department,
                forwarded_at=now,
                officer_id=owner,
                warned_at=None,
            )
            kind = "rerouted" if rerouted else "forwarded"
            await self._tell(uow, moved, f"petition.notice.{kind}")
            await self._noted(
                uow, officer, petition, kind, reason=reason, to=department, frm=petition.department
            )
            await uow.commit()
        return moved

    async def solve(self, officer: Officer, petition_id: int, answer: str, summary: str = "") -> Petition:
        """Solved, with the answer; `summary` is what those who follow it may read."""
        return await self._end(officer, petition_id, SOLVED, answer, summary)

    async def refuse(self, officer: Officer, petition_id: int, reason: str, summary: str = "") -> Petition:
        return await self._end(officer, petition_id, REFUSED, reason, summary)

    async def name_body(self, officer: Officer, petition_id: int, body: str, reason: str) -> Petition:
        """None of the departments is responsible: the citizen hears whose it is."""
        return await self._end(officer, petition_id, NOT_OURS, reason, "", body=_written(body))

    async def _end(
        self,
        officer: Officer,
        petition_id: int,
        status: PetitionStatus,
        words: str,
        summary: str,
        *,
        body: str = "",
    ) -> Petition:
        words, now = _written(words), self._clock.now()
        listed = hosts(self._settings.public_url, self._live.snapshot.catalog.province.portal)
        require_sendable(listed, words, summary, body)
        act = PetitionAct.REROUTE if status is NOT_OURS else PetitionAct.ANSWER
        async with self._database.unit_of_work() as uow:
            petition = await self._locked(uow, officer, petition_id, act)
            words = await self._readable(uow, petition, words)
            body = await self._readable(uow, petition, body)
            ended = await self._ended(uow, officer, petition, status, now, words, summary.strip(), body)
            choices = {"menu.not_solved": tokens.reopen_petition(petition.code)}
            if status is not NOT_OURS:
                choices["menu.rate_petition"] = tokens.rate_petition(petition.code)
            choices["menu.person"] = tokens.PERSON
            await self._tell(uow, ended, f"petition.notice.{status.value}", choices, said=words, body=body)
            await self._tell_followers(uow, ended)
            await self._noted(uow, officer, petition, status.value, reason=words, body=body)
            await uow.commit()
        return ended

    async def _ended(
        self,
        uow: UnitOfWork,
        officer: Officer,
        petition: Petition,
        status: PetitionStatus,
        now: datetime,
        words: str,
        summary: str,
        body: str,
    ) -> Petition:
        return await uow.petitions.move(
            petition.id,
            (*AT_THE_CENTRE, FORWARDED),
            status,
            now,
            answer=words,
            summary=await self._readable(uow, petition, summary) or None,
            other_body=body or None,
            officer_id=petition.officer_id or officer.id,
        )

    async def _tell_followers(self, uow: UnitOfWork, petition: Petition) -> None:
        """That it ended and how; the answer itself is somebody else's."""
        for address_id in await uow.petitions.followers(petition.id):
            contact = await uow.citizens.get(address_id)
            texts = Texts.load(contact.language).addressing(contact.pronoun)
            key = f"petition.notice.followed.{petition.status.value}"
            words = texts(key, code=petition.code, body=petition.other_body or "")
            if petition.summary:
                words = f"{words}\n\n{texts('petition.notice.followed.summary', summary=petition.summary)}"
            state = Choice(texts("menu.petition_state"), token=tokens.petition(petition.code))
            await self._say(uow, contact, petition, Reply(words, (state,), voice=Voice.NOTICE))


def _written(words: str) -> str:
    if not words.strip():
        raise NoWordsError("no words")
    return words.strip()
