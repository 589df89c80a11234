"""The whole server against a Telegram nobody here wrote, asking it for updates and called by it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Settings
from bot.messages import Reply
from bot.transcript import say
from storage.records import AddressKey
from tests.peers.crabline import TOKEN, Crabline, crabline
from tests.peers.serving import quiet, server, settings_on

pytestmark = pytest.mark.node

SECRET = "mot-cua_Ca-Mau_2026"
MODES = ("polling", "webhook")


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[Crabline]:
    async with crabline(tmp_path / "crabline") as running:
        yield running


@pytest.fixture(params=MODES)
def settings(request: pytest.FixtureRequest, telegram: Crabline, sqlite_url: str, tmp_path: Path) -> Settings:
    return settings_on(
        sqlite_url,
        tmp_path,
        telegram_token=TOKEN,
        telegram_api=telegram.url,
        telegram_mode=request.param,
        telegram_secret=SECRET,
    )


async def test_a_citizen_is_answered(telegram: Crabline, settings: Settings) -> None:
    async with server(settings) as parts:
        await telegram.say("/help")
        shown = await telegram.shows("em giúp anh/chị được mấy việc này")
        assert shown.startswith("Dạ")
        await telegram.say("tra cứu hồ sơ")
        await telegram.shows("mã hồ sơ")
        await quiet(parts)
    (menu,) = [line for line in telegram.calls("sendMessage") if line["body"]["text"] == shown]
    assert "callback_data" in menu["body"]["reply_markup"]
    assert all(line["accepted"] for line in telegram.calls("sendMessage"))
    assert all(line["accepted"] for line in telegram.calls("setMyCommands"))


async def test_what_was_written_while_we_were_down_is_answered_and_a_restart_repeats_nothing(
    telegram: Crabline, settings: Settings
) -> None:
    await telegram.say("/help")
    async with server(settings) as parts:
        await telegram.shows("em giúp anh/chị được mấy việc này")
        await quiet(parts)
    before = telegram.shown()
    await telegram.say("tra cứu hồ sơ", who=88)
    async with server(settings) as parts:
        await telegram.shows("mã hồ sơ", who=88)
        await quiet(parts)
        await asyncio.sleep(0.5)
        async with parts.database.unit_of_work() as uow:
            assert (await uow.inbox.counts())["done"] == 2
    assert telegram.shown() == before
    assert len(telegram.shown(88)) == len(set(telegram.shown(88)))


async def test_two_citizens_at_once_each_get_their_own_answer(telegram: Crabline, settings: Settings) -> None:
    async with server(settings) as parts:
        await asyncio.gather(telegram.say("/help", who=1), telegram.say("tra cứu hồ sơ", who=2))
        await telegram.shows("em giúp anh/chị được mấy việc này", who=1)
        await telegram.shows("mã hồ sơ", who=2)
        await quiet(parts)
    assert not any("mã hồ sơ" in text for text in telegram.shown(1))


async def test_a_group_is_told_where_to_write_and_does_no_harm(
    telegram: Crabline, settings: Settings
) -> None:
    async with server(settings) as parts:
        await telegram.say("chào cả ấp", who=5, chatId=-1001234567890, chatType="supergroup")
        await telegram.say("/help")
        await telegram.shows("em giúp anh/chị được mấy việc này")
        await quiet(parts)
        async with parts.database.unit_of_work() as uow:
            assert await uow.inbox.dead(1) == ()
        said = telegram.calls("sendMessage")
    assert {line["body"]["chat_id"] for line in said} == {"77", "-1001234567890"}
    (declined,) = [line["body"]["text"] for line in said if line["body"]["chat_id"] != "77"]
    assert "nhắn riêng" in declined


async def test_a_long_answer_of_an_officer_arrives_whole(telegram: Crabline, settings: Settings) -> None:
    """Crabline counts as Telegram does: 4,096 UTF-16 units."""
    long = "\n\n".join(f"Bước {number}. " + "Chuẩn bị giấy tờ 📄. " * 70 for number in range(1, 9))
    async with server(settings) as parts:
        await telegram.say("/help")
        await telegram.shows("em giúp anh/chị được mấy việc này")
        now = parts.clock.now()
        async with parts.database.unit_of_work() as uow:
            contact = await uow.citizens.resolve(AddressKey("telegram", "424242", "77"), now)
            await say(uow, contact, Reply(long), now, pull=False)
            await uow.commit()
        await telegram.shows("Bước 8.")
    parts_shown = [text for text in telegram.shown() if "Chuẩn bị" in text]
    assert "".join("".join(parts_shown).split()) == "".join(long.split())
    assert all(line["accepted"] for line in telegram.calls("sendMessage"))
