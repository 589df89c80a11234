"""Updates as the Bot API writes them, and a far end that answers as it does."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
BOT_ID = "123456789"
AN = 5_804_331_207  # beyond 32 bits, as today's accounts are
SENT_AT = 1_795_399_200  # 2026-11-23 02:00 UTC
CITIZEN = {
    "id": AN,
    "is_bot": False,
    "first_name": "Út",
    "last_name": "Nguyễn Văn",
    "language_code": "vi",
}
CHAT = {"id": AN, "first_name": "Út", "last_name": "Nguyễn Văn", "type": "private"}
GROUP = {"id": -1_002_233_445_566, "title": "Tổ chuyển đổi số ấp 3", "type": "supergroup"}
THE_BOT = {"id": int(BOT_ID), "is_bot": True, "first_name": "Một Cửa Cà Mau", "username": "motcua_bot"}


def update(number: int, **parts: Any) -> dict[str, Any]:
    return {"update_id": number, **parts}


def body(**content: Any) -> dict[str, Any]:
    return {"message_id": 31, "from": CITIZEN, "chat": CHAT, "date": SENT_AT, **content}


def said(number: int, text: str, **more: Any) -> dict[str, Any]:
    return update(number, message=body(text=text, **more))


def pressed(number: int, token: str) -> dict[str, Any]:
    """A press on a button under a message of ours, which Telegram sends along."""
    ours = {
        "message_id": 30,
        "from": THE_BOT,
        "chat": CHAT,
        "date": SENT_AT - 60,
        "text": "Dạ, anh/chị cần gì ạ?",
        "reply_markup": {"inline_keyboard": [[{"text": "Tra cứu hồ sơ", "callback_data": token}]]},
    }
    return update(
        number,
        callback_query={
            "id": f"24923{number}",
            "from": CITIZEN,
            "message": ours,
            "chat_instance": "-3188421920",
            "data": token,
        },
    )


def membership(number: int, status: str, chat: Mapping[str, Any] = CHAT) -> dict[str, Any]:
    """The citizen blocks the bot, or lets it in again."""
    gone = {"status": "kicked", "user": THE_BOT, "until_date": 0}
    there = {"status": "member", "user": THE_BOT}
    old, new = (there, gone) if status == "kicked" else (gone, there)
    change = {"chat": chat, "from": CITIZEN, "date": SENT_AT, "old_chat_member": old, "new_chat_member": new}
    return update(number, my_chat_member=change)


def refused(status: int, description: str, **parameters: Any) -> tuple[int, str]:
    answer: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return status, json.dumps(answer | ({"parameters": parameters} if parameters else {}))


def accepted(result: Any) -> tuple[int, str]:
    return 200, json.dumps({"ok": True, "result": result})


class FarEnd(BaseSession):
    """Telegram: answers from a script, else as usual. Reading the answers is aiogram's own work."""

    def __init__(self) -> None:
        super().__init__()
        self.script: deque[tuple[int, str] | Exception] = deque()
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.closed = False
        self.sent = 0

    def bot(self) -> Bot:
        return Bot(TOKEN, session=self)

    def texts(self) -> list[str]:
        return [fields["text"] for name, fields in self.asked if name == "sendMessage"]

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        fields = {
            name: prepared
            for name, value in method.model_dump(warnings=False).items()
            if (prepared := self.prepare_value(value, bot, {})) is not None
        }
        self.asked.append((method.__api_method__, fields))
        await asyncio.sleep(0)  # as a network does, let others run
        answer = self.script.popleft() if self.script else self._usual(method.__api_method__, fields)
        if isinstance(answer, Exception):
            raise answer
        return cast(TelegramType, self.check_response(bot, method, *answer).result)

    def _usual(self, method: str, fields: Mapping[str, Any]) -> tuple[int, str]:
        if method != "sendMessage":
            return accepted(True)
        self.sent += 1
        chat = {"id": int(fields["chat_id"]), "type": "private"}
        ours = {"message_id": self.sent, "date": SENT_AT, "chat": chat, "from": THE_BOT}
        return accepted({**ours, "text": fields["text"]})

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        yield b""

    async def close(self) -> None:
        self.closed = True
