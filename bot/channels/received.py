"""What comes from the Zalo platforms, taken off the wire: not longer than it can be, and JSON."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.requests import Request

LONGEST_BODY = 1_000_000  # bytes; their events are a few kilobytes
RETRY_AFTER = 5  # seconds


async def body_of(request: Request) -> bytes | None:
    """None when it is longer than any event; the rest is not read."""
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > LONGEST_BODY:
            return None
    return bytes(received)


def json_object(body: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):  # nested so deep that it can only be hostile
        return None
    return content if isinstance(content, dict) else None


def one_header(request: Request, name: bytes) -> bytes | None:
    """As bytes, since comparing in constant time refuses letters beyond ASCII. None unless it came once."""
    values = [value for key, value in request.headers.raw if key == name]
    return values[0] if len(values) == 1 else None


def part(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A nested object; empty where there is none."""
    found = content.get(name)
    return found if isinstance(found, dict) else {}


def word(value: object) -> str:
    """An identifier or a text. Numbers are said as text: the platforms send either. Empty for all else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def milliseconds(value: object) -> int | None:
    """A moment in milliseconds since 1970, from text or number; None when it cannot be one."""
    digits = word(value)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 14 else None


def moment(value: object, otherwise: datetime) -> datetime:
    at = milliseconds(value)
    return datetime.fromtimestamp(at / 1000, UTC) if at else otherwise


def wait_of(response: httpx.Response) -> float | None:
    """Seconds, where the answer names them; a date, which is as good, is not read."""
    asked = response.headers.get("Retry-After", "")
    return float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else None
