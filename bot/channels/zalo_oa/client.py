"""Zalo's OpenAPI and its OAuth server over HTTP. Errors come in the body of a 200."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from bot.channels.clocks import told_by
from bot.channels.received import json_object, part, wait_of, word
from bot.ports import TryLaterError

CALL_SECONDS = 15.0  # two calls and a renewal fit into the minute for which delivery holds a message
CONNECTIONS = 20
LONGEST_LIFE = 366 * 86400  # seconds: more than that is no lifetime


class RefusedError(Exception):
    """Zalo's answer is an error; `code` is its number (channel facts: docs/channels/zalo-oa.vi.md)."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}"[:300])
        self.code = code


@dataclass(frozen=True)
class Pair:
    """Both tokens as they come; `seconds` is how long the access token lives."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    seconds: int


class Client:
    def __init__(
        self, api: str, oauth: str, business: str, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._api = api.rstrip("/")
        self._business = business.rstrip("/")
        self._oauth = oauth.rstrip("/")
        self.told_at: datetime | None = None  # what their clock said last
        self.remaining: int | None = None  # calls that they still take, as they said last
        self._http = httpx.AsyncClient(
            timeout=CALL_SECONDS, limits=httpx.Limits(max_connections=CONNECTIONS), transport=transport
        )

    async def post(self, path: str, content: Mapping[str, Any], access_token: str) -> Mapping[str, Any]:
        """The answer's `data`. Raises RefusedError, TryLaterError."""
        answer = await self._asked(f"{self._api}{path}", json=content, headers={"access_token": access_token})
        return part(answer, "data")

    async def business(self, path: str, content: Mapping[str, Any], access_token: str) -> Mapping[str, Any]:
        """Messages to phone numbers have a server of their own."""
        answer = await self._asked(
            f"{self._business}{path}", json=content, headers={"access_token": access_token}
        )
        return part(answer, "data")

    async def get(self, path: str, access_token: str) -> Mapping[str, Any]:
        answer = await self._asked(f"{self._api}{path}", method="GET", headers={"access_token": access_token})
        return part(answer, "data")

    async def upload(
        self, path: str, name: str, media_type: str, content: bytes, access_token: str
    ) -> Mapping[str, Any]:
        """Multipart, in the field `file`."""
        answer = await self._asked(
            f"{self._api}{path}",
            files={"file": (name, content, media_type)},
            headers={"access_token": access_token},
        )
        return part(answer, "data")

    async def renew(self, app_id: str, app_secret: str, refresh_token: str) -> Pair:
        """The next pair; the refresh token is used up. Raises RefusedError, TryLaterError."""
        answer = await self._asked(
            f"{self._oauth}/v4/oa/access_token",
            data={"refresh_token": refresh_token, "app_id": app_id, "grant_type": "refresh_token"},
            headers={"secret_key": app_secret},
        )
        access, refresh = word(answer.get("access_token")), word(answer.get("refresh_token"))
        seconds = word(answer.get("expires_in"))
        if not (access and refresh and seconds.isdecimal() and 0 < int(seconds) < LONGEST_LIFE):
            raise TryLaterError("zalo answered without tokens")
        return Pair(access, refresh, int(seconds))

    async def close(self) -> None:
        await self._http.aclose()

    async def _asked(self, url: str, method: str = "POST", **request: Any) -> dict[str, Any]:
        try:
            response = await self._http.request(method, url, **request)
        except httpx.HTTPError as error:  # its text may quote what was sent
            raise TryLaterError(f"zalo: {type(error).__name__}") from error
        self.told_at = told_by(response.headers)
        self.remaining = _remaining(response)
        answer = json_object(response.content)
        code = error_of(answer) if answer else None
        if answer and code:
            raise RefusedError(code, word(answer.get("message")) or word(answer.get("error_name")))
        if response.status_code != 200 or answer is None or code is None:
            raise TryLaterError(f"zalo: HTTP {response.status_code}", wait_of(response))
        return answer


def _remaining(response: httpx.Response) -> int | None:
    told = response.headers.get("X-RateLimit-Remain", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


def error_of(answer: Mapping[str, Any]) -> int | None:
    """0 is success, and so is an answer of the OAuth server that names no error; None for what is no number."""
    found = answer.get("error", 0)
    try:
        return int(found) if isinstance(found, int | str) else None
    except ValueError:
        return None
