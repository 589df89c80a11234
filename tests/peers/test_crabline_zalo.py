"""The whole server against a Zalo Bot Platform nobody here wrote, asking it for updates and called by it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.config import Settings
from bot.messages import Reply
from bot.transcript import say
from storage.records import AddressKey
from tests.peers.crabline import Crabline, crabline
from tests.peers.serving import quiet, server, settings_on

pytestmark = pytest.mark.node

TOKEN = "1459232241454765289:crabline-zalo-token"
SECRET = "mot-cua_Ca-Mau_2026"
AN = "6ede9afa66b88fe6d6a9"
BINH = "a1b2c3d4e5f60718293a"
HELP = "em giúp anh/chị được mấy việc này"


async def writes(peer: Crabline, text: str, who: str = AN, **more: Any) -> None:
    """A citizen writes to the bot."""
    told = {"chatId": who, "chatType": "PRIVATE", "senderId": who, "senderName": "Út", "text": text, **more}
    async with httpx.AsyncClient(timeout=20) as client:
        answer = await client.post(
            f"{peer.url}/crabline/zalo/inbound", json=told, headers={"X-Crabline-Admin-Token": peer.admin}
        )
    assert answer.status_code == 200, answer.text


def shown(peer: Crabline, who: str = AN) -> list[str]:
    """The texts on a citizen's phone."""
    sent = [line for line in peer.calls("sendMessage") if line["accepted"]]
    return [line["body"]["text"] for line in sent if line["body"]["chat_id"] == who]


async def shows(peer: Crabline, words: str, who: str = AN) -> str:
    """The first text with these words, once it has arrived."""
    async with asyncio.timeout(30):
        while True:
            for text in shown(peer, who):
                if words in text:
                    return text
            await asyncio.sleep(0.05)


@pytest.fixture
async def zalo(tmp_path: Path) -> AsyncIterator[Crabline]:
    async with crabline(tmp_path / "crabline", "zalo", TOKEN) as running:
        yield running


@pytest.fixture(params=("polling", "webhook"))
def settings(request: pytest.FixtureRequest, zalo: Crabline, sqlite_url: str, tmp_path: Path) -> Settings:
    return settings_on(
        sqlite_url,
        tmp_path,
        zalo_bot_token=TOKEN,
        zalo_bot_api=zalo.url,
        zalo_bot_mode=request.param,
        zalo_bot_secret=SECRET,
    )


def reachable(settings: Settings, zalo: Crabline) -> Callable[[], bool]:
    """Whether this life of ours has told Zalo where it is, or has asked for news."""
    method = "setWebhook" if settings.zalo_bot_mode == "webhook" else "getUpdates"
    asked = len(zalo.calls(method))
    return lambda: len(zalo.calls(method)) > asked


async def test_a_citizen_is_answered_and_chooses_by_number(zalo: Crabline, settings: Settings) -> None:
    async with server(settings, reachable(settings, zalo)) as parts:
        await writes(zalo, "/help")
        menu = await shows(zalo, HELP)
        assert "\n1. " in menu, "there are no buttons: the choices are numbered"
        before = len(shown(zalo))
        await writes(zalo, "1")
        async with asyncio.timeout(30):
            while len(shown(zalo)) <= before:  # noqa: ASYNC110 - the far end is another process
                await asyncio.sleep(0.05)
        await quiet(parts)
        async with parts.database.reading() as uow:
            assert (await uow.inbox.counts()) == {"pending": 0, "done": 2, "dead": 0}
    assert all(line["accepted"] for line in zalo.calls("sendMessage"))


async def test_two_citizens_at_once_each_get_their_own_answer(zalo: Crabline, settings: Settings) -> None:
    async with server(settings, reachable(settings, zalo)) as parts:
        await asyncio.gather(writes(zalo, "/help"), writes(zalo, "tra cứu hồ sơ", BINH))
        await shows(zalo, HELP)
        await shows(zalo, "mã hồ sơ", BINH)
        await quiet(parts)
    assert not any(HELP in text for text in shown(zalo, BINH))


async def test_a_group_gets_no_answer_and_does_no_harm(zalo: Crabline, settings: Settings) -> None:
    async with server(settings, reachable(settings, zalo)) as parts:
        await writes(zalo, "chào cả ấp", BINH, chatId="group-1", chatType="GROUP")
        await writes(zalo, "/help")
        await shows(zalo, HELP)
        await quiet(parts)
        async with parts.database.reading() as uow:
            assert await uow.inbox.dead(1) == ()
    assert {line["body"]["chat_id"] for line in zalo.calls("sendMessage")} == {AN}


async def test_a_long_answer_of_an_officer_arrives_whole_in_parts_zalo_takes(
    zalo: Crabline, settings: Settings
) -> None:
    """Crabline does not hold anybody to Zalo's 2,000 characters: this test does."""
    long = "\n\n".join(f"Bước {number}. " + "Chuẩn bị giấy tờ 📄. " * 60 for number in range(1, 9))
    async with server(settings, reachable(settings, zalo)) as parts:
        await writes(zalo, "/help")
        await shows(zalo, HELP)
        now = parts.clock.now()
        async with parts.database.unit_of_work() as uow:
            key = AddressKey("zalo_bot", TOKEN.partition(":")[0], AN)
            await say(uow, await uow.citizens.resolve(key, now), Reply(long), now, pull=False)
            await uow.commit()
        await shows(zalo, "Bước 8.")
        await quiet(parts)
    parts_shown = [text for text in shown(zalo) if "Chuẩn bị" in text]
    assert "".join("".join(parts_shown).split()) == "".join(long.split())
    assert max(map(len, shown(zalo))) <= 2000


@pytest.mark.parametrize("settings", ["polling"], indirect=True)
async def test_a_message_while_we_were_down_waits_for_us_to_ask(zalo: Crabline, settings: Settings) -> None:
    await writes(zalo, "/help")
    async with server(settings, reachable(settings, zalo)) as parts:
        await shows(zalo, HELP)
        await quiet(parts)
