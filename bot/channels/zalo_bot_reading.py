"""What an update of the Zalo Bot Platform means. Pure. It comes wrapped in `result`, or bare: both are seen."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.channels.received import moment, part, word
from bot.messages import Attachment, Incoming, Kind
from storage.records import AddressKey

PRIVATE = "PRIVATE"
_KINDS = {
    "text": Kind.TEXT,
    "image": Kind.IMAGE,
    "sticker": Kind.STICKER,
    "voice": Kind.VOICE,
    "unsupported": Kind.UNSUPPORTED,  # files, links, places, cards, and what some people may not send
}
_FILES = {Kind.IMAGE: ("photo_url", "photo"), Kind.VOICE: ("voice_url", "voice")}


def update_of(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The update itself; empty where there is none."""
    inner = part(content, "result")
    found = inner if inner else content
    return found if word(found.get("event_name")) else {}


def private_chat_of(update: Mapping[str, Any]) -> str | None:
    """The chat to answer in. None in a group: there nobody asked us."""
    chat = part(part(update, "message"), "chat")
    return word(chat.get("id")) or None if chat.get("chat_type", PRIVATE) == PRIVATE else None


def event_id_of(update: Mapping[str, Any]) -> str:
    name, message = word(update.get("event_name")), part(update, "message")
    identity = word(message.get("message_id"))
    return f"{name}|{identity}" if identity else f"{name}|{sha256(repr(update).encode()).hexdigest()[:32]}"


def incoming_of(payload: Mapping[str, Any], key: AddressKey, received_at: datetime) -> Incoming | None:
    """None for an event that is no message."""
    update = update_of(payload)
    match word(update.get("event_name")).split("."):
        case ["message", what, "received"]:
            return _message(
                part(update, "message"), _KINDS.get(what, Kind.UNSUPPORTED), update, key, received_at
            )
    return None


def _message(
    message: Mapping[str, Any], kind: Kind, update: Mapping[str, Any], key: AddressKey, received_at: datetime
) -> Incoming:
    at, sender = moment(message.get("date"), received_at), part(message, "from")
    return Incoming(
        key=key,
        event_id=event_id_of(update),
        at=at,
        kind=kind,
        text=word(message.get("text")) or word(message.get("caption")),
        attachments=tuple(_attachments(kind, message)),
        display_name=word(sender.get("display_name")) or word(sender.get("name")) or None,
        order=round(at.timestamp() * 1000),
    )


def _attachments(kind: Kind, message: Mapping[str, Any]) -> list[Attachment]:
    """One file at most, under either of two names."""
    urls = [word(message.get(name)) for name in _FILES.get(kind, ())]
    return [Attachment(kind, url) for url in urls if url][:1]
