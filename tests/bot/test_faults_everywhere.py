"""R11, R12 on Telegram and the Zalo bot: whatever the network does, every message arrives or has a named end."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendMessage

from bot.capabilities import TELEGRAM, ZALO_BOT
from bot.channels.fetching import Fetcher
from bot.channels.telegram_sending import Sender
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_bot_api import Api
from bot.delivery import Delivery
from bot.messages import Capabilities, Choice, Incoming, Reply
from bot.pacing import Pace
from bot.ports import Channel
from bot.texts import Texts
from storage.database import Database
from storage.records import AddressKey, OutboxRow
from tests.bot.telegram_updates import BOT_ID, FarEnd, refused
from tests.house import FakeClock

ENDS = {"blocked", "left", "rejected", "unknown_address", "unreachable"}
USERS, EACH = 100, 10
WAIT = 600


def unpaced(database: Database, subject: str, per_second: float | None, burst: int | None) -> Pace:
    """How fast is another test's matter."""
    return Pace(database, subject, None)


@dataclass
class Phones:
    """What arrived, and whether anybody came before the time we told them."""

    clock: FakeClock
    arrived: dict[str, list[str]] = field(default_factory=dict)
    early: list[str] = field(default_factory=list)
    until: dict[str, datetime] = field(default_factory=dict)

    def came(self, user: str) -> None:
        if self.clock.now() < self.until.get(user, self.clock.now()):
            self.early.append(user)

    def hold(self, user: str, seconds: int) -> None:
        self.until[user] = self.clock.now() + timedelta(seconds=seconds)

    def show(self, user: str, text: str) -> None:
        self.arrived.setdefault(user, []).append(text)


class Telegram(FarEnd):
    """Telegram on a bad day. `script` stands for nothing here: each message draws its own lot."""

    def __init__(self, phones: Phones, lots: Callable[[str], str]) -> None:
        super().__init__()
        self._phones = phones
        self._lots = lots

    def _usual(self, method: str, fields: Any) -> tuple[int, str]:
        user = str(fields["chat_id"])
        self._phones.came(user)
        match self._lots(user):
            case "wait":
                self._phones.hold(user, 30)
                return refused(429, "Too Many Requests: retry after 30", retry_after=30)
            case "hold":
                self._phones.hold(user, WAIT)
                return refused(429, f"Too Many Requests: retry after {WAIT}", retry_after=WAIT)
            case "server":
                return 502, "<html>Bad Gateway</html>"
            case "malformed":
                return 200, '{"ok": true, "res'
            case "reset":
                raise TelegramNetworkError(SendMessage(chat_id=1, text="x"), "connection reset")
            case "token":
                return refused(401, "Unauthorized")
            case "odd":  # a markup it does not take
                if "reply_markup" in fields:
                    return refused(400, "Bad Request: BUTTON_DATA_INVALID")
            case "blocked":
                return refused(403, "Forbidden: bot was blocked by the user")
            case "gone":
                return refused(400, "Bad Request: chat not found")
            case "lost":
                self._phones.show(user, fields["text"])
                raise TelegramNetworkError(SendMessage(chat_id=1, text="x"), "the answer was lost")
        self._phones.show(user, fields["text"])
        return super()._usual(method, fields)


@dataclass
class TelegramLine:
    """The sender as a channel, without aiogram's start-up."""

    sender: Sender
    name: str = "telegram"
    account: str = BOT_ID
    capabilities: Capabilities = TELEGRAM

    def read(self, payload: Any, key: AddressKey, received_at: datetime) -> Incoming | None:
        return None

    async def send(self, key: AddressKey, reply: Reply) -> str | None:
        return await self.sender.send(key, reply)


def zalo_bot(phones: Phones, lots: Callable[[str], str]) -> ZaloBotChannel:
    def answer(request: httpx.Request) -> httpx.Response:
        content = json.loads(request.content)
        user = content["chat_id"]
        phones.came(user)
        match lots(user):
            case "wait" | "hold" as lot:
                seconds = 30 if lot == "wait" else WAIT
                phones.hold(user, seconds)
                refusal = {"ok": False, "error_code": 429, "description": "quota"}
                return httpx.Response(429, json=refusal, headers={"Retry-After": str(seconds)})
            case "server":
                return httpx.Response(502, text="<html>")
            case "malformed":
                return httpx.Response(200, text='{"ok": true, "res')
            case "reset":
                raise httpx.ReadError("reset")
            case "token":
                return httpx.Response(
                    401, json={"ok": False, "error_code": 401, "description": "Unauthorized"}
                )
            case "blocked" | "gone":
                return httpx.Response(403, json={"ok": False, "error_code": 403, "description": "blocked"})
            case "lost":
                phones.show(user, content["text"])
                raise httpx.ReadError("the answer was lost")
        phones.show(user, content["text"])
        return httpx.Response(200, json={"ok": True, "result": {"message_id": "m", "date": 1}})

    transport = httpx.MockTransport(answer)
    return ZaloBotChannel("1", Api("http://zalo.test", "1:x", transport), "", None, Fetcher([]))


def channel_of(name: str, phones: Phones, lots: Callable[[str], str]) -> Channel:
    if name == "telegram":
        return TelegramLine(Sender(Telegram(phones, lots).bot(), Texts.load()))
    return zalo_bot(phones, lots)


def thirty_percent(seed: int) -> Callable[[str], str]:
    dice = random.Random(seed)
    passing = ("wait", "server", "malformed", "reset", "token", "odd", "lost")

    def draw(user: str) -> str:
        if dice.random() >= 0.3:
            return ""
        return dice.choice(("blocked", "gone") if dice.random() < 0.02 else passing)

    return draw


async def queue(database: Database, channel: Channel, clock: FakeClock, users: int, each: int) -> None:
    async with database.unit_of_work() as uow:
        for user in range(1, users + 1):
            contact = await uow.citizens.resolve(
                AddressKey(channel.name, channel.account, str(user)), clock.now()
            )
            for number in range(each):
                choices = (Choice("Gặp cán bộ", token="person"),) if number % 2 else ()
                reply = Reply(f"tin {number:02}", choices).to_json()
                await uow.outbox.add(contact.address_id, reply, clock.now())
        await uow.commit()


async def outbox(database: Database) -> tuple[dict[str, int], tuple[OutboxRow, ...]]:
    async with database.reading() as uow:
        return await uow.outbox.counts(), await uow.outbox.failures(10_000)


@pytest.fixture(params=["telegram", "zalo_bot"])
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    return request.param  # type: ignore[no-any-return]


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_a_thousand_messages_with_thirty_percent_of_faults(sqlite_url: str, name: str) -> None:
    clock = FakeClock()
    phones, database = Phones(clock), await Database.open(sqlite_url)
    channel = channel_of(name, phones, thirty_percent(2026))
    await queue(database, channel, clock, USERS, EACH)
    delivery = Delivery(database, {name: channel}, clock, unpaced)
    while (await outbox(database))[0]["pending"]:
        await delivery.drain()
        clock.pass_(minutes=5)
    counts, failures = await outbox(database)
    assert counts["sent"] + counts["failed"] == USERS * EACH
    assert {row.reason for row in failures} <= ENDS
    assert counts["failed"] < USERS
    failed = Counter(row.key.user_id for row in failures)
    for user in map(str, range(1, USERS + 1)):
        told = (text[:6] for text in phones.arrived.get(user, []) if text.startswith("tin"))
        first = list(dict.fromkeys(told))  # without the words in place of refused buttons
        assert first == sorted(first), "in order"
        assert len(first) >= EACH - failed[user], "nothing that is marked sent is missing"
    assert phones.early == [], "nobody came before the time the platform named"
    await database.close()


async def test_a_chat_with_a_long_wait_delays_no_other(sqlite_url: str, name: str) -> None:
    clock, held = FakeClock(), ["1"]
    phones, database = Phones(clock), await Database.open(sqlite_url)

    def lots(user: str) -> str:
        return "hold" if user in held and held.pop() else ""

    channel = channel_of(name, phones, lots)
    await queue(database, channel, clock, 51, 2)
    await Delivery(database, {name: channel}, clock, unpaced).drain()
    assert all(len(phones.arrived[str(user)]) == 2 for user in range(2, 52))
    assert "1" not in phones.arrived
    clock.pass_(seconds=WAIT + 1)
    await Delivery(database, {name: channel}, clock, unpaced).drain()
    assert len(phones.arrived["1"]) == 2
    assert phones.early == []
    await database.close()


def test_the_table_is_what_the_channels_use() -> None:
    assert ZaloBotChannel.capabilities is ZALO_BOT
