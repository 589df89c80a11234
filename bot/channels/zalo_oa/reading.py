"""What an event of Zalo means. Pure.

A press on a button comes as a text that equals the button's payload: `#` and a token. Whoever types the same
text presses the same button; a token carries no right. A `#1042` that is no token is a ticket's number.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any

from bot.channels.received import moment, part, word
from bot.channels.zalo_oa.envelope import NOBODY, Envelope, envelope
from bot.conversation.tokens import decode
from bot.messages import Attachment, Incoming, Kind, Location, SharedContact
from storage.records import AddressKey

PRESS = "#"

_KINDS = {
    "text": Kind.TEXT,
    "link": Kind.TEXT,
    "image": Kind.IMAGE,
    "photo": Kind.IMAGE,
    "file": Kind.FILE,
    "audio": Kind.VOICE,
    "voice": Kind.VOICE,
    "video": Kind.VIDEO,
    "sticker": Kind.STICKER,
    "gif": Kind.STICKER,
    "location": Kind.LOCATION,
    "business_card": Kind.CONTACT,
}
_FETCHED = {Kind.IMAGE, Kind.FILE, Kind.VOICE, Kind.VIDEO}


def incoming_of(payload: Mapping[str, Any], key: AddressKey, received_at: datetime) -> Incoming | None:
    """None for what needs no answer: echoes, receipts, groups, news about the OA, and events yet unknown.

    `user_click_chatnow` needs none either: it says that the chat was opened, also in the middle of a talk
    with an officer, and Zalo shows the OA's own greeting.
    """
    found = envelope(payload, key.account)
    at = moment(payload.get("timestamp"), received_at)
    match found.name.split("_"):
        case ["follow"]:
            return Incoming(key, found.event_id, at, Kind.START, order=_order(at))
        case ["unfollow"]:
            return Incoming(key, found.event_id, at, Kind.LEFT, order=_order(at))
        case ["user", "submit", "info"]:
            return _submitted(part(payload, "info"), key, found, at)
        case ["user", "seen", "message"]:
            return _seen(part(payload, "message"), key, found, at)
        case ["oa", "send", "group", *_]:
            return None
        case ["oa", "send", *what] if part(payload, "sender").get("admin_id"):
            return _elsewhere(part(payload, "message"), "_".join(what), key, found, at)
        case ["user" | "anonymous", "send", "group", *_]:
            return None
        case ["user" | "anonymous", "send", *what]:
            return _message(part(payload, "message"), "_".join(what), key, found, at)
    return None


def _seen(message: Mapping[str, Any], key: AddressKey, found: Envelope, at: datetime) -> Incoming | None:
    """One id or several: sources do not agree on the field."""
    named = message.get("msg_ids")
    ids = named if isinstance(named, list) else [message.get("msg_id")]
    references = tuple(filter(None, map(word, ids)))
    if not references:
        return None
    return Incoming(key, found.event_id, at, Kind.SEEN, references=references)


def _elsewhere(
    message: Mapping[str, Any], what: str, key: AddressKey, found: Envelope, at: datetime
) -> Incoming | None:
    """An officer wrote in Zalo's own app. A template or a consent form is no talk."""
    kind = what.removeprefix("anonymous_")
    if kind not in _KINDS or found.user == NOBODY:
        return None
    reference = word(message.get("msg_id"))
    return Incoming(
        key,
        found.event_id,
        at,
        Kind.ELSEWHERE,
        text=word(message.get("text")),
        references=(reference,) if reference else (),
    )


def _order(at: datetime) -> int:
    """Zalo's clock, in milliseconds: events come late and in any order."""
    return round(at.timestamp() * 1000)


def _message(
    message: Mapping[str, Any], what: str, key: AddressKey, found: Envelope, at: datetime
) -> Incoming:
    kind, text = _KINDS.get(what, Kind.UNSUPPORTED), word(message.get("text"))
    parts = _parts(message)
    if kind is Kind.TEXT and (said := text or _link(parts)):
        return _text(said, key, found, at)
    return Incoming(
        key=key,
        event_id=found.event_id,
        at=at,
        kind=Kind.UNSUPPORTED if kind is Kind.TEXT else kind,  # a text without words
        text="" if kind is Kind.CONTACT else text,
        attachments=tuple(_attachments(kind, parts)),
        location=_location(parts) if kind is Kind.LOCATION else None,
        contact=_card(text, parts) if kind is Kind.CONTACT else None,
        order=_order(at),
    )


def _text(text: str, key: AddressKey, found: Envelope, at: datetime) -> Incoming:
    token = text.strip().removeprefix(PRESS)
    if text.strip().startswith(PRESS) and decode(token) is not None:
        return Incoming(key, found.event_id, at, Kind.BUTTON, button=token, order=_order(at))
    return Incoming(key, found.event_id, at, Kind.TEXT, text=text, order=_order(at))


def _parts(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The payloads of what hangs on a message; there may be none."""
    found = message.get("attachments")
    return (
        [part(each, "payload") for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    )


def _link(parts: list[Mapping[str, Any]]) -> str:
    """A shared link is read like a typed one."""
    return " ".join(filter(None, (word(each.get("url")) for each in parts)))


def _attachments(kind: Kind, parts: list[Mapping[str, Any]]) -> list[Attachment]:
    if kind not in _FETCHED:
        return []
    return [
        Attachment(
            kind,
            url,
            name=word(each.get("name")) or None,
            media_type=word(each.get("type")) or None,
            size=_size(each.get("size")),
        )
        for each in parts
        if (url := word(each.get("url")))
    ]


def _size(value: object) -> int | None:
    digits = word(value)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None


def _location(parts: list[Mapping[str, Any]]) -> Location | None:
    """Coordinates come as text."""
    for each in parts:
        place = part(each, "coordinates")
        latitude, longitude = _degrees(place.get("latitude"), 90), _degrees(place.get("longitude"), 180)
        if latitude is not None and longitude is not None:
            return Location(latitude, longitude)
    return None


def _degrees(value: object, most: float) -> float | None:
    try:
        degrees = float(value) if isinstance(value, str | int | float) else None
    except (ValueError, OverflowError):
        return None
    return degrees if degrees is not None and isfinite(degrees) and abs(degrees) <= most else None


def _card(name: str, parts: list[Mapping[str, Any]]) -> SharedContact | None:
    """Anybody's card: its description is JSON inside a string."""
    for each in parts:
        phone = word(_described(each.get("description")).get("phone"))
        if phone:
            return SharedContact(phone, name or None)
    return None


def _described(description: object) -> Mapping[str, Any]:
    try:
        content = json.loads(description) if isinstance(description, str) else description
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _submitted(info: Mapping[str, Any], key: AddressKey, found: Envelope, at: datetime) -> Incoming | None:
    """The form that Zalo shows can be filled in by hand, so it proves no number to be the sender's."""
    phone = word(info.get("phone"))
    if not phone:
        return None
    contact = SharedContact(phone, word(info.get("name")) or None)
    return Incoming(key, found.event_id, at, Kind.CONTACT, contact=contact, order=_order(at))
