"""When an accepted dossier is due, over office hours, days off and months of different length."""

from datetime import UTC, date, datetime, time

import pytest

from bot.desk.filing.due import due_at
from bot.worktime import VIETNAM, WorkTime
from intents.catalog import TimeLimit

HOURS = {
    day: ((time(7), time(11, 30)), (time(13, 30), time(17))) for day in ("mon", "tue", "wed", "thu", "fri")
}
WORK = WorkTime(HOURS, days_off=[date(2026, 11, 26)])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("limit", "accepted", "due"),
    [
        ("trong ngày", "2026-11-23 09:00", "2026-11-23 17:00"),
        ("trong ngày", "2026-11-23 18:00", "2026-11-25 17:00"),  # after hours; 24/11 is a holiday
        ("3 ngày làm việc", "2026-11-20 09:00", "2026-11-27 17:00"),  # 24/11, 26/11, Saturday and Sunday off
        ("5 ngày", "2026-11-23 09:00", "2026-11-30 17:00"),  # ends on Saturday 28/11
        ("4 giờ", "2026-11-23 10:30", "2026-11-23 16:30"),
        ("1 tháng", "2026-10-30 09:00", "2026-11-30 17:00"),
        ("1 tháng", "2027-01-29 09:00", "2027-03-01 17:00"),  # 28/2/2027 is a Sunday
        ("13 tháng", "2026-11-23 09:00", "2027-12-23 17:00"),
    ],
)
def test_due(limit: str, accepted: str, due: str) -> None:
    assert due_at(TimeLimit.parse(limit), at(accepted), WORK) == at(due)
