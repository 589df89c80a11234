"""What is on a citizen's phone: the bubbles, what can be pressed under them, and what it told the platform."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Does(StrEnum):
    """What a press on a button does."""

    TOKEN = "token"  # noqa: S105 - what a button carries
    URL = "url"
    PHONE = "phone"
    CONTACT = "contact"
    LOCATION = "location"


@dataclass(frozen=True)
class Press:
    label: str
    does: Does
    value: str = ""


@dataclass(frozen=True)
class Picture:
    """A file or a picture on the phone; `id` is what the page fetches it by."""

    id: str
    name: str
    shown: bool  # as a picture
    content: bytes = field(repr=False, default=b"")
    heard: bool = False  # a voice message


@dataclass(frozen=True)
class Bubble:
    """`rows` are the buttons; `keyboard` buttons stand in place of the text field until used."""

    number: int
    mine: bool
    at: datetime
    text: str = ""
    rows: tuple[Press, ...] = ()
    keyboard: tuple[Press, ...] = ()
    file: Picture | None = None


@dataclass(frozen=True)
class Handed:
    """How the server took what the platform brought."""

    status: int
    milliseconds: int
    times: int = 1


@dataclass(frozen=True)
class Standing:
    """How the platform stands with this citizen. `open_until`, `free_until`: Zalo's windows, None when shut."""

    begun: bool
    ready: bool = True
    open_until: datetime | None = None
    free_until: datetime | None = None
    renewals: int = 0
    blocked: bool = False
    commands: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Sent:
    """What a person chose on the page: an act's name, a value, perhaps a file. `album`: what came at once."""

    act: str
    value: str = ""
    name: str = ""
    content: bytes = field(repr=False, default=b"")
    album: str = ""

    @property
    def is_picture(self) -> bool:
        return self.content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))

    @property
    def picture(self) -> Picture:
        """As the sender's own phone shows it."""
        return Picture("", self.name, self.is_picture, self.content, heard=self.act == "voice")


class Phone(Protocol):
    """A phone on the page. `handed` is None until something was sent."""

    name: str
    twice: bool
    handed: Handed | None

    def bubbles(self) -> tuple[Bubble, ...]: ...

    async def act(self, sent: Sent) -> None: ...

    def state(self) -> Standing: ...

    def version(self) -> str: ...


async def timed(bring: Callable[[], Awaitable[int]], *, twice: bool) -> Handed:
    """Bring it to the webhook, once or as a redelivery again, and note how long the first answer took."""
    started = time.perf_counter()
    status = await bring()
    took = round((time.perf_counter() - started) * 1000)
    if twice:
        await bring()
    return Handed(status, took, 2 if twice else 1)
