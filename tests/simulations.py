"""A whole house behind simulated platforms, on a loopback port: as `motcua demo` puts it together."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.app import Parts, application, assembled
from bot.config import Settings
from bot.intake import stop
from bot.simulator.simulation import Simulation
from bot.simulator.telegram_phone import TelegramPhone
from bot.simulator.zalo_phone import ZaloPhone
from tests.house import ROOT, FakeClock, shipped
from tests.websites import listening


@dataclass
class House:
    address: str
    parts: Parts
    simulation: Simulation
    clock: FakeClock

    @property
    def zalo(self) -> ZaloPhone:
        return self.simulation.zalo

    @property
    def telegram(self) -> TelegramPhone:
        return self.simulation.telegram_phone


@contextlib.asynccontextmanager
async def simulated(url: str, folder: Path, *, telegram: bool = False) -> AsyncIterator[House]:
    clock = FakeClock()
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    simulation = Simulation(address, clock)
    settings = Settings(data_dir=folder, database_url=url, catalog=ROOT / "procedures_catalog.yaml")
    async with assembled(simulation.settings(settings), clock=clock, server=True, live=shipped()) as parts:
        app = application(parts, second_factor=False, more=simulation.routes)
        works = [parts.intake.run(), parts.delivery.run(), parts.receiving.run()]
        if telegram:
            simulation.opened.set()
            works.append(simulation.run(parts, app))
        async with listening(app, listener):
            running = [asyncio.create_task(work) for work in works]
            try:
                yield House(address, parts, simulation, clock)
            finally:
                for task in running:
                    await stop(task)
                await simulation.client.aclose()


async def until(happened: Callable[[], bool], seconds: float = 15.0) -> None:
    """What the house does by itself takes a moment."""
    for _ in range(int(seconds / 0.05)):
        if happened():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")
