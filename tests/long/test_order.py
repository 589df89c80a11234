"""R4, R5: the order in which updates reach us, and how many workers share them, changes nothing."""

import asyncio
import hashlib
import os
import random
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from bot.intake import Intake, stop
from storage.records import InboxEntry
from storage.tables import (
    addresses,
    audit,
    citizens,
    consents,
    conversations,
    inbox,
    lookups,
    messages,
    metadata,
    ratings,
    tickets,
)
from tests.house import LATE, ON_TIME, FakeClock, House, house

SEEDS = int(os.environ.get("MOTCUA_SHUFFLES", "5"))
UPDATES = int(os.environ.get("MOTCUA_UPDATES", "10000"))
CHATS = UPDATES // 12
WORKERS = 8
MEMORY = Path("/dev/shm")

# What depends on the order of arrival by its nature, and says nothing about what was done: counters and the
# times, and what the conversation expects next. Replies name ticket numbers and places in the queue.
LEFT_OUT = {"id", "version", "state", "previous", "digest", "sequence", "words_sequence", "last_message_id", "matched"}
QUESTIONS = ("xin đổi tên trong giấy khai sinh", "làm lại căn cước", "cảm ơn em nhiều", "mấy giờ làm việc")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """In memory where the machine has such a place: what is tested here is order, not the disk."""
    if not MEMORY.is_dir():
        yield tmp_path
        return
    path = Path(tempfile.mkdtemp(prefix="motcua-order-", dir=MEMORY))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def updates() -> list[InboxEntry]:
    """Ten thousand updates whose effects commute: presses, look-ups, consents, one question to a person."""
    chance = random.Random(1)
    made = []
    for number in range(UPDATES):
        user = number % CHATS
        made.append(_update(number, f"user-{user}", _payload(number // CHATS, user, chance)))
    return made


def _payload(turn: int, user: int, chance: random.Random) -> Mapping[str, Any]:
    if turn == 0:
        asks = f"cho tui gặp cán bộ hỏi chuyện đất của ông nội để lại thửa số {user} chưa có sổ"
        return {"kind": "text", "text": asks}
    if turn == 1:
        return {"kind": "text", "text": chance.choice([ON_TIME, LATE])}
    if turn == 2:
        return {"kind": "button", "button": f"c:{chance.choice(['contact', 'dossier'])}:y:mydata"}
    if turn == 3 and user % 4 == 0:
        return {"kind": "sticker"}
    return {"kind": "button", "button": f"r:{chance.randint(1, 5)}:"}


def _update(number: int, user: str, payload: Mapping[str, Any]) -> InboxEntry:
    return InboxEntry("phone", "phone", user, f"e{number}", {"id": number, "order": number, **payload})


async def digest_after(url: str, folder: Path, seed: int | None) -> dict[str, str]:
    """Handle all updates: in order, or shuffled with four in ten of them again. A digest for each table."""
    arriving = updates()
    if seed is not None:
        chance = random.Random(seed)
        arriving += chance.sample(arriving, len(arriving) * 4 // 10)
        chance.shuffle(arriving)
    async with house(url, folder) as home:
        intake = Intake(home.parts.database, home.parts.assistant, home.parts.channels, home.clock, WORKERS)
        task = asyncio.create_task(intake.run())
        fresh = 0
        for start in range(0, len(arriving), 50):
            fresh += sum(await intake.receive(arriving[start : start + 50]))
        assert fresh == UPDATES
        await _handled(home)
        await stop(task)
        return await digests(home)


async def _handled(home: House) -> None:
    async with asyncio.timeout(600):
        while True:
            async with home.parts.database.reading() as uow:
                counts = await uow.inbox.counts()
            assert not counts["dead"]
            if not counts["pending"]:
                return
            await asyncio.sleep(0.1)


async def digests(home: House) -> dict[str, str]:
    """SHA-256 of every table's content, rows sorted; ids, times and what they lead to left out."""
    names = await _addresses(home)
    found = {}
    async with home.parts.database.reading() as uow:
        for table in metadata.sorted_tables:
            if table.name in {"outbox", "ticket_events"}:  # follow from messages and tickets, and name their ids
                continue
            rows = [dict(row._mapping) for row in await uow.messages._link.rows(select(table))]
            lines = sorted(repr(_content(table, row, names)) for row in rows)
            found[table.name] = f"{len(lines)}:{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}"
    return found


async def _addresses(home: House) -> dict[int, str]:
    """Ids in order of arrival mean nothing; the address behind them does. One citizen and conversation each."""
    async with home.parts.database.reading() as uow:
        link = uow.messages._link
        users = await link.rows(select(addresses.c.id, addresses.c.citizen_id, addresses.c.user_id))
        talks = await link.rows(select(conversations.c.id, conversations.c.address_id))
    by_address = {row.id: row.user_id for row in users}
    assert len({row.citizen_id for row in users}) == len(users)
    return {row.id: by_address[row.address_id] for row in talks}


def _content(table: Table, row: dict[str, Any], names: dict[int, str]) -> list[tuple[str, Any]]:
    kept = []
    for column in table.columns:
        value = row[column.name]
        if column.name in LEFT_OUT or "Date" in type(column.type).__name__ or column.name.startswith("leased"):
            continue
        if column.name == "conversation_id":
            value = names[value]
        elif column.foreign_keys or column.name == "ticket_id":
            value = value is not None
        elif table is messages and column.name in {"text", "search_text", "body", "note"} and row["author"] != "citizen":
            value = re.sub(r"\d+", "#", row["text"]).partition("Trước anh/chị")[0]
        elif table is messages and column.name == "note":
            value = {name: part for name, part in value.items() if name != "catalog"}
        elif table is inbox and column.name == "attempts":
            continue
        kept.append((column.name, value))
    return kept


@pytest.mark.long
@pytest.mark.timeout(1200)
async def test_ten_thousand_updates_shuffled_and_repeated_end_alike(sqlite_template: Path, folder: Path) -> None:
    def fresh(name: str) -> str:
        path = folder / name / "motcua.db"
        path.parent.mkdir()
        shutil.copy(sqlite_template, path)
        return f"sqlite:///{path}"

    expected = await digest_after(fresh("sorted"), folder / "sorted", None)
    for table in (citizens, tickets, ratings, consents, lookups, messages, addresses, conversations, audit, inbox):
        assert table.name in expected
    assert expected["tickets"].startswith(f"{CHATS}:")
    assert expected["ratings"].startswith(f"{CHATS}:")
    for seed in range(SEEDS):
        told = await digest_after(fresh(str(seed)), folder / str(seed), seed)
        assert told == expected, f"seed {seed}"
        shutil.rmtree(folder / str(seed))
    print(f"\n{SEEDS} shuffles of {UPDATES} updates and 40 % repeats: equal")


# R5: two updates of one chat whose order matters, a thousand times, handed to eight workers at once.

PAIRS = int(os.environ.get("MOTCUA_PAIRS", "1000"))
CHATS_OF_PAIRS = 50


def pair(number: int) -> tuple[str, str]:
    """The second is understood by what the first has left behind."""
    level = number % 5 + 1
    pairs = (("danh gia", str(level)), ("p:1.001193", "lệ phí bao nhiêu"), ("petition", "huỷ"), ("dossier", ON_TIME))
    return pairs[number % len(pairs)]


def pairs() -> list[InboxEntry]:
    made = []
    for number in range(PAIRS):
        user = f"user-{number % CHATS_OF_PAIRS}"
        for half, text in enumerate(pair(number)):
            press = ":" in text or text in {"petition", "dossier"}
            payload = {"kind": "button", "button": text} if press else {"kind": "text", "text": text}
            made.append(_update(number * 2 + half, user, payload))
    return made


async def _states(home: House) -> dict[str, tuple[str, int, list[str]]]:
    """Of each chat: what it remembers, how many turns it had, and everything said in it, in order."""
    names = await _addresses(home)
    async with home.parts.database.reading() as uow:
        link = uow.messages._link
        talks = await link.rows(select(conversations.c.id, conversations.c.state, conversations.c.version))
        said = await link.rows(select(messages.c.conversation_id, messages.c.author, messages.c.text).order_by(messages.c.id))
    told: dict[str, list[str]] = {}
    for row in said:
        told.setdefault(names[row.conversation_id], []).append(f"{row.author}: {row.text}")
    return {names[row.id]: (row.state, row.version, told[names[row.id]]) for row in talks}


@pytest.mark.long
@pytest.mark.timeout(1200)
async def test_eight_workers_leave_every_chat_as_one_would(
    database_url: str, sqlite_template: Path, folder: Path, tmp_path: Path
) -> None:
    path = folder / "sequential.db"
    shutil.copy(sqlite_template, path)
    async with house(f"sqlite:///{path}", tmp_path / "one", FakeClock()) as home:
        await home.parts.intake.receive(pairs())
        await home.parts.intake.drain()
        expected = await _states(home)
    if database_url.startswith("sqlite"):
        shutil.copy(sqlite_template, folder / "together.db")
        database_url = f"sqlite:///{folder / 'together.db'}"
    async with house(database_url, tmp_path / "two", FakeClock()) as home:
        intake = Intake(home.parts.database, home.parts.assistant, home.parts.channels, home.clock, WORKERS)
        started = asyncio.get_running_loop().time()
        await intake.receive(pairs())
        task = asyncio.create_task(intake.run())
        await _handled(home)
        took = asyncio.get_running_loop().time() - started
        await stop(task)
        told = await _states(home)
    assert len(told) == CHATS_OF_PAIRS
    assert sum(version for _, version, _ in told.values()) == PAIRS * 2
    assert told == expected
    print(f"\n{PAIRS} pairs by {WORKERS} workers: {PAIRS * 2 / took:.0f} turns/s")
