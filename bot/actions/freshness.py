"""How fresh the mirror is: what its source did not tell us lately is never shown as today's."""

from datetime import datetime, timedelta

from bot.config import Settings
from storage.records import Source
from storage.unit_of_work import UnitOfWork

NAME = "registry"  # of the one-stop system among the sources


async def behind(uow: UnitOfWork, settings: Settings, now: datetime) -> datetime | None:
    """Until when the mirror is right, while its source does not answer; None where it does, or none is connected."""
    if settings.registry is None:
        return None
    return behind_since(await uow.sources.get(NAME), now, settings.stale_after)


def behind_since(source: Source | None, now: datetime, stale: timedelta) -> datetime | None:
    """Until when what is known is right; None while the source answers, or where none is asked.

    It failed last, or was not asked for long. A source that never answered yet counts from when it was asked.
    """
    if source is None or source.asked_at is None:
        return None
    if source.answered_at is None:
        return source.asked_at if source.failures else None
    late = now - source.answered_at > stale
    return source.answered_at if source.failures or late else None
