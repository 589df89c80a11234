"""R1: the server is killed at random moments under load. Nothing acknowledged is lost, nothing happens twice."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import yaml
from sqlalchemy import func, select

from storage.database import Database
from storage.records import Author
from storage.tables import inbox, messages, petitions, ratings, tickets
from tests.house import ROOT

KILLS = int(os.environ.get("MOTCUA_KILLS", "30"))
CITIZENS = 8
WORDS = (
    "đăng ký khai sinh cần giấy tờ gì",
    "lệ phí bao nhiêu",
    "dang ky ket hon",
    "tra cứu hồ sơ H12.25-260105-0001",
    "cảm ơn",
)


@dataclass
class Load:
    """Citizens who send one message after another, and send again whatever was not acknowledged."""

    port: int
    acknowledged: set[str] = field(default_factory=set)
    sent: int = 0
    stopped: bool = False

    async def citizen(self, number: int, client: httpx.AsyncClient) -> None:
        chance = random.Random(number)
        step = 0
        while not self.stopped:
            update = self._update(number, step, chance)
            await self._until_kept(update, client)
            if chance.random() < 0.3:  # a redelivery of what was acknowledged long ago
                await self._post({**update, "id": f"{number}-{chance.randint(0, step)}"}, client, known=True)
            step += 1

    def _update(self, number: int, step: int, chance: random.Random) -> dict[str, str]:
        update = {"id": f"{number}-{step}", "user": f"citizen-{number}"}
        if step == 2:
            return {**update, "text": "cho tui gặp cán bộ hỏi chuyện đất của ông nội để lại chưa có sổ"}
        if step % 7 == 3:
            return {**update, "button": f"r:{chance.randint(1, 5)}:"}
        return {**update, "text": f"{chance.choice(WORDS)} {number} {step}"}

    async def _until_kept(self, update: dict[str, str], client: httpx.AsyncClient) -> None:
        while not self.stopped:
            if await self._post(update, client):
                self.acknowledged.add(update["id"])
                return
            await asyncio.sleep(0.05)

    async def _post(self, update: dict[str, str], client: httpx.AsyncClient, *, known: bool = False) -> bool:
        if known and update["id"] not in self.acknowledged:
            return False
        try:
            answer = await client.post(f"http://127.0.0.1:{self.port}/posted", json=update)
        except httpx.TransportError:
            return False
        self.sent += 1
        return answer.status_code == 200


@pytest.mark.long
async def test_thirty_kills(empty_url: str, tmp_path: Path) -> None:
    port = free_port()
    environment = {
        **os.environ,
        "MOTCUA_DATA_DIR": str(tmp_path / "data"),
        "MOTCUA_DATABASE_URL": empty_url,
        "MOTCUA_CATALOG": str(small_catalog(tmp_path)),
    }
    from storage.database import upgrade

    await upgrade(empty_url)
    load = Load(port)
    chance = random.Random(20261123)
    async with httpx.AsyncClient(timeout=10) as client, asyncio.TaskGroup() as group:
        for number in range(CITIZENS):
            group.create_task(load.citizen(number, client))
        try:
            for _ in range(KILLS):
                async with served(environment, port) as process:
                    await asyncio.sleep(chance.uniform(0.05, 1.0))
                    process.send_signal(signal.SIGKILL)
            async with served(environment, port) as process:
                await asyncio.sleep(1.0)
                load.stopped = True
                await settled(empty_url)
                process.send_signal(signal.SIGTERM)
                assert await asyncio.wait_for(process.wait(), 15) == 0
        finally:
            load.stopped = True
    print(f"\n{KILLS} kills, {load.sent} posts, {len(load.acknowledged)} acknowledged updates")
    await _nothing_lost_nothing_twice(empty_url, load)


async def _nothing_lost_nothing_twice(url: str, load: Load) -> None:
    database = await Database.open(url)
    try:
        async with database.reading() as uow:
            link = uow.tickets._link
            kept = await link.rows(select(messages.c.body).where(messages.c.author == Author.CITIZEN))
            seen = [row.body["client_message_id"] for row in kept]
            per_citizen = await link.rows(
                select(tickets.c.citizen_id, func.count()).group_by(tickets.c.citizen_id)
            )
            rated = await link.rows(select(ratings.c.address_id, func.count()).group_by(ratings.c.address_id))
            filed = await link.scalar(select(func.count()).select_from(petitions))
            states = await link.rows(select(inbox.c.status, func.count()).group_by(inbox.c.status))
    finally:
        await database.close()
    assert load.acknowledged, "the load reached the server"
    assert load.acknowledged <= set(seen), f"lost: {sorted(load.acknowledged - set(seen))[:10]}"
    assert len(seen) == len(set(seen)), "an update had its effect twice"
    assert all(count == 1 for _, count in per_citizen), "a citizen has two tickets for one question"
    assert len(per_citizen) == CITIZENS
    assert all(count == 1 for _, count in rated)
    assert filed == 0
    assert {status for status, _ in states} == {"done"}, f"not handled: {states}"
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@contextlib.asynccontextmanager
async def served(environment: dict[str, str], port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A running server; gone at the end, whatever happened."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.long.server", str(port), env=environment, cwd=ROOT
    )
    try:
        await _up(process, port)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _up(process: asyncio.subprocess.Process, port: int) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(2_400):
            assert process.returncode is None, "the server did not come up"
            try:
                await client.get(f"http://127.0.0.1:{port}/livez")
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return
    raise AssertionError("the server did not come up within two minutes")


async def settled(url: str) -> None:
    """Wait until the inbox is empty."""
    database = await Database.open(url)
    try:
        for _ in range(600):
            async with database.reading() as uow:
                if not (await uow.inbox.counts()).get("pending"):
                    return
            await asyncio.sleep(0.1)
    finally:
        await database.close()
    raise AssertionError("the inbox did not empty within 60 s")


def small_catalog(folder: Path) -> Path:
    """Two fields of the shipped catalog: a start takes a second, not three."""
    target = folder / "catalog-small"
    (target / "catalog").mkdir(parents=True)
    head = (ROOT / "procedures_catalog.yaml").read_text("utf-8")
    (target / "procedures_catalog.yaml").write_text(head, "utf-8")
    for name in ("ho_tich.yaml", "chung_thuc.yaml"):
        part = yaml.load((ROOT / "catalog" / name).read_text("utf-8"), yaml.BaseLoader)
        for entry in part["procedures"]:  # what they refer to is left out
            for reference in ("neighbours", "bundle_of", "replaced_by"):
                entry.pop(reference, None)
        text = yaml.safe_dump(part, allow_unicode=True, default_style='"', width=10_000)
        (target / "catalog" / name).write_text(text, "utf-8")
    for part in (ROOT / "catalog" / "head").glob("*.yaml"):
        (target / "catalog" / "head").mkdir(exist_ok=True)
        (target / "catalog" / "head" / part.name).write_text(part.read_text("utf-8"), "utf-8")
    return target


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
