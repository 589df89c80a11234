"""Accept, ask for more, refuse, appoint, forward: each one unit of work with what the citizen is told."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.actions import mirror
from bot.actions.filing.sent import AHEAD, DAY_BEFORE, REMINDER_JOB
from bot.calendar_files import address
from bot.conversation import filing as plan
from bot.conversation import tokens
from bot.conversation.dossier_news import SUPPLEMENT
from bot.conversation.filing import Verb
from bot.desk.filing.core import BadCodeError, FilingCore
from bot.desk.filing.due import due_at, limit_of
from bot.texts import Texts
from intents import extract
from intents.catalog import Level
from storage.errors import NotFoundError, StaleStateError
from storage.records import Dossier, FollowOrigin, Officer, Submission, SubmissionStatus
from storage.unit_of_work import UnitOfWork

ACCEPTED = 2  # TrangThai of the national portal
_UNDECIDED = (SubmissionStatus.SENT,)
_CORRECTED = (SubmissionStatus.ACCEPTED, SubmissionStatus.SUPPLEMENT)
_OPEN = (SubmissionStatus.SENT, SubmissionStatus.ACCEPTED)


class Deciding(FilingCore):
    async def accept(self, officer: Officer, submission_id: int, code: str) -> Submission:
        """Taken in, under the official code of the one-stop system. Raises BadCodeError, StaleStateError."""
        codes = extract.dossier_codes(code)
        if len(codes) != 1:
            raise BadCodeError(code)
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            submission = await self._seen(uow, officer, submission_id, lock=True)
            if submission.status is SubmissionStatus.ACCEPTED and submission.dossier_code == codes[0]:
                return submission  # pressed twice
            known = await self._fitting(uow, submission, codes[0])
            due = self._due(submission, known, now)
            accepted = await uow.submissions.move(
                submission_id,
                _UNDECIDED,
                SubmissionStatus.ACCEPTED,
                dossier_code=codes[0],
                due_at=due,
                officer_id=officer.id,
                resent_at=None,
            )
            await self._followed(uow, accepted, known, officer)
            texts = Texts.load()
            await self._tell(
                uow,
                accepted,
                "filing.notice.accepted",
                {"menu.slots": tokens.filing(Verb.SLOTS, submission_id)},
                dossier=codes[0],
                due=due or texts("filing.no_due"),
            )
            await self._noted(uow, officer, accepted, "accepted")
            await uow.commit()
        return accepted

    async def correct(self, officer: Officer, submission_id: int, code: str) -> Submission:
        """Accepted under a wrong code: the right one, and who follows it is told. BadCodeError, StaleStateError."""
        codes = extract.dossier_codes(code)
        if len(codes) != 1:
            raise BadCodeError(code)
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            submission = await self._seen(uow, officer, submission_id, lock=True)
            wrong = submission.dossier_code
            if submission.status not in _CORRECTED or wrong is None:
                raise StaleStateError(f"submission {submission_id} is {submission.status}")
            if wrong == codes[0]:
                return submission  # pressed twice
            known = await self._fitting(uow, submission, codes[0])
            due = known.due_at if known and known.due_at else submission.due_at
            corrected = await uow.submissions.move(
                submission_id, (submission.status,), submission.status, dossier_code=codes[0], due_at=due
            )
            owner = await self._owner(uow, corrected)
            for address in (corrected.address_id, *((owner.address_id,) if owner else ())):
                await uow.follows.end(wrong, address, now)
            await uow.dossiers.forget_unsourced(wrong)
            await self._followed(uow, corrected, known, officer)
            await self._tell(uow, corrected, "filing.notice.corrected", dossier=codes[0])
            await self._noted(uow, officer, corrected, "corrected", frm=wrong, to=codes[0])
            await uow.commit()
        return corrected

    async def _fitting(self, uow: UnitOfWork, submission: Submission, code: str) -> Dossier | None:
        """What the one-stop system says of the code, if it does. Another's dossier would be shown to whoever
        filed this one: BadCodeError."""
        known = await uow.dossiers.get(code)
        other = await uow.submissions.by_dossier(code)
        strange = known and known.procedure_code not in {None, submission.procedure_code}
        if strange or (other and other.id != submission.id):
            raise BadCodeError(code)
        return known

    def _due(self, submission: Submission, known: Dossier | None, now: datetime) -> datetime | None:
        """What the one-stop system says, if it knows the dossier already; else by the committed time."""
        if known and known.due_at:
            return known.due_at
        limit = limit_of(self._procedure(submission))
        return due_at(limit, now, self._worktime) if limit else None

    async def _followed(
        self, uow: UnitOfWork, accepted: Submission, known: Dossier | None, officer: Officer
    ) -> None:
        """From now on whoever filed it hears of it, and the owner; the mirror knows it at once."""
        now, code = self._clock.now(), accepted.dossier_code or ""
        helped = accepted.owner_id not in {None, accepted.citizen_id}
        origin = FollowOrigin.HELPED if helped else FollowOrigin.FILED
        await uow.follows.begin(code, accepted.address_id, origin, now)
        owner = await self._owner(uow, accepted)
        if owner:
            await uow.follows.begin(code, owner.address_id, FollowOrigin.FILED, now)
        procedure = self._procedure(accepted)
        catalog = self._live.snapshot.catalog
        department = catalog.department_by_id.get(accepted.department)
        desk = catalog.desk_for(procedure, accepted.commune)
        own = owner or (None if helped else await uow.citizens.get(accepted.address_id))
        mirrored = known or Dossier(
            code=code,
            procedure_code=procedure.code,
            procedure_name=procedure.name,
            stage=ACCEPTED,
            received_at=now,
            due_at=accepted.due_at,
            finished_at=None,
            returned_at=None,
            agency=desk.name
            if desk and procedure.level is Level.COMMUNE
            else department.name
            if department
            else catalog.province.centre,
            handler=officer.name,
            holder=(own.display_name if own and plan.for_oneself(accepted) else None) or "",
            factors=(),
            missing=None,
            result_place=None,
            late_reason=None,
            steps=(),
            updated_at=now,
        )
        await mirror.keep(uow, [mirrored], now, told=True)

    async def ask_supplement(
        self, officer: Officer, submission_id: int, asked: Mapping[str, str]
    ) -> Submission:
        """Which papers, and why. The clock stands until the citizen has sent them. Raises ValueError for nothing,
        HeldBackError for words that are not to be sent."""
        wanted = {name: why.strip() for name, why in asked.items() if why.strip()}
        if not wanted:
            raise ValueError("nothing asked")
        self._require_sendable(*wanted.values())
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            submission = await self._seen(uow, officer, submission_id, lock=True)
            known = {item.name for item in plan.all_parts(self._procedure(submission), submission)}
            known |= {part.name for part in submission.parts}
            if not wanted.keys() <= known:
                raise NotFoundError("no such paper")
            if submission.status not in _OPEN:
                raise StaleStateError(f"submission {submission_id} is {submission.status}")
            asking = await uow.submissions.move(
                submission_id,
                _OPEN,
                SubmissionStatus.SUPPLEMENT,
                paused_at=now,
                officer_id=officer.id,
                resent_at=None,
            )
            answers = {**submission.answers, "asked": wanted, "settled": [], "resent": [], "source": ""}
            await uow.submissions.set_answers(submission_id, answers)
            if asking.dossier_code:
                papers = ", ".join(wanted)
                await mirror.change(
                    uow, asking.dossier_code, now, told=True, stage=SUPPLEMENT, missing=papers
                )
            lines = "\n".join(f"- {name}: {why}" for name, why in wanted.items())
            choices = {"menu.supplement": tokens.filing(Verb.GO, submission_id)}
            await self._tell(uow, asking, "filing.notice.supplement", choices, parts=lines)
            reason = "; ".join(f"{name}: {why}" for name, why in wanted.items())
            await self._remind_later(uow, asking, 1)
            await self._noted(uow, officer, asking, "supplement", reason=reason, parts=list(wanted))
            await uow.commit()
        return asking

    async def take_up(self, officer: Officer, submission_id: int) -> Submission:
        """What was sent as asked is seen to: it waits for nobody any more."""
        async with self._database.unit_of_work() as uow:
            submission = await self._seen(uow, officer, submission_id, lock=True)
            if await uow.submissions.take_up(submission_id):
                await self._noted(uow, officer, submission, "taken_up")
                await uow.commit()
        return submission

    async def refuse(self, officer: Officer, submission_id: int, reason: str) -> Submission:
        """Not taken in, with the reason and the way to object.

        Raises ValueError without a reason, HeldBackError for one that is not to be sent.
        """
        if not reason.strip():
            raise ValueError("no reason")
        self._require_sendable(reason)
        async with self._database.unit_of_work() as uow:
            await self._seen(uow, officer, submission_id, lock=True)
            refused = await uow.submissions.move(
                submission_id, _UNDECIDED, SubmissionStatus.REFUSED, officer_id=officer.id, resent_at=None
            )
            hotline = self._live.snapshot.catalog.province.hotline
            choices = {"menu.petition": tokens.PETITION, "menu.person": tokens.PERSON}
            await self._tell(
                uow, refused, "filing.notice.refused", choices, reason=reason.strip(), hotline=hotline
            )
            await self._noted(uow, officer, refused, "refused", reason=reason.strip())
            await uow.commit()
        return refused

    async def appoint(self, officer: Officer, submission_id: int, starts_at: datetime) -> bool:
        """When the originals are brought; False when that time is taken. Raises ValueError for no such time."""
        now = self._clock.now()
        if starts_at not in self._worktime.slots(now, self._settings.slot_minutes, now + AHEAD):
            raise ValueError("no such slot")
        async with self._database.unit_of_work() as uow:
            submission = await self._seen(uow, officer, submission_id, lock=True)
            before = await uow.appointments.of(submission_id)
            counter = plan.counter(self._procedure(submission), submission, self._live.snapshot.catalog)
            booked = await uow.appointments.book(
                submission_id, counter, starts_at, self._settings.slot_capacity, now
            )
            if booked is None:
                return False
            if booked == before:
                return True  # pressed twice
            remind_at = max(starts_at - DAY_BEFORE, now + timedelta(minutes=1))
            await uow.jobs.schedule(
                REMINDER_JOB, str(submission_id), remind_at, {"at": starts_at.isoformat()}
            )
            choices = {
                "menu.move_slot": tokens.filing(Verb.SLOTS, submission_id),
                "menu.unbook": tokens.filing(Verb.UNBOOK, submission_id),
            }
            links = {"menu.calendar": address(self._settings.public_url, submission_id, self._secret)}
            await self._tell(uow, submission, "filing.notice.slot", choices, links, at=starts_at)
            await self._noted(uow, officer, submission, "booked", at=starts_at.isoformat())
            await uow.commit()
        return True

    async def cancel_appointment(self, officer: Officer, submission_id: int) -> None:
        async with self._database.unit_of_work() as uow:
            submission = await self._seen(uow, officer, submission_id, lock=True)
            if await uow.appointments.cancel(submission_id) is None:
                return
            await uow.jobs.cancel(REMINDER_JOB, str(submission_id))
            choices = {"menu.slots": tokens.filing(Verb.SLOTS, submission_id)}
            await self._tell(uow, submission, "filing.notice.slot_cancelled", choices)
            await self._noted(uow, officer, submission, "unbooked")
            await uow.commit()

    async def forward(self, officer: Officer, submission_id: int, department: str, reason: str) -> Submission:
        """To another department, which sees redacted copies where there are some."""
        if department not in self._live.snapshot.catalog.department_by_id:
            raise NotFoundError(f"department {department}")
        if not reason.strip():
            raise ValueError("no reason")
        async with self._database.unit_of_work() as uow:
            submission = await self._seen(uow, officer, submission_id, lock=True)
            if submission.department == department:
                return submission  # pressed twice
            moved = await uow.submissions.hand_on(submission_id, department)
            await self._noted(
                uow,
                officer,
                submission,
                "forwarded",
                reason=reason.strip(),
                to=department,
                frm=submission.department,
            )
            await uow.commit()
        return moved
