"""Dossiers by the million and notices by the ten thousand: bounded memory, quick look-ups, nothing said twice.

Sized for every run; by hand: MOTCUA_DOSSIERS=1000000, MOTCUA_NOTICES=10000 (figures: docs/registry.md).
"""

import asyncio
import csv
import os
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bot.actions import mirror
from bot.config import Settings
from bot.dossier_import import import_dossiers
from bot.messages import Capabilities
from storage.database import Database
from storage.records import AddressKey, FollowOrigin
from tests.house import Phone, dossier, house
from tests.long.test_filing import resident
from tests.small_catalogs import folder

pytestmark = pytest.mark.long

DOSSIERS = int(os.environ.get("MOTCUA_DOSSIERS", "20000"))
NOTICES = int(os.environ.get("MOTCUA_NOTICES", "400"))
GROWS_BY = 250  # megabytes, however long the file
LOOK_UPS = 400
MEDIAN = 0.005  # seconds
PER_SECOND = 200.0


def code_of(number: int) -> str:
    return f"H12.{number % 90:02}-{250101 + number % 28:06}-{number:06}"


def written(file: Path, count: int) -> Path:
    headings = (
        "MaHoSo",
        "MaTTHC",
        "TenTTHC",
        "TrangThaiHoSo",
        "NgayTiepNhan",
        "NgayHenTra",
        "CoQuan",
        "ChuHoSo",
    )
    with file.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow((*headings, "SoGiayToChuHoSo"))
        for number in range(count):
            row = (
                code_of(number),
                "1.001193",
                "Đăng ký khai sinh",
                number % 10 + 1,
                "13/11/2026",
                "26/11/2026",
            )
            table.writerow((*row, "Ủy ban nhân dân xã Đất Mũi", "Nguyễn Văn Út", f"096{number:09}"))
    return file


@pytest.mark.timeout(7200)
async def test_a_file_of_any_length_in_little_memory_and_quick_look_ups(tmp_path: Path) -> None:
    file = written(tmp_path / "ho-so.csv", DOSSIERS)
    settings = Settings(data_dir=tmp_path / "data", catalog=folder(tmp_path / "catalog"))
    before, began = resident(), time.process_time()
    report = await import_dossiers(settings, file)
    took = time.process_time() - began
    assert (report.taken, report.faulty) == (DOSSIERS, 0)
    grown = resident() - before
    assert grown < GROWS_BY
    database = await Database.open(settings.database)
    try:
        times = []
        for number in range(LOOK_UPS):
            code = code_of(number * (DOSSIERS // LOOK_UPS))
            start = time.perf_counter()
            async with database.reading() as uow:
                found = await uow.dossiers.get(code)
            times.append(time.perf_counter() - start)
            assert found
    finally:
        await database.close()
    median = statistics.median(times)
    print(f"{DOSSIERS} dossiers: {took:.1f} s of CPU, {grown} MB more, look-up {median * 1000:.2f} ms median")
    assert median < MEDIAN


class Crowd(Phone):
    """Notes when each message arrived, in a file that survives a kill."""

    def __init__(self, log: Path) -> None:
        super().__init__(capabilities=Capabilities(per_second=PER_SECOND))
        self._log = log.open("a", encoding="utf-8")

    async def send(self, key: AddressKey, reply: object) -> str | None:
        self._log.write(f"{time.monotonic()} {key.user_id}\n")
        self._log.flush()
        return None


async def serve(url: str, data: Path, log: Path) -> None:
    """A process that says and delivers until it is killed."""
    async with house(url, data, phone=Crowd(log), quiet_hours="00:00-00:00") as home:
        tasks = [asyncio.create_task(home.parts.delivery.run()), asyncio.create_task(home.parts.jobs.run())]
        await asyncio.gather(*tasks)


def started(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=Path(__file__).parent.parent.parent)


def arrived(log: Path) -> list[tuple[float, str]]:
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return [(float(at), who) for at, _, who in (line.partition(" ") for line in lines) if who]


@pytest.mark.timeout(3600)
async def test_notices_are_paced_and_go_on_after_a_kill(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        now, parts = home.clock.now(), home.parts
        codes = [code_of(number) for number in range(NOTICES)]
        for start in range(0, NOTICES, 500):
            some = codes[start : start + 500]
            async with parts.database.unit_of_work() as uow:
                await uow.dossiers.upsert([dossier(code, parts) for code in some])
                for code in some:
                    contact = await uow.citizens.resolve(AddressKey("phone", "phone", code), now)
                    await uow.follows.begin(code, contact.address_id, FollowOrigin.PROVED, now)
                done = [replace(dossier(code, parts), stage=9, procedure_code=None) for code in some]
                await mirror.keep(uow, done, now)
                await uow.commit()
    log = tmp_path / "arrived.txt"
    command = [sys.executable, "-c", RUN, sqlite_url, str(tmp_path), str(log)]
    for share in (0.2, 0.5, 0.8, 1.0):
        process = started(command)
        try:
            while len({who for _, who in arrived(log)}) < NOTICES * share:
                assert process.poll() is None
                await asyncio.sleep(0.1)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
    told = Counter(who for _, who in arrived(log))
    assert set(told) == set(codes), "everybody heard"
    again = sum(count - 1 for count in told.values())
    assert again <= 3 * 20, "at most what was on its way at a kill"
    times = sorted(at for at, _ in arrived(log))
    window = int(PER_SECOND)
    fastest = min((late - early for early, late in zip(times, times[window:], strict=False)), default=1.0)
    assert fastest > 0.9, "never more in a second than the channel takes"


RUN = """
import asyncio, sys
from pathlib import Path
from tests.long.test_dossiers import serve
asyncio.run(serve(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
"""
