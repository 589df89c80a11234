"""Login, invitation, logout and the list of one's sessions."""

import math
from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console.accounts import Accounts, SpentInvitationError, TooManyTriesError, WrongLoginError
from bot.console.gate import HOME, LOGIN, Gate, Visit, inside, row_id
from bot.console.passwords import SHORTEST, SHORTEST_ADMIN, WeakPasswordError
from bot.desk import Desk
from bot.desk.looking import LONGEST_AWAY
from bot.pages import words
from bot.pages.forms import ForeignFormError, Form, read_form, same_origin
from bot.pages.limits import Limiter, network
from bot.pages.site import Site
from bot.ports import Clock
from storage.errors import NotFoundError
from storage.records import Role

SESSIONS = f"{HOME}/phien"


class AccountPages:
    """`sso`: the address at which single sign-on begins; empty without it."""

    def __init__(
        self, site: Site, gate: Gate, accounts: Accounts, desk: Desk, clock: Clock, *, sso: str = ""
    ) -> None:
        self._sso = sso
        self._site = site
        self._gate = gate
        self._accounts = accounts
        self._desk = desk
        self._clock = clock
        # Each try costs a hash: a flood from one place is stopped before it.
        self._tries = Limiter(per_minute=20, burst=20)

    def routes(self) -> list[BaseRoute]:
        gate = self._gate
        return [
            Route(LOGIN, self._login_page, name="login"),
            Route(LOGIN, self._log_in, methods=["POST"], name="log_in"),
            Route("/moi/{token}", self._invitation_page, name="invitation"),
            Route("/moi/{token}", self._accept, methods=["POST"], name="accept_invitation"),
            Route(
                f"{HOME}/dang-xuat",
                gate.action(self._log_out, proved=False),
                methods=["POST"],
                name="log_out",
            ),
            Route(SESSIONS, gate.page(self._sessions), name="sessions"),
            Route(f"{HOME}/vang", gate.action(self._away), methods=["POST"], name="away"),
            Route(SESSIONS + "/{session:int}", gate.action(self._end), methods=["POST"], name="end_session"),
        ]

    async def _login_page(self, request: Request) -> Response:
        wanted = inside(request.query_params.get("tiep", ""))
        if await self._gate.visit(request):
            return RedirectResponse(wanted, 303)
        return self._login(wanted)

    async def _log_in(self, request: Request) -> Response:
        form = await self._form(request)
        wanted, name = inside(form.get("tiep", "")), form.get("username", "")
        ip = request.client.host if request.client else None
        wait = self._tries.wait(network(ip))
        if wait:
            return self._later(wanted, name, wait)
        try:
            token = await self._accounts.log_in(
                name, form.get("password", ""), ip, request.headers.get("user-agent")
            )
        except TooManyTriesError as error:
            return self._later(wanted, name, error.wait)
        except WrongLoginError:
            return self._login(wanted, name, self._site.texts("console.login.wrong"), 401)
        return self._gate.admit(request, RedirectResponse(wanted, 303), token)

    def _login(self, wanted: str, name: str = "", problem: str = "", status: int = 200) -> Response:
        return self._site.page(
            "console/login.html",
            status=status,
            wanted=wanted,
            name=name[:100],
            problem=problem,
            sso=self._sso,
        )

    def _later(self, wanted: str, name: str, wait: float) -> Response:
        seconds = math.ceil(wait)
        response = self._login(wanted, name, self._site.texts("console.login.wait", seconds=seconds), 429)
        response.headers["Retry-After"] = str(seconds)
        return response

    async def _invitation_page(self, request: Request) -> Response:
        try:
            officer = await self._accounts.invited(request.path_params["token"])
        except SpentInvitationError:
            return self._spent()
        shortest = SHORTEST_ADMIN if officer.role is Role.ADMIN else SHORTEST
        return self._site.page("console/invitation.html", officer=officer, shortest=shortest, problem="")

    async def _accept(self, request: Request) -> Response:
        """Pressed twice, the link is spent by the first press: it is answered as that was."""
        fields, token = await self._form(request), request.path_params["token"]
        form = Form(fields)
        try:
            await self._accounts.invited(token)
        except SpentInvitationError:  # a stranger's guess writes nothing
            return await self._gate.told(token, request, form) or self._spent()
        return await self._gate.pressed(token, request, form, lambda: self._accepted(request, fields))

    async def _accepted(self, request: Request, form: Mapping[str, str]) -> Response:
        token, password = request.path_params["token"], form.get("password", "")
        try:
            officer = await self._accounts.invited(token)
            shortest = SHORTEST_ADMIN if officer.role is Role.ADMIN else SHORTEST
            if password != form.get("again", ""):
                raise WeakPasswordError("different")
            session = await self._accounts.accept(token, password, request.headers.get("user-agent"))
        except SpentInvitationError:
            return self._spent()
        except WeakPasswordError as error:
            problem = self._site.texts(f"console.invitation.{error.reason}", shortest=shortest)
            return self._site.page(
                "console/invitation.html", status=400, officer=officer, shortest=shortest, problem=problem
            )
        return self._gate.admit(request, RedirectResponse(HOME, 303), session)

    def _spent(self) -> Response:
        return self._site.page("console/spent.html", status=404)

    async def _log_out(self, visit: Visit) -> Response:
        await self._accounts.log_out(visit.session, visit.token)
        return self._gate.dismiss(visit.request, RedirectResponse(f"{LOGIN}?ra=1", 303))

    async def _sessions(self, visit: Visit) -> Response:
        texts, now = self._site.texts, self._clock.now()
        rows = [
            {
                "id": each.id,
                "mine": each.id == visit.session.id,
                "agent": device(each.agent) or texts("console.sessions.unknown"),
                "since": words.moment(texts, each.created_at, now),
                "seen": words.moment(texts, each.seen_at, now),
            }
            for each in await self._accounts.sessions(visit.officer)
        ]
        until = visit.officer.away_until
        away = words.moment(texts, until, now) if until and until > now else ""
        wrong = "sai" in visit.request.query_params
        problem = texts("console.away.problem", days=LONGEST_AWAY.days) if wrong else ""
        return self._site.page("console/sessions.html", visit=visit, rows=rows, away=away, problem=problem)

    async def _away(self, visit: Visit) -> Response:
        """Nothing is forwarded to somebody who is away; an empty date: back again."""
        try:
            wanted = visit.form.get("until", "")
            await self._desk.set_away(visit.officer, date.fromisoformat(wanted) if wanted else None)
        except ValueError:
            return RedirectResponse(f"{SESSIONS}?sai=1", 303)
        return RedirectResponse(SESSIONS, 303)

    async def _end(self, visit: Visit) -> Response:
        with suppress(NotFoundError):  # ended meanwhile: the list shows it
            await self._accounts.end_session(visit.officer, row_id(visit.request.path_params["session"]))
        return RedirectResponse(SESSIONS, 303)

    async def _form(self, request: Request) -> dict[str, str]:
        if not same_origin(request, self._site.public_url):
            raise ForeignFormError
        return dict(await read_form(request))


_BROWSERS = {
    "Edg/": "Edge",
    "Firefox/": "Firefox",
    "CocCoc": "Cốc Cốc",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def device(agent: str | None) -> str:
    """`Chrome · Windows` out of a User-Agent line, empty when nothing in it is known. The first mark wins."""
    named = (
        next((name for mark, name in marks.items() if mark in (agent or "")), "")
        for marks in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(filter(None, named))
