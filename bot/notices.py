"""Says what is to be told about dossiers, in its time: not at night, not faster than channels take it.

What is to be said was written together with the change (`bot/actions/mirror.py`). Saying it and noting that it was
said are one commit: whoever dies in between, it is said once. The outbox is filled no further than a channel
empties it in some seconds: what waits here can still turn out to be no longer true.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.actions.dossiers import late_days
from bot.actions.freshness import behind
from bot.actions.offering import offer
from bot.config import Settings
from bot.conversation.dossier_news import LATE_STAGES, PERSONAL, News, day_of, still_true
from bot.conversation.filing import by_a_stranger
from bot.conversation.state import State
from bot.conversation.wording import Wording, news
from bot.live_catalog import LiveCatalog
from bot.ports import Channel, Clock
from bot.quiet import is_quiet
from bot.texts import Texts
from bot.worktime import WorkTime
from intents.catalog import Procedure, Tone
from storage.database import Database
from storage.notices import NewNotice
from storage.records import Dossier, Notice, NoticeStatus, Priority
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

IN_HAND = 100  # rows of a channel's outbox beyond which no notice is added
AT_ONCE = 20  # notices a transaction
EACH_LOOK = timedelta(minutes=1)  # between two looks for what has become late
LATE_AT_ONCE = 500
SAME_EVENT = timedelta(days=90)  # one death, birth or marriage makes several dossiers: one letter
MOURNING = timedelta(days=90)


class Notices:
    def __init__(
        self,
        database: Database,
        live: LiveCatalog,
        channels: Mapping[str, Channel],
        settings: Settings,
        worktime: WorkTime,
        clock: Clock,
    ) -> None:
        self._database = database
        self._live = live
        self._channels = channels
        self._settings = settings
        self._worktime = worktime
        self._clock = clock
        self._looked_at: datetime | None = None

    async def look(self) -> int:
        """What a timer does every moment: find what is late, say what is due."""
        return await self.find_late() + await self.say()

    async def find_late(self) -> int:
        """A due time passes without anybody changing anything: followers hear of it all the same."""
        now = self._clock.now()
        if self._looked_at is not None and timedelta() <= now - self._looked_at < EACH_LOOK:
            return 0
        async with self._database.unit_of_work() as uow:
            late = await uow.notices.overdue(News.LATE, LATE_STAGES, now, LATE_AT_ONCE)
            told = [NewNotice(who.dossier_code, who.address_id, News.LATE, day_of(due)) for who, due in late]
            if told:
                await uow.notices.add(told, now)
                await uow.commit()
        if len(late) < LATE_AT_ONCE:
            self._looked_at = now
        return len(told)

    async def say(self) -> int:
        """As many as there is room for now; how many were settled."""
        settled = 0
        while not self.is_quiet(self._clock.now()):
            done = await self._some()
            settled += done
            if done < AT_ONCE:
                break
        return settled

    def is_quiet(self, at: datetime) -> bool:
        return is_quiet(self._settings.quiet_hours, at)

    async def _some(self) -> int:
        now = self._clock.now()
        async with self._database.reading() as uow:
            room = [
                name
                for name, channel in self._channels.items()
                if channel.capabilities.pull or await uow.outbox.due_rows(name, now, IN_HAND) < IN_HAND
            ]
            if not await uow.notices.any_pending(room):
                return 0
        async with self._database.unit_of_work() as uow:
            found = await uow.notices.pending(room, AT_ONCE)
            for each in found:
                said = await self._say(uow, each, now)
                status = NoticeStatus.SAID if said else NoticeStatus.DROPPED
                await uow.notices.settle(each.id, status, now)
            await uow.commit()
        return len(found)

    async def _say(self, uow: UnitOfWork, notice: Notice, now: datetime) -> bool:
        """False: it is no longer true, or not wanted any more."""
        kind = News(notice.kind)
        dossier = await uow.dossiers.get(notice.dossier_code)
        origin = await uow.follows.origin(notice.dossier_code, notice.address_id)
        if dossier is None or origin is None or not still_true(kind, dossier):
            return False
        if await uow.follows.is_off(notice.address_id):
            return False
        procedure = self._procedure(dossier)
        if not await self._fits(uow, kind, notice, procedure, now):
            return False
        contact = await uow.citizens.get(notice.address_id)
        channel = self._channels[contact.key.channel]
        texts = Texts.load(contact.language).addressing(contact.pronoun)
        wording = Wording(texts, self._live.snapshot.catalog, State(), now, self._settings.legal_basis)
        late = late_days(dossier, now, self._worktime)
        since = await behind(uow, self._settings, now)
        reply = news.told(kind, dossier, procedure, late, wording, behind_since=since)
        await offer(uow, contact, reply, now, pull=channel.capabilities.pull, priority=Priority.NOTICE)
        log.info("notice.said", kind=kind, channel=contact.key.channel)
        return True

    async def _fits(
        self,
        uow: UnitOfWork,
        kind: News,
        notice: Notice,
        procedure: Procedure | None,
        now: datetime,
    ) -> bool:
        """The letter only of this procedure, one for one event; nobody in mourning is congratulated or asked how
        it was; a stranger who filed for the family is none of it."""
        if kind not in PERSONAL:
            return True
        if procedure is None:
            return False
        citizen = (await uow.citizens.get(notice.address_id)).citizen_id
        mourns = procedure.tone is Tone.CONDOLENCE
        if kind is News.RATING:
            told = await uow.notices.told_citizen(citizen, kind, notice.dossier_code, (), now)
            return not (mourns or told or await self._mourns(uow, citizen, now))
        if procedure.letter is None or procedure.letter.tone is not procedure.tone:
            return False
        filed = await uow.submissions.by_dossier(notice.dossier_code)
        if filed and filed.address_id == notice.address_id and by_a_stranger(procedure, filed):
            return False
        entries = self._live.snapshot.catalog.procedures
        alike = [each.code for each in entries if each.letter is procedure.letter]
        if await uow.notices.told_citizen(citizen, kind, notice.dossier_code, alike, now - SAME_EVENT):
            return False
        return mourns or not await self._mourns(uow, citizen, now)

    async def _mourns(self, uow: UnitOfWork, citizen_id: int, now: datetime) -> bool:
        """Somebody has lately filed or followed what one files after a death, for themselves."""
        entries = self._live.snapshot.catalog.procedures
        deaths = {each.code for each in entries if each.tone is Tone.CONDOLENCE}
        since = now - MOURNING
        if await uow.follows.has_own(citizen_id, deaths, since):
            return True
        return any(
            each.procedure_code in deaths and each.sent_at is not None and each.sent_at >= since
            for each in await uow.submissions.of_citizen(citizen_id)
            if each.owner_id in {None, citizen_id}
        )

    def _procedure(self, dossier: Dossier) -> Procedure | None:
        """The entry of exactly this code: a successor may be of another kind."""
        return self._live.snapshot.catalog.by_code.get(dossier.procedure_code or "")
