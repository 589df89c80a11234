"""Which browser this is: a random id, signed. It proves nothing about the person.

On our own page a cookie carries it. In a frame on another site browsers send no such cookie: there the page's
script sends the signed id with every request, and a cookie of that frame on that portal only (`Partitioned`),
or the frame's storage where that is not known, remembers it for the next visit (decision 0013).
"""

import hashlib
import secrets

from itsdangerous import BadSignature, TimestampSigner
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

HEADER = "X-Motcua-Chat"
_LIFETIME = 180 * 24 * 3600  # seconds
_NAME = "motcua_chat"
_FRAMED = "motcua_khung"


class ChatSessions:
    """`https` decides about `__Host-` and Secure; plain http is for loopback, where neither would be kept."""

    def __init__(self, secret_key: bytes) -> None:
        self._signer = TimestampSigner(secret_key, salt="web-chat", digest_method=hashlib.sha256)

    def find(self, request: Request, *, https: bool) -> str | None:
        """Raises HTTPException 401 for a header that is no longer good: the script then takes a new one.

        Two windows of a portal that opened at once named an id each; the cookie of that portal knows one of
        them, and both go on with it.
        """
        offered = request.headers.get(HEADER)
        if offered is not None:
            session_id = self._of_cookie(request, _cookie(_FRAMED, https)) or self._opened(offered)
            if session_id is None:
                raise HTTPException(401)
            return session_id
        return self._of_cookie(request, _cookie(_NAME, https))

    def find_framed(self, request: Request, *, https: bool) -> tuple[str | None, bool]:
        """Whom the frame's page belongs to, and whether that is certain: on a portal of our own site our cookie
        comes along. Of two windows that opened at once the frame's own cookie knows the later one only."""
        if own := self._of_cookie(request, _cookie(_NAME, https)):
            return own, True
        return self._of_cookie(request, _cookie(_FRAMED, https)), False

    def _of_cookie(self, request: Request, name: str) -> str | None:
        cookie = request.cookies.get(name)
        return self._opened(cookie) if cookie else None

    def make(self) -> str:
        return secrets.token_urlsafe(24)

    def token(self, session_id: str) -> str:
        """The signed id, good for 180 days."""
        return self._signer.sign(session_id).decode("ascii")

    def keep(self, request: Request, response: Response, session_id: str, *, https: bool) -> None:
        """Set, or renew for another 180 days, in the way the browser carries it."""
        if HEADER in request.headers:
            response.headers[HEADER] = self.token(session_id)
            return
        response.set_cookie(
            _cookie(_NAME, https),
            self.token(session_id),
            max_age=_LIFETIME,
            path="/",
            secure=https,
            httponly=True,
            samesite="lax",
        )

    def keep_framed(self, response: Response, token: str, *, https: bool) -> None:
        """Kept by the browser for this portal alone. Starlette knows the attribute only from Python 3.14 on."""
        response.headers.append(
            "Set-Cookie",
            f"{_cookie(_FRAMED, https)}={token}; Max-Age={_LIFETIME}; Path=/; Secure; HttpOnly; SameSite=None; "
            "Partitioned",
        )

    def _opened(self, token: str) -> str | None:
        try:
            return self._signer.unsign(token, max_age=_LIFETIME).decode("ascii")
        except (BadSignature, UnicodeError):
            return None


def _cookie(name: str, https: bool) -> str:
    return f"__Host-{name}" if https else name
