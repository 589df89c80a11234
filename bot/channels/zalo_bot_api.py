"""The Zalo Bot API over HTTP: calls, and asking for updates. The token stands in the address: never log one."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import structlog

from bot.channels.clocks import compared, told_by
from bot.channels.received import json_object, wait_of, word
from bot.ports import Finding, TryLaterError, UndeliverableError

log = structlog.get_logger()

CALL_SECONDS = 15.0
POLL_SECONDS = 25
SPARE_SECONDS = 10.0
PACE = 1.0  # seconds between two questions: Zalo was seen to give the same update again at once
LONGEST_WAIT = 30.0  # seconds between two attempts
TOKEN_WAIT = 300.0  # a person has to mend a refused token
QUOTA_WAIT = 3600.0  # 429 means that the month's messages are used up, unless Zalo names a time
IDLE = 408

Take = Callable[[Mapping[str, Any]], Awaitable[None]]


class RefusedError(Exception):
    """Zalo's answer is not `ok`."""

    def __init__(self, code: int, description: str, wait: float | None = None) -> None:
        super().__init__(f"{code} {description}"[:300])
        self.code = code
        self.wait = wait


class Api:
    def __init__(self, base: str, token: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._base = f"{base.rstrip('/')}/bot{token}/"
        self.told_at: datetime | None = None  # what their clock said last
        self._http = httpx.AsyncClient(timeout=CALL_SECONDS, transport=transport)

    async def call(self, method: str, seconds: float = CALL_SECONDS, **told: str) -> object:
        """What the answer's `result` holds. Raises RefusedError, TryLaterError."""
        try:
            response = await self._http.post(f"{self._base}{method}", json=told, timeout=seconds)
        except httpx.HTTPError as error:  # without its text, which may quote the address
            raise TryLaterError(f"zalo bot: {type(error).__name__}") from None
        self.told_at = told_by(response.headers)
        answer = json_object(response.content)
        if answer is None:
            raise TryLaterError(f"zalo bot: HTTP {response.status_code}", wait_of(response))
        if answer.get("ok") is not True:
            code = word(answer.get("error_code"))
            number = int(code) if code.isdecimal() else response.status_code
            raise RefusedError(number, word(answer.get("description")), wait_of(response))
        return answer.get("result")

    async def close(self) -> None:
        await self._http.aclose()


def meaning(error: RefusedError) -> TryLaterError | UndeliverableError:
    """The refusal as delivery knows it."""
    if error.code in (401, 404):
        log.error("zalo_bot.token_refused", code=error.code)
        return TryLaterError("zalo refuses the bot token", TOKEN_WAIT)
    if error.code == 429:
        log.error("zalo_bot.out_of_quota")
        return TryLaterError(str(error), error.wait or QUOTA_WAIT)
    if error.code == 403:
        return UndeliverableError("blocked", str(error))
    if error.code in (400, 413):
        return UndeliverableError("rejected", str(error))
    return TryLaterError(str(error), error.wait)


async def set_up(api: Api, url: str | None, secret: str) -> None:
    """Until Zalo has it: with `url` it calls us; without, an old webhook goes, or asking is refused."""
    failures = 0
    while True:
        try:
            await (api.call("setWebhook", url=url, secret_token=secret) if url else api.call("deleteWebhook"))
            return
        except (RefusedError, TryLaterError) as error:
            failures += 1
            await _pause("zalo_bot.set_up_failed", error, failures)


async def examined(api: Api, url: str | None) -> tuple[Finding, ...]:
    """Whether Zalo knows the bot, where it calls us, and what time it is there."""
    found = await _asked(api, url)
    return (*found, *compared(api.told_at, datetime.now(UTC)))


async def _asked(api: Api, url: str | None) -> tuple[Finding, ...]:
    try:
        me = await api.call("getMe")
    except RefusedError as error:
        return (Finding(False, "bot_token", {"why": str(error)}),)
    except TryLaterError as error:
        return (Finding(False, "no_answer", {"why": str(error)}),)
    name = word(me.get("account_name")) if isinstance(me, dict) else ""
    return Finding(True, "answers", {"name": name}), await _where(api, url)


async def _where(api: Api, url: str | None) -> Finding:
    """A bot without a webhook answers 404 here."""
    if url is None:
        return Finding(True, "polling")
    try:
        info = await api.call("getWebhookInfo")
    except (RefusedError, TryLaterError):
        info = None
    address = word(info.get("url")) if isinstance(info, dict) else ""
    if not address:
        return Finding(False, "webhook_none")
    return Finding(address == url, "webhook" if address == url else "webhook_other", {"address": address})


async def poll(api: Api, take: Take) -> None:
    """Ask until cancelled. An update given out is gone: it is held until `take` has it on disk."""
    failures = 0
    while True:
        began = time.monotonic()
        try:
            if update := await _next(api):
                await take(update)
            failures = 0
        except Exception as error:  # whatever the far end says, asking goes on
            failures += 1
            await _pause("zalo_bot.poll_failed", error, failures)
        await asyncio.sleep(max(0.0, began + PACE - time.monotonic()))


async def _next(api: Api) -> Mapping[str, Any] | None:
    """One update, not a list; None when nothing came."""
    try:
        result = await api.call("getUpdates", POLL_SECONDS + SPARE_SECONDS, timeout=str(POLL_SECONDS))
    except RefusedError as error:
        if error.code == IDLE:
            return None
        raise
    return result if isinstance(result, dict) and result else None


async def _pause(event: str, error: Exception, failures: int) -> None:
    wait = min(LONGEST_WAIT, 0.5 * 2 ** min(failures, 10))
    known = isinstance(error, RefusedError | TryLaterError)
    log.warning(event, error=type(error).__name__, detail=str(error) if known else "", wait=wait)
    await asyncio.sleep(wait)
