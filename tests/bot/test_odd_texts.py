"""R30 on Telegram, the Zalo bot and the web, end to end (Zalo OA: test_zalo_odd.py): odd texts are answered politely,
and the same question in other letters gets the same answer."""

import asyncio
import re
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from pathlib import Path

import pytest

from bot.capabilities import TELEGRAM, ZALO_BOT
from bot.simulator.phones import Sent
from tests.bot.test_web_chat import seen, send
from tests.bot.test_zalo_bot import bare, zalo
from tests.simulations import simulated, until
from tests.websites import website

QUESTION = "Làm khai sinh cho con cần giấy tờ gì?"
ODD = [
    "👍👍👍",
    "\u200b\u200d",
    "a" * 4096,
    QUESTION + " rất dài" * 5_000,
    "\x07#",
    "/",
    "﷽" * 500,
    "\u202egnơư x",
]
SAME = [
    unicodedata.normalize("NFC", QUESTION),
    unicodedata.normalize("NFD", QUESTION),
    "\u202e" + QUESTION.replace(" ", "\u200b ") + "\ufeff",
]

Ask = Callable[[str], Awaitable[list[str]]]


@asynccontextmanager
async def telegram(url: str, folder: Path) -> AsyncIterator[Ask]:
    async with simulated(url, folder, telegram=True) as house:
        phone = house.telegram
        await until(lambda: phone.state().ready, 60)

        async def ask(text: str) -> list[str]:
            before = len(phone.bubbles())
            await phone.act(Sent("text", text))
            await until(lambda: any(not each.mine for each in phone.bubbles()[before:]))
            return [each.text for each in phone.bubbles()[before:] if not each.mine]

        yield ask


@asynccontextmanager
async def zalo_bot(url: str, folder: Path) -> AsyncIterator[Ask]:
    async with zalo(url, folder) as house:
        numbers = count(1)

        async def ask(text: str) -> list[str]:
            before = len(house.far.texts())
            assert await house.bring(bare(text=text, number=next(numbers))) == 200
            return (await house.settle())[before:]

        yield ask


@asynccontextmanager
async def web(url: str, folder: Path) -> AsyncIterator[Ask]:
    async with website(url, folder) as site:
        browser, numbers = site.browser(), count(1)

        async def ask(text: str) -> list[str]:
            before = max([0, *[int(str(line["id"])) for line in await seen(browser)]])
            await send(browser, text, f"message-{next(numbers)}")
            if browser.response.status_code == 413:  # handed back with what to do
                return [str(browser.response.json()["text"])]
            assert browser.response.status_code == 200
            for _ in range(500):
                lines = await seen(browser, before)
                if lines and lines[-1]["side"] == "bot":
                    break
                await asyncio.sleep(0.02)
            return [str(line["html"]) for line in lines if line["side"] == "bot"]

        yield ask


Channel = Callable[[str, Path], AbstractAsyncContextManager[Ask]]
CHANNELS: list[tuple[Channel, int | None]] = [
    (telegram, TELEGRAM.max_text),
    (zalo_bot, ZALO_BOT.max_text),
    (web, None),
]


@pytest.mark.parametrize(("channel", "limit"), CHANNELS)
async def test_odd_texts_are_answered_and_the_same_letters_otherwise_get_the_same(
    sqlite_url: str, tmp_path: Path, channel: Channel, limit: int | None
) -> None:
    async with channel(sqlite_url, tmp_path) as ask:
        for text in ("xin chào", QUESTION):  # what is shown a second time may also be "not this one"
            await ask(text)
        first, *others = [(await ask(text))[-1] for text in SAME]
        assert "khai sinh" in first.lower()
        assert [_bare(each) for each in others] == [_bare(first)] * len(others)
        for text in ODD:
            shown = await ask(text)
            assert shown, text[:20]
            assert all(limit is None or len(each) <= limit for each in shown)


def _bare(shown: str) -> str:
    """Without what a page numbers."""
    return re.sub(r'(data-id|value)="[^"]*"', "", shown)
