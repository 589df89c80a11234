"""Passwords: which are refused, and how they are kept (argon2id).

Length and a list instead of rules of composition: OWASP ASVS 5.0, 6.2.1-6.2.12; hash parameters: 11.4.2.
"""

import asyncio
import re
import unicodedata
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
SHORTEST_ADMIN = 15
_LONGEST = 256
_AT_ONCE = 2  # each takes 19 MiB; a flood of logins must not take the memory of the rest
_OWN_LETTERS = 4
_SENTENCE = 5  # words
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
)

# The minimum OWASP recommends: 27 ms on a small machine, where the library's default takes 133 ms and 64 MiB.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class WeakPasswordError(Exception):
    """`reason` is the end of a text key: short, long, common."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Passwords:
    """Hashes and checks in threads, two at a time."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        async with self._free:
            return await asyncio.to_thread(_HASHER.hash, _normal(password))

    async def fits(self, password_hash: str | None, password: str) -> bool:
        """As slow for somebody who does not exist as for somebody who does."""
        async with self._free:
            right = await asyncio.to_thread(_verify, password_hash, _normal(password)[:_LONGEST])
        return right and password_hash is not None


@cache
def _nobody() -> str:
    return _HASHER.hash("the password of nobody at all")


def _verify(password_hash: str | None, password: str) -> bool:
    nobody = _nobody()  # made by the first login, whoever it is: the time tells nothing
    try:
        return _HASHER.verify(password_hash or nobody, password)
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    """One form however the keyboard composed it."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *personal: str, shortest: int = SHORTEST) -> None:
    """Raises WeakPasswordError. `personal`: words everybody connects with this account."""
    password = _normal(password)
    if len(password) < shortest:
        raise WeakPasswordError("short")
    if len(password) > _LONGEST:
        raise WeakPasswordError("long")
    if _is_guessable(_folded(password), frozenset(filter(None, (_folded(word) for word in personal)))):
        raise WeakPasswordError("common")


def _is_guessable(password: str, personal: frozenset[str]) -> bool:
    """A few words everybody uses, runs of the keyboard, digits and signs, and next to nothing else.

    Three letters of one's own are hardly more: `matkhau@2026abc`. Five common words are a sentence, and good.
    """
    if _is_run(re.sub(r"[^a-z0-9]", "", password)) or len(set(password)) < 5:
        return True
    rest, used = re.sub(r"[^a-z]+", " ", _unleet(password)), 0
    for word in sorted(_common() | _parts(personal), key=len, reverse=True):
        used += rest.count(word)
        rest = rest.replace(word, " ")
    own = sum(len(part) for part in rest.split() if not _is_run(part))
    return own < _OWN_LETTERS and used < _SENTENCE


def _parts(personal: frozenset[str]) -> frozenset[str]:
    """Whole and in pieces; two letters would be in everything."""
    joined = {re.sub(r"[^a-z]+", "", name) for name in personal}
    pieces = {part for name in personal for part in re.split(r"[^a-z]+", name)}
    return frozenset(part for part in joined | pieces if len(part) > 2)


def _is_run(text: str) -> bool:
    return bool(text) and any(text in run or text[::-1] in run for run in _RUNS)


def _unleet(text: str) -> str:
    return text.translate(str.maketrans("@013$5!7", "aoiessit"))


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(part for part in parts if not unicodedata.combining(part))


@cache
def _common() -> frozenset[str]:
    lines = (files("bot.console") / "common_words.txt").read_text("utf-8").split("\n")
    return frozenset(
        word for line in lines if not line.startswith("#") for word in line.split() if len(word) > 2
    )
