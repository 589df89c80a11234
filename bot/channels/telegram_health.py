"""Whether Telegram knows the bot, where it calls us, and whether it gets through."""

from datetime import UTC, datetime, timedelta

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.types import WebhookInfo

from bot.ports import Finding

LATELY = timedelta(hours=1)


async def examined(bot: Bot, url: str | None) -> tuple[Finding, ...]:
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
