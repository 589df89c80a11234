"""Our clock beside a platform's, which stands in the head of whatever it answers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.ports import Finding

APART = timedelta(minutes=1)  # the clocks may be


def told_by(headers: Mapping[str, str]) -> datetime | None:
    """When they answered, as they say; None: they do not."""
    try:
        return parsedate_to_datetime(headers["Date"])
    except (KeyError, ValueError):
        return None


def compared(told: datetime | None, now: datetime) -> tuple[Finding, ...]:
    """Nothing where they do not tell."""
    if told is None:
        return ()
    apart = abs(told - now)
    near = apart <= APART
    facts = {"seconds": str(round(apart.total_seconds()))}
    return (Finding(near, "clock" if near else "clock_off", facts),)
