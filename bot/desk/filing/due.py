"""When the result of an accepted dossier is due. Pure.

Received after hours counts from the next working morning; the day of receipt is not counted; a deadline on a day off
moves to the next working day (domain rules in `docs/decisions/0019-filing-in-chat.md`).
"""

from datetime import date, datetime, timedelta

from bot.worktime import VIETNAM, WorkTime
from intents.catalog import Procedure, TimeLimit, TimeUnit, WayKind

# Received from then on, what is due "in the day" may be given the next working day (Decree 123/2015 and Decree
# 23/2015, Art. 7).
LATE_HOUR = 15


def limit_of(procedure: Procedure) -> TimeLimit | None:
    """The online way's own limit, else any way's."""
    online = [way.time for way in procedure.ways if way.kind is WayKind.ONLINE and way.time]
    return next(iter(online or [way.time for way in procedure.ways if way.time]), None)


def due_at(limit: TimeLimit, accepted_at: datetime, worktime: WorkTime) -> datetime:
    received = worktime.next_opening(accepted_at)
    day = received.astimezone(VIETNAM).date()
    match limit.unit:
        case TimeUnit.HOURS:
            return worktime.add(received, timedelta(hours=limit.amount))
        case TimeUnit.WORKING_DAYS:
            return worktime.closing(worktime.add_days(day, limit.amount))
        case TimeUnit.DAYS:
            return worktime.closing(_working(day + timedelta(days=limit.amount), worktime))
        case TimeUnit.MONTHS:
            return worktime.closing(_working(_months_later(day, limit.amount), worktime))
        case TimeUnit.AT_ONCE:
            return worktime.closing(day)
        case TimeUnit.SAME_DAY:
            late = received.astimezone(VIETNAM).hour >= LATE_HOUR
            return worktime.closing(worktime.add_days(day, 1) if late else day)


def _working(day: date, worktime: WorkTime) -> date:
    return day if worktime.is_working_day(day) else worktime.add_days(day, 1)


def _months_later(day: date, months: int) -> date:
    """The same day of that month, else its last (Civil Code 91/2015, Art. 148)."""
    years, month = divmod(day.month - 1 + months, 12)
    first_of_next = date(day.year + years + (month == 11), (month + 1) % 12 + 1, 1)
    return min(
        date(day.year + years, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1)
    )
