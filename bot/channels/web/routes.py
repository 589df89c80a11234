"""The pages and addresses of the web chat. A message is acknowledged only once it is in the inbox."""

import json
import math
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.web.feed import Feed, News
from bot.channels.web.frame import FRAME, SCRIPT, Frame, start_id
from bot.channels.web.handing import FILE, FileOutlet
from bot.channels.web.inlet import LINK, LONGEST, BadMessageError, entry, read_sent, start_of
from bot.channels.web.sending import FileInlet
from bot.channels.web.session import ChatSessions
from bot.channels.web.transcript import Line, Side, lines
from bot.files import Problem, Reason, Uploads
from bot.files.uploads import LARGEST, MEGABYTE
from bot.intake import Intake
from bot.pages.errors import wants_json
from bot.pages.forms import ForeignFormError, TooLargeError, read_form, same_origin, tidy
from bot.pages.limits import Limiter, network, surroundings
from bot.pages.site import Site
from bot.ports import Clock
from storage.database import Database
from storage.errors import UnavailableError

_PATIENCE = 2.5  # seconds a browser without script waits for the assistant before it sees the page again
_RETRY = 2_000  # milliseconds after which a browser listens again
_BEAT = 20  # seconds; proxies cut what is silent for 60
UPLOAD = "/chat/upload"
_BUSY_WAIT = 5  # seconds


@dataclass(frozen=True)
class ChatLimits:
    """Many people of one commune share one address of a mobile carrier: the second is generous."""

    per_session: Limiter = field(default_factory=lambda: Limiter(per_minute=20, burst=12))
    per_network: Limiter = field(default_factory=lambda: Limiter(per_minute=240, burst=120))
    streams: Limiter = field(default_factory=lambda: Limiter(per_minute=60, burst=30))

    def wait(self, session_id: str, ip: str | None) -> float:
        return self.per_session.wait(session_id) or self.per_network.wait(network(ip))


def chat_routes(
    site: Site,
    *,
    database: Database,
    intake: Intake,
    clock: Clock,
    uploads: Uploads,
    secret_key: bytes,
    limits: ChatLimits | None = None,
) -> list[BaseRoute]:
    """`/`, what its script asks for, and what other sites embed."""
    site.use("web", "bot.channels.web")
    sessions = ChatSessions(secret_key)
    files = FileInlet(uploads, intake, clock)
    limits = limits or ChatLimits()
    chat = _Chat(site, Feed(database), intake, clock, files=files, sessions=sessions, limits=limits)
    frame = Frame(site, sessions, clock)
    outlet = FileOutlet(
        database, uploads, lambda request: sessions.find(request, https=site.is_https(request))
    )
    return [
        Route("/", chat.page, name="chat"),
        Route("/chat/send", chat.send, methods=["POST"], name="chat_send"),
        Route(UPLOAD, chat.upload, methods=["POST"], name="chat_upload"),
        Route("/chat/stream", chat.stream, name="chat_stream"),
        Route("/chat/messages", chat.messages, name="chat_messages"),
        Route(FILE, outlet.file, name="chat_file"),
        Route(FRAME, frame.page, name="chat_frame"),
        Route(SCRIPT, frame.script, name="chat_widget"),
    ]


class _Chat:
    def __init__(
        self,
        site: Site,
        feed: Feed,
        intake: Intake,
        clock: Clock,
        *,
        files: FileInlet,
        sessions: ChatSessions,
        limits: ChatLimits,
    ) -> None:
        self._site = site
        self._feed = feed
        self._intake = intake
        self._clock = clock
        self._files = files
        self._sessions = sessions
        self._limits = limits

    async def page(self, request: Request) -> Response:
        session_id = self._session(request) or self._sessions.make()
        try:
            news = await self._feed.latest(session_id)
        except UnavailableError:
            return self._show(request, session_id, None, status=503, problem=self._said("unavailable"))
        return self._show(request, session_id, news)

    async def send(self, request: Request) -> Response:
        if not same_origin(request, self._site.public_url):
            raise ForeignFormError
        form = await read_form(request)
        session_id = self._session(request) or self._sessions.make()
        typed = form.get("text", "")
        wait = self._limits.wait(session_id, _ip(request))
        try:
            if wait:
                return await self._refuse(request, session_id, "slow_down", 429, text=typed, wait=wait)
            sent = read_sent(form)
            await self._intake.receive(
                [entry(sent, session_id, self._clock.now(), surroundings(_ip(request)))]
            )
        except BadMessageError as error:
            status = 413 if error.reason == "too_long" else 400
            return await self._refuse(request, session_id, error.reason, status, text=typed)
        except UnavailableError:
            return await self._refuse(request, session_id, "unavailable", 503, text=typed, wait=_BUSY_WAIT)
        return await self._accepted(request, session_id, form.get("after", ""))

    async def upload(self, request: Request) -> Response:
        """One photo or PDF, as a form with or without script sends it."""
        if not same_origin(request, self._site.public_url):
            raise ForeignFormError
        session_id = self._session(request) or self._sessions.make()
        wait = self._limits.wait(session_id, _ip(request))
        try:
            if wait:
                return await self._refuse(request, session_id, "slow_down", 429, wait=wait)
            problem = await self._files.receive(request, session_id, surroundings(_ip(request)))
        except BadMessageError as error:
            return await self._refuse(request, session_id, error.reason, 400)
        except TooLargeError:
            problem = Problem(Reason.TOO_LARGE, {"megabytes": LARGEST // MEGABYTE})
        except UnavailableError:
            return await self._refuse(request, session_id, "unavailable", 503, wait=_BUSY_WAIT)
        if problem:
            status = 413 if problem.reason is Reason.TOO_LARGE else 422
            said = problem.in_words(self._site.texts)
            return await self._refuse(request, session_id, problem.reason.value, status, said=said)
        return await self._accepted(request, session_id, "")

    async def messages(self, request: Request) -> Response:
        """What is new, once: for networks that hold live streams back. Without `after` the newest there are."""
        session_id = self._session(request)
        if session_id is None:
            return JSONResponse({"lines": [], "held": False})
        wait = self._limits.streams.wait(session_id)
        if wait:
            return JSONResponse({"error": "slow_down"}, 429, {"Retry-After": _seconds(wait)})
        try:
            after = request.query_params.get("after")
            latest, since = self._feed.latest, self._feed.since
            news = await (latest(session_id) if after is None else since(session_id, _number(after)))
        except UnavailableError:
            return JSONResponse({"error": "unavailable"}, 503, {"Retry-After": str(_BUSY_WAIT)})
        packed = [self._packed(line) for line in self._lines(news)]
        response = JSONResponse({"lines": packed, "held": news.held})
        self._keep(request, response, session_id)
        return response

    async def stream(self, request: Request) -> Response:
        if not same_origin(request, self._site.public_url):
            raise ForeignFormError
        session_id = self._session(request)
        if session_id is None:
            return Response(status_code=204)  # nothing to listen to: the page makes the session
        wait = self._limits.streams.wait(session_id)
        if wait:
            return Response(status_code=429, headers={"Retry-After": _seconds(wait)})
        seen = request.headers.get("last-event-id") or request.query_params.get("after")
        return EventSourceResponse(
            self._events(session_id, _number(seen)),
            ping=_BEAT,
            ping_message_factory=lambda: ServerSentEvent(data="", event="beat"),
            headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
        )

    async def _events(self, session_id: str, after_id: int) -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(data="", event="beat", retry=_RETRY)
        try:
            async with aclosing(self._feed.follow(session_id, after_id)) as following:
                async for news in following:
                    for line in self._lines(news):
                        yield ServerSentEvent(
                            data=json.dumps(self._packed(line)), event="line", id=str(line.id)
                        )
                    yield ServerSentEvent(data=json.dumps({"held": news.held}), event="state")
        except UnavailableError:
            return  # the browser listens again by itself

    def _session(self, request: Request) -> str | None:
        return self._sessions.find(request, https=self._site.is_https(request))

    def _lines(self, news: News) -> list[Line]:
        return list(lines(self._site.texts, news.messages, self._clock.now()))

    def _packed(self, line: Line) -> dict[str, object]:
        html = self._site.render("web/line.html", line=line)
        return {"id": line.id, "side": line.side.value, "identity": line.identity, "html": html}

    async def _accepted(self, request: Request, session_id: str, after: str) -> Response:
        response: Response
        if wants_json(request):
            response = JSONResponse({"status": "accepted"})
        else:
            await self._feed.answered(session_id, _number(after), _PATIENCE)
            response = RedirectResponse("/#cuoi", 303)
        self._keep(request, response, session_id)
        return response

    async def _refuse(
        self,
        request: Request,
        session_id: str,
        reason: str,
        status: int,
        *,
        text: str = "",
        wait: float = 0,
        said: str = "",
    ) -> Response:
        said = said or self._said(reason)
        headers = {"Retry-After": _seconds(wait)} if wait else {}
        if wants_json(request):
            return JSONResponse({"error": reason, "text": said}, status, headers)
        try:
            news = await self._feed.latest(session_id)
        except UnavailableError:
            news = None
        response = self._show(request, session_id, news, status=status, problem=said, unsent=tidy(text))
        response.headers.update(headers)
        return response

    def _said(self, problem: str) -> str:
        return self._site.texts(f"web.problem.{problem}", limit=LONGEST, hotline=self._site.facts.hotline)

    def _show(
        self,
        request: Request,
        session_id: str,
        news: News | None,
        *,
        status: int = 200,
        problem: str | None = None,
        unsent: str = "",
    ) -> Response:
        shown = self._lines(news) if news else []
        link = start_of(request.query_params.get(LINK, ""))
        response = self._site.page(
            "web/chat.html",
            status=status,
            token=None,
            known=True,
            lines=shown,
            last_id=news.last_id if news else 0,
            held=bool(news and news.held),
            begun=not link and any(line.side is not Side.NOTICE for line in shown),
            problem=problem,
            unsent=unsent,
            longest=LONGEST,
            start_id=start_id(self._clock.now(), link),
            start=link,
        )
        self._keep(request, response, session_id)
        return response

    def _keep(self, request: Request, response: Response, session_id: str) -> None:
        self._sessions.keep(request, response, session_id, https=self._site.is_https(request))


def _ip(request: Request) -> str | None:
    return request.client.host if request.client else None


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0


def _seconds(wait: float) -> str:
    return str(math.ceil(wait))
