"""The server is killed while people file: each ends with one submission, one receipt code, every photo once.

Where `test_filing` breaks off every commit in place, here the whole process goes, with what it had in memory.
"""

import asyncio
import base64
import os
import random
import re
import signal
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from storage.database import Database, upgrade
from storage.tables import files, messages, submission_parts, submissions
from tests.long.test_kills import free_port, served, settled, small_catalog
from tests.photos import jpeg, paper

pytestmark = pytest.mark.long

PEOPLE = 6
PHOTOS = 3
MOST_KILLS = int(os.environ.get("MOTCUA_FILING_KILLS", "20"))
SEND = "Gửi hồ sơ"
RECEIPT = re.compile(r"HS-[A-Z0-9]{4}-[A-Z0-9]{4}")


def steps(person: int) -> list[dict[str, str]]:
    photos = [jpeg(paper(size=(600, 800), seed=person * 10 + n)) for n in range(PHOTOS)]
    sent = [{"photo": base64.b64encode(each).decode()} for each in photos]
    before = ("Cho chính mình", "Đồng ý", "Bỏ qua", "Không thuộc trường hợp nào")
    return [
        {"button": "file:1.001193"},
        *({"text": words} for words in before),
        *sent[:2],
        {"text": "Xong giấy này"},
        *sent[2:],
        {"text": "Xong giấy này"},
        {"text": "Tại nơi tiếp nhận"},
        {"text": SEND},
        {"text": SEND},  # pressed twice
    ]


@dataclass
class Crowd:
    """People who go on filing whatever happens to the server: what was not acknowledged is sent again."""

    port: int
    done: set[int] = field(default_factory=set)
    finished: asyncio.Event = field(default_factory=asyncio.Event)

    async def files(self, person: int, client: httpx.AsyncClient) -> None:
        chance = random.Random(person)
        for number, step in enumerate(steps(person)):
            update = {"id": f"{person}-{number}", "user": f"citizen-{person}", **step}
            await self._until_kept(update, client)
            if chance.random() < 0.3:  # a redelivery of what was acknowledged
                await self._posted(update, client)
            await asyncio.sleep(chance.uniform(0, 0.3))
        self.done.add(person)
        if len(self.done) == PEOPLE:
            self.finished.set()

    async def _until_kept(self, update: dict[str, str], client: httpx.AsyncClient) -> None:
        for _ in range(5_000):
            if await self._posted(update, client):
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the server does not come back")

    async def _posted(self, update: dict[str, str], client: httpx.AsyncClient) -> bool:
        try:
            answer = await client.post(f"http://127.0.0.1:{self.port}/posted", json=update)
        except httpx.TransportError:
            return False
        return answer.status_code == 200


@pytest.mark.timeout(900)
async def test_killed_at_any_point_there_is_one_submission(empty_url: str, tmp_path: Path) -> None:
    await upgrade(empty_url)
    crowd, chance, kills = Crowd(free_port()), random.Random(20261123), 0
    environment = {
        **os.environ,
        "MOTCUA_DATA_DIR": str(tmp_path / "data"),
        "MOTCUA_DATABASE_URL": empty_url,
        "MOTCUA_CATALOG": str(small_catalog(tmp_path)),
    }
    async with httpx.AsyncClient(timeout=20) as client, asyncio.TaskGroup() as group:
        for person in range(PEOPLE):
            group.create_task(crowd.files(person, client))
        while len(crowd.done) < PEOPLE and kills < MOST_KILLS:
            async with served(environment, crowd.port) as process:
                await asyncio.sleep(chance.uniform(0.1, 1.0))
                process.send_signal(signal.SIGKILL)
            kills += 1
        async with served(environment, crowd.port) as process:
            await crowd.finished.wait()
            await settled(empty_url)
            await receipts_made(empty_url)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 15) == 0
    print(f"\n{kills} kills while {PEOPLE} people filed")
    assert kills > 2, "the crowd was quicker than the kills"
    await one_each(empty_url)


async def receipts_made(url: str) -> None:
    """The QR codes are a timer's work, which comes a moment after the turn."""
    database = await Database.open(url)
    try:
        for _ in range(300):
            async with database.reading() as uow:
                if len([each for each in await said(uow) if "Mã QR" in each[1]]) >= PEOPLE:
                    break
            await asyncio.sleep(0.1)
    finally:
        await database.close()


async def said(uow: object) -> list[tuple[int, str]]:
    rows = await uow.messages._link.rows(  # type: ignore[attr-defined]
        select(messages.c.conversation_id, messages.c.text).where(messages.c.author != "citizen")
    )
    return [(row.conversation_id, row.text or "") for row in rows]


async def one_each(url: str) -> None:
    database = await Database.open(url)
    try:
        async with database.reading() as uow:
            link = uow.submissions._link
            found = await link.rows(select(submissions.c.receipt_code, submissions.c.status))
            parts = await link.scalar(select(func.count()).select_from(submission_parts))
            theirs = files.c.address_id.is_not(None) & files.c.keep_until.is_(None)
            kept = await link.scalar(select(func.count()).select_from(files).where(theirs))
            told = await said(uow)
    finally:
        await database.close()
    codes = {row.receipt_code for row in found}
    assert [row.status for row in found] == ["sent"] * PEOPLE
    assert len(codes) == PEOPLE
    assert (parts, kept) == (PEOPLE * PHOTOS, PEOPLE * PHOTOS), "every photo, and each once"
    by_person: dict[int, set[str]] = {}
    for conversation, text in told:
        by_person.setdefault(conversation, set()).update(RECEIPT.findall(text))
    assert sorted(map(sorted, by_person.values())) == sorted([code] for code in codes), (
        "one code told to each"
    )
    pictures = [conversation for conversation, text in told if "Mã QR" in text]
    assert sorted(pictures) == sorted(by_person), "one QR code each"
