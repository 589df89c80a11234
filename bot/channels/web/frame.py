"""The chat on other people's pages: a script of one line makes a button there, and behind it a frame of ours.

The frame's page carries no conversation, only a signed id; its script asks for what was
said (decision 0013).
"""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.inlet import LONGEST
from bot.channels.web.session import ChatSessions
from bot.pages.headers import policy
from bot.pages.site import Site
from bot.ports import Clock

FRAME = "/chat/khung"
SCRIPT = "/chat/widget.js"
_ANYWHERE = {"Cross-Origin-Resource-Policy": "cross-origin"}
_HOUR = "public, max-age=3600"


def start_id(now: datetime, link: str = "") -> str:
    """One greeting a day, however many windows open at once; the same link twice is one question."""
    return f"start-{now.date().isoformat()}-{link}"[:64].rstrip("-")


class Frame:
    def __init__(self, site: Site, sessions: ChatSessions, clock: Clock) -> None:
        self._site = site
        self._sessions = sessions
        self._clock = clock

    async def page(self, request: Request) -> Response:
        """Only the portals that are named may show it; a portal of our own site comes with our cookie."""
        https = self._site.is_https(request)
        found, certain = self._sessions.find_framed(request, https=https)
        token = self._sessions.token(found or self._sessions.make())
        response = self._site.page(
            "web/chat.html",
            headers={"Content-Security-Policy": policy(("'self'", *self._site.frame_ancestors)), **_ANYWHERE},
            token=token,
            known=certain,
            lines=(),
            last_id=0,
            held=False,
            begun=False,
            problem=None,
            unsent="",
            longest=LONGEST,
            start_id=start_id(self._clock.now()),
            start="",
        )
        self._sessions.keep_framed(response, token, https=https)
        return response

    async def script(self, request: Request) -> Response:
        del request
        script = self._site.render("web/widget.js", frame=FRAME)
        headers = {**_ANYWHERE, "Cache-Control": _HOUR}
        return Response(script, media_type="text/javascript", headers=headers)
