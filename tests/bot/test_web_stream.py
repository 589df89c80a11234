"""Live streams over a real server: nothing twice, nothing lost, nothing heard that is not one's own."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import run
from bot.listening import listening_socket
from bot.messages import Reply
from storage.records import Author
from tests.websites import PASSWORD, Website, listening, website

Event = dict[str, Any]
PATIENCE = 60  # seconds; a busy machine is no finding
NEVER = 3600.0  # seconds: what is to come comes by a wake-up, or not at all


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def client(site: Website) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        listening(site.app) as address,
        httpx.AsyncClient(base_url=address, timeout=PATIENCE) as opened,
    ):
        yield opened


@asynccontextmanager
async def stream(client: httpx.AsyncClient, path: str, **headers: str) -> AsyncIterator[AsyncIterator[Event]]:
    async with client.stream("GET", path, headers=headers) as response:
        assert response.status_code == 200, response.status_code
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["content-security-policy"]
        async with aclosing(_events(response)) as reading:
            yield reading


async def _events(response: httpx.Response) -> AsyncIterator[Event]:
    fields: Event = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield fields
            fields = {}


async def lines(reading: AsyncIterator[Event], count: int) -> list[Event]:
    found = []
    async with asyncio.timeout(PATIENCE):
        async for event in reading:
            if event.get("event") == "line":
                found.append(event)
                if len(found) == count:
                    break
    return found


async def begin(client: httpx.AsyncClient) -> None:
    await client.get("/")
    await send(client, "gặp cán bộ", "message-0")


async def send(client: httpx.AsyncClient, text: str, identity: str) -> None:
    fields = {"text": text, "client_message_id": identity}
    answer = await client.post("/chat/send", data=fields, headers={"accept": "application/json"})
    assert answer.status_code == 200


async def say(site: Website, text: str, conversation: int = 1) -> int:
    async with site.parts.database.unit_of_work() as uow:
        message = await uow.messages.add(
            conversation, Author.BOT, text, site.clock.now(), body=Reply(text).to_json()
        )
        uow.notify(f"conversation:{conversation}")
        await uow.commit()
    return message.id


async def test_the_first_answer_arrives_though_the_stream_was_open_before_the_first_message(
    site: Website, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.web.feed._FALLBACK", NEVER)  # only a wake-up brings it
    await client.get("/")
    async with stream(client, "/chat/stream") as reading:
        first = await anext(reading)
        assert (first["event"], first["retry"]) == ("beat", "2000")
        await send(client, "gặp cán bộ", "message-0")
        found = await lines(reading, 2)
    assert json.loads(found[0]["data"])["identity"] == "message-0"


async def test_a_browser_cut_off_again_and_again_sees_everything_once_and_in_order(
    site: Website, client: httpx.AsyncClient
) -> None:
    await begin(client)
    async with stream(client, "/chat/stream") as reading:
        last = (await lines(reading, 2))[-1]["id"]
    spoken: list[int] = []
    heard: list[int] = []

    async def speak() -> None:
        for number in range(120):
            spoken.append(await say(site, f"câu {number}"))
            await asyncio.sleep(0.004)

    speaking = asyncio.create_task(speak())
    async with asyncio.timeout(2 * PATIENCE):
        cuts = sentences = 0
        while sentences < 120:
            async with stream(client, "/chat/stream", **{"last-event-id": last}) as reading:
                for event in await lines(reading, 1 + cuts % 5 if sentences < 110 else 1):
                    heard.append(int(event["id"]))
                    sentences += "câu " in json.dumps(json.loads(event["data"]), ensure_ascii=False)
                    last = event["id"]
            cuts += 1
    await speaking
    new = [each for each in heard if each in spoken]
    assert new == spoken
    assert heard == sorted(set(heard))
    assert cuts > 20


async def test_a_stream_tells_when_a_person_takes_over(site: Website, client: httpx.AsyncClient) -> None:
    await begin(client)
    await send(client, "Đất cho em đứng tên giùm, giờ sang lại sao?", "message-1")
    await site.officer()
    officer = await site.logged_in()
    for _ in range(100):
        await officer.open("/can-bo/phieu/1")
        if officer.status == 200:
            break
        await asyncio.sleep(0.02)
    async with stream(client, "/chat/stream") as reading:
        states = []
        async with asyncio.timeout(PATIENCE):
            async for event in reading:
                if event.get("event") == "state":
                    states.append(json.loads(event["data"])["held"])
                    if states == [False]:
                        await officer.submit("/nhan")
                    if states[-1]:
                        break
    assert states[-1] is True


async def test_nobody_hears_another_conversation(site: Website, client: httpx.AsyncClient) -> None:
    await begin(client)
    async with httpx.AsyncClient(base_url=client.base_url) as stranger:
        assert (await stranger.get("/chat/stream")).status_code == 204
        await stranger.get("/")
        async with stream(stranger, "/chat/stream?after=0") as reading:
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    async for event in reading:
                        assert event["event"] != "line"


@pytest.mark.parametrize("odd", ["-1", "abc", "1e3", "99999999999999999999999", ""])
async def test_an_odd_event_id_is_no_reason_to_fail(
    site: Website, client: httpx.AsyncClient, odd: str
) -> None:
    await begin(client)
    async with stream(client, "/chat/stream", **{"last-event-id": odd}) as reading:
        assert len(await lines(reading, 2)) == 2


async def log_in(client: httpx.AsyncClient) -> None:
    answer = await client.post("/can-bo/dang-nhap", data={"username": "mai", "password": PASSWORD})
    assert answer.status_code == 303


async def until(reading: AsyncIterator[Event], name: str) -> Event:
    async with asyncio.timeout(PATIENCE):
        async for event in reading:
            if event.get("event") == name:
                return event
    raise AssertionError(f"the stream ended without {name}")


async def test_the_console_hears_of_new_tickets_and_of_its_own(
    site: Website, client: httpx.AsyncClient
) -> None:
    await site.officer()
    await log_in(client)
    async with stream(client, "/can-bo/luong") as reading:
        assert (await anext(reading))["event"] == "beat"
        ticket = await site.ticket("Đổi bằng lái xe ở đâu")
        assert json.loads((await until(reading, "change"))["data"]) == {"topic": "queue"}
    async with stream(client, f"/can-bo/luong?phieu={ticket.id}") as reading:
        await anext(reading)
        await site.writes(ticket, "Còn ai không?")
        assert json.loads((await until(reading, "change"))["data"]) == {"topic": "conversation"}


async def test_an_open_stream_is_cut_when_its_session_ends(
    site: Website, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.console.live._RECHECK", NEVER)
    await site.officer()
    await log_in(client)
    async with stream(client, "/can-bo/luong") as reading:
        await anext(reading)
        async with site.parts.database.unit_of_work() as uow:
            await uow.sessions.end_all(1)
            uow.notify("officer:1")
            await uow.commit()
        await until(reading, "ended")


async def test_a_stream_is_cut_even_when_another_program_ended_the_session(
    site: Website, client: httpx.AsyncClient
) -> None:
    await site.officer()
    await log_in(client)
    async with stream(client, "/can-bo/luong") as reading:
        await anext(reading)
        async with site.parts.database.unit_of_work() as uow:
            await uow.officers.disable(1, site.clock.now())
            await uow.commit()
        await until(reading, "ended")


async def test_a_server_told_to_stop_ends_its_streams_and_the_next_one_keeps_its_own(site: Website) -> None:
    for _ in range(2):  # in one process: what the first leaves behind, the second would meet
        with contextlib.closing(listening_socket("127.0.0.1", 0)) as sock:
            serving = asyncio.create_task(run(site.parts, site.app, [sock]))
            address = f"http://127.0.0.1:{sock.getsockname()[1]}"
            async with (
                httpx.AsyncClient(base_url=address, timeout=PATIENCE) as client,
                asyncio.timeout(PATIENCE),
            ):
                await begin(client)
                async with client.stream("GET", "/chat/stream") as response:
                    assert response.status_code == 200
                    reading = response.aiter_lines()
                    assert await anext(reading) == "event: beat"
                    listens_on = asyncio.create_task(_to_the_end(reading))
                    assert not (await asyncio.wait([listens_on], timeout=1.5))[0]
                    os.kill(os.getpid(), signal.SIGTERM)
                    await listens_on
                await serving


async def _to_the_end(reading: AsyncIterator[str]) -> None:
    with suppress(httpx.TransportError):
        async for _ in reading:
            pass
