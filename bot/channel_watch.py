"""Looks after the channels: what ails one is told to those who can mend it, hours before citizens notice.

In the log, on `/healthz`, and in the chats of the administrators and supervisors who linked one, on whatever
channel still works.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.messages import Reply, Voice
from bot.ports import Channel, Clock, Examined, Finding
from bot.texts import Texts
from storage.database import Database
from storage.records import Role
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

EVERY = timedelta(minutes=5)
AGAIN_HOURS = 6  # until the same is told again
_TOLD = frozenset({Role.ADMIN, Role.SUPERVISOR})


class ChannelWatch:
    def __init__(self, database: Database, channels: Mapping[str, Channel], clock: Clock) -> None:
        self._database = database
        self._channels = {name: each for name, each in channels.items() if isinstance(each, Examined)}
        self._clock = clock
        self._looked_at: datetime | None = None

    async def look(self) -> int:
        """Every few minutes; how many troubles were told."""
        now = self._clock.now()
        if self._looked_at and now - self._looked_at < EVERY:
            return 0
        self._looked_at = now
        return sum(
            [
                await self._tell(name, each)
                for name, channel in self._channels.items()
                for each in await channel.examine(deep=False)
                if not each.good
            ]
        )

    async def _tell(self, name: str, finding: Finding) -> bool:
        now = self._clock.now()
        bucket = int(now.timestamp() // (AGAIN_HOURS * 3600))
        async with self._database.unit_of_work() as uow:
            if not await uow.done_once.first(f"channel:{name}:{finding.key}:{bucket}", now):
                return False
            log.error("channel.trouble", channel=name, kind=finding.key, **finding.facts)
            await self._to_phones(uow, name, finding)
            await uow.commit()
        return True

    async def _to_phones(self, uow: UnitOfWork, name: str, finding: Finding) -> None:
        reply = Reply(in_words(Texts.load(), name, finding), voice=Voice.NOTICE)
        for link in await uow.officer_links.all():
            if link.officer.role in _TOLD and link.reachable:
                await uow.outbox.add(link.address_id, reply.to_json(), self._clock.now())
                uow.notify("outbox")


def in_words(texts: Texts, channel: str, finding: Finding) -> str:
    name = texts(f"console.channel.{channel}")
    return texts("channel.line", channel=name, finding=texts(f"channel.{finding.key}", **finding.facts))
