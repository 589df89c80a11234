"""A whole server beside a peer, and when it has nothing left to do."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx

from bot.app import Parts, application, assembled, run
from bot.config import Settings
from bot.listening import listening_socket
from tests.house import ROOT, shipped

PATIENCE = 60  # seconds


def settings_on(database_url: str, folder: Path, **chosen: Any) -> Settings:
    """As an operator writes them; the port is one that was free a moment ago."""
    with contextlib.closing(listening_socket("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    house: dict[str, Any] = {
        "data_dir": folder,
        "database_url": database_url,
        "catalog": ROOT / "procedures_catalog.yaml",
        "port": port,
        "public_url": f"http://127.0.0.1:{port}",
    }
    return Settings(**{**house, **chosen})


@contextlib.asynccontextmanager
async def server(settings: Settings, ready: Callable[[], bool] = lambda: True) -> AsyncIterator[Parts]:
    """One life of a server: everything `motcua serve` runs, on the shipped catalog, ended by a signal.

    `ready`: whether the peer knows of it.
    """
    with contextlib.closing(listening_socket(settings.host, settings.port)) as sock:
        async with assembled(settings, server=True, live=shipped()) as parts:
            task = asyncio.create_task(run(parts, application(parts), [sock]))
            try:
                await _listening(settings, task, ready)
                yield parts
            finally:
                if not task.done():
                    os.kill(os.getpid(), signal.SIGTERM)  # its handler is in place since it listens
                await task


async def _listening(settings: Settings, task: "asyncio.Task[None]", ready: Callable[[], bool]) -> None:
    async with httpx.AsyncClient(base_url=f"http://{settings.host}:{settings.port}") as client:
        async with asyncio.timeout(PATIENCE):
            while not task.done():
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get("/livez")).status_code == 200 and ready():
                        return
                await asyncio.sleep(0.05)
    await task


async def quiet(parts: Parts) -> None:
    """Nothing is left to be answered or sent."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with parts.database.reading() as uow:
                waiting = [(await store.counts())["pending"] for store in (uow.inbox, uow.outbox)]
            if not any(waiting):
                return
            await asyncio.sleep(0.05)
