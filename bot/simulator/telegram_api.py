"""A Telegram Bot API server as far as a bot for citizens uses it: an ASGI program, limits and errors included.

Were this kinder than Telegram, whatever is tried on it would prove nothing. The sentences of the errors are
Telegram's own, since bots tell errors apart by them.
"""

import itertools
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"  # noqa: S105 - the simulated bot's, known to everybody
BOT = {"id": 123456789, "is_bot": True, "first_name": "Một Cửa", "username": "motcua_thu_bot"}
LONGEST_TEXT = 4096  # UTF-16 units
LONGEST_CAPTION = 1024
LONGEST_TOKEN = 64  # bytes
MOST_BUTTONS = 100
PHOTO_BYTES, FILE_BYTES, FETCH_BYTES = 10 << 20, 50 << 20, 20 << 20

Fields = Mapping[str, Any]


class RefusedError(Exception):
    """What the server answers instead of a result; `wait` is `retry_after` in seconds."""

    def __init__(self, status: int, description: str, wait: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.wait = wait


@dataclass(frozen=True)
class Given:
    """A file sent along with a call."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Hook:
    url: str
    secret: str


@dataclass
class FakeTelegram:
    """`chats` is what arrived, by chat; whoever is not in `known` never wrote to the bot."""

    token: str = TOKEN
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ahead: timedelta = timedelta()  # how far its clock is before ours
    hook: Hook | None = None
    hook_error: str = ""  # what came of the last call to the webhook, if it failed just now
    known: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    faults: list[RefusedError] = field(default_factory=list)  # for the next messages to citizens
    chats: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)  # by file id: content, name
    commands: list[dict[str, str]] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)  # presses whose spinner was stopped
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/bot{token}/{method}", self._called, methods=["GET", "POST"]),
                Route("/", self._front),
                Route("/file/bot{token}/{path:path}", self._file),
            ]
        )

    async def _front(self, request: Request) -> Response:
        """Telegram leads from here to its documentation, and tells the time as with every answer."""
        date = format_datetime(self.now() + self.ahead, usegmt=True)
        return RedirectResponse(str(request.url.replace(path="/bots")), 302, {"Date": date})

    async def _called(self, request: Request) -> Response:
        methods: dict[str, Callable[[Fields], Awaitable[Any]]] = {
            "getMe": self._me,
            "setWebhook": self._set_hook,
            "deleteWebhook": self._delete_hook,
            "getWebhookInfo": self._hook_info,
            "setMyCommands": self._set_commands,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendDocument": self._send_document,
            "sendChatAction": self._nothing,
            "leaveChat": self._leave,
            "answerCallbackQuery": self._answer,
            "getFile": self._get_file,
        }
        try:
            if request.path_params["token"] != self.token:
                raise RefusedError(401, "Unauthorized")
            method = methods.get(request.path_params["method"])
            if method is None:
                raise RefusedError(404, "Not Found: method not found")
            return JSONResponse({"ok": True, "result": await method(await _fields(request))})
        except RefusedError as error:
            told = {"ok": False, "error_code": error.status, "description": error.description}
            waits = {"parameters": {"retry_after": error.wait}} if error.wait else {}
            return JSONResponse({**told, **waits}, error.status)

    async def _me(self, fields: Fields) -> Any:
        del fields
        return BOT

    async def _nothing(self, fields: Fields) -> Any:
        del fields
        return True

    async def _leave(self, fields: Fields) -> Any:
        self.known.discard(int(fields["chat_id"]))
        return True

    async def _set_hook(self, fields: Fields) -> Any:
        self.hook = Hook(fields["url"], fields.get("secret_token", ""))
        return True

    async def _delete_hook(self, fields: Fields) -> Any:
        del fields
        self.hook = None
        return True

    async def _hook_info(self, fields: Fields) -> Any:
        del fields
        told = {"url": self.hook.url if self.hook else "", "has_custom_certificate": False}
        failed = {"last_error_date": int(self.now().timestamp()), "last_error_message": self.hook_error}
        return {
            **told,
            "pending_update_count": int(bool(self.hook_error)),
            **(failed if self.hook_error else {}),
        }

    async def _set_commands(self, fields: Fields) -> Any:
        if not fields.get("language_code"):
            self.commands = json.loads(fields["commands"])
        return True

    async def _answer(self, fields: Fields) -> Any:
        self.answered.append(fields["callback_query_id"])
        return True

    async def _send_message(self, fields: Fields) -> Any:
        text = str(fields.get("text", ""))
        if not text.strip():
            raise RefusedError(400, "Bad Request: message text is empty")
        if _units(text) > LONGEST_TEXT:
            raise RefusedError(400, "Bad Request: message is too long")
        return self._arrived(fields, {"text": text})

    async def _send_photo(self, fields: Fields) -> Any:
        identity = self._taken(fields["photo"], PHOTO_BYTES)
        return self._arrived(fields, {"photo": [_photo(identity, self.files)], **_caption(fields)})

    async def _send_document(self, fields: Fields) -> Any:
        identity = self._taken(fields["document"], FILE_BYTES)
        name = self.files[identity][1]
        document = {"file_id": identity, "file_unique_id": identity, "file_name": name}
        return self._arrived(fields, {"document": document, **_caption(fields)})

    async def _get_file(self, fields: Fields) -> Any:
        found = self.files.get(fields["file_id"])
        if found is None:
            raise RefusedError(400, "Bad Request: invalid file_id")
        if len(found[0]) > FETCH_BYTES:
            raise RefusedError(400, "Bad Request: file is too big")
        identity = fields["file_id"]
        told = {"file_id": identity, "file_unique_id": identity, "file_size": len(found[0])}
        return {**told, "file_path": f"documents/{identity}"}

    async def _file(self, request: Request) -> Response:
        found = self.files.get(request.path_params["path"].rpartition("/")[2])
        if found is None or request.path_params["token"] != self.token:
            return Response(status_code=404)
        return Response(found[0], media_type="application/octet-stream")

    def put(self, content: bytes, name: str) -> str:
        """Keep a file, as Telegram does what people send; its id."""
        identity = f"AgACAgUAAxkBAAI{next(self._numbers)}"
        self.files[identity] = content, name
        return identity

    def _taken(self, given: object, most: int) -> str:
        if not isinstance(given, Given):
            if str(given) in self.files:
                return str(given)
            raise RefusedError(
                400, "Bad Request: wrong remote file identifier specified: wrong string length"
            )
        if len(given.content) > most:
            raise RefusedError(413, "Request Entity Too Large")
        return self.put(given.content, given.name)

    def _arrived(self, fields: Fields, content: Mapping[str, Any]) -> dict[str, Any]:
        chat = int(fields["chat_id"])
        if self.faults:
            raise self.faults.pop(0)
        if chat in self.blocked:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        if chat not in self.known:
            raise RefusedError(400, "Bad Request: chat not found")
        markup = json.loads(fields["reply_markup"]) if fields.get("reply_markup") else {}
        _check_keyboard(markup.get("inline_keyboard", []))
        message = {
            "message_id": next(self._numbers),
            "date": int(self.now().timestamp()),
            "chat": {"id": chat, "type": "private"},
            "from": BOT,
            **content,
        }
        self.chats.setdefault(chat, []).append({**message, "reply_markup": markup})
        return message


async def _fields(request: Request) -> Fields:
    if request.headers.get("content-type", "").startswith("application/json"):
        content = await request.json()
        return content if isinstance(content, dict) else {}
    fields: dict[str, Any] = {**request.query_params}
    async with request.form() as form:
        for name, value in form.items():
            fields[name] = (
                value if isinstance(value, str) else Given(value.filename or "file", await value.read())
            )
    # A file is sent as one part, and named `attach://<part>` in its field.
    attached = {
        name: fields.get(value.removeprefix("attach://"), value)
        for name, value in fields.items()
        if isinstance(value, str) and value.startswith("attach://")
    }
    return {**fields, **attached}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _caption(fields: Fields) -> dict[str, str]:
    caption = str(fields.get("caption") or "")
    if _units(caption) > LONGEST_CAPTION:
        raise RefusedError(400, "Bad Request: message caption is too long")
    return {"caption": caption} if caption else {}


def _photo(identity: str, files: Mapping[str, tuple[bytes, str]]) -> dict[str, Any]:
    size = len(files[identity][0])
    return {"file_id": identity, "file_unique_id": identity, "width": 800, "height": 600, "file_size": size}


def _check_keyboard(rows: list[list[Mapping[str, Any]]]) -> None:
    buttons = [button for row in rows for button in row]
    if len(buttons) > MOST_BUTTONS:
        raise RefusedError(400, "Bad Request: too many inline keyboard buttons")
    for button in buttons:
        data, url = button.get("callback_data"), button.get("url")
        if not button.get("text"):
            raise RefusedError(400, "Bad Request: text buttons are unallowed in the inline keyboard")
        if data is not None and not 1 <= len(data.encode()) <= LONGEST_TOKEN:
            raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
        if url is not None and not url.startswith(("http://", "https://", "tg://")):
            raise RefusedError(400, "Bad Request: BUTTON_URL_INVALID")
