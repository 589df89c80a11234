"""Notices of what an officer decided: told now, and at night in the morning, because nobody asked just then."""

import uuid
from collections.abc import Mapping
from typing import Any

from bot.actions.offering import offer
from bot.config import Settings
from bot.messages import Reply
from bot.ports import Channel, Clock
from bot.quiet import morning_after
from storage.database import Database
from storage.errors import NotFoundError
from storage.records import Contact, Job
from storage.unit_of_work import UnitOfWork

NOTICE_JOB = "decision_notice"


class Telling:
    def __init__(
        self, database: Database, channels: Mapping[str, Channel], settings: Settings, clock: Clock
    ) -> None:
        self._database = database
        self._channels = channels
        self._settings = settings
        self._clock = clock

    async def decided(
        self,
        uow: UnitOfWork,
        contact: Contact,
        reply: Reply,
        subject: str,
        note: Mapping[str, Any] | None = None,
    ) -> None:
        """`subject`: what it is about, for whoever reads the timers."""
        morning = morning_after(self._settings.quiet_hours, self._clock.now())
        if morning is None:
            await self.now(uow, contact, reply, note)
            return
        waiting = {"address": contact.address_id, "reply": reply.to_json(), "note": dict(note or {})}
        await uow.jobs.schedule(NOTICE_JOB, f"{subject}:{uuid.uuid4().hex}", morning, waiting)

    async def now(
        self, uow: UnitOfWork, contact: Contact, reply: Reply, note: Mapping[str, Any] | None = None
    ) -> None:
        channel = self._channels.get(contact.key.channel)
        pull = channel.capabilities.pull if channel else False
        await offer(uow, contact, reply, self._clock.now(), pull=pull, note=note)

    async def in_the_morning(self, job: Job) -> None:
        """What was decided at night. Said and done with in one commit: whoever dies in between, it is said once."""
        async with self._database.unit_of_work() as uow:
            if not await uow.done_once.first(f"{NOTICE_JOB}:{job.subject}", self._clock.now()):
                return
            try:
                contact = await uow.citizens.get(int(job.payload["address"]))
            except NotFoundError:  # forgotten meanwhile
                return
            await self.now(uow, contact, Reply.from_json(job.payload["reply"]), job.payload["note"])
            await uow.commit()
