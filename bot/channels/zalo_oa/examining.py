"""How an OA's channel is: its token, its secret, its webhook, its window, and the two clocks."""

import contextlib
from datetime import timedelta

from bot.channels.clocks import compared
from bot.channels.received import word
from bot.channels.zalo_oa.calls import Calls
from bot.channels.zalo_oa.client import Client, RefusedError
from bot.channels.zalo_oa.tokens import ALARM, CHANNEL, REVOKED
from bot.config import Settings
from bot.ports import Clock, Finding, TryLaterError
from bot.texts import Texts, moment
from storage.database import Database
from storage.errors import UnavailableError
from storage.records import Credential

ABOUT = "/v2.0/oa/getoa"
REFRESH_LIFE = timedelta(days=90)  # of a refresh token, as documented; each renewal gives a new one
FORGED_LATELY = timedelta(hours=1)
SILENT = timedelta(days=3)  # without one event: longer than a weekend without citizens
KEY_REFUSED = "refused -14004"  # of the app; the token itself is still good


class Examining:
    def __init__(
        self, settings: Settings, database: Database, client: Client, calls: Calls, clock: Clock
    ) -> None:
        self._settings = settings
        self._database = database
        self._client = client
        self._calls = calls
        self._clock = clock
        self._variant: str | None = None

    async def forged(self) -> None:
        """A signature was wrong just now. On disk, since whoever asks what is wrong is another process."""
        now = self._clock.now()
        with contextlib.suppress(UnavailableError):
            async with self._database.unit_of_work() as uow:
                if await uow.done_once.first(f"{self._mark}{now.timestamp():.0f}", now):
                    await uow.commit()

    @property
    def _mark(self) -> str:
        return f"forged:{CHANNEL}:{self._settings.zalo_oa_id}:"

    def signed(self, variant: str) -> None:
        self._variant = variant

    async def findings(self, *, deep: bool) -> tuple[Finding, ...]:
        """`deep`: ask Zalo as well. First of all: a token that is over is renewed by asking, or refused."""
        asked = await self._asked() if deep else []
        token = await self._token()
        found = [token, self._webhook(), *await self._signature()]
        if deep:
            found += asked if token.good else [each for each in asked if each.key != "no_answer"]
            found += [
                *compared(self._client.told_at, self._clock.now()),
                await self._last_event(),
                self._window(),
            ]
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
            known = {REVOKED: "token_revoked", KEY_REFUSED: "app_secret_wrong"}
            return Finding(False, known.get(pair.problem, "token_refused"), {"problem": pair.problem})
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

    async def _signature(self) -> list[Finding]:
        try:
            async with self._database.reading() as uow:
                forged = await uow.done_once.since(self._mark, self._clock.now() - FORGED_LATELY)
        except UnavailableError:
            forged = False  # told by the token, which nobody can read either
        found = [Finding(False, "signature_wrong")] if forged else []
        if self._variant:
            found.append(Finding(True, "signature", {"variant": self._variant}))
        return found

    async def _asked(self) -> list[Finding]:
        try:
            data = await self._calls.get(ABOUT)
        except RefusedError as error:
            return [Finding(False, "zalo_refuses", {"why": str(error)})]
        except TryLaterError as error:
            return [Finding(False, "no_answer", {"why": str(error)})]
        found = [Finding(True, "answers", {"name": word(data.get("name"))})]
        if data.get("is_verified") is False:
            found.append(Finding(False, "not_verified"))
        return found

    async def _last_event(self) -> Finding:
        async with self._database.reading() as uow:
            last = await uow.inbox.last_received(CHANNEL, self._settings.zalo_oa_id or "")
        if last is None:
            return Finding(False, "no_event_yet")
        fresh = self._clock.now() - last < SILENT
        return Finding(fresh, "last_event" if fresh else "silent", {"at": moment(last, Texts.load())})

    def _window(self) -> Finding:
        chosen = self._settings
        template = "window_template" if chosen.zalo_template_answer else "window"
        facts = {"free": str(chosen.zalo_free_hours), "hours": str(chosen.zalo_window_hours)}
        return Finding(True, template, facts)
