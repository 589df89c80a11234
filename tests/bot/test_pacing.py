"""R13: not faster than the platform takes it, overall and to each chat; a stop in between repeats nothing."""

import asyncio
import heapq
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from bot.capabilities import TELEGRAM
from bot.delivery import Delivery
from bot.messages import Capabilities, Incoming, Reply
from bot.pacing import Pace
from bot.ports import TryLaterError
from storage.database import Database
from storage.records import AddressKey
from tests.house import MONDAY, FakeClock

PER_SECOND = 25


@dataclass
class Hours:
    """Time that passes only while everybody waits."""

    at: float = 0.0
    waiting: list[tuple[float, int, "asyncio.Future[None]"]] = field(default_factory=list)
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    busy: int = 0  # taking a place needs no time

    def now(self) -> float:
        return self.at

    async def pause(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self.waiting, (self.at + seconds, next(self.numbers), woken))
        await woken

    async def pass_(self) -> None:
        """Until cancelled: wake whoever is next, once nobody else can go on."""
        while True:
            for _ in range(20):
                await asyncio.sleep(0)
            if self.waiting and not self.busy:
                self.at, _, woken = heapq.heappop(self.waiting)
                woken.set_result(None)

    def pace(self, database: Database, subject: str, per_second: float | None, burst: int | None) -> Pace:
        return TimedPace(self, database, subject, per_second, burst)


class TimedPace(Pace):
    def __init__(self, hours: Hours, database: Database, subject: str, *limits: Any) -> None:
        super().__init__(database, subject, *limits, now=hours.now, pause=hours.pause)
        self._hours = hours

    async def _place(self, subject: str, interval: float, burst: int) -> float:
        self._hours.busy += 1
        try:
            return await super()._place(subject, interval, burst)
        finally:
            self._hours.busy -= 1


@dataclass
class Platform:
    """A channel as fast as Telegram that notes when each message came."""

    hours: Hours
    name: str = "telegram"
    account: str = "bot"
    capabilities: Capabilities = TELEGRAM
    came: list[tuple[float, str]] = field(default_factory=list)

    def read(self, payload: Mapping[str, Any], key: AddressKey, received_at: datetime) -> Incoming | None:
        return None

    async def send(self, key: AddressKey, reply: Reply) -> str | None:
        self.came.append((self.hours.at, key.user_id))
        return str(len(self.came))


def most_in_a_second(moments: list[float]) -> int:
    return max(sum(start <= each < start + 1 for each in moments) for start in moments)


@pytest.fixture
async def line(sqlite_url: str) -> AsyncIterator[Database]:
    """Where the places lie."""
    database = await Database.open(sqlite_url)
    yield database
    await database.close()


async def test_one_chat_gets_a_burst_and_then_one_a_second_and_keeps_nobody_waiting(line: Database) -> None:
    """Also when several processes write to it."""
    hours, came = Hours(), []
    paces = itertools.cycle([hours.pace(line, "telegram:bot", PER_SECOND, 3) for _ in range(4)])

    async def message(chat: str) -> None:
        await next(paces).turn(chat)
        came.append((hours.at, chat))

    time = asyncio.create_task(hours.pass_())
    await asyncio.gather(*(message("a") for _ in range(6)), *(message(str(each)) for each in range(5)))
    time.cancel()
    assert [round(at, 6) for at, chat in came if chat == "a"] == pytest.approx(
        [0, 0.04, 0.08, 1, 2, 3], abs=0.4
    )
    assert max(at for at, chat in came if chat != "a") < 0.5


async def test_without_a_limit_nobody_waits(line: Database) -> None:
    hours = Hours()
    await asyncio.wait_for(hours.pace(line, "web", None, None).turn("a"), 5)
    assert hours.waiting == []


async def test_while_the_platform_takes_nothing_no_process_writes_to_it(line: Database) -> None:
    hours = Hours()
    one, other = (hours.pace(line, "zalo_oa:1", 20, None) for _ in range(2))
    await one.hold(60)
    with pytest.raises(TryLaterError) as put_back:
        await other.turn("a")
    assert put_back.value.wait == pytest.approx(60)
    hours.at = 61
    await asyncio.wait_for(other.turn("a"), 5)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("chats", [200, pytest.param(5000, marks=pytest.mark.long)])
async def test_a_message_to_everybody(sqlite_url: str, chats: int) -> None:
    hours, clock = Hours(), FakeClock()
    platform, database = Platform(hours), await Database.open(sqlite_url)
    async with database.unit_of_work() as uow:
        for number in range(chats):
            contact = await uow.citizens.resolve(AddressKey("telegram", "bot", str(number)), MONDAY)
            await uow.outbox.add(contact.address_id, Reply("Mai trung tâm nghỉ.").to_json(), MONDAY)
        await uow.commit()
    time = asyncio.create_task(hours.pass_())
    first = Delivery(database, {"telegram": platform}, clock, hours.pace)
    while len(platform.came) < chats // 2:
        await first.step()
    clock.pass_(minutes=2)  # that process is gone, with its leases; four others go on together
    others = [Delivery(database, {"telegram": platform}, clock, hours.pace) for _ in range(4)]
    await asyncio.gather(*(each.drain() for each in others))
    time.cancel()
    assert Counter(chat for _, chat in platform.came) == Counter(map(str, range(chats)))
    assert most_in_a_second([at for at, _ in platform.came]) <= 30
    await database.close()
