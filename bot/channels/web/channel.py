"""The web chat as a channel: what a stored payload means. Browsers fetch replies; nothing is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.capabilities import WEB
from bot.messages import Attachment, Incoming, Kind, Reply
from bot.ports import UndeliverableError, UnreadableError
from storage.records import AddressKey

NAME = "web"
ACCOUNT = "web"
KINDS = frozenset({Kind.TEXT, Kind.BUTTON, Kind.START})
FILES = frozenset({Kind.IMAGE, Kind.FILE, Kind.VOICE})


def address(session_id: str) -> AddressKey:
    return AddressKey(NAME, ACCOUNT, session_id)


class WebChannel:
    name = NAME
    account = ACCOUNT
    capabilities = WEB

    def read(self, payload: Mapping[str, Any], key: AddressKey, received_at: datetime) -> Incoming | None:
        try:
            kind = Kind(payload["kind"])
            identity = str(payload["client_message_id"])
            at = datetime.fromisoformat(payload["at"])
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableError(f"web payload: {error}") from error
        if kind not in KINDS | FILES:
            raise UnreadableError(f"web payload of kind {kind}")
        if at.tzinfo is None:
            at = received_at
        return Incoming(
            key=key,
            event_id=f"{key.user_id}:{identity}",
            at=at,
            kind=kind,
            text=str(payload.get("text") or ""),
            button=str(payload["button"]) if payload.get("button") else None,
            attachments=_attachments(kind, payload),
            start_parameter=str(payload["start"]) if payload.get("start") else None,
        )

    async def send(self, key: AddressKey, reply: Reply) -> str | None:
        del reply
        raise UndeliverableError("pull_channel", f"{key.channel} reads its messages itself")


def _attachments(kind: Kind, payload: Mapping[str, Any]) -> tuple[Attachment, ...]:
    file = payload.get("file")
    if kind not in FILES or not isinstance(file, Mapping):
        return ()
    stored = int(file["id"])
    name, size = file.get("name"), file.get("size")
    return (Attachment(kind, str(stored), name, file.get("media_type"), size, stored=stored),)
