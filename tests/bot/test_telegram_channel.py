"""Telegram over the real server and the real database: what was acknowledged is answered, once."""

import asyncio
import contextlib
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import make_url

from bot.app import Parts, application, assembled
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_polling import COMMANDS, Hook, set_up
from bot.config import Settings
from bot.intake import stop
from storage.errors import UnavailableError
from storage.records import AddressKey, InboxEntry
from tests.bot.telegram_updates import (
    AN,
    BOT_ID,
    CITIZEN,
    GROUP,
    TOKEN,
    FarEnd,
    accepted,
    body,
    membership,
    pressed,
    refused,
    said,
    update,
)
from tests.house import ROOT, FakeClock, shipped

SECRET = "mot-cua_Ca-Mau_2026"
HOOK = Hook("https://motcua.example.vn/telegram/webhook", SECRET)
HEADER = "X-Telegram-Bot-Api-Secret-Token"
AN_KEY = AddressKey("telegram", BOT_ID, str(AN))


@dataclass
class Post:
    """Telegram's side of the webhook, and the house behind it."""

    parts: Parts
    far: FarEnd
    clock: FakeClock
    client: httpx.AsyncClient

    async def bring(self, update: Any, secret: str | bytes | None = SECRET) -> httpx.Response:
        content = update if isinstance(update, bytes) else json.dumps(update).encode()
        headers = {} if secret is None else {HEADER: secret}
        return await self.client.post("/telegram/webhook", content=content, headers=headers)  # type: ignore[arg-type]

    async def settle(self) -> list[str]:
        """Everything due has happened; what the citizen's phone shows."""
        await self.parts.intake.drain()
        await self.parts.delivery.drain()
        return self.far.texts()

    async def counts(self) -> dict[str, int]:
        async with self.parts.database.unit_of_work() as uow:
            return await uow.inbox.counts()


@contextlib.asynccontextmanager
async def telegram(url: str, folder: Path, hook: Hook | None = HOOK) -> AsyncIterator[Post]:
    far, clock = FarEnd(), FakeClock()
    settings = Settings(data_dir=folder, database_url=url, catalog=ROOT / "procedures_catalog.yaml")
    channels = {"telegram": TelegramChannel(far.bot(), hook)}
    async with assembled(settings, clock=clock, server=True, channels=channels, live=shipped()) as parts:
        transport = httpx.ASGITransport(application(parts), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://motcua.test") as client:
            yield Post(parts, far, clock, client)
    assert far.closed


@pytest.fixture
async def post(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Post]:
    async with telegram(sqlite_url, tmp_path) as opened:
        yield opened


async def test_a_question_is_kept_then_acknowledged_then_answered(post: Post) -> None:
    response = await post.bring(said(1, "/help"))
    assert (response.status_code, response.content) == (200, b"")
    assert await post.counts() == {"pending": 1, "done": 0, "dead": 0}
    shown = await post.settle()
    assert any("em giúp anh/chị được mấy việc này" in text for text in shown)
    assert post.far.asked[-1][1]["chat_id"] == str(AN)


@pytest.mark.parametrize(
    "secret",
    [
        None,
        "",
        "mot-cua_Ca-Mau_2025",
        SECRET + "x",
        SECRET[:-1],
        "bí mật".encode(),
        "bí mật".encode("latin-1", "replace"),
        b"\xff\xfe",
    ],
)
async def test_who_does_not_know_the_secret_is_refused(post: Post, secret: str | bytes | None) -> None:
    assert (await post.bring(said(1, "/help"), secret)).status_code == 401
    assert await post.counts() == {"pending": 0, "done": 0, "dead": 0}


async def test_two_secrets_are_none(post: Post) -> None:
    headers = [(HEADER, "guess"), (HEADER, SECRET)]
    response = await post.client.post("/telegram/webhook", json=said(1, "/help"), headers=headers)
    assert response.status_code == 401


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b'"text"',
        b"{}",
        b'{"update_id": true}',
        b'{"update_id": "1"}',
        b"[" * 200_000,
    ],
)
async def test_what_is_no_update_is_a_bad_request(post: Post, content: bytes) -> None:
    assert (await post.bring(content)).status_code == 400
    assert await post.counts() == {"pending": 0, "done": 0, "dead": 0}


async def test_a_body_longer_than_any_update_is_not_even_read(post: Post) -> None:
    asked_for = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked_for
        while True:
            asked_for += 1
            yield b"x" * 100_000

    response = await post.client.post("/telegram/webhook", content=endless(), headers={HEADER: SECRET})
    assert response.status_code == 413
    assert asked_for < 20


async def test_a_redelivered_update_is_acknowledged_and_answered_once(post: Post) -> None:
    for _ in range(3):
        assert (await post.bring(said(1, "tra cứu hồ sơ"))).status_code == 200
    shown = await post.settle()
    assert (await post.bring(said(1, "tra cứu hồ sơ"))).status_code == 200
    assert await post.settle() == shown
    assert await post.counts() == {"pending": 0, "done": 1, "dead": 0}


async def test_nothing_is_acknowledged_while_the_database_is_locked(post: Post, sqlite_url: str) -> None:
    other = sqlite3.connect(make_url(sqlite_url).database or "", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    response = await post.bring(said(1, "/help"))
    other.execute("ROLLBACK")
    other.close()
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert time.monotonic() - began < 6
    assert (await post.bring(said(1, "/help"))).status_code == 200
    assert len(await post.settle()) == 2


async def test_a_press_is_answered_in_the_same_breath(post: Post) -> None:
    await post.bring(said(1, "/help"))
    await post.settle()
    response = await post.bring(pressed(2, "dossier"))
    assert response.json() == {"method": "answerCallbackQuery", "callback_query_id": "249232"}
    assert "mã" in (await post.settle())[-1]


async def test_a_group_is_neither_answered_nor_an_error(post: Post) -> None:
    talk = body(text="chào cả nhà", chat=GROUP)
    story = {**talk, "sender_chat": GROUP}
    press = pressed(4, "help")
    press["callback_query"]["message"]["chat"] = GROUP
    for each in (
        update(1, message=talk),
        update(2, channel_post=story),
        membership(3, "member", GROUP),
        press,
        update(5, inline_query={"id": "1", "from": CITIZEN, "query": "x", "offset": ""}),
    ):
        assert (await post.bring(each)).status_code == 200
    assert await post.settle() == []
    assert await post.counts() == {"pending": 0, "done": 0, "dead": 0}


async def test_who_blocked_the_bot_is_left_alone_until_they_write_again(post: Post) -> None:
    await post.bring(said(1, "/help"))
    await post.settle()
    before = len(post.far.asked)
    await post.bring(membership(2, "kicked"))
    await post.settle()
    assert len(post.far.asked) == before
    assert not await reachable(post)
    await post.bring(said(3, "/help"))
    await post.settle()
    assert await reachable(post)
    assert len(post.far.asked) > before


async def reachable(post: Post) -> bool:
    async with post.parts.database.unit_of_work() as uow:
        return (await uow.citizens.resolve(AN_KEY, post.clock.now())).reachable


async def test_a_broken_update_is_seen_by_an_admin_and_stops_nobody(post: Post) -> None:
    broken = update(1, message={**body(text="x"), "date": "hôm qua"})
    assert (await post.bring(broken)).status_code == 200
    neighbour = said(2, "/help")
    neighbour["message"]["chat"] = {**neighbour["message"]["chat"], "id": 42}
    assert (await post.bring(neighbour)).status_code == 200
    assert (await post.bring(said(3, "/help"))).status_code == 200
    await post.settle()
    async with post.parts.database.unit_of_work() as uow:
        (dead,) = await uow.inbox.dead(10)
    assert (dead.attempts, dead.entry.event_id, dead.entry.payload) == (1, "1", broken)
    assert "Telegram" in (dead.error or "")
    assert {fields["chat_id"] for name, fields in post.far.asked} == {"42", str(AN)}


class Book:
    """An inbox that is down when told to."""

    def __init__(self) -> None:
        self.kept: list[InboxEntry] = []
        self.down = 0

    async def receive(self, entries: Sequence[InboxEntry]) -> tuple[bool, ...]:
        if self.down:
            self.down -= 1
            raise UnavailableError("locked")
        self.kept.extend(entries)
        return tuple(True for _ in entries)


class Asked(FarEnd):
    """A far end whose getUpdates is Telegram's: what was not confirmed comes again."""

    def __init__(self, *updates: Mapping[str, Any]) -> None:
        super().__init__()
        self.waiting = list(updates)
        self.faults: list[tuple[int, str] | Exception] = []
        self.offsets: list[int] = []

    def _usual(self, method: str, fields: Mapping[str, Any]) -> tuple[int, str]:
        if method != "getUpdates":
            return super()._usual(method, fields)
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            return fault
        offset = int(fields.get("offset", 0))
        self.offsets.append(offset)
        self.waiting = [each for each in self.waiting if each.get("update_id", offset) >= offset]
        return accepted(self.waiting[:100])


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waiting takes no time; how long it would have been."""
    waited: list[float] = []
    sleep = asyncio.sleep

    async def at_once(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr("bot.channels.telegram_polling.asyncio.sleep", at_once)
    return waited


async def polled(far: Asked, book: Book, until: Callable[[], bool]) -> None:
    channel = TelegramChannel(far.bot(), None)
    task = asyncio.create_task(channel.poll(book))
    for _ in range(500):
        await asyncio.sleep(0)
        if until():
            break
    assert not task.done(), task.exception()
    await stop(task)
    assert until()


async def test_polling_confirms_only_what_is_on_disk(hurried: list[float]) -> None:
    far, book = Asked(said(7, "một"), said(8, "hai")), Book()
    book.down = 2
    await polled(far, book, lambda: far.offsets[-1:] == [9])
    assert far.offsets[:4] == [0, 0, 0, 9]
    assert [each.event_id for each in book.kept] == ["7", "8"]
    assert [each.payload for each in book.kept] == [said(7, "một"), said(8, "hai")]


async def test_polling_survives_whatever_the_far_end_says(hurried: list[float]) -> None:
    far, book = Asked(said(7, "một")), Book()
    far.faults = [
        refused(500, "Internal Server Error"),
        (502, "<html>Bad Gateway</html>"),
        (503, '{"ok": false}'),
        (200, "{"),
        (200, '{"ok": true, "result": "none"}'),
        (200, '{"ok": true, "result": [{"no": "number"}]}'),
        refused(409, "Conflict: terminated by other getUpdates request"),
        refused(401, "Unauthorized"),
        refused(429, "Too Many Requests: retry after 11", retry_after=11),
        OSError("network is unreachable"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    ]
    await polled(far, book, lambda: bool(book.kept))
    waits = [each for each in hurried if each]
    assert 11.0 in waits
    assert max(waits) <= 30
    assert waits[0] < waits[1] < waits[2]


async def test_an_update_nobody_can_read_does_not_hide_the_others(hurried: list[float]) -> None:
    broken = update(7, message={**body(text="x"), "date": "hôm qua"})
    far, book = Asked(broken, said(8, "hai")), Book()
    await polled(far, book, lambda: far.offsets[-1:] == [9])
    assert [each.payload for each in book.kept] == [broken, said(8, "hai")]


async def test_polling_takes_an_old_webhook_off_and_stops_spinners(hurried: list[float]) -> None:
    far, book = Asked(pressed(7, "help")), Book()
    await polled(far, book, lambda: far.offsets[-1:] == [8])
    names = [name for name, _ in far.asked]
    assert names[0] == "deleteWebhook"
    assert far.asked[0][1]["drop_pending_updates"] == "false"
    spinner = next(fields for name, fields in far.asked if name == "answerCallbackQuery")
    assert spinner["callback_query_id"] == "249237"


async def test_polling_asks_for_no_kind_of_update_it_does_not_read(hurried: list[float]) -> None:
    far = Asked()
    await polled(far, Book(), lambda: bool(far.offsets))
    fields = next(fields for name, fields in far.asked if name == "getUpdates")
    assert json.loads(fields["allowed_updates"]) == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    ]


async def test_with_a_webhook_telegram_is_told_until_it_listens(hurried: list[float]) -> None:
    far = FarEnd()
    far.script.extend([refused(500, "Internal Server Error"), OSError("no network"), accepted(True)])
    await set_up(far.bot(), HOOK)
    assert [name for name, _ in far.asked] == ["setWebhook"] * 3 + ["setMyCommands"] * 2
    assert far.asked[2][1]["url"] == "https://motcua.example.vn/telegram/webhook"
    assert far.asked[2][1]["secret_token"] == SECRET


async def test_commands_are_offered_in_the_citizens_language() -> None:
    far = FarEnd()
    await set_up(far.bot(), None)
    vietnamese, english = (fields for name, fields in far.asked if name == "setMyCommands")
    assert "language_code" not in vietnamese
    assert english["language_code"] == "en"
    offered = json.loads(vietnamese["commands"])
    assert [each["command"] for each in offered] == list(COMMANDS)
    assert {"command": "hoso", "description": "Tra cứu hồ sơ"} in offered


async def test_a_refused_menu_of_commands_stops_nothing() -> None:
    far = FarEnd()
    far.script.extend([accepted(True), refused(400, "Bad Request: too much commands")])
    await set_up(far.bot(), None)


async def test_every_offered_command_is_understood(post: Post) -> None:
    for number, command in enumerate(COMMANDS):
        await post.bring(said(number + 1, f"/{command}"))
    await post.settle()
    async with post.parts.database.unit_of_work() as uow:
        assert await uow.inbox.dead(1) == ()
    assert await post.counts() == {"pending": 0, "done": len(COMMANDS), "dead": 0}


def chosen(**settings: Any) -> Settings:
    return Settings(telegram_token=TOKEN, **settings)


@pytest.mark.parametrize(
    "missing",
    [
        {"telegram_mode": "webhook"},
        {"telegram_mode": "webhook", "telegram_secret": "x"},
        {"telegram_mode": "webhook", "public_url": "https://motcua.example.vn"},
        {"telegram_mode": "webhook", "public_url": "https://motcua.example.vn", "telegram_secret": ""},
        {"telegram_mode": "webhook", "public_url": "https://motcua.example.vn", "telegram_secret": "bí mật"},
        {"telegram_mode": "webhook", "public_url": "https://motcua.example.vn", "telegram_secret": "x" * 257},
        {"telegram_token": "no token"},
    ],
)
def test_settings_that_would_let_anybody_in_stop_the_start(missing: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="MOTCUA_TELEGRAM_") as raised:
        TelegramChannel.of(Settings(**({"telegram_token": TOKEN} | missing)))  # type: ignore[arg-type]
    assert "bí mật" not in str(raised.value)
    assert "no token" not in str(raised.value)


async def test_polling_has_no_webhook_to_knock_at(sqlite_url: str, tmp_path: Path) -> None:
    async with telegram(sqlite_url, tmp_path, hook=None) as post:
        assert (await post.bring(said(1, "/help"))).status_code == 404


async def test_the_settings_make_a_channel() -> None:
    webhook = {
        "telegram_mode": "webhook",
        "telegram_secret": SECRET,
        "public_url": "https://motcua.example.vn/",
    }
    for channel in (TelegramChannel.of(chosen()), TelegramChannel.of(chosen(**webhook))):
        assert (channel.name, channel.account) == ("telegram", BOT_ID)
        await channel.close()
