"""The admin's page of accounts."""

from collections.abc import Awaitable, Callable

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console.account_pages import device
from bot.console.gate import HOME, Gate, Handler, Visit, row_id
from bot.console.queue_pages import department_names
from bot.console.staff import LANGUAGES, Person, Staff, StaffError, Wanted
from bot.pages import words
from bot.pages.site import Site
from bot.policy import ForbiddenError
from bot.ports import Clock
from storage.database import Database
from storage.errors import NotFoundError
from storage.records import Officer, Role

STAFF = f"{HOME}/tai-khoan"


class StaffPages:
    def __init__(self, site: Site, gate: Gate, staff: Staff, database: Database, clock: Clock) -> None:
        self._site = site
        self._gate = gate
        self._staff = staff
        self._database = database
        self._clock = clock

    def routes(self) -> list[BaseRoute]:
        one = STAFF + "/{officer:int}"
        return [
            Route(STAFF, self._gate.page(self._guarded(self._list)), name="staff"),
            self._post(STAFF, self._add, "add_officer"),
            self._post(one, self._change, "change_officer"),
            self._post(f"{one}/lien-ket", self._linked(self._staff.invite), "invite_officer"),
            self._post(f"{one}/mo-lai", self._linked(self._staff.enable), "enable_officer"),
            self._post(f"{one}/khoa", self._plain(self._staff.disable), "disable_officer"),
            self._post(f"{one}/ma-xac-minh", self._plain(self._staff.reset_factor), "reset_factor"),
            self._post(f"{one}/phien", self._plain(self._staff.end_sessions), "end_sessions"),
        ]

    def _post(self, path: str, handler: Handler, name: str) -> Route:
        return Route(path, self._gate.action(self._guarded(handler)), methods=["POST"], name=name)

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(visit: Visit) -> Response:
            try:
                return await handler(visit)
            except (ForbiddenError, NotFoundError):
                return self._site.page("console/missing.html", status=404)
            except StaffError as error:
                problem = self._site.texts(f"console.staff.problem.{error.reason}")
                return await self._list(visit, problem=problem, status=400)

        return guarded

    async def _list(
        self, visit: Visit, *, problem: str = "", status: int = 200, link: str = "", whose: str = ""
    ) -> Response:
        names = await department_names(self._database)
        return self._site.page(
            "console/staff.html",
            status=status,
            visit=visit,
            people=[self._row(each) for each in await self._staff.people(visit.officer)],
            departments=sorted(names.items(), key=lambda each: each[1]),
            roles=list(Role),
            languages=LANGUAGES,
            problem=problem,
            link=link,
            whose=whose,
        )

    def _row(self, person: Person) -> dict[str, object]:
        texts, now = self._site.texts, self._clock.now()
        officer = person.officer
        state = "active" if officer.has_password else "waiting"
        return {
            "officer": officer,
            "state": texts(f"console.staff.state.{state if officer.active else 'disabled'}"),
            "sessions": [
                (
                    device(each.agent) or texts("console.sessions.unknown"),
                    words.moment(texts, each.seen_at, now),
                )
                for each in person.sessions
            ],
        }

    async def _add(self, visit: Visit) -> Response:
        return await self._shown(visit, *await self._staff.add(visit.officer, _wanted(visit)))

    async def _change(self, visit: Visit) -> Response:
        await self._staff.change(visit.officer, _officer_id(visit), _wanted(visit))
        return RedirectResponse(STAFF, 303)

    def _linked(self, verb: Callable[[Officer, int], Awaitable[tuple[Officer, str]]]) -> Handler:
        async def handler(visit: Visit) -> Response:
            return await self._shown(visit, *await verb(visit.officer, _officer_id(visit)))

        return handler

    def _plain(self, verb: Callable[[Officer, int], Awaitable[None]]) -> Handler:
        async def handler(visit: Visit) -> Response:
            await verb(visit.officer, _officer_id(visit))
            return RedirectResponse(STAFF, 303)

        return handler

    async def _shown(self, visit: Visit, officer: Officer, token: str) -> Response:
        """The link stands on this one page; whoever reloads gets another."""
        base = (self._site.public_url or str(visit.request.base_url)).rstrip("/")
        return await self._list(visit, link=f"{base}/moi/{token}", whose=officer.name)


def _officer_id(visit: Visit) -> int:
    return row_id(visit.request.path_params["officer"])


def _wanted(visit: Visit) -> Wanted:
    """Boxes that are ticked come as fields of their own: `don-vi.ID`, `tieng.vi`."""
    form = visit.form
    return Wanted(
        username=form.get("username", "").strip().lower(),
        name=form.get("name", ""),
        role=form.get("role", ""),
        departments=_ticked(visit, "don-vi."),
        languages=_ticked(visit, "tieng."),
        email=form.get("email", ""),
    )


def _ticked(visit: Visit, prefix: str) -> tuple[str, ...]:
    return tuple(name.removeprefix(prefix) for name in visit.form if name.startswith(prefix))
