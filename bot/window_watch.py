"""Asks the channels until when those who wait for an answer can be answered: an officer sees it on the ticket.

What a citizen wrote tells most of it; the platform alone knows of calls, menus and rules that have changed.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.ports import Channel, Clock, HasWindow, TryLaterError
from storage.channel_records import Window
from storage.database import Database
from storage.records import Contact

log = structlog.get_logger()

AGAIN = timedelta(hours=6)
AT_ONCE = 5


class WindowWatch:
    def __init__(self, database: Database, channels: Mapping[str, Channel], clock: Clock) -> None:
        self._database = database
        self._channels = {name: each for name, each in channels.items() if isinstance(each, HasWindow)}
        self._clock = clock

    async def look(self) -> int:
        """Everybody who waits and was not asked about for a while; returns how many."""
        if not self._channels:
            return 0
        async with self._database.reading() as uow:
            found = await uow.windows.unasked(tuple(self._channels), self._clock.now() - AGAIN, AT_ONCE)
        await asyncio.gather(*(self._ask(each) for each in found))
        return len(found)

    async def _ask(self, contact: Contact) -> None:
        known = Window(contact.window_free_until, contact.window_until)
        try:
            window = await self._channels[contact.key.channel].ask_window(contact.key)
        except TryLaterError as error:
            log.info("window.unknown", channel=contact.key.channel, error=str(error))
            window = known
        async with self._database.unit_of_work() as uow:
            await uow.windows.told(contact.address_id, window, self._clock.now())
            if window != known:
                uow.notify("queue")
            await uow.commit()
