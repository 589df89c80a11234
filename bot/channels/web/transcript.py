"""A stored message as the page shows it: who speaks, what, and what may be pressed. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.messages import Choice, Kind, Reply, SentFile
from bot.pages import words
from bot.texts import Texts
from bot.worktime import VIETNAM
from storage.records import Author, Message

_LINKS = ("https://", "http://")


class Side(StrEnum):
    """Where a line stands and how it looks."""

    CITIZEN = "citizen"
    BOT = "bot"
    OFFICER = "officer"
    NOTICE = "notice"


_SIDES = {
    Author.CITIZEN: Side.CITIZEN,
    Author.BOT: Side.BOT,
    Author.OFFICER: Side.OFFICER,
    Author.SYSTEM: Side.NOTICE,
}


@dataclass(frozen=True)
class Line:
    """`identity` is the browser's own id of a message it sent. `day` names the day on its first line."""

    id: int
    side: Side
    speaker: str
    text: str
    choices: tuple[Choice, ...]
    files: tuple[SentFile, ...]
    time: str
    at: datetime
    date: str
    day: str | None
    identity: str | None


def lines(
    texts: Texts, messages: Iterable[Message], now: datetime, after: datetime | None = None
) -> Iterator[Line]:
    """`after`: the moment of the line before, for the separators between days."""
    for message in messages:
        new_day = after is None or after.astimezone(VIETNAM).date() != message.at.astimezone(VIETNAM).date()
        line = _line(texts, message, words.day(texts, message.at, now) if new_day else None)
        if line is not None:
            after = message.at
            yield line


def _line(texts: Texts, message: Message, day: str | None) -> Line | None:
    if not (message.text or message.body):  # erased
        return None
    side = _SIDES[message.author]
    choices: tuple[Choice, ...] = ()
    files: tuple[SentFile, ...] = ()
    if side is Side.CITIZEN:
        text = _citizen_text(texts, message)
        if not text:  # opening the chat is a message to the assistant, not something to show
            return None
    else:
        reply = Reply.from_json(message.body) if message.body else Reply(message.text)
        text, choices = reply.text or message.text, tuple(filter(_usable, reply.choices))
        files = tuple(each for each in reply.files if each.label)
    identity = message.body.get("client_message_id") if side is Side.CITIZEN else None
    return Line(
        id=message.id,
        side=side,
        speaker=_speaker(texts, message, side),
        text=text,
        choices=choices,
        files=files,
        time=words.clock_time(message.at),
        at=message.at,
        date=message.at.astimezone(VIETNAM).date().isoformat(),
        day=day,
        identity=str(identity) if identity else None,
    )


def _citizen_text(texts: Texts, message: Message) -> str:
    if message.body.get("kind") == Kind.START:
        return ""
    files = message.body.get("attachments")
    if files:
        return "\n".join(_file_text(texts, each) for each in files)
    return str(message.body.get("label") or message.body.get("text") or message.text)


def _file_text(texts: Texts, file: Mapping[str, Any]) -> str:
    kind = file.get("kind")
    shown = kind if kind in (Kind.IMAGE, Kind.VOICE) else Kind.FILE
    return texts(f"web.sent.{shown}", name=str(file.get("name") or "")).strip(" :")


def _speaker(texts: Texts, message: Message, side: Side) -> str:
    if side is Side.OFFICER and message.author_name:
        return message.author_name
    return texts(f"web.speaker.{side}")


def _usable(choice: Choice) -> bool:
    """An address that is no web address would be a way to run script: not shown."""
    return choice.url is None or choice.url.lower().startswith(_LINKS)
