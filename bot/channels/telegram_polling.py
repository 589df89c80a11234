"""Asking Telegram for updates, and telling it where and how the bot is reached."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramAPIError, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import TelegramMethod
from aiogram.types import BotCommand

from bot.ports import UnreadableError
from bot.texts import LANGUAGES, Texts

log = structlog.get_logger()

UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
COMMANDS = ("hoso", "phananh", "canbo", "danhgia", "quyenrieng", "trogiup", "huy", "english", "tiengviet")
POLL_SECONDS = 25
SPARE_SECONDS = 10  # a connection that says nothing for longer than POLL_SECONDS and this is dead
SPINNER_SECONDS = 5
LONGEST_WAIT = 30.0  # seconds between two attempts

Take = Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]]


@dataclass(frozen=True)
class Hook:
    """Where Telegram calls us, and the secret it shows."""

    url: str
    secret: str


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates without reading the updates: one that aiogram cannot read would hide all others for ever."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None
    timeout: int
    allowed_updates: list[str]


async def poll(bot: Bot, take: Take) -> None:
    """Ask until cancelled. The offset, which acknowledges, advances only after `take` has returned."""
    offset: int | None = None
    failures = 0
    while True:
        try:
            offset = await _ask(bot, take, offset)
            failures = 0
        except Exception as error:  # whatever the far end says, asking goes on
            failures += 1
            await _pause("telegram.poll_failed", error, failures)


async def _ask(bot: Bot, take: Take, offset: int | None) -> int | None:
    method = RawUpdates(offset=offset, timeout=POLL_SECONDS, allowed_updates=UPDATES)
    updates = await bot(method, request_timeout=POLL_SECONDS + SPARE_SECONDS)
    if not updates:
        return offset
    await take(updates)
    numbers = [number for update in updates if isinstance(number := update.get("update_id"), int)]
    if not numbers:
        raise UnreadableError("updates without numbers")
    return max(numbers) + 1


async def set_up(bot: Bot, hook: Hook | None) -> None:
    """Until Telegram has it: with `hook` it calls us; without, an old one goes, or polling is refused."""
    failures = 0
    while True:
        try:
            if hook:
                await bot.set_webhook(hook.url, secret_token=hook.secret, allowed_updates=UPDATES)
            else:
                await bot.delete_webhook(drop_pending_updates=False)
            break
        except Exception as error:  # the other channels go on meanwhile
            failures += 1
            await _pause("telegram.set_up_failed", error, failures)
    await _offer_commands(bot)


async def _offer_commands(bot: Bot) -> None:
    """The menu beside the text field, in the language of the citizen's phone; Vietnamese for all others."""
    try:
        for language in LANGUAGES:
            texts = Texts.load(language)
            commands = [
                BotCommand(command=name, description=texts(f"telegram.command.{name}")) for name in COMMANDS
            ]
            await bot.set_my_commands(commands, language_code=None if language == "vi" else language)
    except (AiogramError, OSError) as error:
        log.warning("telegram.commands_failed", error=type(error).__name__, detail=_said(error))


async def stop_spinners(bot: Bot, queries: Sequence[str]) -> None:
    """A pressed button shows a spinner until it is answered; too late is no harm."""
    calls = [bot.answer_callback_query(each, request_timeout=SPINNER_SECONDS) for each in queries]
    for result in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(result, Exception):
            log.info("telegram.spinner", error=type(result).__name__)


async def _pause(event: str, error: Exception, failures: int) -> None:
    asked = float(error.retry_after) if isinstance(error, TelegramRetryAfter) else None
    wait = min(LONGEST_WAIT, 0.5 * 2 ** min(failures, 10)) if asked is None else asked
    log.warning(event, error=type(error).__name__, detail=_said(error), wait=wait)
    await asyncio.sleep(wait)


def _said(error: Exception) -> str:
    """Telegram's own words. Other errors may quote updates or the address, which holds the token."""
    if isinstance(error, TelegramAPIError) and not isinstance(error, TelegramNetworkError):
        return error.message
    return ""
