"""A hundred dossiers filed word by word in chat, two at a time: each arrives once, under a code of its own.

More by hand: MOTCUA_FILED_IN_CHAT=1000. The server is a process of its own, so that its memory can be watched.
"""

import asyncio
import base64
import os
import re
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.tables import files, inbox, messages, submission_parts, submissions
from tests.long.test_kills import free_port, served, settled, small_catalog
from tests.photos import jpeg, paper

pytestmark = pytest.mark.long

FILED = int(os.environ.get("MOTCUA_FILED_IN_CHAT", "100"))
AT_ONCE = 2
PHOTOS = 3
WARM = 10  # dossiers after which the server has loaded all it needs
GROWS_BY = 60  # megabytes from then on, however many follow
RECEIPT = re.compile(r"HS-[A-Z0-9]{4}-[A-Z0-9]{4}")
WAITS = 30.0  # seconds for an answer


def steps(person: int) -> list[dict[str, str]]:
    photos = [jpeg(paper(size=(900, 1200), seed=person * PHOTOS + n)) for n in range(PHOTOS)]
    sent = [{"photo": base64.b64encode(each).decode()} for each in photos]
    return [
        {"text": "làm khai sinh cho con"},
        {"text": "Nộp hồ sơ"},
        {"text": "Cho chính mình"},
        {"text": "Đồng ý"},
        {"text": "Bỏ qua"},
        {"text": "Không thuộc trường hợp nào"},
        *sent[:2],
        {"text": "Xong giấy này"},
        *sent[2:],
        {"text": "Xong giấy này"},
        {"text": "Qua bưu điện"},
        {"text": f"số {person + 1} đường Phan Ngọc Hiển, phường An Xuyên"},
        {"text": "Gửi hồ sơ"},
    ]


def memory(process: int) -> int:
    """Megabytes that lie in memory now."""
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    assert found
    return int(found[1]) // 1024


class Server:
    """The far end of a hundred phones, and a look into the database for what was answered."""

    def __init__(self, port: int, client: httpx.AsyncClient, database: Database) -> None:
        self._address = f"http://127.0.0.1:{port}/posted"
        self._client = client
        self._database = database

    async def files_one(self, person: int) -> None:
        """As a person does it: the next word when the last was answered."""
        for number, step in enumerate(await asyncio.to_thread(steps, person)):
            update = {"id": f"{person}-{number}", "user": f"citizen-{person}", **step}
            answer = await self._client.post(self._address, json=update)
            assert answer.status_code == 200
            await self._answered(person, number)

    async def _answered(self, person: int, number: int) -> None:
        for _ in range(int(WAITS / 0.02)):
            async with self._database.reading() as uow:
                done = await uow.inbox._link.scalar(
                    select(inbox.c.status).where(inbox.c.event_id == f"{person}-{number}")
                )
            if done == "done":
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"no answer to step {number} of {person}")


@pytest.mark.timeout(3600)
async def test_a_hundred_dossiers_filed_in_chat_arrive_once(sqlite_url: str, tmp_path: Path) -> None:
    port, environment = free_port(), {**os.environ, **_settings(sqlite_url, tmp_path)}
    database = await Database.open(sqlite_url)
    try:
        async with (
            httpx.AsyncClient(timeout=WAITS) as client,
            served(environment, port) as process,
        ):
            server, turn = Server(port, client, database), asyncio.Semaphore(AT_ONCE)

            async def one(person: int) -> None:
                async with turn:
                    await server.files_one(person)

            await asyncio.gather(*(one(person) for person in range(WARM)))
            warm = memory(process.pid)
            await asyncio.gather(*(one(person) for person in range(WARM, FILED)))
            await settled(sqlite_url)
            grown = memory(process.pid) - warm
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 30) == 0
        print(f"\n{FILED} dossiers: the server grew by {grown} MB from {warm} MB")
        assert grown < GROWS_BY
        await one_each(database)
    finally:
        await database.close()


def _settings(url: str, folder: Path) -> dict[str, Any]:
    return {
        "MOTCUA_DATA_DIR": str(folder / "data"),
        "MOTCUA_DATABASE_URL": url,
        "MOTCUA_CATALOG": str(small_catalog(folder)),
    }


async def one_each(database: Database) -> None:
    async with database.reading() as uow:
        link = uow.submissions._link
        found = await link.rows(select(submissions.c.receipt_code, submissions.c.status))
        parts = await link.rows(select(submission_parts.c.submission_id))
        theirs = files.c.address_id.is_not(None) & files.c.keep_until.is_(None)
        kept = await link.scalar(select(func.count()).select_from(files).where(theirs))
        told = await link.rows(
            select(messages.c.conversation_id, messages.c.text).where(messages.c.author != "citizen")
        )
    codes = {row.receipt_code for row in found}
    assert [row.status for row in found] == ["sent"] * FILED
    assert len(codes) == FILED, "a code of its own for each"
    assert set(Counter(row.submission_id for row in parts).values()) == {PHOTOS}
    assert kept == FILED * PHOTOS, "every photo, and each once"
    by_person: dict[int, set[str]] = {}
    for row in told:
        by_person.setdefault(row.conversation_id, set()).update(RECEIPT.findall(row.text or ""))
    assert len(by_person) == FILED
    assert sorted(map(sorted, by_person.values())) == sorted([code] for code in codes), "told to whom it is"
