"""The Zalo Bot Platform: small (50 users a bot, no buttons), for pilots and for telling officers. Only translates."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from secrets import compare_digest
from typing import Any, Self

import httpx
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.capabilities import ZALO_BOT as CAPABILITIES
from bot.channels.fetching import Fetcher, listed
from bot.channels.halfway import Halfway
from bot.channels.received import RETRY_AFTER, body_of, json_object, one_header
from bot.channels.zalo_bot_api import Api, RefusedError, examined, meaning, poll, set_up
from bot.channels.zalo_bot_reading import event_id_of, incoming_of, private_chat_of, update_of
from bot.config import SettingError, Settings
from bot.messages import FileContent, Incoming, Reply
from bot.ports import Finding, Inbox, TryLaterError
from bot.render import render
from storage.errors import UnavailableError
from storage.records import AddressKey, InboxEntry

log = structlog.get_logger()

NAME = "zalo_bot"
WEBHOOK = "/zalo-bot/webhook"
SECRET_HEADER = b"x-bot-api-secret-token"
OUTAGE_PAUSE = 0.5  # seconds between two tries to write while the database is away
_TOKEN = re.compile(r"(?P<bot>\d+):\S+")


class ZaloBotChannel:
    name = NAME
    capabilities = CAPABILITIES

    def __init__(self, account: str, api: Api, secret: str, url: str | None, fetcher: Fetcher) -> None:
        """With `url` Zalo calls us there and shows `secret`; without, we ask."""
        self.account = account
        self._api = api
        self._secret = secret
        self._url = url
        self._fetcher = fetcher
        self._halfway = Halfway()

    @classmethod
    def of(cls, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> Self:
        """Raises SettingError for a token of the wrong form, and for a webhook without address or secret."""
        token = settings.zalo_bot_token.get_secret_value().strip() if settings.zalo_bot_token else ""
        form = _TOKEN.fullmatch(token)
        if form is None:
            raise SettingError("MOTCUA_ZALO_BOT_TOKEN không đúng dạng mã bot (123456789:abc...)")
        url, secret = _hook(settings) if settings.zalo_bot_mode == "webhook" else (None, "")
        api = Api(settings.zalo_bot_api, token, transport)
        return cls(form["bot"], api, secret, url, Fetcher(listed(settings.zalo_file_hosts)))

    def webhook(self, inbox: Inbox) -> Sequence[BaseRoute]:
        if self._url is None:
            return ()

        async def receive(request: Request) -> Response:
            offered = one_header(request, SECRET_HEADER)
            body = await body_of(request)
            if body is None:
                return Response(status_code=413)
            if body.strip() in (b"", b"{}"):  # a probe
                return Response(status_code=200)
            if offered is None or not compare_digest(offered, self._secret.encode()):
                return Response(status_code=401)
            content = json_object(body)
            return Response(status_code=400) if content is None else await self._answer(content, inbox)

        return (Route(WEBHOOK, receive, methods=["POST"]),)

    async def _answer(self, content: Mapping[str, Any], inbox: Inbox) -> Response:
        try:
            await self._keep(content, inbox)
        except UnavailableError:
            return Response(status_code=503, headers={"Retry-After": str(RETRY_AFTER)})
        return Response(status_code=200)

    async def _keep(self, content: Mapping[str, Any], inbox: Inbox) -> None:
        """Groups are not answered, and what names no chat is nobody's. Raises UnavailableError."""
        update = update_of(content)
        chat = private_chat_of(update)
        if chat is None:
            log.info("zalo_bot.nobody_to_answer")
            return
        await inbox.receive([InboxEntry(NAME, self.account, chat, event_id_of(update), dict(update))])

    async def poll(self, inbox: Inbox) -> None:
        """Ask for updates until cancelled. With a webhook: tell Zalo where it is, and be done."""
        await set_up(self._api, self._url, self._secret)
        if self._url:
            return

        async def take(update: Mapping[str, Any]) -> None:
            while True:
                try:
                    return await self._keep(update, inbox)
                except UnavailableError as error:
                    log.warning("zalo_bot.database_unavailable", error=str(error))
                    await asyncio.sleep(OUTAGE_PAUSE)

        await poll(self._api, take)

    def read(self, payload: Mapping[str, Any], key: AddressKey, received_at: datetime) -> Incoming | None:
        return incoming_of(payload, key, received_at)

    async def fetch(self, reference: str) -> FileContent:
        return await self._fetcher.get(reference)

    async def examine(self, *, deep: bool) -> tuple[Finding, ...]:
        return await examined(self._api, self._url) if deep else ()

    async def send(self, key: AddressKey, reply: Reply) -> str | None:
        """The id of the last message. A reply that broke off goes on after the parts that have arrived."""
        calls, reference = render(reply, CAPABILITIES), None
        for number in range(self._halfway.arrived(key, reply), len(calls)):
            try:
                result = await self._say(key.user_id, calls[number].text)
            except TryLaterError:
                self._halfway.remember(key, reply, number)
                raise
            reference = result.get("message_id") if isinstance(result, dict) else None
        return str(reference) if reference else None

    async def _say(self, chat: str, text: str) -> object:
        try:
            return await self._api.call("sendMessage", chat_id=chat, text=text)
        except RefusedError as error:
            raise meaning(error) from error

    async def close(self) -> None:
        await self._api.close()
        await self._fetcher.close()


def _hook(settings: Settings) -> tuple[str, str]:
    secret = settings.zalo_bot_secret.get_secret_value() if settings.zalo_bot_secret else ""
    if not secret or not settings.public_url:
        raise SettingError(
            "MOTCUA_ZALO_BOT_MODE=webhook cần thêm MOTCUA_ZALO_BOT_SECRET và MOTCUA_PUBLIC_URL"
        )
    if not (8 <= len(secret) <= 256 and secret.isascii() and secret.isprintable()):
        raise SettingError("MOTCUA_ZALO_BOT_SECRET gồm 8 đến 256 chữ, số, dấu không có dấu tiếng Việt")
    return settings.public_url.rstrip("/") + WEBHOOK, secret
