"""Whether Telegram knows the bot, where it calls us, whether it gets through, and what time it is there."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.types import WebhookInfo
from aiohttp import ClientError, ClientTimeout

from bot.channels.clocks import compared, told_by
from bot.ports import Finding

LATELY = timedelta(hours=1)
PATIENCE = ClientTimeout(total=15.0)  # seconds


async def examined(bot: Bot, url: str | None) -> tuple[Finding, ...]:
    return (*await _asked(bot, url), *compared(await _their_time(bot), datetime.now(UTC)))


async def _their_time(bot: Bot) -> datetime | None:
    """aiogram keeps no heads of answers: their server is asked for its front page, without the token."""
    session = bot.session
    assert isinstance(session, AiohttpSession)
    server = urlsplit(session.api.base)
    try:
        client = await session.create_session()
        async with client.head(f"{server.scheme}://{server.netloc}/", timeout=PATIENCE) as answer:
            return told_by(answer.headers)
    except (ClientError, TimeoutError):
        return None  # that nobody answers is told by the calls


async def _asked(bot: Bot, url: str | None) -> tuple[Finding, ...]:
    try:
        me = await bot.get_me()
        info = await bot.get_webhook_info()
    except (TelegramUnauthorizedError, TelegramNotFound):
        return (Finding(False, "telegram_token"),)
    except AiogramError as error:
        return (Finding(False, "no_answer", {"why": type(error).__name__}),)
    found = [Finding(True, "answers", {"name": me.username or me.full_name}), _where(info, url)]
    if url and info.url == url and info.last_error_date and _lately(info.last_error_date):
        found.append(_failing(info))
    return tuple(found)


def _where(info: WebhookInfo, url: str | None) -> Finding:
    facts = {"address": info.url}
    if url is None:
        return Finding(not info.url, "webhook_other" if info.url else "polling", facts)
    if not info.url:
        return Finding(False, "webhook_none")
    return Finding(info.url == url, "webhook" if info.url == url else "webhook_other", facts)


def _lately(at: datetime) -> bool:
    return datetime.now(UTC) - at < LATELY


def _failing(info: WebhookInfo) -> Finding:
    """Telegram keeps what our answer was when it called last in vain; 401 is our own, for a wrong secret."""
    why = info.last_error_message or ""
    facts = {"why": why, "waiting": str(info.pending_update_count)}
    return Finding(False, "webhook_secret" if "401" in why else "webhook_failing", facts)
