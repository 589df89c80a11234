"""Updates as Telegram posts them to a webhook, and how it brings them there: repeated until taken."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from bot.simulator.telegram_api import BOT, Hook

LADDER = (1.0, 5.0, 30.0)  # seconds after each attempt; how long Telegram really waits it does not say
PATIENCE = 30.0  # seconds


@dataclass(frozen=True)
class Person:
    id: int
    first_name: str
    last_name: str

    @property
    def user(self) -> dict[str, Any]:
        named = {"first_name": self.first_name, "last_name": self.last_name}
        return {"id": self.id, "is_bot": False, **named, "language_code": "vi"}

    @property
    def chat(self) -> dict[str, Any]:
        return {"id": self.id, "first_name": self.first_name, "last_name": self.last_name, "type": "private"}


def message(number: int, person: Person, date: int, **content: Any) -> dict[str, Any]:
    """`date`: seconds since 1970. `content`: text, photo, document, location, contact, sticker."""
    said = {"message_id": number, "from": person.user, "chat": person.chat, "date": date, **content}
    return {"update_id": number, "message": said}


def press(number: int, person: Person, ours: Mapping[str, Any], token: str) -> dict[str, Any]:
    """A button under a message of ours, which Telegram sends along."""
    query = {"id": f"24923{number}", "from": person.user, "message": ours, "chat_instance": "-3188421920"}
    return {"update_id": number, "callback_query": {**query, "data": token}}


def membership(number: int, person: Person, date: int, *, blocked: bool) -> dict[str, Any]:
    gone, there = {"status": "kicked", "user": BOT, "until_date": 0}, {"status": "member", "user": BOT}
    old, new = (there, gone) if blocked else (gone, there)
    change = {"chat": person.chat, "from": person.user, "date": date, "old_chat_member": old}
    return {"update_id": number, "my_chat_member": {**change, "new_chat_member": new}}


def sizes(identity: str, length: int) -> list[dict[str, Any]]:
    """A photo comes in several sizes, the largest last."""
    same = {"file_unique_id": identity, "file_id": identity}
    return [
        {**same, "width": 90, "height": 67, "file_size": min(length, 1200)},
        {**same, "width": 1280, "height": 960, "file_size": length},
    ]


@dataclass
class Caller:
    """Posts updates to the webhook that the bot has set."""

    client: httpx.AsyncClient
    ladder: Sequence[float] = LADDER
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def bring(self, hook: Hook, update: Mapping[str, Any]) -> int:
        """Until it is taken; the last status, 0 where none came."""
        status = 0
        for wait in (*self.ladder, None):
            status = await self.post(hook, update)
            if 200 <= status < 300 or wait is None:
                break
            await self.pause(wait)
        return status

    async def post(self, hook: Hook, update: Mapping[str, Any]) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret}
        try:
            answer = await self.client.post(hook.url, json=update, headers=headers, timeout=PATIENCE)
        except httpx.HTTPError:
            return 0
        return answer.status_code
