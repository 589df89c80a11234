"""Which timer does what: the kinds of jobs, and the sweeps that look by themselves."""

from bot.actions.filing import RECEIPT_JOB
from bot.actions.filing.sent import REMINDER_JOB
from bot.channel_watch import ChannelWatch
from bot.desk import CLOSE_JOB, ELSEWHERE_JOB, IDLE_JOB, Desk
from bot.desk.filing import FilingDesk
from bot.desk.filing.core import SUPPLEMENT_JOB
from bot.desk.petitions import PetitionDesk
from bot.desk.telling import NOTICE_JOB, Telling
from bot.jobs import Jobs
from bot.notices import Notices
from bot.ports import Clock
from bot.window_watch import WindowWatch
from storage.database import Database
from storage.records import Job


def timers(
    database: Database,
    desk: Desk,
    filing: FilingDesk,
    petitions: PetitionDesk,
    telling: Telling,
    clock: Clock,
    *watches: WindowWatch | ChannelWatch | Notices,
) -> Jobs:
    async def close(job: Job) -> None:
        await desk.close_answered(int(job.subject))

    async def give_back(job: Job) -> None:
        await desk.give_back_idle(int(job.subject))

    async def over(job: Job) -> None:
        await desk.elsewhere_over(int(job.subject))

    work = {
        CLOSE_JOB: close,
        IDLE_JOB: give_back,
        ELSEWHERE_JOB: over,
        RECEIPT_JOB: filing.send_receipt,
        REMINDER_JOB: filing.remind,
        SUPPLEMENT_JOB: filing.remind_supplement,
        NOTICE_JOB: telling.in_the_morning,
    }
    return Jobs(database, work, clock, (*desk.sweeps, petitions.watch, *(each.look for each in watches)))
