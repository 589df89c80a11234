"""Groups: what is said there is seen by all, so the bot says where to write to it, and leaves.

This is no answer of the service: it is not kept, and said at most once an hour. Lost, it is said at the next message.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError

from bot.texts import Texts

log = structlog.get_logger()

QUIET = 3600.0  # seconds until the same group is told again
REMEMBERED = 1000
SECONDS = 10
_GROUPS = ("group", "supergroup")
_GONE = ("left", "kicked")


def group_of(update: Mapping[str, Any]) -> int | None:
    """The group whose member wrote, or which has just let the bot in."""
    message = update.get("message")
    joined = update.get("my_chat_member")
    part = message if isinstance(message, dict) else joined if isinstance(joined, dict) else {}
    chat, now = part.get("chat"), part.get("new_chat_member")
    if isinstance(now, dict) and now.get("status") in _GONE:
        return None
    if not isinstance(chat, dict) or chat.get("type") not in _GROUPS or not isinstance(chat.get("id"), int):
        return None
    return int(chat["id"])


class Groups:
    def __init__(self, bot: Bot, texts: Texts) -> None:
        self._bot = bot
        self._texts = texts
        self._told: OrderedDict[int, float] = OrderedDict()
        self._running: set[asyncio.Task[None]] = set()

    def decline(self, group: int | None) -> None:
        """In the background: an update is acknowledged at once."""
        if group is None or time.monotonic() - self._told.get(group, -QUIET) < QUIET:
            return
        self._told[group] = time.monotonic()
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        task = asyncio.create_task(self._say_and_leave(group))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _say_and_leave(self, group: int) -> None:
        try:
            me = await self._bot.me()
            words = self._texts("telegram.group", address=f"https://t.me/{me.username}")
            await self._bot.send_message(group, words, parse_mode=None, request_timeout=SECONDS)
        except (AiogramError, OSError) as error:
            log.info("telegram.group_not_told", error=type(error).__name__)
        try:
            await self._bot.leave_chat(group, request_timeout=SECONDS)
        except (AiogramError, OSError) as error:
            log.info("telegram.group_not_left", error=type(error).__name__)
