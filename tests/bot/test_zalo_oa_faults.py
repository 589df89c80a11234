"""R11 and R12 on Zalo: whatever the network does, every message arrives or has a named end, in order."""

import asyncio
import contextlib
import itertools
import os
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import uvicorn

from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.delivery import Delivery
from bot.listening import listening_socket
from bot.messages import Choice, Reply
from bot.pacing import Pace
from bot.ports import TryLaterError
from bot.simulator.zalo_events import OA_ID
from bot.simulator.zalo_oa import FakeOa, Fault
from storage.database import Database
from storage.records import AddressKey, OutboxRow
from tests.bot.zalo_house import settings
from tests.house import ROOT, FakeClock

ENDS = {"left", "blocked", "against_platform_rules", "unreachable", "rejected"}
PASSING = (
    Fault("status", 429, wait=30),
    Fault("status", 500),
    Fault("status", 502),
    Fault("status", 504),
    Fault("malformed"),
    Fault("reset"),
    Fault("lost"),
    Fault("delay", 0.01),
    *(Fault("code", code) for code in (-32, -200, -211, -216, -218, -220, -12345)),
    *(Fault("code", code) for code in (-201, -204, -209, -212, -221, -223, -224, -321)),
)
FINAL = tuple(Fault("code", code) for code in (-213, -227, -230, -232, -244, -248))


def faulty(share: float, seed: int) -> Iterator[Fault | None]:
    dice = random.Random(seed)
    while True:
        if dice.random() >= share:
            yield None
        else:
            yield dice.choice(FINAL if dice.random() < 0.02 else PASSING)


@contextlib.asynccontextmanager
async def service(
    url: str, folder: Path, clock: FakeClock
) -> AsyncIterator[tuple[Database, FakeOa, ZaloOaChannel]]:
    database, far = await Database.open(url, server=True), FakeOa(clock.now, open_to_all=True)
    chosen = settings(url, folder, zalo_full_pause=60)
    channel = ZaloOaChannel.of(chosen, database, clock, far.transport())
    try:
        yield database, far, channel
    finally:
        await channel.close()
        await database.close()


async def queue(database: Database, users: int, each: int, at: FakeClock) -> None:
    """`each` messages for every one of `users`; every other with buttons."""
    async with database.unit_of_work() as uow:
        for user in range(1, users + 1):
            key = AddressKey("zalo_oa", OA_ID, str(user))
            contact = await uow.citizens.resolve(key, at.now())
            for number in range(each):
                choices = (Choice("Gặp cán bộ", token="person"),) if number % 2 else ()
                await uow.outbox.add(
                    contact.address_id, Reply(f"tin {number:02}", choices).to_json(), at.now()
                )
        await uow.commit()


async def outbox(database: Database) -> tuple[dict[str, int], tuple[OutboxRow, ...]]:
    async with database.reading() as uow:
        return await uow.outbox.counts(), await uow.outbox.failures(10_000)


async def waiting_of(database: Database, users: int) -> Counter[str]:
    """How many messages wait for each citizen to write again."""
    found: Counter[str] = Counter()
    async with database.reading() as uow:
        for user in map(str, range(1, users + 1)):
            contact = await uow.citizens.find(AddressKey("zalo_oa", OA_ID, user))
            messages = await uow.outbox.waiting_rows(contact.address_id) if contact else 0
            found[user] = messages
    return found


def unpaced(database: Database, subject: str, per_second: float | None, burst: int | None) -> Pace:
    """How fast is another test's matter."""
    return Pace(database, subject, None)


async def until_quiet(delivery: Delivery, database: Database, clock: FakeClock) -> None:
    while (await outbox(database))[0]["pending"]:
        await delivery.drain()
        clock.pass_(minutes=5)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_a_thousand_messages_with_thirty_percent_of_faults(sqlite_url: str, tmp_path: Path) -> None:
    clock, users, each = FakeClock(), 100, 10
    async with service(sqlite_url, tmp_path, clock) as (database, far, channel):
        far.faults = faulty(0.30, seed=2026)
        await queue(database, users, each, clock)
        await until_quiet(Delivery(database, {"zalo_oa": channel}, clock, unpaced), database, clock)
        counts, failures = await outbox(database)
        held = await waiting_of(database, users)
    assert counts["sent"] + counts["failed"] + counts["waiting"] == users * each
    assert counts["waiting"] > 0, "a closed window is no end: they go out when that citizen writes"
    assert {row.reason for row in failures} <= ENDS
    assert counts["failed"] < 100, "one final refusal ends what waits for that citizen, nothing else"
    failed = Counter(row.key.user_id for row in failures)
    for user in map(str, range(1, users + 1)):
        arrived = [text[:6] for text in far.texts(user)]
        first = list(dict.fromkeys(arrived))
        assert first == sorted(first), "in order"
        assert len(first) >= each - failed[user] - held[user], "nothing that is marked sent is missing"
    assert far.early == [], "nobody came before the time Zalo named"
    assert far.reused == 0


async def test_a_chat_with_a_long_wait_delays_no_other(sqlite_url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with service(sqlite_url, tmp_path, clock) as (database, far, channel):
        far.faults_of["1"] = [Fault("status", 429, wait=600)]
        await queue(database, 51, 2, clock)
        await Delivery(database, {"zalo_oa": channel}, clock, unpaced).drain()  # the clock stands still
        assert all(len(far.texts(str(user))) == 2 for user in range(2, 52))
        assert far.texts("1") == []
        clock.pass_(seconds=601)
        await Delivery(database, {"zalo_oa": channel}, clock, unpaced).drain()
        assert len(far.texts("1")) == 2
        assert far.early == []


async def test_nobody_is_written_to_when_zalo_says_that_it_takes_no_more(
    sqlite_url: str, tmp_path: Path
) -> None:
    clock = FakeClock()
    async with service(sqlite_url, tmp_path, clock) as (database, far, channel):
        passed = [0.0]
        pace = partial(Pace, now=lambda: passed[0])
        far.calls_left = 0
        await queue(database, 1, 1, clock)
        await Delivery(database, {"zalo_oa": channel}, clock, pace).drain()
        assert channel.spent() is None, "told once"

        far.calls_left = 3999
        await queue(database, 10, 1, clock)
        await Delivery(database, {"zalo_oa": channel}, clock, pace).drain()  # another process
        assert far.calls == 1, "the pause is everybody's"
        passed[0] += 60
        clock.pass_(seconds=70)
        await Delivery(database, {"zalo_oa": channel}, clock, pace).drain()
        assert far.calls == 11


async def test_what_the_app_sends_too_much_of_nobody_sends(sqlite_url: str, tmp_path: Path) -> None:
    """The same for two seconds, told by a refusal (-32): another process does not run into it too."""
    clock, passed, pauses = FakeClock(), [0.0], [0.0]

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        passed[0] += seconds

    pace = partial(Pace, now=lambda: passed[0], pause=pause)
    async with service(sqlite_url, tmp_path, clock) as (database, far, channel):
        far.faults = itertools.chain([Fault("code", -32)], itertools.repeat(None))
        await queue(database, 1, 1, clock)
        await Delivery(database, {"zalo_oa": channel}, clock, pace).step()
        assert (far.calls, max(pauses) < 1) == (1, True)
        clock.pass_(seconds=10)  # tried again, by another process
        await Delivery(database, {"zalo_oa": channel}, clock, pace).step()
        assert far.calls == 2
        assert max(pauses) > 1.5, "waited before it wrote"


SENDER = """
import asyncio, sys
from pathlib import Path
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.messages import Reply
from bot.ports import SystemClock, TryLaterError
from storage.database import Database
from storage.records import AddressKey
from tests.bot.zalo_house import settings
from bot.simulator.zalo_events import OA_ID

async def main(url, far, user, folder):
    database = await Database.open(url)
    chosen = settings(url, Path(folder), zalo_api=far, zalo_oauth=far)
    channel = ZaloOaChannel.of(chosen, database, SystemClock())
    while not Path(folder, "stop").exists():
        try:
            await channel.send(AddressKey("zalo_oa", OA_ID, user), Reply("chào"))
        except TryLaterError as error:
            print("later", error, flush=True)
        await asyncio.sleep(0.01)
    await channel.close()
    await database.close()

asyncio.run(main(*sys.argv[1:]))
"""


@contextlib.asynccontextmanager
async def listening(far: FakeOa) -> AsyncIterator[str]:
    with contextlib.closing(listening_socket("127.0.0.1", 0)) as sock:
        server = uvicorn.Server(uvicorn.Config(far.app, log_config=None, lifespan="off", access_log=False))
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        task = asyncio.create_task(server.serve(sockets=[sock]))
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


@pytest.mark.parametrize("trouble", ["hangs", "speaks no TLS", "is not there"])
async def test_a_far_end_that_is_not_well_is_tried_later(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """Over real connections: a time limit is the connection's, not the fake's."""
    monkeypatch.setattr("bot.channels.zalo_oa.client.CALL_SECONDS", 0.5)
    far, database = FakeOa(open_to_all=True), await Database.open(sqlite_url)
    async with listening(far) as url:
        api = {
            "hangs": url,
            "speaks no TLS": url.replace("http:", "https:"),
            "is not there": "http://127.0.0.1:1",
        }
        chosen = settings(sqlite_url, tmp_path, zalo_api=api[trouble], zalo_oauth=url)
        channel = ZaloOaChannel.of(chosen, database, FakeClock(far.now()))
        far.faults = iter([Fault("delay", 5)])
        async with asyncio.timeout(60):
            with pytest.raises(TryLaterError):
                await channel.send(AddressKey("zalo_oa", OA_ID, "1"), Reply("chào"))
        await channel.close()
    await database.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while True:
            if true():
                return
            await asyncio.sleep(0.02)


async def reached(far: FakeOa, renewals: int, senders: int) -> None:
    """Every process has sent something with the newest token."""
    await until(lambda: far.renewals >= renewals)
    before = {user: len(far.texts(user)) for user in map(str, range(1, senders + 1))}
    await until(lambda: all(len(far.texts(user)) > count for user, count in before.items()))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("old_tokens_die", [True, False])
async def test_four_processes_renew_once_for_each_expiry(
    postgres_url: str, tmp_path: Path, old_tokens_die: bool
) -> None:
    far, senders = FakeOa(open_to_all=True, old_tokens_die=old_tokens_die), 4
    async with listening(far) as url:
        processes = [
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", SENDER, postgres_url, url, str(user), str(tmp_path)),
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            for user in range(1, senders + 1)
        ]
        try:
            for renewals in range(1, 7):
                await reached(far, renewals, senders)
                assert (far.renewals, far.reused) == (renewals, 0)
                if renewals < 6:
                    far.expire()
        finally:
            (tmp_path / "stop").touch()
            said = [(await process.communicate())[0].decode() for process in processes]
    assert [process.returncode for process in processes] == [0] * senders, said
    assert (far.renewals, far.reused) == (6, 0), said
    assert not any("later" in each for each in said), said
