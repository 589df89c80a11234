"""Whose event it is, and by what it is recognised when it comes again. Pure; never refuses an event."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.channels.received import part, word

ANONYMOUS = "anonymous"
NOBODY = "-"  # events about the OA, not about a person
_MESSAGE = re.compile(r"(?:user|anonymous)_send_(?!group_)\w+")


@dataclass(frozen=True)
class Envelope:
    """`user` is who it is about, and whom to answer."""

    name: str
    user: str
    event_id: str


def envelope(event: Mapping[str, Any], oa_id: str) -> Envelope:
    name, user = word(event.get("event_name")), user_of(event, oa_id)
    return Envelope(name, user, _event_id(event, name, user))


def of_another(event: Mapping[str, Any], oa_id: str) -> bool:
    """An app can serve several OAs, and all their events come to the same address."""
    named = word(event.get("oa_id"))
    ends = [word(part(event, end).get("id")) for end in ("sender", "recipient")]
    return named != oa_id if named else all(ends) and oa_id not in ends


def user_of(event: Mapping[str, Any], oa_id: str) -> str:
    """A person's id. Somebody without a Zalo account has two, both needed to answer them."""
    visitor = _anonymous(event)
    if visitor:
        return visitor
    ends = (
        part(event, "sender").get("id"),
        part(event, "recipient").get("id"),
        part(event, "follower").get("id"),
        event.get("user_id"),
    )
    return next((found for end in ends if (found := word(end)) and found != oa_id), NOBODY)


def _anonymous(event: Mapping[str, Any]) -> str | None:
    """The two ids stand at the top or beside the sender: sources do not say which."""
    places = (event, part(event, "sender"), part(event, "recipient"), part(event, "message"))
    person = next((found for place in places if (found := word(place.get("anonymous_id")))), "")
    conversation = next((found for place in places if (found := word(place.get("conversation_id")))), "")
    return f"{ANONYMOUS}:{person}:{conversation}" if person else None


def _event_id(event: Mapping[str, Any], name: str, user: str) -> str:
    """A message by its own id. Others may name a message of ours, several times: by what happened, to whom, when."""
    message, timestamp = word(part(event, "message").get("msg_id")), word(event.get("timestamp"))
    if message and _MESSAGE.fullmatch(name):
        return message
    if timestamp:
        return "|".join(filter(None, (name, user, timestamp, message)))
    digest = sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()
    return f"{name}|{user}|{digest[:32]}"
