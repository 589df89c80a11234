"""What the desk costs in a filled database: pages of the queue, two hundred open pages, fifty who claim one ticket."""

import asyncio
import contextlib
import socket
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import uvicorn
from sqlalchemy import event
from starlette.applications import Starlette

from bot.app import Parts, application, assembled
from bot.config import Settings
from bot.console.accounts import digest, new_token
from storage.errors import TicketTakenError
from storage.records import Officer, QueueView, Ticket

ROUNDS = 20
CONSOLES = 200
CLERKS = 50
FRONT, SUPERVISOR, SPECIALIST = "can-bo-5", "can-bo-2", "can-bo-60"
PLACES = (
    *(
        (who, f"/can-bo?xem={view}")
        for who in (FRONT, SPECIALIST, SUPERVISOR)
        for view in QueueView
        if view is not QueueView.DEPARTMENT and (view is not QueueView.SUPERVISOR or who == SUPERVISOR)
    ),
    (FRONT, "/can-bo?xem=closed&trang=100"),
    (SPECIALIST, "/can-bo?xem=closed&trang=100"),
    (FRONT, "/can-bo/phieu/99"),
    (FRONT, "/can-bo/tim?q=khai+sinh"),
    (SUPERVISOR, "/can-bo/bao-cao"),
)


@dataclass(frozen=True)
class Page:
    """Milliseconds of the whole answer, and of the processor for it."""

    who: str
    path: str
    median: float
    slowest: float
    busy: float
    kilobytes: float


@dataclass(frozen=True)
class Spread:
    """One event and `pages` that hear of it. Seconds until the last rings, and until the last is to read its list
    again; of the processor for the first; and queries for both."""

    pages: int
    rings: float
    busy: float
    seconds: float
    queries: int


@dataclass(frozen=True)
class Claims:
    """`officers` reach for each of `tickets`; milliseconds until all had heard, the median of the tickets."""

    officers: int
    tickets: int
    winners: int
    named: int
    median: float


class Clock:
    """The filled database ends at this moment."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


@asynccontextmanager
async def desk(url: str, folder: Path, now: datetime) -> AsyncIterator[Parts]:
    settings = Settings(data_dir=folder, database_url=url)
    async with assembled(settings, clock=Clock(now), server=True) as parts:
        yield parts


async def officers(parts: Parts) -> dict[str, Officer]:
    async with parts.database.reading() as uow:
        return {each.username: each for each in await uow.officers.list()}


async def logged_in(parts: Parts, officer: Officer) -> str:
    """A session as a login leaves it, without the password's hash, which is made slow on purpose."""
    token, now = new_token(), parts.clock.now()
    async with parts.database.unit_of_work() as uow:
        await uow.sessions.open(officer.id, digest(token), new_token(), now, now + timedelta(hours=12), None)
        await uow.commit()
    return token


async def pages(parts: Parts) -> list[Page]:
    """In the process itself: no network, everything else."""
    app, known, found = application(parts, second_factor=False), await officers(parts), []
    for who, path in PLACES:
        cookies = {"motcua_canbo": await logged_in(parts, known[who])}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk", cookies=cookies) as client:
            (await client.get(path)).raise_for_status()
            found.append(await _page(client, known[who].role, path))
    return found


async def _page(client: httpx.AsyncClient, who: str, path: str) -> Page:
    took, busy, size = [], [], 0
    for _ in range(ROUNDS):
        began, began_busy = time.perf_counter(), time.process_time()
        answer = await client.get(path)
        took.append(1000 * (time.perf_counter() - began))
        busy.append(1000 * (time.process_time() - began_busy))
        size = len(answer.content)
        answer.raise_for_status()
    return Page(who, path, statistics.median(took), max(took), statistics.median(busy), size / 1000)


async def spread(parts: Parts, count: int) -> Spread:
    """Over sockets of this machine, the listening side included: from the event until the last page was told."""
    known = list((await officers(parts)).values())[:count]
    tokens = [await logged_in(parts, each) for each in known]
    asked: list[str] = []
    async with listening(application(parts, second_factor=False)) as port:
        streams = [await _stream(port, token) for token in tokens]
        for engine in {parts.database._reader, parts.database._writer}:
            event.listen(engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        await asyncio.sleep(1)
        asked.clear()
        began, busy = time.perf_counter(), time.process_time()
        parts.database.wake.notify("queue")
        await asyncio.gather(*(_until(reader, b"event: news") for reader, _ in streams))
        rings, used = time.perf_counter() - began, time.process_time() - busy
        await asyncio.gather(*(_until(reader, b"event: change") for reader, _ in streams))
        whole = time.perf_counter() - began
        for _, writer in streams:
            writer.close()
    return Spread(count, rings, used, whole, sum("SELECT" in each for each in asked))


async def _stream(port: int, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET /can-bo/luong HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: motcua_canbo={token}\r\n\r\n"
    writer.write(head.encode())
    await _until(reader, b"event: beat")
    return reader, writer


async def _until(reader: asyncio.StreamReader, wanted: bytes) -> None:
    while (line := await reader.readline()).strip() != wanted:
        assert line, "the stream ended"


@asynccontextmanager
async def listening(app: Starlette) -> AsyncIterator[int]:
    """The port of the app on this machine."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn offers nothing to wait for
            await asyncio.sleep(0.01)
        yield int(listener.getsockname()[1])
        server.should_exit = True
        await serving


async def claims(near: Parts, far: Parts, rounds: int) -> Claims:
    """Every officer of the one-stop desk reaches for the same ticket at once, over both processes' parts."""
    known = [each for each in (await officers(near)).values() if each.username != SUPERVISOR][:CLERKS]
    free = (await near.desk.queue(known[0], QueueView.UNASSIGNED)).tickets[:rounds]
    took, winners, named = [], 0, 0
    for ticket in free:
        began = time.perf_counter()
        told = await asyncio.gather(
            *(
                (near if number % 2 else far).desk.claim(clerk, ticket.id)
                for number, clerk in enumerate(known)
            ),
            return_exceptions=True,
        )
        took.append(1000 * (time.perf_counter() - began))
        won = [each for each in told if isinstance(each, Ticket)]
        winners += len(won)
        lost = [each for each in told if isinstance(each, TicketTakenError)]
        named += sum(each.officer_name == won[0].officer_name for each in lost)
    return Claims(len(known), len(free), winners, named, statistics.median(took))
