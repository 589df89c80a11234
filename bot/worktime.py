"""Working hours: when a promise falls due, and whether somebody is at the desk now. Pure.

Sources: office hours from the catalog; public holidays of Vietnam with their make-up days from `holidays`
(Labour Code 45/2019/QH14, Art. 112: a holiday on a weekly day off is made up); local days off and swapped
working days from settings. People read Vietnam's time; everything else is UTC.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NEAR = 15  # days: longer than any window of a channel
_FAR = 400  # days: longer than any run of days off

Span = tuple[time, time]


@lru_cache(maxsize=16)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("VN", years=year))


@dataclass(frozen=True)
class Counted:
    """A deadline in working days, with what it is made of: the day it counts from (itself not counted), and the
    days in between that were left out. `weekly` are weekdays (Monday 0), `special` single days."""

    start: date
    due: datetime
    days: int
    weekly: tuple[int, ...]
    special: tuple[date, ...]


class WorkTime:
    """The province's working calendar. `hours` maps mon..sun to spans, as in the catalog."""

    def __init__(
        self,
        hours: Mapping[str, Sequence[Span]],
        days_off: Collection[date] = (),
        extra_working_days: Collection[date] = (),
    ) -> None:
        self._hours = {day: tuple(sorted(spans)) for day, spans in hours.items() if spans}
        if not self._hours:
            raise ValueError("a working week needs at least one day with hours")
        self._days_off = frozenset(days_off)
        self._extra = frozenset(extra_working_days)

    def is_working_day(self, day: date) -> bool:
        if day in self._extra:
            return True
        return (
            WEEKDAYS[day.weekday()] in self._hours
            and day not in self._days_off
            and day not in _public_holidays(day.year)
        )

    def is_open(self, at: datetime) -> bool:
        return any(start <= at < end for start, end in self._spans(at.astimezone(VIETNAM).date()))

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself while open, else the next moment somebody is there. UTC."""
        for start, end in self._spans_from(at):
            if at < end:
                return max(at, start)
        raise ValueError("no working day within a year")

    def last_open(self, before: datetime) -> datetime | None:
        """The last moment of office hours up to `before`, within two weeks; None for none. UTC."""
        last = before.astimezone(VIETNAM).date()
        for offset in range(_NEAR):
            for start, end in reversed(list(self._spans(last - timedelta(days=offset)))):
                if start < before:
                    return min(end, before.astimezone(UTC))
        return None

    def add(self, at: datetime, working: timedelta) -> datetime:
        """The moment when `working` hours of office time have passed since `at`. UTC."""
        left = working
        for start, end in self._spans_from(at):
            begin = max(start, at)
            if begin >= end:
                continue
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise ValueError("no working day within a year")

    def add_days(self, day: date, days: int) -> date:
        """The working day `days` after `day`. The day of receipt is not counted (Civil Code 91/2015, Art. 147)."""
        while days > 0:
            day += timedelta(days=1)
            if self.is_working_day(day):
                days -= 1
        return day

    def counted(self, at: datetime, due: datetime) -> Counted:
        """How many working days lie between, and which days were not counted."""
        start, end = at.astimezone(VIETNAM).date(), due.astimezone(VIETNAM).date()
        between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
        off = [day for day in between if not self.is_working_day(day)]
        weekly = tuple(sorted({day.weekday() for day in off if WEEKDAYS[day.weekday()] not in self._hours}))
        special = tuple(day for day in off if day.weekday() not in weekly)
        return Counted(start, due, len(between) - len(off), weekly, special)

    def closing(self, day: date) -> datetime:
        """End of office hours of a working day. UTC."""
        return list(self._spans(day))[-1][1]

    def slots(self, after: datetime, minutes: int, until: datetime) -> tuple[datetime, ...]:
        """Whole steps of `minutes` within office hours, beginning later than `after` and not on its day. UTC."""
        today = after.astimezone(VIETNAM).date()
        step = timedelta(minutes=minutes)
        found = []
        for opens, closes in self._spans_from(after):
            if opens > until:
                break
            if opens.astimezone(VIETNAM).date() > today:
                found += [opens + step * n for n in range((closes - opens) // step)]
        return tuple(at for at in found if at <= until)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 when `end` is not later."""
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        total = timedelta()
        for begin, finish in self._spans_from(start):
            if begin >= end:
                break
            total += max(timedelta(), min(finish, end) - max(begin, start))
        return total

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if not self.is_working_day(day):
            return
        usual = next(iter(self._hours.values()))
        for opens, closes in self._hours.get(WEEKDAYS[day.weekday()], usual):
            yield (
                datetime.combine(day, opens, VIETNAM).astimezone(UTC),
                datetime.combine(day, closes, VIETNAM).astimezone(UTC),
            )

    def _spans_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        first = at.astimezone(VIETNAM).date()
        for offset in range(_FAR):
            yield from self._spans(first + timedelta(days=offset))
