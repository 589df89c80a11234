"""Times in words, as a page shows them. Everything stored is UTC; everything read is Vietnam's time."""

from datetime import datetime, timedelta

from bot.texts import Texts
from bot.texts import moment as point_in_time
from bot.worktime import VIETNAM

_MINUTE = timedelta(minutes=1)


def clock_time(at: datetime) -> str:
    return at.astimezone(VIETNAM).strftime("%H:%M")


def day(texts: Texts, at: datetime, now: datetime) -> str:
    """`hôm nay`, or `thứ Ba, 24/11`; with the year only when it is another one."""
    local, today = at.astimezone(VIETNAM), now.astimezone(VIETNAM)
    if local.date() == today.date():
        return texts("pages.day.today")
    date = f"{local:%d/%m}" if local.year == today.year else f"{local:%d/%m/%Y}"
    return texts("pages.day.other", weekday=texts(f"time.weekday.d{local.weekday()}"), date=date)


def due(texts: Texts, at: datetime) -> str:
    """`trước 15 giờ thứ Ba, 24/11`."""
    return texts("pages.due", moment=point_in_time(at, texts))


def moment(texts: Texts, at: datetime, now: datetime) -> str:
    """`14:05 hôm nay`, `14:05 thứ Ba, 24/11`."""
    return texts("pages.moment", time=clock_time(at), day=day(texts, at, now))


def span(texts: Texts, length: timedelta) -> str:
    """`5 phút`, `2 giờ 5 phút`, `3 ngày`; less than a minute counts as one."""
    minutes = max(1, int(length / _MINUTE))
    if minutes < 60:
        return texts("pages.span.minutes", minutes=minutes)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return texts("pages.span.days", days=hours // 24)
    if rest == 0:
        return texts("pages.span.hours", hours=hours)
    return texts("pages.span.hours_minutes", hours=hours, minutes=rest)
