"""What comes in and what goes out, the same on every channel.

A channel translates into `Incoming` and out of `Reply`; nothing else about a channel reaches the rest of the bot.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from storage.records import AddressKey

COUNTER = "counter"  # the channel of people who came or called: nothing is sent, somebody tells them


class Kind(StrEnum):
    TEXT = "text"
    BUTTON = "button"
    START = "start"  # opened the chat, followed, /start
    IMAGE = "image"
    FILE = "file"
    VOICE = "voice"
    VIDEO = "video"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    LEFT = "left"  # blocked the bot, unfollowed
    UNSUPPORTED = "unsupported"
    SEEN = "seen"  # they read what `references` names
    ELSEWHERE = "elsewhere"  # an officer answered in the platform's own app


@dataclass(frozen=True)
class Attachment:
    """A file as the channel names it; `reference` is what the channel fetches it by.

    `stored` names the kept file once it is here, `problem` why it is not kept (`bot.files.Reason`). `coming`: it
    is still being fetched, and another update will tell of it (`bot.intake.arrived`).
    """

    kind: Kind
    reference: str
    name: str | None = None
    media_type: str | None = None
    size: int | None = None  # bytes
    stored: int | None = None  # kept already, under this id: nothing has to be fetched
    problem: str | None = None
    coming: bool = False


@dataclass(frozen=True)
class Location:
    latitude: float
    longitude: float


@dataclass(frozen=True)
class SharedContact:
    """A contact card. `own` is true only where the channel proves that it is the sender's number."""

    phone: str
    name: str | None = None
    own: bool = False


@dataclass(frozen=True)
class Incoming:
    """One message, press or event of a citizen. `text` is as typed; `button` is the token of a choice of ours.

    `order` is the platform's own count, where it has one: updates may reach us in another order than they were made.
    """

    key: AddressKey
    event_id: str
    at: datetime
    kind: Kind
    text: str = ""
    button: str | None = None
    attachments: tuple[Attachment, ...] = ()
    location: Location | None = None
    contact: SharedContact | None = None
    display_name: str | None = None
    start_parameter: str | None = None
    album: str | None = None  # photos sent together come one by one; this says that they belong together
    order: int | None = None
    references: tuple[str, ...] = ()  # the channel's own ids of messages of ours
    own: bool = False  # an update of our own: no message of the citizen's


@dataclass(frozen=True)
class Choice:
    """Something the citizen may press. Exactly one of `token`, `url`, `phone` is set.

    `in_words`: a sentence that offers it where the buttons suffice for all but such ones; it quotes the label,
    which is understood when it is typed.
    """

    label: str
    token: str | None = None
    url: str | None = None
    phone: str | None = None
    in_words: str | None = None


class Request(StrEnum):
    """What a channel may ask for with a control of its own."""

    CONTACT = "contact"
    LOCATION = "location"


class Voice(StrEnum):
    """Who speaks; people are told whether it is a machine."""

    BOT = "bot"
    OFFICER = "officer"
    NOTICE = "notice"


@dataclass(frozen=True)
class SentFile:
    """A kept file that goes out. `label` names it; `instead` says it on a channel that carries no files."""

    id: int
    label: str = ""
    instead: str = ""

    @classmethod
    def from_json(cls, data: "Mapping[str, Any] | str") -> Self:
        """What was stored before files had names is a bare number."""
        return cls(int(data)) if isinstance(data, str) else cls(**data)


@dataclass(frozen=True)
class Reply:
    """One message out. `text` is plain: paragraphs are parted by an empty line, list items start with `- `."""

    text: str
    choices: tuple[Choice, ...] = ()
    request: Request | None = None
    voice: Voice = Voice.BOT
    speaker: str | None = None  # the officer's name and role when a person speaks
    files: tuple[SentFile, ...] = ()
    template: str | None = None  # an approved template of the channel, for whom its window is closed

    def to_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            text=str(data.get("text", "")),
            choices=tuple(Choice(**choice) for choice in data.get("choices", ())),
            request=Request(data["request"]) if data.get("request") else None,
            voice=Voice(data.get("voice", Voice.BOT)),
            speaker=data.get("speaker"),
            files=tuple(map(SentFile.from_json, data.get("files", ()))),
            template=data.get("template"),
        )


@dataclass(frozen=True)
class FileContent:
    """A kept file as a channel sends it, or a fetched one as it is kept."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Capabilities:
    """What a channel can show. Lengths in `text_unit`s; no limit where None."""

    max_text: int = 4000
    text_unit: str = "codepoint"  # or "utf16"
    max_buttons: int = 100  # 0: choices become a numbered list
    max_label: int = 100
    max_token: int = 64  # bytes of UTF-8
    url_buttons: bool = True
    phone_buttons: bool = False
    request_contact: bool = False
    request_location: bool = False
    files: bool = False  # photos and PDFs arrive as such
    per_second: float | None = None  # messages the platform takes; None: no limit known
    chat_burst: int | None = None  # messages one chat takes at once, then one a second; None: no limit known
    pull: bool = False  # the client reads messages from storage (web, terminal): nothing is sent
