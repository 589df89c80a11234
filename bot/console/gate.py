"""The door of the console: no page without a login, no change without our own form."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.accounts import Accounts, Lifetimes
from bot.console.repeats import Repeats, press_of
from bot.files.uploads import LARGEST
from bot.pages.forms import ForeignFormError, Form, equal, read_form, read_uploads, same_origin
from bot.pages.site import Site
from storage.errors import NotFoundError
from storage.records import Officer, Session

HOME = "/can-bo"
LOGIN = f"{HOME}/dang-nhap"
FACTOR = f"{HOME}/xac-minh"
LIVE_HEADER = "x-motcua-live"  # a page that refreshes itself: not the activity of a person
_COOKIE = "motcua_canbo"


@dataclass(frozen=True)
class Visit:
    """A request of a logged-in officer. `form` is empty unless they sent one."""

    request: Request
    session: Session
    token: str
    form: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[UploadFile] = ()

    @property
    def officer(self) -> Officer:
        return self.session.officer


Handler = Callable[[Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


class Gate:
    """`second_factor`: a password alone opens no page but the one that asks for the code."""

    def __init__(
        self,
        site: Site,
        accounts: Accounts,
        lifetimes: Lifetimes,
        repeats: Repeats,
        *,
        second_factor: bool,
    ) -> None:
        self._site = site
        self._accounts = accounts
        self._lifetimes = lifetimes
        self._second_factor = second_factor
        self._repeats = repeats

    def asks(self, session: Session) -> bool:
        """Whether the second factor is still to be given."""
        return self._second_factor and not session.proved

    def page(self, handler: Handler, *, proved: bool = True) -> Endpoint:
        @wraps(handler)
        async def endpoint(request: Request) -> Response:
            visit = await self.visit(request)
            if visit is None:
                return self._to_login(request)
            if proved and self.asks(visit.session):
                return self._to_factor(request)
            if LIVE_HEADER not in request.headers:
                await self._accounts.seen(visit.session)
            return await handler(visit)

        return endpoint

    def action(
        self, handler: Handler, *, proved: bool = True, files: int = 0, once: bool = False
    ) -> Endpoint:
        """`files`: how many may come with the form. `once`: done again it would be noted again.

        So would what comes with files; and a code that was good is no wrong guess the second time.
        """

        @wraps(handler)
        async def endpoint(request: Request) -> Response:
            if not same_origin(request, self._site.public_url):
                raise ForeignFormError
            if not files:
                return await self._admitted(handler, request, Form(await read_form(request)), proved, once)
            async with read_uploads(request, LARGEST, files) as form:
                return await self._admitted(handler, request, form, proved, once)

        return endpoint

    async def _admitted(
        self, handler: Handler, request: Request, form: Form, proved: bool, once: bool
    ) -> Response:
        visit = await self.visit(request)
        if visit is None or (proved and self.asks(visit.session)):
            return self._ended(form.fields)
        if not equal(form.fields.get("csrf", ""), visit.session.csrf):
            raise ForeignFormError
        await self._accounts.seen(visit.session)
        sent = Visit(request, visit.session, visit.token, form.fields, form.files)
        if LIVE_HEADER in request.headers:  # saved by the page itself: nobody pressed
            return await handler(sent)
        once = once or bool(form.files) or not proved
        return await self.pressed(visit.token, request, form, lambda: handler(sent), once=once)

    async def pressed(
        self,
        secret: str,
        request: Request,
        form: Form,
        act: Callable[[], Awaitable[Response]],
        *,
        once: bool = False,
    ) -> Response:
        """`act`, once for whoever sends the same form twice; `secret` is what only they know."""
        press = await press_of(secret, request.url.path, form)
        return await self._repeats.answer(press, act, once=once)

    async def told(self, secret: str, request: Request, form: Form) -> Response | None:
        """What the same form was answered a moment ago."""
        return await self._repeats.before(await press_of(secret, request.url.path, form))

    async def visit(self, request: Request) -> Visit | None:
        token = request.cookies.get(self._cookie(request))
        session = await self._accounts.session(token) if token else None
        return Visit(request, session, token) if token and session else None

    def admit(self, request: Request, response: Response, token: str) -> Response:
        """Give the browser its new session. Strict: no other site can make it act, not even by a link."""
        https = self._site.is_https(request)
        age = int(self._lifetimes.whole.total_seconds())
        response.set_cookie(
            self._cookie(request),
            token,
            max_age=age,
            path="/",
            secure=https,
            httponly=True,
            samesite="strict",
        )
        return response

    def dismiss(self, request: Request, response: Response) -> Response:
        https = self._site.is_https(request)
        response.delete_cookie(
            self._cookie(request), path="/", secure=https, httponly=True, samesite="strict"
        )
        return response

    def _cookie(self, request: Request) -> str:
        return f"__Host-{_COOKIE}" if self._site.is_https(request) else _COOKIE

    def _to_login(self, request: Request) -> Response:
        if request.headers.get("sec-fetch-mode", "navigate") != "navigate":
            return Response(status_code=401)
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if request.headers.get("sec-fetch-site") == "cross-site":
            # A link in an alert: the strict cookie comes along once our own page asks again.
            return self._site.page("console/again.html", wanted=wanted)
        return RedirectResponse(f"{LOGIN}?tiep={quote(wanted)}", 303)

    def _to_factor(self, request: Request) -> Response:
        if request.headers.get("sec-fetch-mode", "navigate") != "navigate":
            return Response(status_code=401)
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{FACTOR}?tiep={quote(wanted)}", 303)

    def _ended(self, form: Mapping[str, str]) -> Response:
        """What was typed is handed back: it must not be lost to a clock."""
        return self._site.page(
            "console/ended.html", status=401, unsent=form.get("text") or form.get("detail") or ""
        )


def row_id(text: object) -> int:
    """A number out of an address. Raises NotFoundError for what no row can have."""
    digits = str(text)
    if not digits.isascii() or not digits.isdigit() or len(digits) > 15:
        raise NotFoundError(f"row {digits[:20]}")
    return int(digits)


def inside(path: str) -> str:
    """`path` when it leads to a page of the console, else the queue: a login never leads elsewhere."""
    plain = path.isascii() and path.isprintable() and "\\" not in path and "//" not in path
    return path if plain and (path == HOME or path.startswith((f"{HOME}/", f"{HOME}?"))) else HOME
