"""Codes of six digits that change every 30 seconds (RFC 6238, HMAC-SHA-1, what every authenticator app speaks)."""

import base64
import binascii
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

STEP = 30  # seconds
DIGITS = 6
_DRIFT = 1  # steps that a phone's clock may be off
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another


def new_secret() -> str:
    """160 bits, as RFC 4226 recommends, in the letters that apps take."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def is_secret(text: str) -> bool:
    try:
        return len(base64.b32decode(text)) == 20
    except (binascii.Error, ValueError):
        return False


def code(secret: str, step: int) -> str:
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 0xF
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The step whose code was typed, if it is of now or a moment ago."""
    digits = "".join(typed.split())
    if len(digits) != DIGITS or not digits.isascii():
        return None
    current = int(now.timestamp()) // STEP
    near = range(current - _DRIFT, current + _DRIFT + 1)
    return next((step for step in near if hmac.compare_digest(code(secret, step), digits)), None)


def address(secret: str, username: str, issuer: str) -> str:
    """What an app reads to add the account."""
    label = quote(f"{issuer}:{username}")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}&period={STEP}&digits={DIGITS}"


def recovery_codes() -> tuple[str, ...]:
    """For the day the phone is lost; about 49 bits each, good for one login."""
    return tuple(
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(2))
        for _ in range(RECOVERY_CODES)
    )
