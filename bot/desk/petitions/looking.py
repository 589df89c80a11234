"""Seeing petitions: by what they wait for, one with its deadlines, its photos. Whoever opens a photo is logged."""

from dataclasses import replace
from datetime import datetime

from bot import policy
from bot.actions.petitions.core import end_of
from bot.desk.petitions.core import Listed, PetitionCore, PetitionPage, PetitionsPage
from intents import extract
from storage.errors import NotFoundError
from storage.petition_records import Petition, PetitionEvent, PetitionView
from storage.records import Officer, Role, StoredFile
from storage.unit_of_work import UnitOfWork

PAGE = 50


class Looking(PetitionCore):
    async def queue(self, officer: Officer, view: PetitionView, *, page: int = 1) -> PetitionsPage:
        policy.require_desk(officer)
        departments, confidential = policy.departments_seen(officer), officer.role is Role.SUPERVISOR
        now, page = self._clock.now(), max(page, 1)
        soon = self.soon(now)
        async with self._database.reading() as uow:
            found = await uow.petitions.listed(
                view,
                departments=departments,
                confidential=confidential,
                now=now,
                soon=soon,
                limit=PAGE + 1,
                offset=(page - 1) * PAGE,
            )
            rows = tuple([await self._listed(uow, each) for each in found[:PAGE]])
            counts = {
                each: await uow.petitions.count(
                    each, departments=departments, confidential=confidential, now=now, soon=soon
                )
                for each in PetitionView
            }
        return PetitionsPage(rows, counts, page, len(found) > PAGE)

    async def find(self, officer: Officer, text: str) -> int | None:
        """The petition of the code in the text."""
        codes = extract.petition_codes(text)
        async with self._database.reading() as uow:
            found = await uow.petitions.by_code(codes[0]) if codes else None
        return found.id if found and policy.sees_petition(officer, found) else None

    def soon(self, now: datetime) -> datetime:
        """Deadlines until then are near."""
        return end_of(self._worktime, now, self._settings.petition_warn_days)

    async def _listed(self, uow: UnitOfWork, petition: Petition) -> Listed:
        text = await self._readable(uow, petition, petition.text)
        return Listed(petition, text, self._place(petition), self._department(petition.department))

    def departments(self) -> tuple[tuple[str, str], ...]:
        """Where a petition can be forwarded: (id, name)."""
        return tuple((each.id, each.name) for each in self._live.snapshot.catalog.departments)

    async def open(self, officer: Officer, petition_id: int) -> PetitionPage:
        """Raises NotFoundError."""
        async with self._database.reading() as uow:
            petition = await self._seen(uow, officer, petition_id)
            contact = await uow.citizens.get(petition.address_id)
            rating = await uow.ratings.for_petition(petition_id)
            forward, answer = self._counted(petition)
            found = await uow.petitions.events(petition_id)
            return PetitionPage(
                petition=petition,
                text=await self._readable(uow, petition, petition.text),
                place=self._place(petition),
                department=self._department(petition.department),
                citizen=None if petition.name_withheld else contact.display_name or "",
                forward=forward,
                answer=answer,
                events=tuple([await self._event(uow, petition, each) for each in found]),
                acts=policy.petition_acts(officer, petition),
                score=rating.score if rating else None,
            )

    async def _event(self, uow: UnitOfWork, petition: Petition, event: PetitionEvent) -> PetitionEvent:
        """What a citizen added names them no more than the petition does."""
        reason = str(event.detail.get("reason", ""))
        readable = {**event.detail, "reason": await self._readable(uow, petition, reason)}
        for name in ("to", "frm"):
            if name in readable:
                readable[name] = self._department(str(readable[name]))
        return replace(event, detail=readable)

    async def picture(self, officer: Officer, petition_id: int, file_id: int) -> bytes:
        """A photo as sharp as it came. Raises NotFoundError."""
        async with self._database.unit_of_work() as uow:
            petition, stored = await self._file(uow, officer, petition_id, file_id)
            await self._noted(uow, officer, petition, "looked", file=str(stored.id))
            await uow.commit()
        content = await self._uploads.page(stored, 0)
        if content is None:
            raise NotFoundError(f"photo {file_id}")
        return content

    async def preview(self, officer: Officer, petition_id: int, file_id: int) -> bytes:
        """Small. Raises NotFoundError."""
        async with self._database.reading() as uow:
            _, stored = await self._file(uow, officer, petition_id, file_id)
        content = await self._uploads.preview(stored)
        if content is None:
            raise NotFoundError(f"preview of file {file_id}")
        return content

    async def _file(
        self, uow: UnitOfWork, officer: Officer, petition_id: int, file_id: int
    ) -> tuple[Petition, StoredFile]:
        petition = await self._seen(uow, officer, petition_id)
        stored = await uow.files.get(file_id) if file_id in petition.file_ids else None
        if stored is None:
            raise NotFoundError(f"file {file_id} of petition {petition_id}")
        return petition, stored
