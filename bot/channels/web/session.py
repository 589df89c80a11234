"""Which browser this is: a random id in a signed cookie. It proves nothing about the person."""

import hashlib
import secrets

from itsdangerous import BadSignature, TimestampSigner
from starlette.requests import Request
from starlette.responses import Response

_LIFETIME = 180 * 24 * 3600  # seconds
_NAME = "motcua_chat"


class ChatSessions:
    """`https` decides about `__Host-` and Secure; plain http is for loopback, where neither would be kept."""

    def __init__(self, secret_key: bytes) -> None:
        self._signer = TimestampSigner(secret_key, salt="web-chat", digest_method=hashlib.sha256)

    def find(self, request: Request, *, https: bool) -> str | None:
        cookie = request.cookies.get(_cookie(https))
        if not cookie:
            return None
        try:
            return self._signer.unsign(cookie, max_age=_LIFETIME).decode("ascii")
        except (BadSignature, UnicodeError):
            return None

    def make(self) -> str:
        return secrets.token_urlsafe(24)

    def keep(self, response: Response, session_id: str, *, https: bool) -> None:
        """Set, or renew for another 180 days."""
        response.set_cookie(
            _cookie(https),
            self._signer.sign(session_id).decode("ascii"),
            max_age=_LIFETIME,
            path="/",
            secure=https,
            httponly=True,
            samesite="lax",
        )


def _cookie(https: bool) -> str:
    return f"__Host-{_NAME}" if https else _NAME
