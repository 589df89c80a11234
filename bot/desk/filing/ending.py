"""What comes of an accepted dossier, where no one-stop system says it: done, handed over, another day.

The mirror is changed, and with it everybody who follows the dossier hears of it.
"""

from datetime import date

from bot.actions import mirror
from bot.actions.filing.answers import moved
from bot.conversation import tokens
from bot.conversation.dossier_news import DONE, HANDED_OVER, IN_WORK, LATE_STAGES, SUPPLEMENT
from bot.desk.filing.core import FilingCore
from bot.worktime import VIETNAM
from storage.errors import StaleStateError
from storage.records import Dossier, Officer, Submission, SubmissionStatus
from storage.unit_of_work import UnitOfWork


class Ending(FilingCore):
    async def receive(self, officer: Officer, submission_id: int) -> Submission:
        """What was asked for was brought to the desk, or is no longer needed: the clock runs on. StaleStateError."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            submission = await self._seen(uow, officer, submission_id, lock=True)
            to = SubmissionStatus.ACCEPTED if submission.dossier_code else SubmissionStatus.SENT
            here = await uow.submissions.move(
                submission_id, (SubmissionStatus.SUPPLEMENT,), to, paused_at=None, officer_id=officer.id
            )
            dossier = await uow.dossiers.get(here.dossier_code) if here.dossier_code else None
            if dossier and dossier.stage == SUPPLEMENT and not submission.answers.get("source"):
                due = moved(dossier, submission.paused_at, now, self._worktime)
                await mirror.change(
                    uow, dossier.code, now, told=True, stage=IN_WORK, missing=None, due_at=due
                )
            show = {"menu.show_submission": tokens.submission(here.receipt_code)}
            await self._tell(uow, here, "filing.notice.brought", show)
            await self._noted(uow, officer, here, "brought")
            await uow.commit()
        return here

    async def finish(self, officer: Officer, submission_id: int, place: str) -> Submission:
        """The result is there; `place`: where it is collected. Raises StaleStateError, HeldBackError."""
        self._require_sendable(place)
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            submission, dossier = await self._running(uow, officer, submission_id)
            if dossier.stage == DONE:
                return submission  # pressed twice
            if dossier.stage == HANDED_OVER:
                raise StaleStateError(f"dossier of submission {submission_id} was handed over")
            where = place.strip() or dossier.result_place
            await mirror.change(
                uow, dossier.code, now, stage=DONE, finished_at=now, result_place=where, handler=officer.name
            )
            await uow.submissions.take_up(submission_id)
            await self._noted(uow, officer, submission, "finished")
            await uow.commit()
        return submission

    async def hand_over(self, officer: Officer, submission_id: int) -> Submission:
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            submission, dossier = await self._running(uow, officer, submission_id)
            if dossier.stage == HANDED_OVER:
                return submission
            finished = dossier.finished_at or now
            await mirror.change(
                uow, dossier.code, now, stage=HANDED_OVER, finished_at=finished, returned_at=now
            )
            await uow.submissions.take_up(submission_id)
            await self._noted(uow, officer, submission, "handed_over")
            await uow.commit()
        return submission

    async def postpone(self, officer: Officer, submission_id: int, day: date, reason: str) -> Submission:
        """A new day, with the reason. Raises ValueError for no reason, or no later working day; HeldBackError."""
        now = self._clock.now()
        if not reason.strip():
            raise ValueError("reason")
        self._require_sendable(reason)
        if not self._worktime.is_working_day(day) or day < now.astimezone(VIETNAM).date():
            raise ValueError("day")
        async with self._database.unit_of_work() as uow:
            submission, dossier = await self._running(uow, officer, submission_id)
            due = self._worktime.closing(day)
            if dossier.stage not in LATE_STAGES:
                raise StaleStateError(f"dossier of submission {submission_id} is not in work")
            if dossier.due_at is not None and due <= dossier.due_at:
                raise ValueError("day")
            await mirror.change(uow, dossier.code, now, due_at=due, late_reason=reason.strip())
            await self._noted(uow, officer, submission, "postponed", reason=reason.strip())
            await uow.commit()
        return submission

    async def _running(
        self, uow: UnitOfWork, officer: Officer, submission_id: int
    ) -> tuple[Submission, Dossier]:
        submission = await self._seen(uow, officer, submission_id, lock=True)
        dossier = await uow.dossiers.get(submission.dossier_code or "")
        if submission.status is not SubmissionStatus.ACCEPTED or dossier is None:
            raise StaleStateError(f"submission {submission_id} is no accepted dossier")
        return submission, dossier
