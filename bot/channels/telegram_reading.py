"""What a Telegram update means. Pure."""

from datetime import datetime

from aiogram.enums import ChatMemberStatus
from aiogram.types import ChatMemberUpdated, Message, Update, User

from bot.messages import Attachment, Incoming, Kind, Location, SharedContact
from storage.records import AddressKey


def incoming_of(update: Update, key: AddressKey, received_at: datetime) -> Incoming | None:
    event = str(update.update_id)
    if update.callback_query:
        query = update.callback_query
        return Incoming(
            key, event, received_at, Kind.BUTTON, button=query.data or "", display_name=_name(query.from_user)
        )
    if update.my_chat_member:
        return _membership(update.my_chat_member, key, event, received_at)
    message = update.message or update.edited_message
    return _message(message, key, event) if message else None


def _membership(change: ChatMemberUpdated, key: AddressKey, event: str, at: datetime) -> Incoming | None:
    """Blocked is leaving. Unblocked comes with a /start of its own."""
    if change.new_chat_member.status is ChatMemberStatus.KICKED:
        return Incoming(key, event, at, Kind.LEFT)
    return None


def _message(message: Message, key: AddressKey, event: str) -> Incoming:
    text = message.text or message.caption or ""
    kind = _kind(message)
    start = text.partition(" ")
    if kind is Kind.TEXT and start[0] == "/start":
        return Incoming(
            key, event, message.date, Kind.START, start_parameter=start[2] or None, display_name=_name(message.from_user)
        )
    return Incoming(
        key=key,
        event_id=event,
        at=message.date,
        kind=kind,
        text=text,
        attachments=tuple(_attachments(message)),
        location=Location(message.location.latitude, message.location.longitude) if message.location else None,
        contact=_contact(message),
        display_name=_name(message.from_user),
    )


def _kind(message: Message) -> Kind:
    kinds = {
        Kind.TEXT: message.text,
        Kind.IMAGE: message.photo,
        Kind.VOICE: message.voice or message.audio,
        Kind.VIDEO: message.video or message.video_note,
        Kind.FILE: message.document,
        Kind.STICKER: message.sticker,
        Kind.LOCATION: message.location,
        Kind.CONTACT: message.contact,
    }
    return next((kind for kind, there in kinds.items() if there), Kind.UNSUPPORTED)


def _attachments(message: Message) -> list[Attachment]:
    if message.photo:
        largest = message.photo[-1]
        return [Attachment(Kind.IMAGE, largest.file_id, size=largest.file_size)]
    found = {
        Kind.FILE: message.document,
        Kind.VOICE: message.voice or message.audio,
        Kind.VIDEO: message.video,
    }
    return [
        Attachment(
            kind,
            file.file_id,
            name=getattr(file, "file_name", None),
            media_type=file.mime_type,
            size=file.file_size,
        )
        for kind, file in found.items()
        if file
    ]


def _contact(message: Message) -> SharedContact | None:
    """A card can be forwarded: it is the sender's own number only when the user ids agree."""
    card = message.contact
    if card is None:
        return None
    own = message.from_user is not None and card.user_id == message.from_user.id
    return SharedContact(card.phone_number, name=card.first_name, own=own)


def _name(user: User | None) -> str | None:
    return user.full_name if user else None
