"""Zalo and Telegram on this machine, for `motcua demo`: the real channels in front of simulated platforms.

Nothing of the house is changed for it. It is set up as for a province, only that the addresses of the
platforms lead back to this machine.
"""

import asyncio
import importlib
import os
import secrets
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
from pydantic import SecretStr
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.app import Parts, join
from bot.channels.zalo_oa.channel import WEBHOOK
from bot.config import Settings
from bot.pages.site import Site
from bot.ports import Clock
from bot.receiving import KeptFiles
from bot.simulator import zalo_events
from bot.simulator.phones import Phone
from bot.simulator.stage import PLACE, Stage
from bot.simulator.telegram_api import TOKEN, FakeTelegram
from bot.simulator.telegram_phone import TelegramPhone
from bot.simulator.telegram_updates import Caller
from bot.simulator.zalo_oa import FakeOa
from bot.simulator.zalo_phone import ZaloPhone
from bot.simulator.zalo_webhook import Courier

if TYPE_CHECKING:
    from starlette.applications import Starlette

OA = f"{PLACE}/zalo-oa"
BOT_API = f"{PLACE}/telegram-api"
LONELY = 20.0  # seconds after which Telegram starts even though nobody has opened a page
BREATH = 0.5  # seconds for what the first page still fetches


class Simulation:
    def __init__(self, base: str, clock: Clock) -> None:
        """`base` is this server's address, on loopback."""
        self._base = base
        self._clock = clock
        # A new token is a new consent: the one of an earlier run, kept in the database, means nothing here.
        self.oa = FakeOa(now=clock.now, refresh_token=f"refresh-{secrets.token_hex(8)}")
        self.telegram = FakeTelegram(now=clock.now)
        self.client = httpx.AsyncClient(trust_env=False)
        self.zalo = ZaloPhone(self.oa, Courier(self.client, base + WEBHOOK), f"{base}{OA}/media")
        self.telegram_phone = TelegramPhone(self.telegram, Caller(self.client))
        self.opened = asyncio.Event()

    def settings(self, settings: Settings) -> Settings:
        """As a province would set them. Telegram joins later: its library takes seconds to load."""
        return settings.model_copy(
            update={
                "public_url": None,
                "telegram_token": None,
                "zalo_bot_token": None,
                "zalo_oa_id": zalo_events.OA_ID,
                "zalo_app_id": zalo_events.APP_ID,
                "zalo_app_secret": SecretStr(zalo_events.APP_SECRET),
                "zalo_oa_secret": SecretStr(zalo_events.OA_SECRET),
                "zalo_refresh_token": SecretStr(self.oa.refresh_token),
                "zalo_signature": "oa-body",
                "zalo_api": self._base + OA,
                "zalo_oauth": self._base + OA,
                "zalo_business": self._base + OA,
                "zalo_file_hosts": self._base,
            }
        )

    def routes(self, site: Site) -> Sequence[BaseRoute]:
        phones: tuple[Phone, ...] = (self.zalo, self.telegram_phone)
        return (
            *Stage(site, phones, self._clock).routes(),
            Mount(OA, self.oa.app),
            Mount(BOT_API, self.telegram.app),
        )

    async def run(self, parts: Parts, app: "Starlette") -> None:
        """Bring Telegram in once the first page is up, and keep it until cancelled."""
        try:
            async with asyncio.timeout(LONELY):
                await self.opened.wait()
                await asyncio.sleep(BREATH)
        except TimeoutError:
            pass
        module = await _imported("bot.channels.telegram")
        channel = module.TelegramChannel.of(
            parts.settings.model_copy(
                update={
                    "public_url": self._base,
                    "telegram_token": SecretStr(TOKEN),
                    "telegram_mode": "webhook",
                    "telegram_secret": SecretStr(secrets.token_hex(16)),
                    "telegram_api": self._base + BOT_API,
                }
            ),
            KeptFiles(parts.database, parts.uploads),
        )
        join(parts, app, channel)
        try:
            await channel.poll(parts.intake)
            await asyncio.Event().wait()
        finally:
            await channel.close()


LOADING = "loads-a-channel"


def is_loading() -> bool:
    """Whether a channel is being imported: the interpreter must not be taken down beneath compiled code."""
    return any(thread.name == LOADING for thread in threading.enumerate())


async def _imported(name: str) -> Any:
    """Beside the running server, in a thread of its own: one of asyncio's would hold up the end of the program."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def load() -> None:
        module = importlib.import_module(name)
        with suppress(RuntimeError):  # the server has ended meanwhile
            loop.call_soon_threadsafe(_settle, done, module)

    threading.Thread(target=load, name=LOADING, daemon=True).start()
    return await done


def _settle(done: "asyncio.Future[Any]", module: Any) -> None:
    if not done.cancelled():
        done.set_result(module)


class FirstPage:
    """Sets an event when the first page has been answered."""

    def __init__(self, app: ASGIApp, opened: asyncio.Event) -> None:
        self._app = app
        self._opened = opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self._opened.set()

        await self._app(scope, receive, send if self._opened.is_set() else told)


def reach_this_machine() -> None:
    """Without a proxy: the simulated platforms are here, whatever the office's network asks for."""
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1", "localhost")))
