"""`motcua demo` as a newcomer runs it: a process of its own, started in some other folder."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot.console.passwords import check
from bot.demo import new_password
from storage.database import Database
from storage.records import QueueView
from tests.long.test_kills import small_catalog
from tests.small_catalogs import entry, folder

PATIENCE = 60.0  # seconds for a start on a busy machine
PASSWORD = re.compile(r"^\s+(\w+)\s+(\w{4}(?:-\w{4}){3})\s", re.MULTILINE)
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/$", re.MULTILINE)
CODE = re.compile(r"(H12\.25-\d{6}-\d{4})\s+(\d{6})")


@dataclass
class Demo:
    """One run. `words` is what was printed so far."""

    process: asyncio.subprocess.Process
    words: str = ""
    reading: "asyncio.Task[None] | None" = field(default=None, repr=False)

    async def listen(self) -> None:
        assert self.process.stdout
        while line := await self.process.stdout.readline():
            self.words += line.decode()

    async def until(self, words: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while words not in self.words and self.process.returncode is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert words in self.words, self.words

    async def ready(self) -> None:
        """Everything is said, and it answers."""
        await self.until("Ctrl-C")
        async with httpx.AsyncClient(timeout=PATIENCE) as browser:
            assert (await browser.get(f"http://127.0.0.1:{self.port}/livez")).status_code == 200

    async def ended(self, seconds: float) -> int:
        return await asyncio.wait_for(self.process.wait(), seconds)

    @property
    def port(self) -> int:
        found = ADDRESS.search(self.words)
        assert found, self.words
        return int(found[1])

    @property
    def passwords(self) -> dict[str, str]:
        return dict(PASSWORD.findall(self.words))


def environment(**more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")}
    return {**plain, "PYTHONUNBUFFERED": "1", **more}


@contextlib.asynccontextmanager
async def demo(place: Path, catalog: Path, *words: str) -> AsyncIterator[Demo]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "demo", "--catalog", str(catalog), *words),
        cwd=place,
        env=environment(PYTHONPATH=str(Path(__file__).parents[2])),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    running = Demo(process)
    running.reading = asyncio.create_task(running.listen())
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await running.reading


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return small_catalog(tmp_path)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Somewhere else than the project."""
    path = tmp_path / "elsewhere"
    path.mkdir()
    return path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


async def open_tickets(place: Path) -> list[str]:
    database = await Database.open(f"sqlite:///{place / 'data' / 'motcua.db'}")
    try:
        async with database.reading() as uow:
            found = await uow.tickets.queue(QueueView.ALL_OPEN, now=datetime.now(UTC))
            return [ticket.question for ticket in found]
    finally:
        await database.close()


def test_a_made_password_passes_the_officers_own_rule() -> None:
    """Without a second look one demo start in fifty ended here."""
    made = {new_password("mai", "Nguyễn Thị Tuyết Mai") for _ in range(2000)}
    assert len(made) == 2000
    for password in made:
        check(password, "mai", "Nguyễn Thị Tuyết Mai")


@pytest.mark.timeout(240)
async def test_a_newcomers_two_evenings(place: Path, catalog: Path) -> None:
    """Everything is printed; Ctrl-C ends it while a browser listens; the second start keeps the data."""
    started = time.perf_counter()
    async with demo(place, catalog, "--port", str(free_port())) as first:
        await first.ready()
        ready = time.perf_counter() - started
        codes = CODE.findall(first.words)
        assert len(codes) == 2
        assert {"mai", "kha", "hanh", "giamsat"} <= set(first.passwords)
        base = f"http://127.0.0.1:{first.port}"
        assert f"{base}/can-bo" in first.words
        async with httpx.AsyncClient(base_url=base, timeout=20) as browser:
            assert (await browser.get("/")).status_code == 200
            assert (await browser.get("/can-bo", follow_redirects=True)).status_code == 200
            await _asks_for_a_person(browser)
            assert (place / "data" / "motcua.db").is_file(), "the data lies where it was started"
            assert (place / "data").stat().st_mode & 0o077 == 0
            async with _listening(browser):
                ending = time.perf_counter()
                first.process.send_signal(signal.SIGINT)
                assert await first.ended(15) == 0
                ended = time.perf_counter() - ending
    assert first.reading
    await first.reading
    assert "Traceback" not in first.words
    assert "Đã dừng" in first.words
    print(f"\ndemo: ready in {ready:.1f} s, ended in {ended:.1f} s with a browser listening")
    assert ended < 10
    assert len(await open_tickets(place)) == 1

    async with demo(place, catalog, "--port", str(free_port())) as second:
        await second.ready()
        assert CODE.findall(second.words) == codes
        assert set(second.passwords) == set(first.passwords)
        assert not set(second.passwords.values()) & set(first.passwords.values()), "renewed at every start"
        second.process.send_signal(signal.SIGTERM)
        assert await second.ended(15) == 0
    assert len(await open_tickets(place)) == 1

    async with demo(place, catalog, "--reset", "--port", str(free_port())) as third:
        await third.ready()
        async with demo(place, catalog, "--reset", "--port", str(free_port())) as beside:
            assert await beside.ended(PATIENCE) != 0, "the data of a running server are not thrown away"
        assert (place / "data" / "motcua.db").is_file()
        third.process.send_signal(signal.SIGINT)
        assert await third.ended(15) == 0
    assert await open_tickets(place) == []


async def _asks_for_a_person(browser: httpx.AsyncClient) -> None:
    """As the page does without script: a form is sent, and the page is shown again."""
    told = {
        "kind": "text",
        "client_message_id": uuid.uuid4().hex,
        "text": "cho tui gặp cán bộ hỏi chuyện đất của ông nội để lại chưa có sổ",
    }
    answer = await browser.post(
        "/chat/send", data=told, headers={"Origin": str(browser.base_url).rstrip("/")}
    )
    assert answer.status_code == 303, answer.text
    async with asyncio.timeout(20):
        while "Phiếu số" not in (await browser.get("/")).text:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def _listening(browser: httpx.AsyncClient) -> AsyncIterator[None]:
    """A page that is open: its stream stays connected until the server ends it."""
    async with browser.stream("GET", "/chat/stream", headers={"Accept": "text/event-stream"}) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield


@pytest.mark.timeout(120)
async def test_a_busy_port_means_the_next_free_one_said_aloud(place: Path, catalog: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        taken = busy.getsockname()[1]
        async with demo(place, catalog, "--port", str(taken)) as running:
            await running.ready()
            assert running.port > taken
            assert f"Cổng {taken} đang bận, dùng cổng {running.port}." in running.words
            async with httpx.AsyncClient() as browser:
                assert (await browser.get(f"http://127.0.0.1:{running.port}/livez")).status_code == 200
            running.process.send_signal(signal.SIGINT)
            assert await running.ended(15) == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
async def test_only_this_machine_is_served(place: Path, catalog: Path, host: str) -> None:
    async with demo(place, catalog, "--host", host) as running:
        assert await running.ended(PATIENCE) == 2
    assert "127.0.0.1" in running.words
    assert "motcua serve" in running.words
    assert not (place / "data").exists(), "refused before anything was made"


async def test_a_broken_catalog_is_told_in_full_and_nothing_starts(place: Path, tmp_path: Path) -> None:
    wrong = entry("1.001193").replace("agency: ubnd_xa", "agency: khong_co")
    head = folder(
        tmp_path / "bad",
        entry("1"),
        wrong,
        entry("1.000894", "kết hôn").replace("level: commune", "level: huyen"),
    )
    async with demo(place, head) as running:
        assert await running.ended(PATIENCE) == 1
    assert "Danh mục có" in running.words
    assert "Traceback" not in running.words
    assert len(re.findall(r"ho_tich\.yaml:\d+", running.words)) >= 2, running.words


async def test_a_folder_that_is_no_demos_is_not_thrown_away(place: Path, catalog: Path) -> None:
    letters = place / "letters"
    letters.mkdir()
    (letters / "thu.txt").write_text("giữ giùm tui", "utf-8")
    async with demo(place, catalog, "--reset", "--data", str(letters)) as running:
        assert await running.ended(PATIENCE) == 2
    assert (letters / "thu.txt").read_text("utf-8") == "giữ giùm tui"
    assert str(letters) in running.words
