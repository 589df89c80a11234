"""A phone with Telegram on it, in front of the simulated Bot API."""

import itertools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.simulator import telegram_updates as updates
from bot.simulator.phones import Bubble, Does, Handed, Picture, Press, Sent, Standing, timed
from bot.simulator.sound import SECONDS, VOICE, voice
from bot.simulator.telegram_api import FakeTelegram, RefusedError
from bot.simulator.telegram_updates import Caller, Person

WAIT = 10  # seconds that a busy Telegram asks for


@dataclass
class TelegramPhone:
    telegram: FakeTelegram
    caller: Caller
    name: str = "telegram"
    twice: bool = False
    handed: Handed | None = None
    person: Person = field(default_factory=lambda: Person(0, "", ""))
    _lines: list[Bubble] = field(default_factory=list)
    _messages: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    _seen: int = 0
    # Update numbers grow over restarts too, since the inbox knows the ones of the run before.
    _numbers: "itertools.count[int]" = field(
        default_factory=lambda: itertools.count(int(datetime.now(UTC).timestamp()))
    )

    def __post_init__(self) -> None:
        self.fresh()

    def fresh(self) -> None:
        self.person = Person(5_000_000_000 + secrets.randbelow(10**9), "Út", "Nguyễn Văn")
        self._lines, self._messages, self._seen, self.handed = [], {}, 0, None

    def bubbles(self) -> tuple[Bubble, ...]:
        arrived = self.telegram.chats.get(self.person.id, [])
        for message in arrived[self._seen :]:
            bubble = _bubble(next(self._numbers), message, self.telegram)
            self._messages[bubble.number] = message
            self._lines.append(bubble)
        self._seen = len(arrived)
        return tuple(self._lines)

    def version(self) -> str:
        state = (self.person, len(self.bubbles()), self.handed, self.twice, self.state())
        return str(hash(str(state)))

    def state(self) -> Standing:
        return Standing(
            begun=self.person.id in self.telegram.known,
            ready=self.telegram.hook is not None,  # the bot has said where it is called
            blocked=self.person.id in self.telegram.blocked,
            commands=tuple((each["command"], each["description"]) for each in self.telegram.commands),
        )

    async def act(self, sent: Sent) -> None:
        match sent.act:
            case "text":
                await self._say(sent.value)
            case "begin":
                await self._say("/start")
            case "press":
                await self._press(sent.value)
            case "file":
                await self._file(sent)
            case "voice":
                await self._voice()
            case "location":
                await self._message("📍", location={"latitude": 9.1769, "longitude": 105.1524})
            case "sticker":
                await self._message("🙂", sticker=_sticker())
            case "contact":
                await self._message("0912345678", contact=self._card())
            case "leave":
                await self._block(blocked=True)
            case "fresh":
                self.fresh()
            case _:
                self._harm(sent.act)

    def _harm(self, kind: str) -> None:
        match kind:
            case "twice":
                self.twice = not self.twice
            case "busy":
                told = f"Too Many Requests: retry after {WAIT}"
                self.telegram.faults.append(RefusedError(429, told, WAIT))
            case "broken":
                self.telegram.faults.append(RefusedError(502, "Bad Gateway"))

    async def _say(self, text: str) -> None:
        await self._message(text, text=text)

    async def _press(self, value: str) -> None:
        number, _, token = value.partition("|")
        ours = self._messages.get(int(number)) if number.isdigit() else None
        if ours is not None:
            await self._bring(updates.press(next(self._numbers), self.person, ours, token))

    async def _file(self, sent: Sent) -> None:
        identity = self.telegram.put(sent.content, sent.name)
        size, more = len(sent.content), {"caption": sent.value} if sent.value else {}
        if sent.album:
            more["media_group_id"] = sent.album
        if sent.is_picture:
            photo = updates.sizes(identity, size)
            await self._message(sent.value, sent.picture, photo=photo, **more)
            return
        document = {"file_id": identity, "file_unique_id": identity, "file_name": sent.name}
        await self._message(sent.value, sent.picture, document={**document, "file_size": size}, **more)

    async def _voice(self) -> None:
        said = Sent("voice", name="tin-thoai.wav", content=voice())
        identity = self.telegram.put(said.content, said.name)
        told = {"file_id": identity, "file_unique_id": identity, "duration": SECONDS, "mime_type": VOICE}
        await self._message("", said.picture, voice={**told, "file_size": len(said.content)})

    async def _block(self, *, blocked: bool) -> None:
        (self.telegram.blocked.add if blocked else self.telegram.blocked.discard)(self.person.id)
        await self._bring(updates.membership(next(self._numbers), self.person, self._now(), blocked=blocked))

    async def _message(self, shown: str, file: Picture | None = None, **content: Any) -> None:
        """Whoever writes again has let the bot in again."""
        if self.person.id in self.telegram.blocked:
            await self._block(blocked=False)
        self.bubbles()
        number = next(self._numbers)
        self._lines.append(Bubble(number, True, self.telegram.now(), shown, file=file))
        await self._bring(updates.message(number, self.person, self._now(), **content))

    async def _bring(self, update: Mapping[str, Any]) -> None:
        self.telegram.known.add(self.person.id)
        hook = self.telegram.hook
        if hook:
            self.handed = await timed(lambda: self.caller.post(hook, update), twice=self.twice)

    def _card(self) -> dict[str, Any]:
        """The citizen's own: the user's id says so."""
        named = {"first_name": self.person.first_name, "last_name": self.person.last_name}
        return {"phone_number": "+84912345678", **named, "user_id": self.person.id}

    def _now(self) -> int:
        return int(self.telegram.now().timestamp())


def _sticker() -> dict[str, Any]:
    plain = {"is_animated": False, "is_video": False, "type": "regular"}
    return {"file_id": "CAACAgIAAxk", "file_unique_id": "AgADwQ", "width": 512, "height": 512, **plain}


def _bubble(number: int, message: Mapping[str, Any], telegram: FakeTelegram) -> Bubble:
    markup = message.get("reply_markup", {})
    rows = tuple(_press(each) for row in markup.get("inline_keyboard", ()) for each in row)
    keyboard = tuple(_ask(each) for row in markup.get("keyboard", ()) for each in row)
    text = str(message.get("text") or message.get("caption") or "")
    return Bubble(number, False, telegram.now(), text, rows, keyboard, _file(message, telegram))


def _press(button: Mapping[str, Any]) -> Press:
    if "url" in button:
        return Press(button["text"], Does.URL, button["url"])
    return Press(button["text"], Does.TOKEN, button["callback_data"])


def _ask(button: Mapping[str, Any]) -> Press:
    return Press(button["text"], Does.CONTACT if button.get("request_contact") else Does.LOCATION)


def _file(message: Mapping[str, Any], telegram: FakeTelegram) -> Picture | None:
    sizes, document = message.get("photo"), message.get("document")
    identity = sizes[-1]["file_id"] if sizes else document["file_id"] if document else None
    if identity is None or identity not in telegram.files:
        return None
    content, name = telegram.files[identity]
    return Picture(identity, name, bool(sizes), content)
