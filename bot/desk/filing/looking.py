"""Seeing what was filed. Whoever opens a photo leaves a line in the audit log, and the owner can read the name."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot import policy
from bot.actions.filing.papers import ASKED, DENIED, RELEASED, standing
from bot.actions.filing.sent import AHEAD
from bot.conversation import filing as plan
from bot.desk.filing.core import (
    STATUSES,
    FilingCore,
    Listed,
    PartShown,
    SubmissionPage,
    SubmissionsPage,
    View,
)
from bot.desk.filing.registered import BEFORE, LOOKED_AT, likely
from intents import extract
from intents.catalog import RequiredDocument
from storage.errors import NotFoundError
from storage.records import (
    Contact,
    Dossier,
    Officer,
    StoredFile,
    Submission,
    SubmissionEvent,
    SubmissionStatus,
)
from storage.unit_of_work import UnitOfWork

PAGE = 50
REDACTED = "~"  # parts of this name hold the redacted copy of a file: `~12`
SLOTS = 400  # two weeks of them
_PHOTOS = (ASKED, (RELEASED, DENIED))


class Looking(FilingCore):
    async def queue(self, officer: Officer, view: View, *, page: int = 1) -> SubmissionsPage:
        policy.require_desk(officer)
        departments = policy.departments_seen(officer)
        page = max(page, 1)
        async with self._database.reading() as uow:
            found = await uow.submissions.waiting(
                STATUSES[view],
                departments=departments,
                limit=PAGE + 1,
                offset=(page - 1) * PAGE,
                asked=_PHOTOS if view is View.PHOTOS else None,
                resent=view is View.RESENT,
            )
            rows = tuple([await self._listed(uow, each) for each in found[:PAGE]])
            counts = await uow.submissions.counts(departments=departments)
            resent = await uow.submissions.count_resent(STATUSES[View.RESENT], departments=departments)
            asking = await uow.submissions.count_asked(_PHOTOS, departments=departments)
        by_view = {each: sum(counts.get(status, 0) for status in STATUSES[each]) for each in View}
        by_view |= {View.PHOTOS: asking, View.RESENT: resent}
        return SubmissionsPage(rows, by_view, page, len(found) > PAGE)

    async def _listed(self, uow: UnitOfWork, submission: Submission) -> Listed:
        contact = await uow.citizens.get(submission.address_id)
        return Listed(submission, self._procedure(submission).title, contact.display_name or "")

    async def find(self, officer: Officer, text: str) -> int | None:
        """The submission of the one code in the text, as it is typed, or scanned from the receipt."""
        receipts, codes = extract.receipt_codes(text), extract.dossier_codes(text)
        async with self._database.reading() as uow:
            found = await uow.submissions.by_receipt(receipts[0]) if receipts else None
            if found is None and codes:
                found = await uow.submissions.by_dossier(codes[0])
            try:
                return (await self._seen(uow, officer, found.id)).id if found else None
            except NotFoundError:
                return None

    async def departments(self) -> tuple[tuple[str, str], ...]:
        """Where a submission can be forwarded: (id, name)."""
        return tuple((each.id, each.name) for each in self._live.snapshot.catalog.departments)

    async def open(self, officer: Officer, submission_id: int) -> SubmissionPage:
        """Raises NotFoundError."""
        async with self._database.reading() as uow:
            submission = await self._seen(uow, officer, submission_id)
            procedure = self._procedure(submission)
            files = await uow.files.those([each for part in submission.parts for each in part.file_ids])
            contact = await uow.citizens.get(submission.address_id)
            now = self._clock.now()
            counter = plan.counter(procedure, submission, self._live.snapshot.catalog)
            taken = await uow.appointments.taken(counter, now, now + AHEAD)
            slots = self._worktime.slots(now, self._settings.slot_minutes, now + AHEAD)
            owner = None
            if submission.owner_id not in {None, submission.citizen_id}:
                theirs = await uow.citizens.addresses_of(submission.owner_id or 0)
                owner = next((each.display_name for each in theirs if each.display_name), "")
            catalog = self._live.snapshot.catalog
            department = catalog.department_by_id.get(submission.department)
            events = await uow.submissions.events(submission_id)
            commune = catalog.commune_by_id.get(submission.commune or "")
            return SubmissionPage(
                submission=submission,
                procedure=procedure,
                parts=tuple(self._parts(submission, files)),
                bring=plan.to_bring(procedure, submission),
                events=events,
                contact=contact,
                owner=owner,
                appointment=await uow.appointments.of(submission_id),
                free=tuple(at for at in slots if taken.get(at, 0) < self._settings.slot_capacity)[:SLOTS],
                department=department.name if department else submission.department,
                commune=commune.name if commune else None,
                dossier=await uow.dossiers.get(submission.dossier_code) if submission.dossier_code else None,
                registered=await self._registered(uow, submission, (contact.display_name or "", owner or "")),
                asking=await self._asking(uow, events, now),
            )

    async def _registered(
        self, uow: UnitOfWork, submission: Submission, names: tuple[str, ...]
    ) -> tuple[tuple[Dossier, bool], ...]:
        """While it waits to be accepted: which official dossier it may be."""
        if submission.status is not SubmissionStatus.SENT:
            return ()
        since = (submission.sent_at or submission.created_at) - BEFORE
        known = await uow.dossiers.unclaimed(submission.procedure_code, since, LOOKED_AT)
        commune = self._live.snapshot.catalog.commune_by_id.get(submission.commune or "")
        return likely(known, submission, names, commune.name if commune else "")

    async def _asking(
        self, uow: UnitOfWork, events: tuple[SubmissionEvent, ...], now: datetime
    ) -> tuple[tuple[Contact, datetime], ...]:
        since = {each.detail.get("address"): each.at for each in events if each.kind == ASKED}
        return tuple(
            [
                (await uow.citizens.get(address), at)
                for address, at in since.items()
                if address and standing(events, address, now) == ASKED
            ]
        )

    def _parts(self, submission: Submission, files: dict[int, StoredFile]) -> Iterable[PartShown]:
        """The checklist first, then what was sent for papers that are not (or no longer) on it."""
        procedure = self._procedure(submission)
        on_list = {item.name: item for item in plan.all_parts(procedure, submission)}
        sent = {part.name for part in submission.parts if not part.name.startswith(REDACTED)}
        extra = {name: RequiredDocument(name=name) for name in sorted(sent - on_list.keys())}
        for name, document in {**on_list, **extra}.items():
            here = tuple(files[each] for each in submission.files_of(name) if each in files)
            lacking = name in submission.answers.get("lacking", ()) and not here
            yield PartShown(document, here, lacking, name in submission.answers.get("resent", ()))

    async def picture(self, officer: Officer, submission_id: int, file_id: int, number: int) -> bytes:
        """One page of a file, as sharp as it came. Raises NotFoundError."""
        async with self._database.unit_of_work() as uow:
            submission, stored = await self._file(uow, officer, submission_id, file_id)
            await self._noted(uow, officer, submission, "looked", file=stored.id, page=number)
            await uow.commit()
        content = await self._uploads.page(stored, number)
        if content is None:
            raise NotFoundError(f"page {number} of file {file_id}")
        return content

    async def preview(self, officer: Officer, submission_id: int, file_id: int) -> bytes:
        """Small and unreadable: shows which paper it is. Raises NotFoundError."""
        async with self._database.reading() as uow:
            _, stored = await self._file(uow, officer, submission_id, file_id)
        content = await self._uploads.preview(stored)
        if content is None:
            raise NotFoundError(f"preview of file {file_id}")
        return content

    async def viewed(self, officer: Officer, submission_id: int, file_id: int) -> StoredFile:
        """What `picture` would show. Raises NotFoundError."""
        async with self._database.reading() as uow:
            return (await self._file(uow, officer, submission_id, file_id))[1]

    async def _file(
        self, uow: UnitOfWork, officer: Officer, submission_id: int, file_id: int
    ) -> tuple[Submission, StoredFile]:
        """A file of this submission; to the department it was forwarded to, its redacted copy if there is one."""
        submission = await self._seen(uow, officer, submission_id)
        if not any(file_id in part.file_ids for part in submission.parts):
            raise NotFoundError(f"file {file_id} of submission {submission_id}")
        copies = submission.files_of(f"{REDACTED}{file_id}")
        if copies and policy.departments_seen(officer) is not None and submission.answers.get("forwarded"):
            file_id = copies[-1]
        stored = await uow.files.get(file_id)
        if stored is None:
            raise NotFoundError(f"file {file_id}")
        return submission, stored

    async def redact(
        self,
        officer: Officer,
        submission_id: int,
        file_id: int,
        number: int,
        boxes: tuple[tuple[int, int, int, int], ...],
    ) -> StoredFile:
        """A copy of which these parts are black: (left, top, right, bottom) in thousandths of the page.

        The original stays for the desk that took it in; whoever it is forwarded to sees the copy.
        """
        async with self._database.reading() as uow:
            submission = await self._seen(uow, officer, submission_id)
            copies = submission.files_of(f"{REDACTED}{file_id}")
            if not any(file_id in part.file_ids for part in submission.parts):
                raise NotFoundError(f"file {file_id} of submission {submission_id}")
            source = await uow.files.get(copies[-1] if copies else file_id)
        if source is None:
            raise NotFoundError(f"file {file_id}")
        made = await self._uploads.redacted(source, number, boxes)
        async with self._database.unit_of_work() as uow:
            submission = await self._seen(uow, officer, submission_id, lock=True)
            await uow.submissions.put_copy(submission_id, f"{REDACTED}{file_id}", made.id)
            await uow.files.keep([made.id])
            await self._noted(uow, officer, submission, "redacted", file=file_id, page=number)
            await uow.commit()
        return made

    async def drop_old_drafts(self) -> int:
        """Drafts nobody went on with; their photos may go."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            old = await uow.submissions.drafts_before(now - timedelta(days=self._settings.draft_days), 100)
            for each in old:
                await uow.submissions.cancel(each.id)
                await uow.files.let_go([file for part in each.parts for file in part.file_ids], now)
            await uow.commit()
        return len(old)
