"""Security headers, on every response the server gives, errors included."""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_YEAR = 31_536_000  # seconds


def policy(frame_ancestors: Sequence[str] = ()) -> str:
    """Only our own files run, load and receive forms; nobody frames a page unless named."""
    ancestors = " ".join(frame_ancestors) or "'none'"
    return (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {ancestors}"
    )


def secure(headers: MutableHeaders, *, https: bool) -> None:
    """Fill in what a response has not set itself."""
    headers.setdefault("Content-Security-Policy", policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    # Not `no-referrer`: browsers then send `Origin: null` with our own forms, and the check refuses them.
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store")
    if https:
        headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}; includeSubDomains")


class SecurityHeaders:
    """Plain ASGI: live streams pass through it unbuffered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure(MutableHeaders(scope=message), https=scope.get("scheme") == "https")
            await send(message)

        await self._app(scope, receive, send_secured)
