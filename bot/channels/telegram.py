"""Telegram through aiogram's types and client. Only translates; acknowledges what the inbox has on disk.

aiogram's own dispatcher answers a webhook before handling and advances the polling offset before handlers end
(an update is lost when the process dies between), so the endpoint and the polling loop are ours. Importing
aiogram takes seconds: this module is imported only where a bot token is set.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from secrets import compare_digest
from typing import Any, Self

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.utils.token import TokenValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.capabilities import TELEGRAM as CAPABILITIES
from bot.channels.received import RETRY_AFTER, body_of, json_object, one_header
from bot.channels.telegram_fetching import fetch
from bot.channels.telegram_groups import Groups, group_of
from bot.channels.telegram_health import examined
from bot.channels.telegram_polling import Hook, poll, set_up, stop_spinners
from bot.channels.telegram_reading import incoming_of
from bot.channels.telegram_sending import Sender
from bot.config import SettingError, Settings
from bot.messages import FileContent, Incoming, Reply
from bot.ports import Files, Finding, Inbox
from bot.texts import Texts
from storage.errors import UnavailableError
from storage.records import AddressKey, InboxEntry

log = structlog.get_logger()

NAME = "telegram"
WEBHOOK = "/telegram/webhook"
SECRET_HEADER = b"x-telegram-bot-api-secret-token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # Telegram's alphabet


class TelegramChannel:
    name = NAME
    capabilities = CAPABILITIES

    def __init__(self, bot: Bot, hook: Hook | None, files: Files | None = None) -> None:
        """With `hook` Telegram calls us, without it we ask."""
        self._bot = bot
        self._hook = hook
        self._sender = Sender(bot, Texts.load(), files)
        self._groups = Groups(bot, Texts.load())
        self.account = str(bot.id)

    @classmethod
    def of(cls, settings: Settings, files: Files | None = None) -> Self:
        """Raises SettingError for a token of the wrong form, and for a webhook without address or secret.

        Without a secret anybody could write in a citizen's name.
        """
        assert settings.telegram_token is not None
        hook = _hook(settings) if settings.telegram_mode == "webhook" else None
        session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_api))
        try:
            return cls(Bot(settings.telegram_token.get_secret_value(), session=session), hook, files)
        except TokenValidationError:
            raise SettingError("MOTCUA_TELEGRAM_TOKEN không đúng dạng mã bot (123456789:ABC...)") from None

    def webhook(self, inbox: Inbox) -> Sequence[BaseRoute]:
        if self._hook is None:
            return ()
        secret = self._hook.secret.encode()

        async def receive(request: Request) -> Response:
            if not _shows(request, secret):
                return Response(status_code=401)
            body = await body_of(request)
            if body is None:
                return Response(status_code=413)
            update = json_object(body)
            if update is None or _number(update) is None:
                return Response(status_code=400)
            return await self._kept(update, inbox)

        return (Route(WEBHOOK, receive, methods=["POST"]),)

    async def _kept(self, update: Mapping[str, Any], inbox: Inbox) -> Response:
        """200 once it is on disk; a press is answered in the same breath, which stops its spinner."""
        entry = self._entry(update)
        try:
            if entry:
                await inbox.receive([entry])
        except UnavailableError:
            return Response(status_code=503, headers={"Retry-After": str(RETRY_AFTER)})
        query = _query(update)
        if query is None:
            return Response(status_code=200)
        answer = {"method": "answerCallbackQuery", "callback_query_id": query}
        return Response(json.dumps(answer), media_type="application/json")

    async def poll(self, inbox: Inbox) -> None:
        """Ask for updates until cancelled. With a webhook: tell Telegram where it is, and be done."""
        await set_up(self._bot, self._hook)
        if self._hook:
            return

        async def take(updates: Sequence[Mapping[str, Any]]) -> None:
            entries = [entry for update in updates if (entry := self._entry(update))]
            if entries:
                await inbox.receive(entries)
            await stop_spinners(self._bot, [query for update in updates if (query := _query(update))])

        await poll(self._bot, take)

    def _entry(self, update: Mapping[str, Any]) -> InboxEntry | None:
        """An inbox row; None for what belongs to no private chat: groups are not answered."""
        chat, number = _chat_of(update), _number(update)
        if chat is None or number is None:
            self._groups.decline(group_of(update))
            return None
        return InboxEntry(NAME, self.account, chat, str(number), dict(update))

    def read(self, payload: Mapping[str, Any], key: AddressKey, received_at: datetime) -> Incoming | None:
        return incoming_of(payload, key, received_at)

    async def send(self, key: AddressKey, reply: Reply) -> str | None:
        return await self._sender.send(key, reply)

    async def examine(self, *, deep: bool) -> tuple[Finding, ...]:
        return await examined(self._bot, self._hook.url if self._hook else None) if deep else ()

    async def fetch(self, reference: str) -> FileContent:
        return await fetch(self._bot, reference)

    async def close(self) -> None:
        """Give back the connections to Telegram."""
        await self._bot.session.close()


def _hook(settings: Settings) -> Hook:
    secret = settings.telegram_secret.get_secret_value() if settings.telegram_secret else ""
    if not secret or not settings.public_url:
        raise SettingError(
            "MOTCUA_TELEGRAM_MODE=webhook cần thêm MOTCUA_TELEGRAM_SECRET và MOTCUA_PUBLIC_URL"
        )
    if not _SECRET.fullmatch(secret):
        raise SettingError("MOTCUA_TELEGRAM_SECRET gồm 1 đến 256 ký tự A-Z a-z 0-9 _ -")
    return Hook(settings.public_url.rstrip("/") + WEBHOOK, secret)


def _shows(request: Request, secret: bytes) -> bool:
    offered = one_header(request, SECRET_HEADER)
    return offered is not None and compare_digest(offered, secret)


def _number(update: Mapping[str, Any]) -> int | None:
    number = update.get("update_id")
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _query(update: Mapping[str, Any]) -> str | None:
    query = update.get("callback_query")
    identity = query.get("id") if isinstance(query, dict) else None
    return identity if isinstance(identity, str) else None


def _chat_of(update: Mapping[str, Any]) -> str | None:
    """The private chat an update belongs to. Everything else about it is checked when it is read."""
    query = update.get("callback_query")
    part = query.get("message") if isinstance(query, dict) else None
    for name in ("message", "edited_message", "my_chat_member"):
        part = part or update.get(name)
    chat = part.get("chat") if isinstance(part, dict) else None
    if not isinstance(chat, dict) or chat.get("type") != "private" or not isinstance(chat.get("id"), int):
        return None
    return str(chat["id"])
