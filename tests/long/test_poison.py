"""R27 under load: poisoned updates among good ones. Every good one is answered, every bad one ends in sight."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from bot.intake import ATTEMPTS, BACKOFF, Intake, stop
from storage.records import InboxEntry, InboxRow
from storage.tables import inbox
from tests.house import House, house

CHATS, TURNS = 40, 8


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_poison_among_good_updates(database_url: str, tmp_path: Path) -> None:
    arriving = [_update(turn, chat) for turn in range(TURNS) for chat in range(CHATS)]
    poisoned = {entry.event_id for entry in arriving if entry.payload.get("poison")}
    healthy = {f"chat-{chat}" for chat in range(CHATS) if chat % 4}
    with capture_logs() as logged:  # a hundred tracebacks
        counts, dead = await _worked_off(database_url, tmp_path, arriving, healthy)
    assert counts == {"pending": 0, "done": len(arriving) - len(poisoned), "dead": len(poisoned)}
    assert {row.entry.event_id for row in dead} == poisoned
    assert {row.attempts for row in dead} == {ATTEMPTS}
    assert sum(line["event"] == "intake.dead_letter" for line in logged) == len(poisoned)


async def _worked_off(
    url: str, folder: Path, arriving: list[InboxEntry], healthy: set[str]
) -> tuple[dict[str, int], tuple[InboxRow, ...]]:
    async with house(url, folder) as home:
        intake = Intake(
            home.parts.database, home.parts.assistant, home.parts.desk, home.parts.channels, home.clock, 8
        )
        task = asyncio.create_task(intake.run())
        try:
            assert all(await intake.receive(arriving)), "poison is acknowledged like everything else"
            await _until_done(home, healthy)
            async with asyncio.timeout(120):
                while (await _counts(home))["pending"]:
                    if not await _in_hand(home):  # a lease outlives no jump of the clock
                        home.clock.pass_(seconds=max(BACKOFF))
                    await asyncio.sleep(0.2)
        finally:
            await stop(task)
        counts = await _counts(home)
        async with home.parts.database.reading() as uow:
            dead = await uow.inbox.dead(1000)
    return counts, dead


def _update(turn: int, chat: int) -> InboxEntry:
    event = f"{turn}-{chat}"
    poison = {"poison": True} if chat % 4 == 0 and turn in (0, 3) else {}
    payload = {"id": event, "kind": "text", "text": "cảm ơn em nhiều", **poison}
    return InboxEntry("phone", "phone", f"chat-{chat}", event, payload)


async def _counts(home: House) -> dict[str, int]:
    async with home.parts.database.reading() as uow:
        return await uow.inbox.counts()


async def _in_hand(home: House) -> int:
    async with home.parts.database.reading() as uow:
        leased = select(func.count()).where(inbox.c.leased_until.is_not(None))
        return int(await uow.inbox._link.scalar(leased))


async def _until_done(home: House, chats: set[str]) -> None:
    """The chats without poison are through before any clock has moved."""
    async with asyncio.timeout(120):
        while (await _counts(home))["done"] < len(chats) * TURNS:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
