"""The desk at a province's size: two hundred open pages, fifty officers for one ticket, a filled database.

How fast it is stands in docs/benchmarks-desk.md (`python -m benchmarks.desk`). Here is what must hold on a slow
machine, too: who wins, what everybody hears, and how many queries it takes.
`MOTCUA_LOAD_TICKETS` (10,000; ten messages each) makes the filled database larger.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from benchmarks.desk.volume import Volume, fill
from bot.console.accounts import digest, new_token
from storage.database import Database
from storage.errors import TicketTakenError
from storage.records import Author, QueueView, Role, Ticket
from tests.house import MONDAY, house
from tests.long.test_races import Ring, said_by, tickets
from tests.websites import Website, listening, website

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

CONSOLES = 200
CLERKS = 50
TICKETS = int(os.environ.get("MOTCUA_LOAD_TICKETS", "10000"))


class Statements:
    """What a database was asked, by the first words of each statement."""

    def __init__(self, database: Database) -> None:
        self.seen: list[str] = []
        for engine in {database._reader, database._writer}:
            event.listen(engine.sync_engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.seen.append(" ".join(statement.split()))

    def of(self, table: str) -> int:
        return sum(f"FROM {table}" in statement for statement in self.seen)


@pytest.fixture
async def site(database_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(database_url, tmp_path, working=False) as opened:
        yield opened


async def _logins(site: Website, count: int) -> list[str]:
    """Sessions as logins leave them; two hundred password hashes are another test's matter."""
    tokens, now = [new_token() for _ in range(count)], site.clock.now()
    until = now + timedelta(hours=12)
    async with site.parts.database.unit_of_work() as uow:
        for number, token in enumerate(tokens):
            officer = await uow.officers.add(
                f"can-bo-{number}", f"Cán bộ {number}", Role.FRONT_OFFICER, (), (), now
            )
            await uow.sessions.open(officer.id, digest(token), new_token(), now, until, None)
        await uow.commit()
    return tokens


async def _listen(
    stack: AsyncExitStack, client: httpx.AsyncClient, token: str, heard: Counter[str]
) -> asyncio.Task[None]:
    cookie = {"cookie": f"motcua_canbo={token}"}
    response = await stack.enter_async_context(client.stream("GET", "/can-bo/luong", headers=cookie))
    assert response.status_code == 200
    lines = response.aiter_lines()
    assert "beat" in await anext(lines)

    async def follow() -> None:
        name = ""
        async for line in lines:
            kind, _, value = line.partition(": ")
            if kind == "event":
                name = value
            elif kind == "data" and name in ("change", "news"):
                heard[name] += 1

    return asyncio.create_task(follow())


async def test_two_hundred_pages_hear_of_a_ticket_without_a_query_each(site: Website) -> None:
    heard: Counter[str] = Counter()
    tokens = await _logins(site, CONSOLES)
    limits = httpx.Limits(max_connections=None)
    async with (
        listening(site.app) as address,
        httpx.AsyncClient(base_url=address, timeout=60, limits=limits, trust_env=False) as client,
        AsyncExitStack() as stack,
    ):
        tasks = [await _listen(stack, client, token, heard) for token in tokens]
        asked = Statements(site.parts.database)
        await site.ticket("Đổi bằng lái xe ở đâu")
        async with asyncio.timeout(60):
            while heard["news"] < CONSOLES:  # noqa: ASYNC110 - a counter
                await asyncio.sleep(0.01)
        assert heard["change"] < CONSOLES / 2, "all ring at once; their lists follow one after another"
        assert asked.of("tickets") <= 5, "what all of them ring for is read for all of them"
        async with asyncio.timeout(60):
            while heard["change"] < CONSOLES:  # noqa: ASYNC110 - a counter
                await asyncio.sleep(0.05)
        assert heard["change"] == CONSOLES, "each hears of it once"
        assert asked.of("tickets") <= 5, "the hint that lists changed reads nothing"
        assert asked.of("sessions") < 20, (
            "which logins still count is read for all together, every few seconds"
        )
        async with site.parts.database.unit_of_work() as uow:
            await uow.sessions.end_all(1)
            uow.notify("officer:1")
            await uow.commit()
        async with asyncio.timeout(30):
            await tasks[0]  # its stream ends, the others go on
        assert not any(task.done() for task in tasks[1:])
        for task in tasks:
            task.cancel()


async def test_fifty_officers_reach_for_one_ticket(database_url: str, tmp_path: Path) -> None:
    """On PostgreSQL from two processes: one has it, all others hear whose it is, the citizen hears of one."""
    async with AsyncExitStack() as stack:
        near = await stack.enter_async_context(house(database_url, tmp_path / "near"))
        far = near
        if not database_url.startswith("sqlite"):
            far = await stack.enter_async_context(house(database_url, tmp_path / "far", near.clock))
        clerks = [await near.officer(f"can-bo-{number}") for number in range(CLERKS)]
        ring = Ring(near, far, clerks[0], clerks[1], clerks[2])
        for ticket in await tickets(ring, 5):
            told = await asyncio.gather(
                *(
                    (near if number % 2 else far).parts.desk.claim(clerk, ticket.id)
                    for number, clerk in enumerate(clerks)
                ),
                return_exceptions=True,
            )
            winners = [each for each in told if isinstance(each, Ticket)]
            losers = [each for each in told if isinstance(each, TicketTakenError)]
            assert (len(winners), len(losers)) == (1, CLERKS - 1), told
            assert {each.officer_name for each in losers} == {winners[0].officer_name}
            assert len(await said_by(ring, ticket, Author.SYSTEM)) == 1


async def test_the_queue_reads_what_it_shows_and_no_more(database_url: str, tmp_path: Path) -> None:
    """A filled database: every view, its counts, and the same number of statements as in an empty one."""
    volume = Volume(TICKETS, 10 * TICKETS, max(200, TICKETS // 25))
    await asyncio.to_thread(fill, database_url, volume, MONDAY)
    async with house(database_url, tmp_path) as home:
        async with home.parts.database.reading() as uow:
            officers = {each.username: each for each in await uow.officers.list()}
        for name in ("can-bo-5", "can-bo-2", "can-bo-60"):
            officer = officers[name]
            for view in QueueView:
                asked = Statements(home.parts.database)
                page = await home.parts.desk.queue(officer, view)
                statements = [each for each in asked.seen if not each.startswith("BEGIN")]
                assert len(statements) == 4, statements  # tickets, counts, tasks given, departments
                assert len(page.tickets) <= 50
                assert [each.due_at for each in page.tickets] == sorted(
                    each.due_at for each in page.tickets
                ) or (view is QueueView.CLOSED)
        front = await home.parts.desk.queue(officers["can-bo-5"], QueueView.ALL_OPEN)
        assert sum(front.counts.by_department.values()) == volume.open
        assert front.counts.unassigned == volume.open // 4
        own = await home.parts.desk.queue(officers["can-bo-60"], QueueView.ALL_OPEN)
        assert set(own.counts.by_department) == set(officers["can-bo-60"].departments)
