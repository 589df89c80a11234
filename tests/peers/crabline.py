"""Crabline, Telegram and Zalo Bot servers that nobody here wrote (npm `@openclaw/crabline`), run for one test.

It is looked for in the folder that `MOTCUA_PEERS` names, where this was done once:
`npm install --ignore-scripts @openclaw/crabline@0.1.27`. Node comes from PATH.
"""

import asyncio
import contextlib
import json
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

VERSION = "0.1.27"
STARTED_WITHIN = 30  # seconds
TOKEN = "424242:crabline-telegram-token"


@dataclass
class Crabline:
    url: str
    admin: str
    recorder: Path

    async def say(self, text: str, who: int = 77, **more: Any) -> None:
        """A citizen writes to the bot."""
        told = {"chatId": who, "fromId": who, "fromName": "Út", "text": text, **more}
        async with httpx.AsyncClient() as client:
            answer = await client.post(
                f"{self.url}/crabline/telegram/inbound",
                json=told,
                headers={"X-Crabline-Admin-Token": self.admin},
            )
        assert answer.status_code == 200, answer.text

    def calls(self, method: str) -> list[dict[str, Any]]:
        """What the bot asked of it, accepted or not."""
        if not self.recorder.exists():
            return []
        lines = [json.loads(line) for line in self.recorder.read_text("utf-8").splitlines()]
        return [line for line in lines if line["type"] == "api" and line["path"].endswith(f"/{method}")]

    def shown(self, who: int = 77) -> list[str]:
        """The texts on a citizen's phone."""
        sent = [line for line in self.calls("sendMessage") if line["accepted"]]
        return [line["body"]["text"] for line in sent if line["body"]["chat_id"] == str(who)]

    async def shows(self, words: str, who: int = 77) -> str:
        """The first text with these words, once it has arrived."""
        async with asyncio.timeout(30):
            while True:
                for text in self.shown(who):
                    if words in text:
                        return text
                await asyncio.sleep(0.05)


def program() -> Path:
    """Crabline's entry, or the reason to skip; where node is required its absence is a failure."""
    folder = os.environ.get("MOTCUA_PEERS")
    entry = Path(folder or ".") / "node_modules/@openclaw/crabline/dist/src/bin/crabline.js"
    reason = None
    if folder is None:
        reason = "MOTCUA_PEERS names no folder with @openclaw/crabline"
    elif not entry.exists():
        reason = f"no @openclaw/crabline {VERSION} in {folder}"
    elif shutil.which("node") is None:
        reason = "no node in PATH"
    if reason:
        if "node" in os.environ.get("MOTCUA_REQUIRE", "").split(","):
            pytest.fail(reason)
        pytest.skip(reason)
    return entry


@contextlib.asynccontextmanager
async def crabline(folder: Path, platform: str = "telegram", token: str = TOKEN) -> AsyncIterator[Crabline]:
    """On a free port of this machine, until the block ends."""
    entry, (ready, recorder) = program(), _files(folder)
    process = await asyncio.create_subprocess_exec(
        "node",
        str(entry),
        *("--json", "serve", platform, "--port", "0"),
        *("--ready-file", str(ready), "--recorder", str(recorder)),
        cwd=folder,
        env={**os.environ, "CRABLINE_BOT_TOKEN": token, "CRABLINE_ADMIN_TOKEN": "admin"},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        manifest = await _manifest(process, ready)
        yield Crabline(manifest["baseUrl"], manifest["adminToken"], recorder)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _files(folder: Path) -> tuple[Path, Path]:
    """Where it says that it is ready, and what it was asked."""
    folder.mkdir()
    return folder / "ready.json", folder / "recorder.jsonl"


async def _manifest(process: asyncio.subprocess.Process, ready: Path) -> dict[str, Any]:
    async with asyncio.timeout(STARTED_WITHIN):
        while True:
            assert process.returncode is None, "crabline ended before it was ready"
            if manifest := _read(ready):
                return manifest
            await asyncio.sleep(0.05)


def _read(ready: Path) -> dict[str, Any] | None:
    """None while it is not there, or half written."""
    try:
        manifest: dict[str, Any] = json.loads(ready.read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return manifest
