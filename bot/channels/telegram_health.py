"""Whether Telegram knows the bot, and where it calls us."""

from aiogram import Bot
from aiogram.exceptions import AiogramError

from bot.ports import Finding


async def examined(bot: Bot, url: str | None) -> tuple[Finding, ...]:
    try:
        me = await bot.get_me()
        info = await bot.get_webhook_info()
    except AiogramError as error:
        return (Finding(False, "no_answer", {"why": type(error).__name__}),)
    found = [Finding(True, "answers", {"name": me.username or me.full_name})]
    if url is None:
        found.append(Finding(not info.url, "webhook_other" if info.url else "polling", {"address": info.url}))
    else:
        there = info.url == url
        found.append(Finding(there, "webhook" if there else "webhook_other", {"address": info.url}))
    return tuple(found)
