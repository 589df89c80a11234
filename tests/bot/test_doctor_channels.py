"""`motcua doctor` beside a running server: another process finds what a channel lacks and says what to do."""

import contextlib
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from bot.app import prepare
from bot.channels.telegram import WEBHOOK as TELEGRAM_HOOK
from bot.config import Settings
from bot.doctor import examined
from bot.simulator.telegram_api import TOKEN, FakeTelegram
from bot.simulator.telegram_api import Hook as Told
from bot.simulator.zalo_events import signed
from bot.simulator.zalo_oa import FakeOa
from tests.bot.test_zalo_bot import refused as bot_refuses
from tests.bot.test_zalo_bot import said as bot_says
from tests.bot.test_zalo_bot import zalo as zalo_bot
from tests.bot.zalo_events import said
from tests.bot.zalo_house import Oa, settings, zalo
from tests.small_catalogs import folder
from tests.websites import listening

ADDRESS = "https://motcua.example.vn"


async def faults(wanted: Settings, channel: str) -> list[str]:
    """What the command prints as wrong of one channel; whatever is wrong says what to do."""
    _, lines = await examined(wanted)
    wrong = [line.removeprefix("LỖI ") for line in lines if line.startswith("LỖI")]
    assert all("→" in line for line in wrong), wrong
    return [line.removeprefix(f"{channel}: ") for line in wrong if line.startswith(channel)]


@dataclass
class Beside:
    """A server that runs, and the settings of the command beside it."""

    running: Oa
    wanted: Settings

    async def wrong(self) -> list[str]:
        return await faults(self.wanted, "Zalo OA")


def _of_the_server(chosen: Mapping[str, Any]) -> dict[str, Any]:
    return {key: chosen[key] for key in chosen if key == "zalo_signature"}


@contextlib.asynccontextmanager
async def beside(url: str, path: Path, **chosen: Any) -> AsyncIterator[Beside]:
    settings(url, path).data_dir.chmod(0o700)
    async with zalo(url, path, **_of_the_server(chosen)) as running, listening(running.far.app) as far:
        running.clock.now = FakeOa().now  # type: ignore[method-assign] # the command reads the real clock
        far_end = {"zalo_api": far, "zalo_oauth": far, "zalo_business": far}
        more = {"catalog": folder(path / "catalog"), "public_url": ADDRESS, **far_end, **chosen}
        yield Beside(running, settings(url, path, **more))


async def test_a_sound_oa_and_one_that_nobody_has_written_to(sqlite_url: str, tmp_path: Path) -> None:
    async with beside(sqlite_url, tmp_path) as here:
        (line,) = await here.wrong()
        assert "chưa nhận được tin nào" in line
        assert "developers.zalo.me" in line
        await here.running.bring(said("chào em"))
        assert await here.wrong() == []


async def test_a_wrong_oa_secret_is_seen_by_the_command_although_the_server_met_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with beside(sqlite_url, tmp_path, zalo_signature="oa-body") as here:
        await here.running.bring(said("chào em"))
        body, headers = signed(said("làm khai sinh"), variant="app-body")  # with another secret
        answer = await here.running.post(body, headers)
        assert answer.status_code == 401
        (line,) = await here.wrong()
        assert "MOTCUA_ZALO_OA_SECRET" in line


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"zalo_refresh_token": None}, "đặt MOTCUA_ZALO_REFRESH_TOKEN"),
        ({"zalo_refresh_token": "used-before"}, "lấy refresh token mới"),
        ({"zalo_app_secret": "the-oa-secret"}, "đặt MOTCUA_ZALO_APP_SECRET là App Secret Key"),
        ({"public_url": "http://10.0.0.5", "zalo_api": "https://127.0.0.1:9"}, "đặt MOTCUA_PUBLIC_URL"),
        ({"zalo_api": "http://127.0.0.1:9", "zalo_oauth": "http://127.0.0.1:9"}, "kiểm tra mạng"),
    ],
)
async def test_what_is_set_wrongly(
    sqlite_url: str, tmp_path: Path, chosen: dict[str, Any], says: str
) -> None:
    async with beside(sqlite_url, tmp_path, **chosen) as here:
        await here.running.bring(said("chào em"))
        lines = await here.wrong()
        assert any(says in line for line in lines), lines


async def test_a_token_that_ended_while_the_server_was_off(sqlite_url: str, tmp_path: Path) -> None:
    """Asking renews it, as the server would; one that is over for good is told as that."""
    async with beside(sqlite_url, tmp_path) as here:
        await here.running.bring(said("chào em"))
        here.running.far.expire()
        assert await here.wrong() == []
        here.running.far.expire()
        here.running.far.refresh_token = "another"
        (line,) = await here.wrong()
        assert "lấy refresh token mới" in line


async def test_the_oa_took_back_its_consent(sqlite_url: str, tmp_path: Path) -> None:
    async with beside(sqlite_url, tmp_path) as here:
        await here.running.settle()
        await here.running.bring(said("chào em"))
        assert await here.wrong() == []
        await here.running.channel._tokens.revoked(here.running.clock.now() + timedelta(minutes=1))
        (line,) = await here.wrong()
        assert "cấp quyền lại" in line


async def test_clocks_that_differ_and_a_webhook_gone_silent(sqlite_url: str, tmp_path: Path) -> None:
    async with zalo(sqlite_url, tmp_path, public_url=ADDRESS) as oa:
        await oa.bring(said("chào em"))
        oa.far.ahead = timedelta(minutes=3)
        found = {each.key: each for each in await oa.channel.examine(deep=True) if not each.good}
        assert found["clock_off"].facts == {"seconds": "180"}
        oa.far.ahead = timedelta()
        oa.clock.pass_(hours=73)
        assert {each.key for each in await oa.channel.examine(deep=True) if not each.good} == {"silent"}


@pytest.mark.parametrize(
    "chosen",
    [
        {"zalo_oa_id": "388"},
        {"zalo_bot_token": "abc"},
        {"zalo_bot_token": "1:abc", "zalo_bot_mode": "webhook"},
        {"telegram_token": "abc"},
        {"telegram_token": TOKEN, "telegram_mode": "webhook"},
    ],
)
async def test_half_a_channel_is_named_and_breaks_nothing(tmp_path: Path, chosen: dict[str, Any]) -> None:
    sound = Settings(data_dir=tmp_path / "data", catalog=folder(tmp_path / "catalog"))
    await prepare(sound)
    _, lines = await examined(sound.model_copy(update=Settings(**chosen).model_dump(include=chosen.keys())))
    (line,) = [each for each in lines if each.startswith("LỖI")]
    assert "MOTCUA_" in line
    assert "→ docs/settings.md" in line


@dataclass
class Phone:
    far: FakeTelegram
    wanted: Settings

    async def wrong(self) -> list[str]:
        return await faults(self.wanted, "Telegram")


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Phone]:
    far = FakeTelegram()
    async with listening(far.app) as address:
        wanted = Settings(
            data_dir=tmp_path / "data",
            catalog=folder(tmp_path / "catalog"),
            public_url=ADDRESS,
            telegram_token=TOKEN,
            telegram_api=address,
            telegram_mode="webhook",
            telegram_secret="s3cret",
        )
        await prepare(wanted)
        yield Phone(far, wanted)


async def test_telegram_knows_no_such_bot(bot: Phone) -> None:
    bot.far.token = "1:another"
    (line,) = await bot.wrong()
    assert "BotFather" in line


async def test_telegram_calls_nobody_or_somebody_else_or_in_vain(bot: Phone) -> None:
    (line,) = await bot.wrong()
    assert "chưa khai báo webhook" in line
    bot.far.hook = Told("https://old.example.vn/hook", "x")
    (line,) = await bot.wrong()
    assert "https://old.example.vn/hook" in line
    bot.far.hook = Told(ADDRESS + TELEGRAM_HOOK, "x")
    assert await bot.wrong() == []
    bot.far.hook_error = "Wrong response from the webhook: 401 Unauthorized"
    (line,) = await bot.wrong()
    assert "X-Telegram-Bot-Api-Secret-Token" in line
    assert "1 tin đang chờ" in line
    bot.far.hook_error = "Connection timed out"
    (line,) = await bot.wrong()
    assert "(Connection timed out)" in line


async def test_telegram_has_another_time(bot: Phone) -> None:
    bot.far.hook = Told(ADDRESS + TELEGRAM_HOOK, "x")
    bot.far.ahead = timedelta(hours=7)  # a server whose clock was set to Vietnam's time as if it were UTC
    (line,) = await bot.wrong()
    assert re.search(r"lệch 25(199|20[01]) giây .* → .*set-ntp", line), line
    bot.far.ahead = timedelta(seconds=20)
    assert await bot.wrong() == []


async def test_the_zalo_bot(sqlite_url: str, tmp_path: Path) -> None:
    async with zalo_bot(sqlite_url, tmp_path) as house:

        async def wrong(*answers: Any) -> set[str]:
            house.far.answers = [lambda each=each: each for each in answers]
            return {each.key for each in await house.channel.examine(deep=True) if not each.good}

        me = bot_says({"id": "1", "account_name": "Bot Một Cửa"})
        assert await wrong(me, bot_says({"url": "https://motcua.example.vn/zalo-bot/webhook"})) == set()
        assert await wrong(me, bot_refuses(404)) == {"webhook_none"}
        assert await wrong(me, bot_says({"url": "https://old.example.vn"})) == {"webhook_other"}
        assert await wrong(bot_refuses(401)) == {"bot_token"}

        fast = bot_says({"id": "1", "account_name": "Bot Một Cửa"})
        fast.headers["Date"] = format_datetime(datetime.now(UTC) + timedelta(minutes=3), usegmt=True)
        here = bot_says({"url": "https://motcua.example.vn/zalo-bot/webhook"})
        here.headers["Date"] = fast.headers["Date"]
        assert await wrong(fast, here) == {"clock_off"}
