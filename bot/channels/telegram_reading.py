"""What a Telegram update means. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aiogram.enums import ChatMemberStatus
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update, User
from pydantic import ValidationError

from bot.messages import Attachment, Incoming, Kind, Location, SharedContact
from bot.ports import UnreadableError
from storage.records import AddressKey

# What we read of each part. The rest is not even looked at: what a newer Bot API puts there (a reply to
# something unknown, a new kind of entity) must not make a citizen's question unreadable.
_MEDIA = {"photo", "voice", "audio", "video", "video_note", "document", "animation", "sticker", "dice"}
_MESSAGE = {
    "message_id",
    "date",
    "edit_date",
    "chat",
    "from",
    "text",
    "caption",
    "location",
    "contact",
    "media_group_id",
} | _MEDIA
_READ = {
    "message": _MESSAGE,
    "edited_message": _MESSAGE,
    "callback_query": {"id", "from", "chat_instance", "data"},
    "my_chat_member": {"chat", "from", "date", "old_chat_member", "new_chat_member"},
}
# Messages nobody wrote: Telegram notes them in a private chat, and nobody waits for an answer to them.
_NOTED = {
    "pinned_message",
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "connected_website",
    "proximity_alert_triggered",
    "chat_background_set",
    "users_shared",
    "chat_shared",
    "boost_added",
    "gift",
    "unique_gift",
    "giveaway",
    "giveaway_completed",
}
_START = re.compile(r"/start(?:@\w+)?(?:\s+(?P<parameter>[A-Za-z0-9_-]{1,64}))?(?:\s.*)?", re.DOTALL)


def incoming_of(payload: Mapping[str, Any], key: AddressKey, received_at: datetime) -> Incoming | None:
    """None for what needs no answer. Raises UnreadableError."""
    try:
        update = Update.model_validate(_needed(payload))
    except (ValidationError, ValueError, OverflowError) as error:
        count = error.error_count() if isinstance(error, ValidationError) else 1
        raise UnreadableError(
            f"{count} fields are not Telegram's"
        ) from None  # without the fields: they are private
    found = _part(update, payload, key, received_at)
    return found and replace(found, order=update.update_id)  # Telegram counts updates in their order


def _part(
    update: Update, payload: Mapping[str, Any], key: AddressKey, received_at: datetime
) -> Incoming | None:
    event = str(update.update_id)
    if update.callback_query:
        return _press(update.callback_query, key, event, received_at)
    if update.my_chat_member:
        return _membership(update.my_chat_member, key, event, received_at)
    if update.edited_message:
        return _edited(update.edited_message, key, event)
    if update.message and not _NOTED & payload["message"].keys():
        return _message(update.message, key, event)
    return None


def _needed(payload: Mapping[str, Any]) -> dict[str, Any]:
    needed: dict[str, Any] = {"update_id": payload.get("update_id")}
    for name, wanted in _READ.items():
        part = payload.get(name)
        if isinstance(part, dict):
            needed[name] = {key: value for key, value in part.items() if key in wanted}
        elif part is not None:
            needed[name] = part  # refused by name
    return needed


def _press(query: CallbackQuery, key: AddressKey, event: str, at: datetime) -> Incoming | None:
    if query.data is None:  # a game's
        return None
    return Incoming(key, event, at, Kind.BUTTON, button=query.data, display_name=_name(query.from_user))


def _membership(change: ChatMemberUpdated, key: AddressKey, event: str, at: datetime) -> Incoming | None:
    """Blocked is leaving. Whoever comes back writes, and that is noticed."""
    left = change.new_chat_member.status == ChatMemberStatus.KICKED
    return Incoming(key, event, at, Kind.LEFT) if left else None


def _edited(message: Message, key: AddressKey, event: str) -> Incoming | None:
    """A corrected question is a question again. A live location, edited every few seconds, is none."""
    if not message.text:
        return None
    at = datetime.fromtimestamp(message.edit_date, UTC) if message.edit_date else message.date
    return Incoming(key, event, at, Kind.TEXT, text=message.text, display_name=_name(message.from_user))


def _message(message: Message, key: AddressKey, event: str) -> Incoming:
    name, place = _name(message.from_user), message.location
    start = _START.fullmatch(message.text or "")
    if start:
        parameter = start["parameter"]
        return Incoming(key, event, message.date, Kind.START, start_parameter=parameter, display_name=name)
    return Incoming(
        key=key,
        event_id=event,
        at=message.date,
        kind=_kind(message),
        text=message.text or message.caption or "",
        attachments=tuple(_attachments(message)),
        location=Location(place.latitude, place.longitude) if place else None,
        contact=_contact(message),
        display_name=name,
        album=message.media_group_id,
    )


def _kind(message: Message) -> Kind:
    kinds: dict[Kind, object] = {
        Kind.TEXT: message.text,
        Kind.IMAGE: message.photo,
        Kind.VOICE: message.voice or message.audio,
        Kind.VIDEO: message.video or message.video_note,
        Kind.STICKER: message.sticker or message.animation or message.dice,
        Kind.FILE: message.document,  # after the animation: a GIF comes as a document too
        Kind.LOCATION: message.location,
        Kind.CONTACT: message.contact,
    }
    return next((kind for kind, there in kinds.items() if there), Kind.UNSUPPORTED)


def _attachments(message: Message) -> list[Attachment]:
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return [Attachment(Kind.IMAGE, largest.file_id, size=largest.file_size)]
    found = {
        Kind.VOICE: message.voice or message.audio,
        Kind.VIDEO: message.video or message.video_note,
        Kind.FILE: None if message.animation else message.document,
    }
    return [
        Attachment(
            kind,
            file.file_id,
            name=getattr(file, "file_name", None),
            media_type=getattr(file, "mime_type", None),
            size=file.file_size,
        )
        for kind, file in found.items()
        if file
    ]


def _contact(message: Message) -> SharedContact | None:
    """A card can be somebody else's: it is the sender's own number only when the user ids agree."""
    card = message.contact
    if card is None:
        return None
    own = message.from_user is not None and card.user_id == message.from_user.id
    name = " ".join(filter(None, (card.first_name, card.last_name)))
    return SharedContact(card.phone_number, name=name, own=own)


def _name(user: User | None) -> str | None:
    return user.full_name if user else None
