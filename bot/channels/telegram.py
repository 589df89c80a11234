"""Telegram through aiogram's types and client. Only translates; an update is acknowledged once the inbox has it.

aiogram's own dispatcher answers a webhook before handling and advances the polling offset before handlers end
(an update is lost when the process dies between), so the endpoint and the polling loop are ours. Importing
aiogram takes seconds: this module is imported only where a bot token is set.
"""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from secrets import compare_digest
from typing import Any, Self

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    Update,
)
from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from bot.channels.telegram_reading import incoming_of
from bot.config import Settings
from bot.messages import Capabilities, Incoming, Reply
from bot.messages import Request as Ask
from bot.ports import Inbox, TryLaterError, UndeliverableError, UnreadableError
from bot.render import Call, render
from bot.texts import Texts
from storage.errors import UnavailableError
from storage.records import AddressKey, InboxEntry

log = structlog.get_logger()

NAME = "telegram"
UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
POLL_SECONDS = 25
LONGEST_BODY = 1_000_000  # bytes; Telegram's updates are a few kilobytes
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
CAPABILITIES = Capabilities(
    max_text=4096,
    text_unit="utf16",
    max_buttons=100,
    max_label=60,
    max_token=64,
    request_contact=True,
    request_location=True,
)


class TelegramChannel:
    name = NAME
    capabilities = CAPABILITIES

    def __init__(self, bot: Bot, *, secret: str | None, polling: bool, public_url: str | None) -> None:
        self._bot = bot
        self._secret = secret
        self._polling = polling
        self._public_url = public_url
        self._texts = Texts.load()
        self.account = str(bot.id)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Raises ValueError when the webhook has no secret: anybody could write in a citizen's name."""
        assert settings.telegram_token is not None
        secret = settings.telegram_secret.get_secret_value() if settings.telegram_secret else None
        polling = settings.telegram_mode == "polling"
        if not polling and not (secret and settings.public_url):
            raise ValueError("MOTCUA_TELEGRAM_MODE=webhook needs MOTCUA_TELEGRAM_SECRET and MOTCUA_PUBLIC_URL")
        session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_api))
        bot = Bot(settings.telegram_token.get_secret_value(), session=session)
        return cls(bot, secret=secret, polling=polling, public_url=settings.public_url)

    # -- in ---------------------------------------------------------------------------------------------------

    def webhook(self, inbox: Inbox) -> APIRouter:
        router = APIRouter()

        @router.post("/telegram/webhook", include_in_schema=False)
        async def receive(request: Request) -> Response:
            if self._polling or not self._is_telegram(request):
                return Response(status_code=401)
            body = await request.body()
            update = _json_object(body) if len(body) <= LONGEST_BODY else None
            if update is None:
                return Response(status_code=400)
            return await self._kept(update, inbox)

        return router

    def _is_telegram(self, request: Request) -> bool:
        offered = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        return bool(self._secret) and compare_digest(offered, (self._secret or "").encode())

    async def _kept(self, update: dict[str, Any], inbox: Inbox) -> Response:
        entry = self._entry(update)
        if entry is None:
            return Response(status_code=200)
        try:
            await inbox.receive([entry])
        except UnavailableError:
            return Response(status_code=503, headers={"Retry-After": "5"})
        query = update.get("callback_query")
        if isinstance(query, dict) and isinstance(query.get("id"), str):
            answer = {"method": "answerCallbackQuery", "callback_query_id": query["id"]}
            return Response(json.dumps(answer), media_type="application/json")
        return Response(status_code=200)

    def _entry(self, update: Mapping[str, Any]) -> InboxEntry | None:
        """An inbox row; None for what belongs to no private chat."""
        chat = _chat_of(update)
        number = update.get("update_id")
        if chat is None or not isinstance(number, int):
            return None
        return InboxEntry(NAME, self.account, chat, str(number), dict(update))

    async def poll(self, inbox: Inbox) -> None:
        """Ask for updates until cancelled. With a webhook: tell Telegram where it is, once."""
        await self._set_up()
        if not self._polling:
            return
        offset: int | None = None
        while True:
            try:
                updates = await self._bot.get_updates(offset=offset, timeout=POLL_SECONDS, allowed_updates=UPDATES)
                await self._take(updates, inbox)
                if updates:
                    offset = updates[-1].update_id + 1
            except TelegramRetryAfter as error:
                await asyncio.sleep(error.retry_after)
            except (TelegramAPIError, UnavailableError, OSError) as error:
                log.warning("telegram.poll_failed", error=type(error).__name__)
                await asyncio.sleep(3)

    async def _take(self, updates: list[Update], inbox: Inbox) -> None:
        raw = [update.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True) for update in updates]
        entries = [entry for update in raw if (entry := self._entry(update))]
        if entries:
            await inbox.receive(entries)
        for update in updates:
            if update.callback_query:
                await self._stop_spinner(update.callback_query.id)

    async def _stop_spinner(self, query_id: str) -> None:
        """A pressed button shows a spinner until it is answered; too late is no harm."""
        try:
            await self._bot.answer_callback_query(query_id)
        except TelegramAPIError as error:
            log.info("telegram.spinner", error=type(error).__name__)

    async def _set_up(self) -> None:
        names = ("hoso", "phananh", "canbo", "danhgia", "trogiup", "huy")
        commands = [BotCommand(command=name, description=self._texts(f"telegram.command.{name}")) for name in names]
        try:
            if not self._polling:
                url = f"{(self._public_url or '').rstrip('/')}/telegram/webhook"
                await self._bot.set_webhook(url, secret_token=self._secret, allowed_updates=UPDATES)
            await self._bot.set_my_commands(commands)
        except TelegramAPIError as error:
            log.warning("telegram.set_up_failed", error=type(error).__name__)

    def read(self, payload: Mapping[str, Any], key: AddressKey, received_at: datetime) -> Incoming | None:
        try:
            update = Update.model_validate(dict(payload))
        except ValidationError as error:
            raise UnreadableError(f"{error.error_count()} fields are not Telegram's") from None
        return incoming_of(update, key, received_at)

    # -- out --------------------------------------------------------------------------------------------------

    async def send(self, key: AddressKey, reply: Reply) -> str | None:
        reference: str | None = None
        for call in render(reply, CAPABILITIES):
            message = await self._send(key, call)
            reference = str(message.message_id)
        return reference

    async def _send(self, key: AddressKey, call: Call) -> Message:
        try:
            return await self._bot.send_message(
                int(key.user_id), call.text, parse_mode=None, reply_markup=_keyboard(call, self._texts)
            )
        except TelegramRetryAfter as error:
            raise TryLaterError("telegram asked to wait", float(error.retry_after)) from error
        except TelegramForbiddenError as error:
            raise UndeliverableError("blocked") from error
        except TelegramUnauthorizedError as error:
            raise TryLaterError("telegram refuses the bot token", 60.0) from error
        except TelegramBadRequest as error:
            gone = "chat not found" in error.message.lower()
            raise UndeliverableError("unknown_address" if gone else "rejected", error.message) from error
        except TelegramAPIError as error:
            raise TryLaterError(type(error).__name__) from error

    async def close(self) -> None:
        await self._bot.session.close()


def _keyboard(call: Call, texts: Texts) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    if call.request:
        label = texts(f"telegram.ask.{call.request.value}")
        button = KeyboardButton(
            text=label, request_contact=call.request is Ask.CONTACT, request_location=call.request is Ask.LOCATION
        )
        return ReplyKeyboardMarkup(keyboard=[[button]], resize_keyboard=True, one_time_keyboard=True)
    if not call.buttons:
        return None
    rows = [
        [InlineKeyboardButton(text=each.label, url=each.url)]
        if each.url
        else [InlineKeyboardButton(text=each.label, callback_data=each.token)]
        for each in call.buttons
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _chat_of(update: Mapping[str, Any]) -> str | None:
    """The private chat an update belongs to. The shape is checked later, when it is read from the inbox."""
    query = update.get("callback_query")
    part = query.get("message") if isinstance(query, dict) else None
    for name in ("message", "edited_message", "my_chat_member"):
        part = part or update.get(name)
    chat = part.get("chat") if isinstance(part, dict) else None
    if not isinstance(chat, dict) or chat.get("type") != "private" or not isinstance(chat.get("id"), int):
        return None
    return str(chat["id"])
