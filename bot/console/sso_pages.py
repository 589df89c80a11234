"""The way to the province's own login and back. Between the two the browser keeps a signed, short-lived cookie."""

from dataclasses import asdict

import structlog
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console.accounts import Accounts, UnknownPersonError
from bot.console.gate import HOME, Gate, inside
from bot.console.sso import Attempt, Sso, SsoError
from bot.pages.limits import Limiter, network
from bot.pages.site import Site

log = structlog.get_logger()

BEGIN, BACK = f"{HOME}/sso", f"{HOME}/sso/ve"
_COOKIE = "motcua_sso"
_MINUTES = 10


class SsoPages:
    def __init__(self, site: Site, gate: Gate, accounts: Accounts, sso: Sso, key: bytes) -> None:
        self._site = site
        self._gate = gate
        self._accounts = accounts
        self._sso = sso
        self._sealed = URLSafeTimedSerializer(key, salt="motcua sso")
        self._tries = Limiter(per_minute=20, burst=20)

    def routes(self) -> list[BaseRoute]:
        return [
            Route(BEGIN, self._begin, name="sso"),
            Route(BACK, self._come_back, name="sso_back"),
        ]

    async def _begin(self, request: Request) -> Response:
        if self._tries.wait(network(_ip(request))):
            return self._problem("busy", 429)
        try:
            address, attempt = await self._sso.begin()
        except SsoError as error:
            return self._failed(error)
        response = RedirectResponse(address, 303)
        kept = {**asdict(attempt), "wanted": inside(request.query_params.get("tiep", ""))}
        response.set_cookie(
            self._cookie(request),
            self._sealed.dumps(kept),
            max_age=60 * _MINUTES,
            path="/",
            secure=self._site.is_https(request),
            httponly=True,
            samesite="lax",  # strict would not come along from the provider's page
        )
        return response

    async def _come_back(self, request: Request) -> Response:
        """Once for each way there: what is replayed finds its nonce used."""
        if self._tries.wait(network(_ip(request))):
            return self._problem("busy", 429)
        try:
            kept = self._sealed.loads(request.cookies.get(self._cookie(request), ""), max_age=60 * _MINUTES)
        except BadSignature:
            return self._problem("stale", 400)
        wanted = str(kept.pop("wanted"))
        try:
            identity = await self._sso.finish(Attempt(**kept), dict(request.query_params))
            agent = request.headers.get("user-agent")
            token = await self._accounts.log_in_as(identity, str(kept["nonce"]), agent)
        except SsoError as error:
            return self._failed(error)
        except UnknownPersonError:
            return self._problem("unknown", 403)
        # A page of our own in between: the strict cookie does not come along on a way that began elsewhere.
        response = self._gate.admit(request, self._site.page("console/again.html", wanted=wanted), token)
        response.delete_cookie(self._cookie(request), path="/")
        return response

    def _failed(self, error: SsoError) -> Response:
        log.warning("sso.failed", problem=str(error))
        return self._problem(error.reason, 502 if error.reason == "unreachable" else 400)

    def _problem(self, reason: str, status: int) -> Response:
        problem = self._site.texts(f"console.sso.{reason}")
        return self._site.page(
            "console/login.html", status=status, wanted=HOME, name="", problem=problem, sso=BEGIN
        )

    def _cookie(self, request: Request) -> str:
        return f"__Host-{_COOKIE}" if self._site.is_https(request) else _COOKIE


def _ip(request: Request) -> str | None:
    return request.client.host if request.client else None
