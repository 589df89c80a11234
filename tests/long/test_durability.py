"""R18: whoever was answered 200 is on the disk: the server syncs between a POST and its answer, every time."""

import asyncio
import os
import re
import shutil
import signal
import sys
from pathlib import Path

import httpx
import pytest

from storage.database import upgrade
from tests.house import ROOT
from tests.long.test_kills import free_port, small_catalog

POSTS = 20
STRACE = shutil.which("strace")


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.skipif(STRACE is None, reason="strace is not installed: apt-get install strace")
async def test_between_a_post_and_its_answer_the_disk_has_it(tmp_path: Path) -> None:
    url, port, trace = f"sqlite:///{tmp_path / 'motcua.db'}", free_port(), tmp_path / "trace"
    await upgrade(url)
    process = await asyncio.create_subprocess_exec(
        STRACE or "",
        *(
            "-f",
            "-qq",
            "-s",
            "64",
            "-e",
            "trace=fdatasync,fsync,sendto,write,recvfrom,read",
            "-o",
            str(trace),
        ),
        *(sys.executable, "-m", "tests.long.server", str(port)),
        cwd=ROOT,
        start_new_session=True,  # strace waits for the server: both are told to stop
        env={
            **os.environ,
            "MOTCUA_DATA_DIR": str(tmp_path / "data"),
            "MOTCUA_DATABASE_URL": url,
            "MOTCUA_CATALOG": str(small_catalog(tmp_path)),
        },
    )
    try:
        await _up(port, process)
        async with httpx.AsyncClient(timeout=30) as client:
            for number in range(POSTS):
                update = {"id": f"{number}", "user": f"citizen-{number % 3}", "button": "help"}
                answer = await client.post(f"http://127.0.0.1:{port}/posted", json=update)
                assert answer.status_code == 200
                await asyncio.sleep(0.3)  # the turn itself is over: its commits are not taken for this one's
    finally:
        await _stopped(process)
    synced = _syncs_before_each_answer(trace.read_text("utf-8", "replace"))
    print(f"\n{len(synced)} posts, syncs before each answer: {sorted(synced)}")
    assert len(synced) == POSTS
    assert min(synced) >= 1


async def _stopped(process: asyncio.subprocess.Process) -> None:
    try:
        os.killpg(process.pid, signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 30)
    except TimeoutError:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    except ProcessLookupError:
        pass  # it has ended by itself


async def _up(port: int, process: asyncio.subprocess.Process) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(1200):
            if process.returncode is not None:
                pytest.skip("strace may not trace here")
            try:
                await client.get(f"http://127.0.0.1:{port}/livez")
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                return
    raise AssertionError("the server did not come up within 120 s")


def _syncs_before_each_answer(trace: str) -> list[int]:
    """How many syncs ended between the arrival of each POST and its 200."""
    found, syncs = [], None
    for line in trace.splitlines():
        if "POST /posted" in line:
            syncs = 0
        elif syncs is not None and re.search(r"f(data)?sync\b.*= 0$", line):
            syncs += 1
        elif syncs is not None and "HTTP/1.1 200" in line:
            found.append(syncs)
            syncs = None
    return found
