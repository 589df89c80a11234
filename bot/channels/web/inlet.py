"""A form a citizen sent, read and judged before it goes to the inbox. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.web.channel import ACCOUNT, KINDS, NAME
from bot.messages import Kind
from bot.pages.forms import tidy
from storage.records import InboxEntry, StoredFile

_KINDS = {"image/": Kind.IMAGE, "audio/": Kind.VOICE}

LONGEST = 8000  # characters of one message, as the counter of the page says: a petition has room
LINK = "hoi"  # a QR code leads to /?hoi=p_1-001193
_LONGEST_TOKEN = 64  # bytes
_START = re.compile(r"[A-Za-z0-9_-]{1,64}")
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
    start: str | None = None  # what a link to the page named


def read_sent(form: Mapping[str, str]) -> Sent:
    """Raises BadMessageError."""
    identity = form.get("client_message_id", "")
    check_identity(identity)
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
    return Sent(kind, text, None, identity, start_of(form.get("start", "")) or None)


def start_of(link: str) -> str:
    """What a link to the page names (`/?hoi=p_1-001193`), as on Telegram; empty for what is none."""
    return link if _START.fullmatch(link) else ""


def check_identity(identity: str) -> str:
    if not _IDENTITY.fullmatch(identity):
        raise BadMessageError("unreadable")
    return identity


def _kind(form: Mapping[str, str]) -> Kind:
    try:
        kind = Kind(form.get("kind", Kind.TEXT))
    except ValueError as error:
        raise BadMessageError("unreadable") from error
    if kind not in KINDS:
        raise BadMessageError("unreadable")
    return kind


def file_entry(
    stored: StoredFile, identity: str, session_id: str, at: datetime, ip: str | None
) -> InboxEntry:
    kind = next((kind for start, kind in _KINDS.items() if stored.media_type.startswith(start)), Kind.FILE)
    file = {
        "id": stored.id,
        "name": stored.name,
        "size": stored.size,
        "media_type": stored.media_type,
    }
    payload = {
        "kind": kind.value,
        "file": file,
        "client_message_id": identity,
        "at": at.isoformat(),
        "ip": ip,
    }
    return InboxEntry(NAME, ACCOUNT, session_id, f"{session_id}:{identity}", payload)


def entry(sent: Sent, session_id: str, at: datetime, ip: str | None) -> InboxEntry:
    payload: dict[str, Any] = {
        "kind": sent.kind.value,
        "text": sent.text,
        "button": sent.button,
        "start": sent.start,
        "client_message_id": sent.identity,
        "at": at.isoformat(),
        "ip": ip,
    }
    return InboxEntry(NAME, ACCOUNT, session_id, f"{session_id}:{sent.identity}", payload)
