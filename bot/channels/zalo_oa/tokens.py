"""The OA's access token, renewed in time by one process only.

A refresh token works once: two that use it at the same moment lose the channel until an administrator of the
OA consents again in a browser. So the right to use it is reserved in the database, and the new pair is on
disk before anybody sees it. Killed between Zalo's answer and our commit (milliseconds), the pair is lost.
"""

import asyncio
import contextlib
import uuid
from datetime import datetime, timedelta

import structlog

from bot.channels.zalo_oa.client import Client, Pair, RefusedError
from bot.ports import Clock, TryLaterError
from storage.database import Database
from storage.errors import UnavailableError
from storage.records import Credential

log = structlog.get_logger()

CHANNEL = "zalo_oa"
REVOKED = "revoked"
RESERVED = 60.0  # seconds; Zalo answers within 15 or not at all
PATIENCE = 15.0  # seconds to wait for another process that renews
LOOK_AGAIN = 0.1
MENDING = 300.0  # seconds between two attempts with a token that Zalo refuses
RENEWED_AFTER = 0.8  # of its life: twenty of twenty-five hours
NEARLY_OVER = timedelta(minutes=1)
ALARM = timedelta(hours=4)  # before the end: renewing has failed for an hour by then
CHECK_SECONDS = 60.0


class Tokens:
    def __init__(
        self,
        database: Database,
        client: Client,
        clock: Clock,
        *,
        account: str,
        app_id: str,
        app_secret: str,
        given: str | None = None,
    ) -> None:
        """`given` is the refresh token a person obtained; used once, then only what is stored counts."""
        self._database = database
        self._client = client
        self._clock = clock
        self._account = account
        self._app_id = app_id
        self._app_secret = app_secret
        self._given = given
        self._name = f"tokens-{uuid.uuid4().hex[:8]}"
        self._pair: Credential | None = None
        self._renewing = asyncio.Lock()
        self._exchange: asyncio.Task[str] | None = None
        self._obtained: str | None = None
        self._proven: str | None = None
        self._failed_at = float("-inf")

    async def access(self) -> str:
        """A token that should work. Raises TryLaterError."""
        if self._pair and (token := self._usable(self._pair)):
            return token
        pair = await self._read()
        return self._usable(pair) or await self._renew(pair)

    async def another(self, refused: str) -> str:
        """One in place of `refused`: the one another process has got meanwhile, or a new one."""
        if refused == self._obtained and refused != self._proven:
            log.error("zalo.new_token_refused")
            raise TryLaterError("zalo refuses the token it gave us", MENDING)
        pair = await self._read()
        token = self._usable(pair)
        return token if token and token != refused else await self._renew(pair)

    def proved(self, token: str) -> None:
        """Zalo has taken it."""
        self._proven = token

    async def revoked(self, at: datetime) -> None:
        """The OA took back its consent at `at`. A consent given later stands."""
        with contextlib.suppress(TryLaterError):
            pair = await self._read()
            if pair.obtained_at <= at:
                await self._suspend(pair, REVOKED)
                self._pair = None
                log.error("zalo.permission_revoked")

    async def keep_fresh(self) -> None:
        """Renew long before the end, until cancelled; raise the alarm hours before it."""
        while True:
            try:
                await self.check()
            except Exception as error:  # whatever happened: another try in a minute
                log.warning("zalo.token_check_failed", error=type(error).__name__, detail=str(error))
            await asyncio.sleep(CHECK_SECONDS)

    async def check(self) -> None:
        """Renew if it is time to. Raises TryLaterError."""
        pair, now = await self._read(), self._clock.now()
        if pair.problem:
            log.error("zalo.token_unusable", reason=pair.problem)
        if pair.access_expires_at:
            life = pair.access_expires_at - pair.obtained_at
            if now < pair.obtained_at + life * RENEWED_AFTER:
                return
            if pair.access_expires_at - now < ALARM:
                log.error("zalo.token_dying", until=pair.access_expires_at.isoformat())
        await self._renew(pair)

    async def close(self) -> None:
        """What is being renewed is kept before the process ends."""
        if self._exchange and not self._exchange.done():
            await asyncio.wait([self._exchange], timeout=RESERVED)
        if self._exchange and self._exchange.done():
            self._exchange.exception()  # looked at: whoever waited for it has heard it

    def _usable(self, pair: Credential) -> str | None:
        if pair.access_expires_at is None or pair.problem == REVOKED:
            return None
        spare = min(NEARLY_OVER, (pair.access_expires_at - pair.obtained_at) / 10)
        return pair.access_token if self._clock.now() + spare < pair.access_expires_at else None

    async def _read(self) -> Credential:
        try:
            if self._given:
                await self._take_given(self._given)
            async with self._database.reading() as uow:
                pair = await uow.credentials.get(CHANNEL, self._account)
        except UnavailableError as error:
            raise TryLaterError(f"no token: {error}") from error
        if pair is None:
            log.error("zalo.no_token")
            raise TryLaterError("MOTCUA_ZALO_REFRESH_TOKEN was never set", MENDING)
        self._pair = pair
        return pair

    async def _take_given(self, refresh_token: str) -> None:
        async with self._database.unit_of_work() as uow:
            fresh = await uow.credentials.give(CHANNEL, self._account, refresh_token, self._clock.now())
            await uow.commit()
        self._given = None
        if fresh:
            log.info("zalo.token_given")

    async def _renew(self, seen: Credential) -> str:
        asked_at = asyncio.get_running_loop().time()
        async with self._renewing:
            if self._failed_at >= asked_at:  # nobody waits through several time limits one after another
                raise TryLaterError("the token could not be renewed")
            try:
                return await self._renewed(seen, until=asyncio.get_running_loop().time() + PATIENCE)
            except TryLaterError:
                self._failed_at = asyncio.get_running_loop().time()
                raise

    async def _renewed(self, seen: Credential, until: float) -> str:
        """By us, or by the process that has reserved it."""
        while True:
            pair = await self._read()
            if pair.version != seen.version and (token := self._usable(pair)):
                return token
            if pair.problem == REVOKED:
                raise TryLaterError("the OA has revoked its consent", MENDING)
            if await self._reserved(pair):
                self._exchange = asyncio.create_task(self._exchanged(pair))
                return await asyncio.shield(self._exchange)
            if pair.problem:
                raise TryLaterError(f"no token: {pair.problem}", CHECK_SECONDS)
            if asyncio.get_running_loop().time() > until:
                raise TryLaterError("no token: another process is renewing it")
            await asyncio.sleep(LOOK_AGAIN)

    async def _reserved(self, pair: Credential) -> bool:
        try:
            async with self._database.unit_of_work() as uow:
                mine = await uow.credentials.reserve(
                    CHANNEL, self._account, pair.version, self._name, self._clock.now(), RESERVED
                )
                await uow.commit()
        except UnavailableError as error:
            raise TryLaterError(f"no token: {error}") from error
        return mine

    async def _exchanged(self, pair: Credential) -> str:
        try:
            fresh = await self._client.renew(self._app_id, self._app_secret, pair.refresh_token or "")
        except TryLaterError:
            await self._release()
            raise
        except RefusedError as error:
            log.error("zalo.refresh_refused", code=error.code, what=str(error))
            await self._suspend(pair, f"refused {error.code}")
            raise TryLaterError("zalo refuses the refresh token", MENDING) from error
        await self._kept(pair, fresh)
        self._obtained = fresh.access_token
        return fresh.access_token

    async def _kept(self, pair: Credential, fresh: Pair) -> None:
        """Until the database has it: there is no other copy of this refresh token."""
        now = self._clock.now()
        while True:
            try:
                async with self._database.unit_of_work() as uow:
                    await uow.credentials.keep(
                        CHANNEL,
                        self._account,
                        pair.version,
                        access_token=fresh.access_token,
                        refresh_token=fresh.refresh_token,
                        expires_at=now + timedelta(seconds=fresh.seconds),
                        at=now,
                    )
                    await uow.commit()
            except UnavailableError as error:
                log.error("zalo.token_not_kept_yet", error=str(error))
                await asyncio.sleep(LOOK_AGAIN)
            else:
                log.info("zalo.token_renewed", version=pair.version + 1)
                return

    async def _release(self) -> None:
        with contextlib.suppress(UnavailableError):  # then the reservation runs out by itself
            async with self._database.unit_of_work() as uow:
                await uow.credentials.release(CHANNEL, self._account, self._name)
                await uow.commit()

    async def _suspend(self, pair: Credential, problem: str) -> None:
        with contextlib.suppress(UnavailableError):
            async with self._database.unit_of_work() as uow:
                await uow.credentials.suspend(
                    CHANNEL, self._account, pair.version, problem, self._clock.now(), MENDING
                )
                await uow.commit()
