"""Replies to Telegram: plain texts with buttons. What the Bot API answers becomes "later" or "never"."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
)

from bot.capabilities import TELEGRAM as CAPABILITIES
from bot.channels.halfway import Halfway
from bot.messages import Choice, FileContent, Reply, Request, SentFile
from bot.ports import Files, TryLaterError, UndeliverableError
from bot.render import Call, render
from bot.texts import Texts
from storage.records import AddressKey

log = structlog.get_logger()

PLAIN = replace(CAPABILITIES, max_buttons=0)
SEND_SECONDS = 15  # well within the minute for which delivery holds a message
FILE_SECONDS = 40
PHOTO_BYTES, FILE_BYTES = 10 << 20, 50 << 20  # what a bot may send
_PHOTOS = ("image/jpeg", "image/png")
TOKEN_WAIT = 60.0  # seconds; a person has to mend a refused token

Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup


class Sender:
    def __init__(self, bot: Bot, texts: Texts, files: Files | None = None) -> None:
        self._bot = bot
        self._texts = texts
        self._files = files
        self._halfway = Halfway()

    async def send(self, key: AddressKey, reply: Reply) -> str | None:
        """The id of the last message. A reply that broke off goes on after the parts that have arrived."""
        parts: list[SentFile | Call] = [*reply.files, *render(reply, CAPABILITIES)]
        reference = None
        for number in range(self._halfway.arrived(key, reply), len(parts)):
            part = parts[number]
            try:
                if isinstance(part, Call):
                    reference = await self._deliver(_chat(key), part)
                else:
                    reference = await self._file(_chat(key), part.id)
            except TryLaterError:
                self._halfway.remember(key, reply, number)
                raise
        return str(reference) if reference else None

    async def _file(self, chat: int, file_id: int) -> int:
        """What Telegram does not take is named in words, so that it is at least missed."""
        content = await self._files.content(file_id) if self._files else None
        with _named():
            if content is None:
                return await self._post(chat, self._texts("telegram.file.gone"))
            if len(content.content) > FILE_BYTES:
                return await self._post(chat, self._texts("telegram.file.refused", name=content.name))
            return await self._put(chat, content)

    async def _put(self, chat: int, content: FileContent) -> int:
        """A photo where it can be one; a refused photo (a strip of paper, say) goes as a file."""
        file = BufferedInputFile(content.content, content.name)
        if content.media_type in _PHOTOS and len(content.content) <= PHOTO_BYTES:
            try:
                return (await self._bot.send_photo(chat, file, request_timeout=FILE_SECONDS)).message_id
            except TelegramBadRequest as error:
                if _gone(error):
                    raise
                log.warning("telegram.photo_refused", error=error.message)
        return (await self._bot.send_document(chat, file, request_timeout=FILE_SECONDS)).message_id

    async def _deliver(self, chat: int, call: Call) -> int:
        """Buttons that Telegram refuses (a link it does not like) are said in words instead."""
        keyboard = _keyboard(call, self._texts)
        with _named():
            try:
                return await self._post(chat, call.text, keyboard)
            except TelegramBadRequest as error:
                if keyboard is None or _gone(error):
                    raise
                log.warning("telegram.keyboard_refused", error=error.message)
            reference = await self._post(chat, call.text)
            for said in render(Reply("", choices=call.buttons), PLAIN):
                reference = await self._post(chat, said.text)
            return reference

    async def _post(self, chat: int, text: str, keyboard: Keyboard | None = None) -> int:
        message = await self._bot.send_message(
            chat,
            text,
            parse_mode=None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=keyboard,
            request_timeout=SEND_SECONDS,
        )
        return message.message_id


@contextmanager
def _named() -> Iterator[None]:
    """What went wrong, as delivery knows it: TryLaterError or UndeliverableError."""
    try:
        yield
    except TelegramRetryAfter as error:
        raise TryLaterError("telegram asked to wait", float(error.retry_after)) from error
    except TelegramForbiddenError as error:
        left = "deactivated" in error.message
        raise UndeliverableError("left" if left else "blocked", error.message) from error
    except TelegramBadRequest as error:
        raise UndeliverableError("unknown_address" if _gone(error) else "rejected", error.message) from error
    except (TelegramUnauthorizedError, TelegramNotFound) as error:
        raise TryLaterError("telegram refuses the bot token", TOKEN_WAIT) from error
    except AiogramError as error:
        raise TryLaterError(type(error).__name__) from error


def _gone(error: TelegramBadRequest) -> bool:
    return "chat not found" in error.message.lower()


def _chat(key: AddressKey) -> int:
    try:
        return int(key.user_id)
    except ValueError as error:
        raise UndeliverableError("unknown_address", "a Telegram chat has a number") from error


def _keyboard(call: Call, texts: Texts) -> Keyboard | None:
    if call.request:
        return _request(call.request, texts)
    if call.buttons:
        return InlineKeyboardMarkup(inline_keyboard=[[_button(each)] for each in call.buttons])
    return None


def _request(request: Request, texts: Texts) -> ReplyKeyboardMarkup:
    button = KeyboardButton(
        text=texts(f"telegram.ask.{request.value}"),
        request_contact=request is Request.CONTACT,
        request_location=request is Request.LOCATION,
    )
    return ReplyKeyboardMarkup(keyboard=[[button]], resize_keyboard=True, one_time_keyboard=True)


def _button(choice: Choice) -> InlineKeyboardButton:
    if choice.url:
        return InlineKeyboardButton(text=choice.label, url=choice.url)
    return InlineKeyboardButton(text=choice.label, callback_data=choice.token)
