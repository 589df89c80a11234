"""The Zalo Bot Platform: both shapes of its updates, its secret, its limits, and what its refusals become."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import Parts, application, assembled
from bot.channels.zalo_bot import WEBHOOK, ZaloBotChannel
from bot.channels.zalo_bot_reading import event_id_of, incoming_of, private_chat_of, update_of
from bot.config import Settings
from bot.messages import Attachment, Choice, Incoming, Kind, Reply
from bot.ports import TryLaterError, UndeliverableError
from storage.errors import UnavailableError
from storage.records import AddressKey
from tests.house import MONDAY, ROOT, FakeClock, shipped

BOT = "1459232241454765289"
TOKEN = f"{BOT}:the-secret-part-of-the-token"
SECRET = "mot-cua_Ca-Mau_2026"
AN = "6ede9afa66b88fe6d6a9"
KEY = AddressKey("zalo_bot", BOT, AN)


def bare(
    what: str = "text", number: int = 1, chat_type: str | None = "PRIVATE", **more: Any
) -> dict[str, Any]:
    chat = {"id": AN} if chat_type is None else {"id": AN, "chat_type": chat_type}
    message = {
        "from": {"id": AN, "display_name": "Ted", "is_bot": False},
        "chat": chat,
        "message_id": f"2d758cb5e222177a{number}",
        "date": 1750316131602,
    }
    return {"event_name": f"message.{what}.received", "message": {**message, **more}}


def wrapped(update: Mapping[str, Any]) -> dict[str, Any]:
    return {"ok": True, "result": update}


def heard(update: Mapping[str, Any]) -> Incoming:
    incoming = incoming_of(update, KEY, MONDAY)
    assert incoming
    return incoming


def test_both_shapes_of_an_update_say_the_same() -> None:
    update = bare(text="Xin chào")
    assert update_of(wrapped(update)) == update_of(update) == update
    incoming = heard(update)
    assert (incoming.kind, incoming.text, incoming.display_name) == (Kind.TEXT, "Xin chào", "Ted")
    assert incoming.order == 1750316131602
    assert heard(wrapped(update)) == incoming


@pytest.mark.parametrize(
    ("update", "kind", "reference", "text"),
    [
        (
            bare("image", photo_url="https://a/b.jpg", caption="giấy hẹn"),
            Kind.IMAGE,
            "https://a/b.jpg",
            "giấy hẹn",
        ),
        (bare("image", photo="https://a/b.jpg"), Kind.IMAGE, "https://a/b.jpg", ""),
        (bare("voice", voice_url="https://a/b.aac"), Kind.VOICE, "https://a/b.aac", ""),
        (bare("sticker", sticker="x", url="https://a"), Kind.STICKER, None, ""),
        (bare("unsupported"), Kind.UNSUPPORTED, None, ""),
        (bare("hologram"), Kind.UNSUPPORTED, None, ""),
    ],
)
def test_media(update: dict[str, Any], kind: Kind, reference: str | None, text: str) -> None:
    incoming = heard(update)
    assert (incoming.kind, incoming.text) == (kind, text)
    assert incoming.attachments == ((Attachment(kind, reference),) if reference else ())


def test_groups_and_nobodys_updates_have_no_chat_to_answer() -> None:
    assert private_chat_of(bare()) == private_chat_of(bare(chat_type=None)) == AN
    assert private_chat_of(bare(chat_type="GROUP")) is None
    assert private_chat_of({}) is None
    assert incoming_of({"event_name": "bot.added"}, KEY, MONDAY) is None
    assert event_id_of(bare(number=1)) != event_id_of(bare(number=2))


@pytest.mark.parametrize("odd", [None, 7, [], "x", {"id": []}, {"chat": 5, "from": "x", "text": ["a"]}])
def test_odd_shapes_are_never_an_error(odd: Any) -> None:
    update = {"event_name": "message.text.received", "message": odd}
    assert private_chat_of(update_of(update)) is None
    assert event_id_of(update)
    heard(update)


@dataclass
class Far:
    """Zalo's end: what was asked of it, and what it answers next."""

    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[Callable[[], httpx.Response]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path.startswith(f"/bot{TOKEN}/")
        self.asked.append((request.url.path.rsplit("/", 1)[1], json.loads(request.content)))
        return (
            self.answers.pop(0)() if self.answers else said({"message_id": f"m{len(self.asked)}", "date": 1})
        )

    def texts(self) -> list[str]:
        return [told["text"] for method, told in self.asked if method == "sendMessage"]


def said(result: object) -> httpx.Response:
    return httpx.Response(200, json={"ok": True, "result": result})


def refused(code: int, status: int = 200, headers: Mapping[str, str] | None = None) -> httpx.Response:
    content = {"ok": False, "error_code": code, "description": "because"}
    return httpx.Response(status, json=content, headers=headers or {})


def broken() -> httpx.Response:
    raise httpx.ReadTimeout(f"https://bot-api.example.test/bot{TOKEN}/sendMessage")


@dataclass
class House:
    parts: Parts
    far: Far
    client: httpx.AsyncClient
    channel: ZaloBotChannel

    async def bring(self, content: object, secret: str | bytes | None = SECRET) -> int:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        headers = {} if secret is None else {"X-Bot-Api-Secret-Token": secret}
        return (await self.client.post(WEBHOOK, content=body, headers=headers)).status_code  # type: ignore[arg-type]

    async def settle(self) -> list[str]:
        await self.parts.intake.drain()
        await self.parts.delivery.drain()
        return self.far.texts()

    async def counts(self) -> dict[str, int]:
        async with self.parts.database.reading() as uow:
            return await uow.inbox.counts()


@contextlib.asynccontextmanager
async def zalo(url: str, folder: Path, **more: Any) -> AsyncIterator[House]:
    chosen: dict[str, Any] = {
        "data_dir": folder,
        "database_url": url,
        "catalog": ROOT / "procedures_catalog.yaml",
        "public_url": "https://motcua.example.vn/",
        "zalo_bot_token": TOKEN,
        "zalo_bot_mode": "webhook",
        "zalo_bot_secret": SECRET,
        **more,
    }
    settings, far = Settings(**chosen), Far()
    channel = ZaloBotChannel.of(settings, httpx.MockTransport(far))
    async with assembled(
        settings, clock=FakeClock(), server=True, channels={"zalo_bot": channel}, live=shipped()
    ) as parts:
        transport = httpx.ASGITransport(application(parts))
        async with httpx.AsyncClient(transport=transport, base_url="http://motcua.test") as client:
            yield House(parts, far, client, channel)


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with zalo(sqlite_url, tmp_path) as opened:
        yield opened


async def test_a_question_is_kept_then_answered_once_with_numbered_choices(house: House) -> None:
    for update in (bare(text="/help"), wrapped(bare(text="/help"))):
        assert await house.bring(update) == 200
    shown = await house.settle()
    assert await house.counts() == {"pending": 0, "done": 1, "dead": 0}
    assert any("\n1. " in text for text in shown)
    assert {told["chat_id"] for _, told in house.far.asked} == {AN}


@pytest.mark.parametrize("secret", [None, "", SECRET + "x", SECRET[:-1], "bí mật".encode(), b"\xff\xfe"])
async def test_who_does_not_know_the_secret_is_refused(house: House, secret: str | bytes | None) -> None:
    assert await house.bring(bare(text="/help"), secret) == 401
    assert (await house.counts())["pending"] == 0


@pytest.mark.parametrize("body", [b"", b"{}", b" \n"])
async def test_a_probe_is_welcome_and_does_nothing(house: House, body: bytes) -> None:
    assert await house.bring(body, None) == 200
    assert (await house.counts())["pending"] == 0


async def test_what_is_no_update_does_no_harm(house: House) -> None:
    assert await house.bring(b"{") == 400
    assert await house.bring(b"x" * 1_100_000) == 413
    assert await house.bring({"ok": True}) == 200
    assert await house.bring(bare(chat_type="GROUP", text="chào cả ấp")) == 200
    assert (await house.counts())["pending"] == 0


async def test_without_the_database_nothing_is_acknowledged(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise UnavailableError("disk full")

    with monkeypatch.context() as outage:
        outage.setattr(house.parts.intake, "_write", away)
        assert await house.bring(bare(text="/help")) == 503
    assert await house.bring(bare(text="/help")) == 200
    assert await house.settle()


async def test_an_update_that_was_given_out_is_held_while_the_database_is_away(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zalo gives an update once: whoever forgets it has lost a question."""
    async with zalo(sqlite_url, tmp_path, zalo_bot_mode="polling") as house:
        write, outage = house.parts.intake._write, 2

        async def shaky(entries: Any) -> Any:
            nonlocal outage
            outage -= 1
            if outage >= 0:
                raise UnavailableError("disk full")
            return await write(entries)

        monkeypatch.setattr(house.parts.intake, "_write", shaky)
        monkeypatch.setattr("bot.channels.zalo_bot.OUTAGE_PAUSE", 0.01)
        monkeypatch.setattr("bot.channels.zalo_bot_api.PACE", 0.01)
        update = bare(text="/help")
        house.far.answers = [
            lambda: said({"url": "", "updated_at": 1}),
            lambda: refused(408, 408),
            broken,
            lambda: said(update),
            lambda: said(update),  # given again at once, as was seen
            *[lambda: refused(408, 408)] * 10_000,
        ]
        polling = asyncio.create_task(house.channel.poll(house.parts.intake))
        async with asyncio.timeout(20):
            while True:
                if (await house.counts())["pending"] and len(house.far.asked) > 6:
                    break
                await asyncio.sleep(0.01)
        polling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await polling
        assert [method for method, _ in house.far.asked][:3] == ["deleteWebhook", "getUpdates", "getUpdates"]
        assert await house.counts() == {"pending": 1, "done": 0, "dead": 0}


async def test_with_a_webhook_zalo_is_told_where_and_asked_no_more(house: House) -> None:
    house.far.answers = [lambda: refused(500, 500), lambda: said({"url": "x"})]
    await house.channel.poll(house.parts.intake)
    told = {"url": f"https://motcua.example.vn{WEBHOOK}", "secret_token": SECRET}
    assert house.far.asked == [("setWebhook", told), ("setWebhook", told)]


async def test_links_and_choices_are_said_and_long_texts_parted(house: House) -> None:
    choices = (Choice("Cổng", url="https://dichvucong.gov.vn"), Choice("Gặp cán bộ", token="person"))
    assert await house.channel.send(KEY, Reply("Chọn", choices)) == "m1"
    assert house.far.texts() == ["Chọn\n\nCổng: https://dichvucong.gov.vn\n1. Gặp cán bộ"]
    long = "Chuẩn bị giấy tờ. " * 300
    house.far.answers = [lambda: said({"message_id": "p1"}), broken]
    with pytest.raises(TryLaterError):
        await house.channel.send(KEY, Reply(long))
    await house.channel.send(KEY, Reply(long))
    parts = house.far.texts()[1:]
    assert max(map(len, parts)) <= 2000
    assert parts[1] == parts[2], "what broke off is sent again, what had arrived is not"
    assert "".join("".join([parts[0], *parts[2:]]).split()) == "".join(long.split())


@pytest.mark.parametrize(("code", "reason"), [(400, "rejected"), (403, "blocked")])
async def test_what_will_never_arrive_has_a_name(house: House, code: int, reason: str) -> None:
    house.far.answers = [lambda: refused(code)]
    with pytest.raises(UndeliverableError) as never:
        await house.channel.send(KEY, Reply("chào"))
    assert never.value.reason == reason


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (lambda: refused(401, 401), 300.0),
        (lambda: refused(429, 429), 3600.0),
        (lambda: refused(429, 429, {"Retry-After": "7"}), 7.0),
        (lambda: refused(500, 500), None),
        (lambda: httpx.Response(502, text="<html>"), None),
        (lambda: httpx.Response(200, text='{"ok": tr'), None),
        (broken, None),
    ],
)
async def test_what_may_pass_is_tried_later_and_no_error_shows_the_token(
    house: House, answer: Callable[[], httpx.Response], wait: float | None
) -> None:
    house.far.answers = [answer]
    with pytest.raises(TryLaterError) as later:
        await house.channel.send(KEY, Reply("chào"))
    assert later.value.wait == wait
    assert TOKEN not in f"{later.value!r} {later.value.__cause__!r}"


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"zalo_bot_token": "no-colon"}, "ZALO_BOT_TOKEN"),
        ({"zalo_bot_secret": None}, "ZALO_BOT_SECRET"),
        ({"public_url": None}, "PUBLIC_URL"),
        ({"zalo_bot_secret": "short"}, "8 đến 256"),
        ({"zalo_bot_secret": "x" * 257}, "8 đến 256"),
        ({"zalo_bot_secret": "bí mật của tỉnh"}, "8 đến 256"),
    ],
)
async def test_it_does_not_start_with_half_a_setting(
    sqlite_url: str, tmp_path: Path, wrong: dict[str, Any], name: str
) -> None:
    with pytest.raises(ValueError, match=name):
        async with zalo(sqlite_url, tmp_path, **wrong):
            pass
