"""What people see when something is wrong: what happened, what to do, whom to call."""

import secrets
from collections.abc import Callable

import structlog
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.pages.forms import ForeignFormError, TooLargeError
from bot.pages.headers import secure
from storage.errors import UnavailableError

_KNOWN = frozenset({401, 403, 404, 405, 409, 413, 429, 503})
_LOG = structlog.get_logger(__name__)


def wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def install(app: Starlette, render: Callable[..., str]) -> None:
    def answer(
        request: Request, status: int, headers: dict[str, str] | None = None, incident: str = ""
    ) -> Response:
        if wants_json(request):
            return JSONResponse({"error": status, "incident": incident}, status, headers)
        kind = str(status) if status in _KNOWN else "500" if status >= 500 else "400"
        return HTMLResponse(render("pages/error.html", kind=kind, incident=incident), status, headers)

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer(request, error.status_code, dict(error.headers or {}))

    async def too_large(request: Request, error: Exception) -> Response:
        del error
        return answer(request, 413)

    async def foreign(request: Request, error: Exception) -> Response:
        del error
        return answer(request, 403)

    async def unavailable(request: Request, error: Exception) -> Response:
        del error
        return answer(request, 503, {"Retry-After": "5"})

    async def crash(request: Request, error: Exception) -> Response:
        incident = secrets.token_hex(4)
        # The endpoint, not the path: a path may hold an invitation.
        endpoint = getattr(request.scope.get("endpoint"), "__qualname__", "?")
        _LOG.error("request failed", incident=incident, endpoint=endpoint, kind=type(error).__name__)
        response = answer(request, 500, incident=incident)
        # Starlette answers a crash outside of every middleware: the headers are set here.
        secure(MutableHeaders(raw=response.raw_headers), https=request.url.scheme == "https")
        return response

    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(TooLargeError, too_large)
    app.add_exception_handler(ForeignFormError, foreign)
    app.add_exception_handler(UnavailableError, unavailable)
    app.add_exception_handler(Exception, crash)
