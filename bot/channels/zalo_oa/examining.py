"""How an OA's channel is: its token, its secret, its webhook, its window, and the two clocks."""

from datetime import datetime, timedelta

import structlog

from bot.channels.received import word
from bot.channels.zalo_oa.calls import Calls
from bot.channels.zalo_oa.client import Client, RefusedError
from bot.channels.zalo_oa.tokens import ALARM, CHANNEL
from bot.config import Settings
from bot.ports import Clock, Finding, TryLaterError
from bot.texts import Texts, moment
from storage.database import Database
from storage.errors import UnavailableError
from storage.records import Credential

log = structlog.get_logger()

ABOUT = "/v2.0/oa/getoa"
REFRESH_LIFE = timedelta(days=90)  # of a refresh token, as documented; each renewal gives a new one
APART = timedelta(minutes=1)  # the clocks may be
FORGED_LATELY = timedelta(hours=1)


class Examining:
    def __init__(
        self, settings: Settings, database: Database, client: Client, calls: Calls, clock: Clock
    ) -> None:
        self._settings = settings
        self._database = database
        self._client = client
        self._calls = calls
        self._clock = clock
        self._forged_at: datetime | None = None
        self._variant: str | None = None

    def forged(self) -> None:
        """A signature was wrong just now."""
        self._forged_at = self._clock.now()

    def signed(self, variant: str) -> None:
        self._variant = variant

    async def findings(self, *, deep: bool) -> tuple[Finding, ...]:
        """`deep`: ask Zalo as well."""
        found = [await self._token(), self._webhook(), *self._signature()]
        if deep:
            found += [*await self._asked(), await self._last_event(), self._window()]
        return tuple(found)

    async def _token(self) -> Finding:
        try:
            async with self._database.reading() as uow:
                pair = await uow.credentials.get(CHANNEL, self._settings.zalo_oa_id or "")
        except UnavailableError:
            return Finding(False, "token_unknown")
        if pair is None:
            given = self._settings.zalo_refresh_token is not None
            return Finding(given, "token_to_come" if given else "token_missing")
        return self._of(pair)

    def _of(self, pair: Credential) -> Finding:
        texts, now = Texts.load(), self._clock.now()
        if pair.problem:
            return Finding(False, "token_refused", {"problem": pair.problem})
        until = pair.access_expires_at
        if until is None:
            return Finding(True, "token_to_come")
        facts = {
            "until": moment(until, texts),
            "consent": f"{pair.obtained_at + REFRESH_LIFE:%d/%m/%Y}",
        }
        return Finding(until - now >= ALARM, "token_until" if until - now >= ALARM else "token_dying", facts)

    def _webhook(self) -> Finding:
        """Zalo calls https addresses only; a stand-in for it on this machine calls what it was given."""
        base = self._settings.public_url or ""
        if self._settings.zalo_api.startswith("https://") and not base.startswith("https://"):
            return Finding(False, "webhook_address")
        return Finding(True, "webhook", {"address": f"{base.rstrip('/')}/zalo/webhook"})

    def _signature(self) -> list[Finding]:
        forged = self._forged_at and self._clock.now() - self._forged_at < FORGED_LATELY
        found = [Finding(False, "signature_wrong")] if forged else []
        if self._variant:
            found.append(Finding(True, "signature", {"variant": self._variant}))
        return found

    async def _asked(self) -> list[Finding]:
        try:
            data = await self._calls.get(ABOUT)
        except (RefusedError, TryLaterError) as error:
            return [Finding(False, "no_answer", {"why": str(error)})]
        found = [Finding(True, "answers", {"name": word(data.get("name"))})]
        if data.get("is_verified") is False:
            found.append(Finding(False, "not_verified"))
        told = self._client.told_at
        if told is not None:
            apart = abs(told - self._clock.now())
            found.append(Finding(apart <= APART, "clock", {"seconds": str(round(apart.total_seconds()))}))
        return found

    async def _last_event(self) -> Finding:
        async with self._database.reading() as uow:
            last = await uow.inbox.last_received(CHANNEL, self._settings.zalo_oa_id or "")
        if last is None:
            return Finding(True, "no_event_yet")
        return Finding(True, "last_event", {"at": moment(last, Texts.load())})

    def _window(self) -> Finding:
        chosen = self._settings
        template = "window_template" if chosen.zalo_template_answer else "window"
        facts = {"free": str(chosen.zalo_free_hours), "hours": str(chosen.zalo_window_hours)}
        return Finding(True, template, facts)
