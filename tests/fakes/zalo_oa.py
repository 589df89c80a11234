"""A Zalo OA as the documents and integrators describe it, since Zalo offers no sandbox: an ASGI program.

It keeps what arrived on each phone, renews tokens as Zalo does (each refresh token once), refuses what breaks
a limit, and does harm when told to. What nobody outside Zalo knows is in docs/channels/zalo-oa.vi.md.
"""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

OA_ID = "388613280879808645"
APP_ID = "2553928453557884079"
APP_SECRET = "app-secret-key"
OA_SECRET = "oa-secret-key"
FIRST_REFRESH_TOKEN = "refresh-0"
WINDOW = timedelta(days=7)
LIFE = 90_000  # seconds: Zalo's 25 hours

OK: dict[str, Any] = {"error": 0, "message": "Success"}


@dataclass(frozen=True)
class Fault:
    """`kind`: code, status, malformed, reset, lost (it arrives, its answer does not), delay."""

    kind: str
    number: float = 0  # the error code, the HTTP status, or the seconds
    wait: int | None = None  # Retry-After


@dataclass
class FakeOa:
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    life: int = LIFE
    old_tokens_die: bool = True  # at a renewal; sources do not say
    faults: Iterator[Fault | None] = field(default_factory=lambda: itertools.repeat(None))
    faults_of: dict[str, list[Fault]] = field(default_factory=dict)  # the next ones of one user
    oauth_faults: list[Fault] = field(default_factory=list)
    phones: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    wrote_at: dict[str, datetime] = field(default_factory=dict)
    open_to_all: bool = False  # everybody wrote a moment ago
    refresh_token: str = FIRST_REFRESH_TOKEN
    access_tokens: dict[str, datetime] = field(default_factory=dict)
    renewals: int = 0
    reused: int = 0  # refresh tokens offered a second time: each loses a real channel
    early: list[str] = field(default_factory=list)  # who came before the time we told them
    calls: int = 0
    _wait: dict[str, datetime] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v3.0/oa/message/cs", self._consult, methods=["POST"]),
                Route("/v2.0/oa/message", self._anonymous, methods=["POST"]),
                Route("/v4/oa/access_token", self._renew, methods=["POST"]),
            ]
        )

    def transport(self) -> httpx.ASGITransport:
        """For a client in the same process; faults of the network are raised there."""
        return httpx.ASGITransport(self.app)

    def texts(self, user: str) -> list[str]:
        return [message["text"] for message in self.phones.get(user, []) if "text" in message]

    def buttons(self, user: str) -> list[dict[str, Any]]:
        """Under the last message on this phone."""
        last = self.phones[user][-1]
        buttons: list[dict[str, Any]] = last.get("attachment", {}).get("payload", {}).get("buttons", [])
        return buttons

    def expire(self) -> None:
        self.access_tokens.clear()

    async def _renew(self, request: Request) -> Response:
        form = await request.form()
        for fault in (self.oauth_faults.pop(0),) if self.oauth_faults else ():
            if fault.kind != "lost" and (harm := await _harmed(fault)):
                return harm
        if request.headers.get("secret_key") != APP_SECRET or form.get("app_id") != APP_ID:
            return JSONResponse({"error": -14004, "error_name": "Invalid secret key", "error_reason": "..."})
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self.refresh_token:
            self.reused += 1
            return JSONResponse(
                {"error": -14014, "error_name": "Invalid refresh token", "error_reason": "..."}
            )
        self.renewals += 1
        self.refresh_token = f"refresh-{self.renewals}"
        if self.old_tokens_die:
            self.access_tokens.clear()
        access = f"access-{self.renewals}"
        self.access_tokens[access] = self.now() + timedelta(seconds=self.life)
        return JSONResponse(
            {"access_token": access, "refresh_token": self.refresh_token, "expires_in": str(self.life)}
        )

    async def _consult(self, request: Request) -> Response:
        content = await request.json()
        user = content["recipient"]["user_id"]
        return await self._take(request, user, content["message"], _wrong(content["message"]))

    async def _anonymous(self, request: Request) -> Response:
        content = await request.json()
        recipient = content["recipient"]
        user = f"anonymous:{recipient['anonymous_id']}:{recipient['conversation_id']}"
        wrong = -233 if "attachment" in content["message"] else _wrong(content["message"])
        return await self._take(request, user, content["message"], wrong, window=False)

    async def _take(
        self, request: Request, user: str, message: Mapping[str, Any], wrong: int, *, window: bool = True
    ) -> Response:
        self.calls += 1
        if user in self._wait and self.now() < self._wait[user]:
            self.early.append(user)
        if self.access_tokens.get(request.headers.get("access_token", ""), self.now()) <= self.now():
            return _error(-216)
        mine = self.faults_of.get(user)
        fault = mine.pop(0) if mine else next(self.faults)
        if fault and fault.wait:
            self._wait[user] = self.now() + timedelta(seconds=fault.wait)
        if fault and fault.kind != "lost" and (harm := await _harmed(fault)):
            return harm
        code = wrong or (self._window(user) if window else 0)
        if code:
            return _error(code)
        number = next(self._numbers)
        self.phones.setdefault(user, []).append(dict(message))
        if fault and fault.kind == "lost":
            raise httpx.ReadError("the answer was lost")
        return JSONResponse({**OK, "data": {"message_id": f"m{number}", "user_id": user}})

    def _window(self, user: str) -> int:
        if self.open_to_all:
            return 0
        if user not in self.wrote_at:
            return -232
        return 0 if self.now() - self.wrote_at[user] < WINDOW else -230


def _error(code: int) -> Response:
    return JSONResponse({"error": code, "message": f"error {code}"})


async def _harmed(fault: Fault) -> Response | None:
    match fault.kind:
        case "code":
            return _error(int(fault.number))
        case "status":
            headers = {"Retry-After": str(fault.wait)} if fault.wait else {}
            return Response("<html>busy</html>", int(fault.number), headers)
        case "malformed":
            return Response(b'{"error": 0, "mess', 200, media_type="application/json")
        case "reset":
            raise httpx.ReadError("connection reset")
        case "delay":
            await asyncio.sleep(fault.number)
    return None


def _wrong(message: Mapping[str, Any]) -> int:
    """The error that Zalo's limits make of a message; 0 for none."""
    payload = message.get("attachment", {}).get("payload", {})
    if payload.get("template_type") == "request_user_info":
        form = payload["elements"][0]
        return 0 if len(form["title"]) <= 100 and len(form["subtitle"]) <= 500 else -210
    if not 1 <= len(message.get("text", "")) <= 2000:
        return -210
    buttons = payload.get("buttons", [])
    return (
        -210 if len(buttons) > 5 else next((found for each in buttons if (found := _wrong_button(each))), 0)
    )


def _wrong_button(button: Mapping[str, Any]) -> int:
    if not 1 <= len(button["title"]) <= 100:
        return -210
    payload = button["payload"]
    match button["type"]:
        case "oa.query.hide" | "oa.query.show":
            return 0 if payload.startswith("#") and len(payload) <= 1000 else -201
        case "oa.open.url":
            return 0 if payload["url"].startswith(("http://", "https://")) else -201
        case "oa.open.phone":
            return 0 if payload["phone_code"].startswith("84") else -201
    return -201


def signed(
    event: Mapping[str, Any], *, variant: str = "oa-body", header_timestamp: str = ""
) -> tuple[bytes, dict[str, str]]:
    """The body and the headers as Zalo posts them. Keys in their order, as a foreign program writes them."""
    body = json.dumps(event, ensure_ascii=False, indent=1).encode()
    secret, clock, *first = variant.split("-")
    parts = (
        (OA_ID if first else APP_ID).encode(),
        body,
        (str(event.get("timestamp", "")) if clock == "body" else header_timestamp).encode(),
        (OA_SECRET if secret == "oa" else APP_SECRET).encode(),
    )
    headers = {"X-ZEvent-Signature": f"mac={sha256(b''.join(parts)).hexdigest()}", "num_retry": "0"}
    if header_timestamp:
        headers["X-ZEvent-Timestamp"] = header_timestamp
    return body, headers
