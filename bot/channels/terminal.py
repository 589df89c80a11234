"""The terminal: the same assistant in a shell, for trying and for support over ssh."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.capabilities import TERMINAL as CAPABILITIES
from bot.messages import Incoming, Kind, Reply
from bot.ports import UndeliverableError, UnreadableError
from bot.render import render
from storage.records import AddressKey


class TerminalChannel:
    name = "terminal"
    account = "terminal"
    capabilities = CAPABILITIES

    def read(self, payload: Mapping[str, Any], key: AddressKey, received_at: datetime) -> Incoming | None:
        text = payload.get("text")
        if not isinstance(text, str):
            raise UnreadableError("a terminal message has a text")
        kind = Kind.START if payload.get("start") else Kind.TEXT
        return Incoming(key, str(payload.get("id", "")), received_at, kind, text=text)

    async def send(self, key: AddressKey, reply: Reply) -> str | None:
        del reply
        raise UndeliverableError("pull_channel", f"{key.channel} reads its messages itself")


def shown(reply: Reply) -> str:
    """A reply as lines of text, choices numbered."""
    return "\n".join(call.text for call in render(reply, CAPABILITIES))
