"""Office hours, holidays, and what falls due when."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.worktime import VIETNAM, WorkTime

SPANS = ((time(7), time(11, 30)), (time(13), time(17)))
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), SPANS)
OFFICE = WorkTime(WEEK)


def at(day: str, clock: str = "00:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=VIETNAM).astimezone(UTC)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [
        ("06:59", False),
        ("07:00", True),
        ("11:29", True),
        ("11:30", False),
        ("12:59", False),
        ("13:00", True),
        ("16:59", True),
        ("17:00", False),
    ],
)
def test_the_desk_is_closed_over_lunch(clock: str, is_open: bool) -> None:
    assert OFFICE.is_open(at("2026-11-25", clock)) is is_open


@pytest.mark.parametrize(
    ("asked", "working", "due"),
    [
        (("2026-11-25", "09:00"), 4, ("2026-11-25", "14:30")),  # over lunch
        (("2026-11-25", "11:30"), 1, ("2026-11-25", "14:00")),  # at the stroke of lunch
        (("2026-11-25", "12:15"), 1, ("2026-11-25", "14:00")),  # during lunch
        (("2026-11-25", "16:00"), 4, ("2026-11-26", "10:00")),  # over the night
        (("2026-11-25", "20:00"), 4, ("2026-11-26", "11:00")),  # after hours: the next morning
        (("2026-11-27", "16:30"), 4, ("2026-11-30", "10:30")),  # over the weekend
        (("2026-11-28", "09:00"), 4, ("2026-11-30", "11:00")),  # on a Saturday
        (("2026-11-23", "16:30"), 4, ("2026-11-25", "10:30")),  # 24/11 is a holiday since 2026
        (("2026-11-25", "07:00"), 8.5, ("2026-11-25", "17:00")),  # exactly one day
        (("2026-11-25", "07:00"), 25.5, ("2026-11-27", "17:00")),  # exactly three days
        (("2026-11-25", "07:00"), 25.6, ("2026-11-30", "07:06")),  # three days and six minutes
    ],
)
def test_a_promise_in_office_hours(asked: tuple[str, str], working: float, due: tuple[str, str]) -> None:
    assert OFFICE.add(at(*asked), hours(working)) == at(*due)


def test_nothing_to_wait_for_is_due_at_the_next_opening() -> None:
    assert OFFICE.add(at("2026-11-25", "09:00"), timedelta()) == at("2026-11-25", "09:00")
    assert OFFICE.add(at("2026-11-28", "09:00"), timedelta()) == at("2026-11-30", "07:00")


def test_the_next_opening() -> None:
    assert OFFICE.next_opening(at("2026-11-25", "08:00")) == at("2026-11-25", "08:00")
    assert OFFICE.next_opening(at("2026-11-25", "11:30")) == at("2026-11-25", "13:00")
    assert OFFICE.next_opening(at("2026-11-27", "17:00")) == at("2026-11-30", "07:00")


def test_tet_2027() -> None:
    """Lunar New Year's Day is 6 February 2027, a Saturday: the days are made up in the week after."""
    off = [
        date(2027, 2, 1) + timedelta(days=n)
        for n in range(21)
        if not OFFICE.is_working_day(date(2027, 2, 1) + timedelta(days=n))
    ]
    assert {date(2027, 2, 5), date(2027, 2, 6), date(2027, 2, 7), date(2027, 2, 8), date(2027, 2, 9)} <= set(
        off
    )
    assert OFFICE.is_working_day(date(2027, 2, 3))
    assert OFFICE.is_working_day(date(2027, 2, 15))
    due = OFFICE.add(at("2027-02-04", "16:00"), hours(4))
    assert OFFICE.is_working_day(due.astimezone(VIETNAM).date())
    assert due > at("2027-02-09", "17:00")


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2027, 1, 1), "New Year"),
        (date(2027, 4, 16), "Hùng Kings, 10/3 lunar"),
        (date(2027, 4, 30), "30/4"),
        (date(2027, 9, 2), "National Day"),
        (date(2026, 11, 24), "24/11"),
        (date(2027, 11, 24), "24/11"),
    ],
)
def test_public_holidays(day: date, name: str) -> None:
    assert not OFFICE.is_working_day(day), name


def test_a_holiday_on_a_weekly_day_off_is_made_up() -> None:
    """1 May 2027 is a Saturday: the Monday after is off (Labour Code, Art. 111)."""
    assert date(2027, 5, 1).weekday() == 5
    assert not OFFICE.is_working_day(date(2027, 5, 3))


def test_local_days_off_and_swapped_working_days() -> None:
    office = WorkTime(WEEK, days_off=[date(2026, 11, 26)], extra_working_days=[date(2026, 11, 28)])
    assert not office.is_working_day(date(2026, 11, 26))
    assert office.is_working_day(date(2026, 11, 28)), "a Saturday that is worked for another day"
    assert office.add(at("2026-11-25", "16:00"), hours(2)) == at("2026-11-27", "08:00")
    assert office.add(at("2026-11-27", "16:00"), hours(2)) == at("2026-11-28", "08:00")
    assert office.is_open(at("2026-11-28", "08:00"))


def test_an_extra_working_day_wins_over_a_holiday() -> None:
    office = WorkTime(WEEK, extra_working_days=[date(2026, 11, 24)])
    assert office.is_working_day(date(2026, 11, 24))


def test_saturday_morning_where_the_centre_opens_it() -> None:
    office = WorkTime({**WEEK, "sat": (SPANS[0],), "sun": ()})
    assert office.add(at("2026-11-27", "16:00"), hours(2)) == at("2026-11-28", "08:00")
    assert office.closing(date(2026, 11, 28)) == at("2026-11-28", "11:30")
    assert not office.is_open(at("2026-11-28", "14:00"))


def test_the_day_of_receipt_is_not_counted() -> None:
    assert OFFICE.add_days(date(2026, 11, 25), 1) == date(2026, 11, 26)
    assert OFFICE.add_days(date(2026, 11, 23), 1) == date(2026, 11, 25), "24/11 lies between"
    assert OFFICE.add_days(date(2026, 11, 27), 1) == date(2026, 11, 30)
    assert OFFICE.add_days(date(2026, 11, 28), 1) == date(2026, 11, 30), "received on a Saturday"
    assert OFFICE.add_days(date(2026, 11, 25), 0) == date(2026, 11, 25)


def test_days_late() -> None:
    assert OFFICE.working_days_between(date(2026, 11, 20), date(2026, 11, 25)) == 2  # Monday and Wednesday
    assert OFFICE.working_days_between(date(2026, 11, 25), date(2026, 11, 25)) == 0
    assert OFFICE.working_days_between(date(2026, 11, 25), date(2026, 11, 20)) == 0


def test_a_week_without_hours_is_no_week() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        WorkTime({"mon": ()})


def test_no_hours_within_a_year_is_an_error_and_no_endless_loop() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(800)]
    office = WorkTime(WEEK, days_off=days)
    with pytest.raises(ValueError, match="within a year"):
        office.add(at("2026-11-25"), hours(1))
    with pytest.raises(ValueError, match="within a year"):
        office.next_opening(at("2026-11-25"))


FIRST = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
spans = st.integers(0, 200 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(moments, spans)
def test_what_is_due_is_due_while_somebody_is_there_or_as_they_leave(
    start: datetime, working: timedelta
) -> None:
    due = OFFICE.add(start, working)
    assert due >= start
    assert OFFICE.is_open(due) or OFFICE.is_open(due - timedelta(microseconds=1))


@given(moments, spans, spans)
def test_longer_is_never_earlier_and_later_is_never_earlier(
    start: datetime, working: timedelta, more: timedelta
) -> None:
    assert OFFICE.add(start, working) <= OFFICE.add(start, working + more)
    assert OFFICE.add(start, working) <= OFFICE.add(start + more, working)


@given(moments, spans)
def test_the_office_time_until_it_is_due_is_what_was_promised(start: datetime, working: timedelta) -> None:
    assert OFFICE.working_time_between(start, OFFICE.add(start, working)) == working


@given(moments, st.integers(1, 60))
def test_days_added_are_days_counted(start: datetime, days: int) -> None:
    day = start.date()
    due = OFFICE.add_days(day, days)
    assert OFFICE.is_working_day(due)
    assert OFFICE.working_days_between(day, due) == days
