"""Events as Zalo posts them, from payloads that integrators published, and the signature they carry."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

OA_ID = "388613280879808645"
APP_ID = "2553928453557884079"
APP_SECRET = "app-secret-key"  # noqa: S105 - the simulated OA's, known to everybody
OA_SECRET = "oa-secret-key"  # noqa: S105


def event(name: str, user: str, timestamp: str, **more: Any) -> dict[str, Any]:
    """`timestamp`: milliseconds since 1970, as text."""
    return {
        "event_name": name,
        "app_id": APP_ID,
        "sender": {"id": user},
        "recipient": {"id": OA_ID},
        "timestamp": timestamp,
        "user_id_by_app": "979122185046046317",
        **more,
    }


def typed(text: str, number: object, user: str, timestamp: str) -> dict[str, Any]:
    """Also what a press on a button sends: the payload of the button, as text."""
    return event("user_send_text", user, timestamp, message={"text": text, "msg_id": f"cb31dff1{number}"})


def attached(
    what: str,
    number: object,
    user: str,
    timestamp: str,
    *payloads: Mapping[str, Any],
    text: str | None = None,
) -> dict[str, Any]:
    """A message with attachments: `user_send_<what>`."""
    message: dict[str, Any] = {
        "msg_id": f"b8de7d84{number}",
        "attachments": [{"type": what, "payload": dict(payload)} for payload in payloads],
    }
    if text is not None:
        message["text"] = text
    return event(f"user_send_{what}", user, timestamp, message=message)


def relation(name: str, user: str, timestamp: str) -> dict[str, Any]:
    """`follow` or `unfollow`."""
    return {
        "oa_id": OA_ID,
        "follower": {"id": user},
        "user_id_by_app": "552172779717587730",
        "event_name": name,
        "source": "oa_profile",
        "app_id": APP_ID,
        "timestamp": timestamp,
    }


def submitted(user: str, timestamp: str, phone: str, name: str) -> dict[str, Any]:
    """The form asking for contact data, filled in."""
    info = {
        "name": name,
        "phone": phone,
        "user_dob": "30/10/1999",
        "gender": "Nam",
        "full_address": {"user_city": "", "user_ward": "", "user_address": ""},
    }
    return event("user_submit_info", user, timestamp, info=info)


def echo(
    what: str, number: object, user: str, timestamp: str, text: str, admin: str | None
) -> dict[str, Any]:
    """What the OA sent: by the API, or (`admin`) by an officer in Zalo's own app."""
    sender = {"id": OA_ID, "admin_id": admin} if admin else {"id": OA_ID}
    message = {"text": text, "msg_id": str(number)}
    return event(f"oa_send_{what}", user, timestamp, sender=sender, recipient={"id": user}, message=message)


def seen(user: str, timestamp: str, *message_ids: str) -> dict[str, Any]:
    ends = {"sender": {"id": OA_ID}, "recipient": {"id": user}}
    return event("user_seen_message", user, timestamp, **ends, message={"msg_ids": list(message_ids)})


def signed(
    content: Mapping[str, Any], *, variant: str = "oa-body", header_timestamp: str = "", retry: int = 0
) -> tuple[bytes, dict[str, str]]:
    """The body and the headers as Zalo posts them. Keys in their order, as a foreign program writes them."""
    body = json.dumps(content, ensure_ascii=False, indent=1).encode()
    secret, clock, *first = variant.split("-")
    parts = (
        (OA_ID if first else APP_ID).encode(),
        body,
        (str(content.get("timestamp", "")) if clock == "body" else header_timestamp).encode(),
        (OA_SECRET if secret == "oa" else APP_SECRET).encode(),  # noqa: S105
    )
    headers = {
        "Content-Type": "application/json",
        "X-ZEvent-Signature": f"mac={sha256(b''.join(parts)).hexdigest()}",
        "num_retry": str(retry),
    }
    if header_timestamp:
        headers["X-ZEvent-Timestamp"] = header_timestamp
    return body, headers
