"""A house behind a Zalo OA: the real server and database, and the fake OA as the network's far end."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.app import Parts, application, assembled
from bot.channels.zalo_oa.channel import WEBHOOK, ZaloOaChannel
from bot.config import Settings
from bot.simulator.zalo_events import APP_ID, APP_SECRET, OA_ID, OA_SECRET, signed
from bot.simulator.zalo_oa import FIRST_REFRESH_TOKEN, FakeOa
from storage.database import Database
from storage.records import AddressKey, InboxRow
from tests.bot.zalo_events import AN
from tests.house import ROOT, FakeClock, shipped

NOTHING = {"pending": 0, "done": 0, "dead": 0}


@dataclass
class Oa:
    """Zalo's side, and the house behind it."""

    parts: Parts
    far: FakeOa
    clock: FakeClock
    client: httpx.AsyncClient
    channel: ZaloOaChannel

    async def bring(self, event: Mapping[str, Any], **signature: str) -> httpx.Response:
        """Post an event as Zalo does."""
        body, headers = signed(event, **signature)
        return await self.post(body, headers)

    async def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return await self.client.post(WEBHOOK, content=body, headers=headers)

    async def settle(self, user: str = AN) -> list[str]:
        """Everything due has happened; what this phone shows."""
        await self.parts.intake.drain()
        await self.parts.delivery.drain()
        return self.far.texts(user)

    async def counts(self) -> dict[str, int]:
        async with self.parts.database.reading() as uow:
            return await uow.inbox.counts()

    def channel_key(self, user: str) -> AddressKey:
        return AddressKey("zalo_oa", OA_ID, user)

    async def dead(self) -> tuple[InboxRow, ...]:
        async with self.parts.database.reading() as uow:
            return await uow.inbox.dead(10)


def settings(url: str, folder: Path, **chosen: Any) -> Settings:
    told: dict[str, Any] = {
        "data_dir": folder,
        "database_url": url,
        "catalog": ROOT / "procedures_catalog.yaml",
        "zalo_oa_id": OA_ID,
        "zalo_app_id": APP_ID,
        "zalo_app_secret": APP_SECRET,
        "zalo_oa_secret": OA_SECRET,
        "zalo_refresh_token": FIRST_REFRESH_TOKEN,
        "zalo_api": "http://zalo.test",
        "zalo_oauth": "http://zalo.test",
        "zalo_business": "http://zalo.test",
        "undo_seconds": 0,
    }
    return Settings(**{**told, **chosen})


@contextlib.asynccontextmanager
async def zalo(url: str, folder: Path, **chosen: Any) -> AsyncIterator[Oa]:
    clock = FakeClock()
    far, wanted = FakeOa(clock.now, open_to_all=True), settings(url, folder, **chosen)
    async with contextlib.AsyncExitStack() as opened:
        database = await Database.open(url)
        opened.push_async_callback(database.close)
        channel = ZaloOaChannel.of(wanted, database, clock, far.transport())
        house = assembled(wanted, clock=clock, channels={"zalo_oa": channel}, live=shipped())
        parts = await opened.enter_async_context(house)
        transport = httpx.ASGITransport(application(parts), raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://motcua.test")
        yield Oa(parts, far, clock, await opened.enter_async_context(client), channel)
