"""The hours of the night in which nobody is told anything that they do not wait for. Pure."""

from datetime import UTC, datetime, timedelta

from bot.worktime import VIETNAM


def is_quiet(hours: str, at: datetime) -> bool:
    """Whether people sleep: between the two clock times of the setting, in Vietnam."""
    begins, _, ends = hours.partition("-")
    clock = f"{at.astimezone(VIETNAM):%H:%M}"
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


def morning_after(hours: str, at: datetime) -> datetime | None:
    """When the quiet hours end; None where it is not night at all."""
    if not is_quiet(hours, at):
        return None
    local = at.astimezone(VIETNAM)
    hour, _, minute = hours.partition("-")[2].partition(":")
    ends = local.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return (ends if ends > local else ends + timedelta(days=1)).astimezone(UTC)
