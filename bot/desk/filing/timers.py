"""What happens by itself: the QR code of a receipt, the reminder of an appointment."""

import io
from datetime import datetime

import segno

from bot.conversation import filing as plan
from bot.conversation import tokens
from bot.conversation.filing import Verb
from bot.desk.filing.core import SUPPLEMENT_JOB, FilingCore
from bot.files import Problem, sent_file
from bot.messages import Reply, Voice
from bot.quiet import morning_after
from bot.texts import Texts
from storage.records import Job, SubmissionStatus


class Timers(FilingCore):
    async def send_receipt(self, job: Job) -> None:
        """A picture of the receipt code, for the desk's scanner. Made outside any transaction, said once."""
        submission_id = int(job.subject)
        async with self._database.reading() as uow:
            submission = await uow.submissions.get(submission_id)
        made = await self._uploads.accept(
            qr_png(submission.receipt_code), name=f"{submission.receipt_code}.png"
        )
        if isinstance(made, Problem):
            raise RuntimeError(f"a QR code was refused: {made.reason}")
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            if not await uow.done_once.first(f"receipt_qr:{submission_id}", now):
                return
            contact = await uow.citizens.get(submission.address_id)
            texts = Texts.load(contact.language).addressing(contact.pronoun)
            words = texts("filing.sent.qr", code=submission.receipt_code)
            await self._telling.now(
                uow, contact, Reply(words, voice=Voice.NOTICE, files=(sent_file(made, texts),))
            )
            await uow.commit()

    async def remind_supplement(self, job: Job) -> None:
        """Of papers that are still asked for, as they were asked for then; three times at most."""
        async with self._database.unit_of_work() as uow:
            submission = await uow.submissions.lock(int(job.subject))
            since = submission.paused_at.isoformat() if submission.paused_at else ""
            if submission.status is not SubmissionStatus.SUPPLEMENT or since != job.payload["since"]:
                return
            nth = int(job.payload["nth"])
            if await uow.done_once.first(
                f"{SUPPLEMENT_JOB}:{submission.id}:{since}:{nth}", self._clock.now()
            ):
                lines = "\n".join(f"- {name}: {why}" for name, why in plan.asked_for(submission).items())
                choices = {"menu.supplement": tokens.filing(Verb.GO, submission.id)}
                await self._tell(uow, submission, "filing.notice.supplement_again", choices, parts=lines)
                await self._remind_later(uow, submission, nth + 1)
            await uow.commit()

    async def remind(self, job: Job) -> None:
        """Of the appointment that the timer was set for; a moved or cancelled one is not reminded of."""
        at = datetime.fromisoformat(str(job.payload["at"]))
        async with self._database.unit_of_work() as uow:
            submission = await uow.submissions.lock(int(job.subject))
            appointment = await uow.appointments.of(submission.id)
            standing = appointment is not None and appointment.starts_at == at
            if not standing or not plan.brings_originals(submission):
                return
            morning = morning_after(self._settings.quiet_hours, self._clock.now())
            if morning and morning >= at:
                return
            if await uow.done_once.first(f"remind:{submission.id}:{at.isoformat()}", self._clock.now()):
                await self._tell(uow, submission, "filing.slots.reminder", at=at)
            await uow.commit()


def qr_png(code: str) -> bytes:
    out = io.BytesIO()
    segno.make(code, error="q", micro=False).save(out, kind="png", scale=12, border=4)
    return out.getvalue()


def qr_svg(code: str) -> str:
    out = io.BytesIO()
    segno.make(code, error="q", micro=False).save(out, kind="svg", scale=4, border=4)
    return out.getvalue().decode()
