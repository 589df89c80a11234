"""What the bot needs from outside, as small protocols: a Protocol only where two implementations exist."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from bot.messages import Capabilities, FileContent, Incoming, Reply
from storage.channel_records import Window
from storage.records import AddressKey, InboxEntry

if TYPE_CHECKING:
    from starlette.routing import BaseRoute


class Clock(Protocol):
    def now(self) -> datetime:
        """The current moment, aware, in UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class TryLaterError(Exception):
    """The other side is busy or away; `wait` is seconds it asked for, None where it did not say.

    `everybody`: seconds in which it takes nothing at all from us, for whomever.
    """

    def __init__(self, why: str, wait: float | None = None, *, everybody: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait
        self.everybody = everybody


class UsedUpError(TryLaterError):
    """What may be sent unasked is used up for now; whoever writes can be answered all the same."""


class UndeliverableError(Exception):
    """It will never arrive there; `reason` is a named terminal state the console shows."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class WindowClosedError(UndeliverableError):
    """The channel lets nobody write there now: it can go out when they write again."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("window_closed", detail)


class UnfetchableError(Exception):
    """What was sent can never be fetched; `reason` is a named end: not_allowed, too_large, gone, not_readable."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class UnreadableError(Exception):
    """A payload that is not what its channel promised."""


class Files(Protocol):
    """Where a channel reads what it is to send."""

    async def content(self, file_id: int) -> FileContent | None:
        """None when it is no longer there. Raises TryLaterError."""


class Channel(Protocol):
    """A channel only translates: payload in, reply out."""

    name: str
    account: str
    capabilities: Capabilities

    def read(self, payload: Mapping[str, Any], key: AddressKey, received_at: datetime) -> Incoming | None:
        """What a stored payload means; None for an event nobody needs. Raises UnreadableError."""

    async def send(self, key: AddressKey, reply: Reply) -> str | None:
        """Deliver one reply; returns the channel's message id. Raises TryLaterError or UndeliverableError."""


class Inbox(Protocol):
    """Where a channel puts what it received; returns only when it is on disk."""

    async def receive(self, entries: Sequence[InboxEntry]) -> tuple[bool, ...]:
        """True for each new update. Raises UnavailableError: then nothing may be acknowledged."""


@runtime_checkable
class HasWebhook(Protocol):
    """A channel whose platform calls us."""

    def webhook(self, inbox: Inbox) -> "Sequence[BaseRoute]":
        """The routes the platform calls; each answers only after the inbox has it."""


@runtime_checkable
class HasPolling(Protocol):
    """A channel that asks its platform for news."""

    async def poll(self, inbox: Inbox) -> None:
        """Ask until cancelled; the offset advances only after the inbox has it."""


class FileStore(Protocol):
    """Where sealed blobs lie: a folder, or a bucket. It knows neither what they are nor whose."""

    async def put(self, name: str, content: bytes) -> None:
        """Returns when it would survive a power cut. Raises UnavailableError (full, away)."""

    async def get(self, name: str) -> bytes:
        """Raises NotFoundError, UnavailableError."""

    async def has(self, name: str) -> bool:
        """Raises UnavailableError."""

    async def remove(self, name: str) -> None:
        """Removing what is not there is no error. Raises UnavailableError."""

    def names(self, older_than: datetime) -> AsyncIterator[str]:
        """Everything that was put before that moment. Raises UnavailableError."""

    async def close(self) -> None:
        """Give back connections."""


@dataclass(frozen=True)
class Finding:
    """How something is. `key` names its words (`channel.<key>`); what is not good says there what to do."""

    good: bool
    key: str
    facts: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class Examined(Protocol):
    """A channel that can say how it is."""

    async def examine(self, *, deep: bool) -> tuple[Finding, ...]:
        """`deep`: ask the platform too. Never raises for what the platform does."""


@runtime_checkable
class FetchesFiles(Protocol):
    """A channel on which people send files."""

    async def fetch(self, reference: str) -> FileContent:
        """What an attachment's reference names. Raises UnfetchableError, TryLaterError."""


@runtime_checkable
class HasWindow(Protocol):
    """A channel that lets us write only for a while after somebody wrote."""

    def window_after(self, at: datetime) -> Window:
        """What a message of the citizen at that moment opens."""

    async def ask_window(self, key: AddressKey) -> Window:
        """What the platform itself says. Raises TryLaterError."""


@runtime_checkable
class HasAllowance(Protocol):
    """A channel whose platform says how much it still takes."""

    def spent(self) -> float | None:
        """Seconds in which it takes nothing more, when its last answer said so; told once."""


@runtime_checkable
class HasTemplates(Protocol):
    """A channel that reaches people outside its window, with words approved beforehand."""

    templates: frozenset[str]
