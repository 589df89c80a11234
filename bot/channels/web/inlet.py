"""A form a citizen sent, read and judged before it goes to the inbox. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.web.channel import ACCOUNT, KINDS, NAME
from bot.messages import Kind
from bot.pages.forms import tidy
from storage.records import InboxEntry

LONGEST = 2000  # characters of one message; what the matcher reads and the counter of the page says
_LONGEST_TOKEN = 64  # bytes
_IDENTITY = re.compile(r"[A-Za-z0-9_-]{8,64}")


class BadMessageError(Exception):
    """`reason` is the end of a text key: empty, too_long, unreadable."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Sent:
    """`identity` is the browser's own id of the message: sent twice, it is one message."""

    kind: Kind
    text: str
    button: str | None
    identity: str


def read_sent(form: Mapping[str, str]) -> Sent:
    """Raises BadMessageError."""
    identity = form.get("client_message_id", "")
    if not _IDENTITY.fullmatch(identity):
        raise BadMessageError("unreadable")
    kind = _kind(form)
    if kind is Kind.BUTTON:
        token = tidy(form.get("button", ""))
        if not token or len(token.encode()) > _LONGEST_TOKEN:
            raise BadMessageError("unreadable")
        return Sent(kind, "", token, identity)
    text = tidy(form.get("text", "")) if kind is Kind.TEXT else ""
    if kind is Kind.TEXT and not text:
        raise BadMessageError("empty")
    if len(text) > LONGEST:
        raise BadMessageError("too_long")
    return Sent(kind, text, None, identity)


def _kind(form: Mapping[str, str]) -> Kind:
    try:
        kind = Kind(form.get("kind", Kind.TEXT))
    except ValueError as error:
        raise BadMessageError("unreadable") from error
    if kind not in KINDS:
        raise BadMessageError("unreadable")
    return kind


def entry(sent: Sent, session_id: str, at: datetime, ip: str | None) -> InboxEntry:
    payload: dict[str, Any] = {
        "kind": sent.kind.value,
        "text": sent.text,
        "button": sent.button,
        "client_message_id": sent.identity,
        "at": at.isoformat(),
        "ip": ip,
    }
    return InboxEntry(NAME, ACCOUNT, session_id, f"{session_id}:{sent.identity}", payload)
