"""What no officer sends to a citizen, not even by slip: it is held back, and the officer is told why. Pure.

Why these: swindlers pose as officers and ask for money, codes and passwords (Ministry of Public Security's
warnings of 2024-2025). Whoever has learned that an officer never asks cannot be robbed by a false one.
"""

import re
from collections.abc import Collection
from enum import StrEnum
from urllib.parse import urlsplit

from intents.text import fold

STATE = "gov.vn"


class Held(StrEnum):
    ACCOUNT = "account"  # a bank account to pay to
    SECRET = "secret"  # noqa: S105 - asks for a one-time code or a password
    LINK = "link"  # leads to a site that is not on the list
    UNPROVED = "unproved"  # a dossier's details, to somebody who has not proved that it is theirs
    VARIABLE = "variable"  # a canned reply with a gap nobody filled in


class HeldBackError(ValueError):
    """`reasons` says what is wrong with it."""

    def __init__(self, reasons: tuple[Held, ...]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


_ACCOUNT = re.compile(r"\b(?:so tai khoan|stk|so tk|tai khoan (?:ngan hang|so)|chuyen khoan|chuyen tien)\b")
_NUMBER = re.compile(r"\d(?:[ .-]?\d){5,18}")
_SECRET = re.compile(r"\b(?:otp|mat khau|ma pin|cvv|cvc|ma (?:xac thuc|xac nhan|bao mat|kich hoat))\b")
_GIVE = re.compile(r"\b(?:gui|cung cap|doc|nhan lai|nhan tin|chup|dua)\b")
_NEVER = re.compile(r"\b(?:khong|dung|chang|tuyet doi|chua)\b")
_SENTENCE = re.compile(r"[.!?\n;]+")
_ENDINGS = "com|net|org|vn|info|xyz|top|site|online|io|me|cc|link|click|shop|asia|ly|gl|co|app|vip|win|club"
_LINK = re.compile(
    rf"(?:https?://|www\.)[^\s<>\"']+|(?<![\w@.])(?:[\w-]+\.)+(?:{_ENDINGS})\b(?:/[^\s<>\"']*)?", re.I
)
_GAP = re.compile(r"\{[^{}\n]{1,40}\}")


def held(text: str, allowed: Collection[str] = ()) -> tuple[Held, ...]:
    """Everything in `text` that must not go out. `allowed`: hosts beside those of the State."""
    folded = fold(text)
    found = []
    if _ACCOUNT.search(folded) and _NUMBER.search(text):
        found.append(Held.ACCOUNT)
    if any(_asks_for_secret(sentence) for sentence in _SENTENCE.split(text)):
        found.append(Held.SECRET)
    if any(not _is_listed(link, allowed) for link in _LINK.findall(text)):
        found.append(Held.LINK)
    if _GAP.search(text):
        found.append(Held.VARIABLE)
    return tuple(found)


def _asks_for_secret(sentence: str) -> bool:
    folded = fold(sentence)
    secret = _SECRET.search(folded)
    return bool(secret and _GIVE.search(folded) and not _NEVER.search(folded))


def _is_listed(link: str, allowed: Collection[str]) -> bool:
    address = link if "://" in link else f"https://{link}"
    try:
        parts = urlsplit(address)
        host, user = (parts.hostname or "").rstrip("."), parts.username
    except ValueError:
        return False
    if parts.scheme != "https" or user is not None:
        return False
    return any(host == each or host.endswith(f".{each}") for each in (STATE, *allowed))
