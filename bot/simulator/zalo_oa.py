"""A Zalo OA as the documents and integrators describe it, since Zalo offers no sandbox: an ASGI program.

It keeps what arrived on each phone, renews tokens as Zalo does (each refresh token once), refuses what breaks
a limit, and does harm when told to. What nobody outside Zalo knows is in docs/channels/zalo-oa.vi.md.
"""

import asyncio
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.simulator import zalo_limits
from bot.simulator.zalo_events import APP_ID, APP_SECRET, OA_ID

FIRST_REFRESH_TOKEN = "refresh-0"  # noqa: S105 - the simulated OA's, known to everybody
WINDOW = timedelta(days=7)
FREE = timedelta(hours=48)
UPLOAD_LIFE = timedelta(days=7)
UPLOADS_A_MONTH = 5000
LIFE = 90_000  # seconds: Zalo's 25 hours
UNKNOWN_TEMPLATE, MISSING_PARAMETER, WRONG_PHONE, OUT_OF_QUOTA = -109, -1121, -108, -211

OK: dict[str, Any] = {"error": 0, "message": "Success"}


@dataclass(frozen=True)
class Fault:
    """`kind`: code, status, malformed, reset, lost (it arrives, its answer does not), delay."""

    kind: str
    number: float = 0  # the error code, the HTTP status, or the seconds
    wait: int | None = None  # Retry-After


@dataclass(frozen=True)
class Upload:
    """What was uploaded for sending; `kind` is image, gif or file."""

    kind: str
    name: str
    content: bytes = field(repr=False)
    until: datetime


@dataclass
class FakeOa:
    """`templates` maps the id of an approved template to the parameters it needs."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    life: int = LIFE
    old_tokens_die: bool = True  # at a renewal; sources do not say
    faults: Iterator[Fault | None] = field(default_factory=lambda: itertools.repeat(None))
    faults_of: dict[str, list[Fault]] = field(default_factory=dict)  # the next ones of one user
    oauth_faults: list[Fault] = field(default_factory=list)
    upload_faults: list[Fault] = field(default_factory=list)
    phones: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    wrote_at: dict[str, datetime] = field(default_factory=dict)
    open_to_all: bool = False  # everybody wrote a moment ago
    consultations_left: int = 8  # what the quota call says of the free 48 hours
    templates: dict[str, frozenset[str]] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    media: dict[str, tuple[bytes, str]] = field(default_factory=dict)  # what citizens sent: content, type
    refresh_token: str = FIRST_REFRESH_TOKEN
    access_tokens: dict[str, datetime] = field(default_factory=dict)
    renewals: int = 0
    reused: int = 0  # refresh tokens offered a second time: each loses a real channel
    early: list[str] = field(default_factory=list)  # who came before the time we told them
    calls: int = 0
    calls_left: int | None = None  # told with each answer to a message
    ahead: timedelta | None = None  # how far its clock is before ours; None: it does not tell
    _wait: dict[str, datetime] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def app(self) -> Starlette:
        return Starlette(routes=self.routes)

    @property
    def routes(self) -> list[Route]:
        """Both hosts of Zalo, and the place where citizens' photos lie."""
        return [
            Route("/v3.0/oa/message/cs", self._consult, methods=["POST"]),
            Route("/v3.0/oa/message/template", self._template, methods=["POST"]),
            Route("/message/template", self._template_by_phone, methods=["POST"]),
            Route("/v2.0/oa/message", self._anonymous, methods=["POST"]),
            Route("/v2.0/oa/upload/{kind:str}", self._upload, methods=["POST"]),
            Route("/v3.0/oa/quota/message", self._quota, methods=["POST"]),
            Route("/v2.0/oa/getoa", self._about, methods=["GET"]),
            Route("/v4/oa/access_token", self._renew, methods=["POST"]),
            Route("/media/{name:str}", self._media, methods=["GET"]),
        ]

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

    def wrote(self, user: str) -> None:
        """The citizen did something that opens the window."""
        self.wrote_at[user] = self.now()

    def expire(self) -> None:
        """Every access token ends now."""
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
        user, message = content["recipient"]["user_id"], content["message"]
        return await self._take(request, user, message, zalo_limits.wrong(message) or self._expired(message))

    async def _template(self, request: Request) -> Response:
        """An approved template reaches people outside the window too."""
        content = await request.json()
        return await self._shown(request, content["user_id"], content, 0)

    async def _template_by_phone(self, request: Request) -> Response:
        content = await request.json()
        phone, mark = content["phone"], content["tracking_id"]
        wrong = 0 if phone.startswith("84") and 10 <= len(phone) <= 12 and len(mark) <= 48 else WRONG_PHONE
        return await self._shown(request, phone, content, wrong)

    async def _shown(self, request: Request, to: str, content: Mapping[str, Any], wrong: int) -> Response:
        needed, given = self.templates.get(content["template_id"]), content["template_data"]
        unfit = UNKNOWN_TEMPLATE if needed is None else 0 if needed <= set(given) else MISSING_PARAMETER
        shown = {"template": content["template_id"], "data": given}
        return await self._take(request, to, shown, wrong or unfit, window=False)

    async def _anonymous(self, request: Request) -> Response:
        content = await request.json()
        recipient = content["recipient"]
        user = f"anonymous:{recipient['anonymous_id']}:{recipient['conversation_id']}"
        message = content["message"]
        wrong = zalo_limits.TYPE if "attachment" in message else zalo_limits.wrong(message)
        return await self._take(request, user, message, wrong, window=False)

    async def _upload(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        if self.upload_faults and (harm := await _harmed(self.upload_faults.pop(0))):
            return harm
        kind = request.path_params["kind"]
        async with request.form() as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                return _error(zalo_limits.FIELD)
            called, content = file.filename or "", await file.read()
        if code := zalo_limits.wrong_upload(kind, called, content):
            return _error(code)
        if len(self.uploads) >= UPLOADS_A_MONTH:
            return _error(OUT_OF_QUOTA)
        name = f"{kind}-{next(self._numbers)}"
        self.uploads[name] = Upload(kind, called, content, self.now() + UPLOAD_LIFE)
        return JSONResponse({**OK, "data": {"token" if kind == "file" else "attachment_id": name}})

    async def _quota(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        user = (await request.json())["user_id"]
        wrote = self.now() if self.open_to_all else self.wrote_at.get(user)
        if wrote is None:
            return _error(-232)
        free = self.now() - wrote < FREE
        told = {
            "last_interaction": round(wrote.timestamp() * 1000),
            "cs_reply": {"remain": self.consultations_left if free else 0, "total": 8},
        }
        return JSONResponse({**OK, "data": told})

    async def _about(self, request: Request) -> Response:
        told = {"oaid": OA_ID, "name": "Một Cửa thử", "is_verified": True, "num_follower": len(self.wrote_at)}
        date = {} if self.ahead is None else {"Date": format_datetime(self.now() + self.ahead, usegmt=True)}
        return self._refused(request) or JSONResponse({**OK, "data": told}, headers=date)

    async def _media(self, request: Request) -> Response:
        found = self.media.get(request.path_params["name"])
        return Response(found[0], media_type=found[1]) if found else Response(status_code=404)

    async def _take(
        self, request: Request, user: str, message: Mapping[str, Any], wrong: int, *, window: bool = True
    ) -> Response:
        self.calls += 1
        if user in self._wait and self.now() < self._wait[user]:
            self.early.append(user)
        if refused := self._refused(request):
            return refused
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
        told = {} if self.calls_left is None else {"X-RateLimit-Remain": str(self.calls_left)}
        return JSONResponse({**OK, "data": {"message_id": f"m{number}", "user_id": user}}, headers=told)

    def _refused(self, request: Request) -> Response | None:
        token = request.headers.get("access_token", "")
        return _error(-216) if self.access_tokens.get(token, self.now()) <= self.now() else None

    def _window(self, user: str) -> int:
        if self.open_to_all:
            return 0
        if user not in self.wrote_at:
            return -232
        return 0 if self.now() - self.wrote_at[user] < WINDOW else -230

    def _expired(self, message: Mapping[str, Any]) -> int:
        """Uploads are good for a week."""
        payload = message.get("attachment", {}).get("payload", {})
        elements = payload.get("elements") or [{}]
        named = payload.get("token") or elements[0].get("attachment_id")
        if named is None:
            return 0
        upload = self.uploads.get(named)
        return 0 if upload and self.now() < upload.until else zalo_limits.EXPIRED


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
