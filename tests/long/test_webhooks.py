"""R14: a hundred webhooks a second over real connections, while the workers stand still for ten seconds."""

import asyncio
import contextlib
import itertools
import math
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median

import aiohttp
import httpx
import pytest

from bot.listening import listening_socket
from storage.database import Database
from tests.house import ROOT, FakeClock
from tests.long.test_fail_points import Far
from tests.long.webhook_server import PLATFORMS

pytestmark = pytest.mark.long

RATE, SECONDS = 100, 10
ATTEMPTS = 3
PASS_P99, PASS_WORST = 0.5, 2.0  # seconds; the worst one is Zalo's limit


@contextlib.asynccontextmanager
async def server(url: str, folder: Path) -> AsyncIterator[tuple[str, int]]:
    """Its address and its process id."""
    with contextlib.closing(listening_socket("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.long.webhook_server", str(port), url, str(folder)), cwd=ROOT
    )
    try:
        address = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient() as client, asyncio.timeout(90):
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"{address}/livez")).status_code == 200:
                        break
                assert process.returncode is None
                await asyncio.sleep(0.1)
        yield address, process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)  # its workers never end
        await process.wait()


def processor_seconds(pid: int) -> float:
    """0 where the system does not tell it this way."""
    told = Path(f"/proc/{pid}/stat")
    if not told.exists():
        return 0.0
    fields = told.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def load(address: str, attempt: int) -> dict[str, list[float]]:
    """RATE webhooks a second, the platforms in turn, whether or not the earlier ones were answered."""
    waits: dict[str, list[float]] = defaultdict(list)
    platforms = {name: Far(FakeClock(), name) for name in PLATFORMS}
    first = 1 + RATE * SECONDS * (attempt - 1)
    requests = [
        (name, platforms[name].request(user))
        for user, name in zip(
            itertools.count(first), itertools.islice(itertools.cycle(PLATFORMS), RATE * SECONDS)
        )
    ]
    connections = aiohttp.TCPConnector(limit=RATE)
    async with aiohttp.ClientSession(address, connector=connections) as client:
        loop = asyncio.get_running_loop()
        started = loop.time()

        async def one(number: int) -> None:
            await asyncio.sleep(max(0.0, started + number / RATE - loop.time()))
            name, (path, content, headers) = requests[number]
            begun = time.perf_counter()
            async with client.post(path, data=content, headers=headers) as answer:
                waits[name].append(time.perf_counter() - begun)
                assert answer.status == 200, (name, answer.status)

        await asyncio.gather(*(one(number) for number in range(len(requests))))
    return waits


@pytest.mark.timeout(600)
async def test_a_hundred_webhooks_a_second_while_the_workers_stand_still(
    database_url: str, tmp_path: Path
) -> None:
    """The best of three: what else runs on a machine makes an answer late, never early."""
    in_time = False
    async with server(database_url, tmp_path) as (address, pid):
        database = await Database.open(database_url)
        for attempt in range(1, ATTEMPTS + 1):
            before = processor_seconds(pid)
            waits = await load(address, attempt)
            busy = processor_seconds(pid) - before
            async with database.reading() as uow:
                assert (await uow.inbox.counts())["pending"] == RATE * SECONDS * attempt
            _say(database_url, busy, waits)
            p99, worst = _p99_and_worst(itertools.chain(*waits.values()))
            in_time = p99 < PASS_P99 and worst < PASS_WORST
            if in_time:
                break
        await database.close()
    assert in_time, (p99, worst)


def _say(url: str, busy: float, waits: Mapping[str, Sequence[float]]) -> None:
    said = [f"{1000 * busy / (RATE * SECONDS):.1f} ms of CPU each"]
    for name, taken in waits.items():
        p99, worst = _p99_and_worst(taken)
        said.append(
            f"{name} p50 {1000 * median(taken):.0f} ms, p99 {1000 * p99:.0f} ms, worst {1000 * worst:.0f} ms"
        )
    print(f"\n{RATE} webhooks/s for {SECONDS} s, {url.partition(':')[0]}: {'; '.join(said)}")


def _p99_and_worst(waits: Iterable[float]) -> tuple[float, float]:
    """Of waits in seconds."""
    ordered = sorted(waits)
    return ordered[math.ceil(len(ordered) * 0.99) - 1], ordered[-1]
