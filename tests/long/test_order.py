"""R4, R5: the order in which updates reach us, and how many workers share them, changes nothing."""

import asyncio
import hashlib
import multiprocessing
import os
import random
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from bot import logs
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

SEEDS = 20
# A shuffle of 10,000 updates takes minutes of a core: all twenty at that size on request, otherwise the first
# two, and every one at a tenth of it.
LARGE = int(os.environ.get("MOTCUA_SHUFFLES", "2"))
SIZES = {10_000: LARGE, 1_000: SEEDS}  # updates: shuffles
UPDATES_OF_A_CHAT = 12
AT_ONCE = 2  # shuffles side by side, each in a process
WORKERS = 8
MEMORY = Path("/dev/shm")

# What depends on the order of arrival by its nature, and says nothing about what was done: counters and the
# times, who acted as "address:17", and what the conversation expects next.
LEFT_OUT = {
    "id",
    "version",
    "state",
    "previous",
    "digest",
    "sequence",
    "words_sequence",
    "last_message_id",
    "matched",
    "actor",
}
SAID = {"text", "search_text", "body", "note", "ticket_id"}  # of a message; see `_said`


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """In memory where the machine has such a place: what is tested here is order, not the disk."""
    if not MEMORY.is_dir():
        yield tmp_path
        return
    path = Path(tempfile.mkdtemp(prefix="motcua-order-", dir=MEMORY))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def updates(size: int) -> list[InboxEntry]:
    """`size` updates whose effects commute: presses, look-ups, consents, one question to a person."""
    chance, chats = random.Random(1), size // UPDATES_OF_A_CHAT
    made = []
    for number in range(size):
        turn, user = divmod(number, chats)
        made.append(_update(number, f"user-{user}", _payload(turn, user, chance)))
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


async def digest_after(url: str, folder: Path, size: int, seed: int | None) -> dict[str, str]:
    """Handle all updates: in order, or shuffled with four in ten of them again. A digest for each table."""
    arriving = updates(size)
    if seed is not None:
        chance = random.Random(seed)
        arriving += chance.sample(arriving, len(arriving) * 4 // 10)
        chance.shuffle(arriving)
    async with house(url, folder, secret_key="the same for all") as home:
        intake = Intake(
            home.parts.database,
            home.parts.assistant,
            home.parts.desk,
            home.parts.channels,
            home.clock,
            WORKERS,
        )
        task = asyncio.create_task(intake.run())
        fresh = 0
        for start in range(0, len(arriving), 50):
            fresh += sum(await intake.receive(arriving[start : start + 50]))
        assert fresh == size
        await _handled(home)
        await stop(task)
        return await digests(home)


async def _handled(home: House) -> None:
    async with asyncio.timeout(1100):
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
            if table.name in {
                "outbox",
                "ticket_events",
            }:  # follow from messages and tickets, and name their ids
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
    kept = [("said", _said(row))] if table is messages else []
    for column in table.columns:
        value = row[column.name]
        if (
            column.name in LEFT_OUT
            or "Date" in type(column.type).__name__
            or column.name.startswith("leased")
        ):
            continue
        if (table is messages and column.name in SAID) or (table is inbox and column.name == "attempts"):
            continue
        if column.name == "conversation_id":
            value = names[value]
        elif column.foreign_keys or column.name == "ticket_id":
            value = value is not None
        kept.append((column.name, value))
    return kept


def _said(row: dict[str, Any]) -> str:
    """What was said, without numbers of tickets, places in the queue, and the label a button had at that moment."""
    if row["author"] == "citizen" and "button" in row["body"]:
        return str(row["body"]["button"])
    return re.sub(r"\d+", "#", row["text"]).partition("Phiếu số")[0].strip()


@pytest.mark.long
@pytest.mark.timeout(2400)
@pytest.mark.parametrize("size", SIZES)
def test_updates_shuffled_and_repeated_end_alike(sqlite_template: Path, folder: Path, size: int) -> None:
    context = multiprocessing.get_context("spawn")  # a fork would copy this process's threads
    with ProcessPoolExecutor(AT_ONCE, mp_context=context) as processes:
        runs = {
            seed: processes.submit(_run, str(sqlite_template), str(folder), size, seed)
            for seed in (None, *range(SIZES[size]))
        }
        told = {seed: run.result() for seed, run in runs.items()}
    expected = told.pop(None)
    for table in (
        citizens,
        tickets,
        ratings,
        consents,
        lookups,
        messages,
        addresses,
        conversations,
        audit,
        inbox,
    ):
        assert table.name in expected
    assert expected["tickets"].startswith(f"{size // UPDATES_OF_A_CHAT}:")
    assert expected["ratings"].startswith(f"{size // UPDATES_OF_A_CHAT}:")
    for seed, found in told.items():
        assert found == expected, f"seed {seed}"
    print(f"\n{SIZES[size]} shuffles of {size} updates and 40 % repeats: equal")


def _run(template: str, folder: str, size: int, seed: int | None) -> dict[str, str]:
    """One shuffle, in a process of its own."""
    logs.configure("json", "ERROR")
    place = Path(folder) / str(seed)
    place.mkdir()
    shutil.copy(template, place / "motcua.db")
    return asyncio.run(digest_after(f"sqlite:///{place / 'motcua.db'}", place, size, seed))


# R5: two updates of one chat whose order matters, a thousand times, handed to eight workers at once.

PAIRS = int(os.environ.get("MOTCUA_PAIRS", "1000"))
CHATS_OF_PAIRS = 50


def pair(number: int) -> tuple[str, str]:
    """The second is understood by what the first has left behind."""
    level = number % 5 + 1
    pairs = (
        ("danh gia", str(level)),
        ("p:1.001193", "lệ phí bao nhiêu"),
        ("petition", "huỷ"),
        ("dossier", ON_TIME),
    )
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
        said = await link.rows(
            select(messages.c.conversation_id, messages.c.author, messages.c.text).order_by(messages.c.id)
        )
    told: dict[str, list[str]] = {}
    for row in said:
        told.setdefault(names[row.conversation_id], []).append(f"{row.author}: {row.text}")
    return {names[row.id]: (row.state, row.version, told[names[row.id]]) for row in talks}


_sequential: dict[str, tuple[str, int, list[str]]] = {}


async def _one_after_another(template: Path, folder: Path) -> dict[str, tuple[str, int, list[str]]]:
    """What one worker makes of them; the same for both databases, so it is found out once."""
    if not _sequential:
        shutil.copy(template, folder / "sequential.db")
        async with house(f"sqlite:///{folder / 'sequential.db'}", folder / "one", FakeClock()) as home:
            await home.parts.intake.receive(pairs())
            await home.parts.intake.drain()
            _sequential.update(await _states(home))
    return _sequential


@pytest.mark.long
@pytest.mark.timeout(1200)
async def test_eight_workers_leave_every_chat_as_one_would(
    database_url: str, sqlite_template: Path, folder: Path, tmp_path: Path
) -> None:
    expected = await _one_after_another(sqlite_template, folder)
    if database_url.startswith("sqlite"):
        shutil.copy(sqlite_template, folder / "together.db")
        database_url = f"sqlite:///{folder / 'together.db'}"
    async with house(database_url, tmp_path / "two", FakeClock()) as home:
        intake = Intake(
            home.parts.database,
            home.parts.assistant,
            home.parts.desk,
            home.parts.channels,
            home.clock,
            WORKERS,
        )
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
