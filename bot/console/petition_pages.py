"""Petitions for officers: the lists by deadline, one with its photos, and what can be done with it."""

from collections.abc import Awaitable, Callable

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console import petition_views as views
from bot.console.gate import HOME, Gate, Visit, row_id
from bot.console.refusals import held_back
from bot.desk import HeldBackError
from bot.desk.petitions import NoWordsError, PetitionDesk
from bot.pages.forms import tidy
from bot.pages.site import Site
from bot.policy import ForbiddenError
from bot.ports import Clock
from storage.errors import NotFoundError, StaleStateError
from storage.petition_records import PetitionView

PETITIONS = f"{HOME}/phan-anh"
LONGEST = 2000  # characters of an answer
Verb = Callable[[Visit, int], Awaitable[str]]


class WrongDepartmentError(Exception):
    """Not one of those it can go to."""


class PetitionPages:
    def __init__(self, site: Site, gate: Gate, desk: PetitionDesk, clock: Clock) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk
        self._clock = clock

    def routes(self) -> list[BaseRoute]:
        one = PETITIONS + "/{petition:int}"
        page, action = self._gate.page, self._gate.action
        photo = one + "/anh/{photo:int}"
        verbs = {
            "nhan": self._take,
            "chuyen": self._forward,
            "giai-quyet": self._solve,
            "tu-choi": self._refuse,
            "khong-thuoc": self._not_ours,
        }
        return [
            Route(PETITIONS, page(self._list), name="petitions"),
            Route(one, page(self._found(self._one)), name="petition"),
            Route(f"{photo}.jpg", page(self._found(self._picture)), name="petition_picture"),
            Route(f"{photo}/nho.jpg", page(self._found(self._preview)), name="petition_preview"),
            *(
                Route(f"{one}/{name}", action(self._doing(verb)), methods=["POST"], name=f"petition_{name}")
                for name, verb in verbs.items()
            ),
        ]

    def _found(
        self, handler: Callable[[Visit], Awaitable[Response]]
    ) -> Callable[[Visit], Awaitable[Response]]:
        async def checked(visit: Visit) -> Response:
            try:
                return await handler(visit)
            except (NotFoundError, ForbiddenError):
                return self._site.page("console/missing.html", status=404)

        return checked

    async def _list(self, visit: Visit) -> Response:
        asked = visit.request.query_params
        view = next((each for each in PetitionView if each == asked.get("xem")), None)
        number = asked.get("trang", "1")
        page_number = min(int(number), 10_000) if number.isascii() and number.isdigit() else 1
        specialist = visit.officer.role == "specialist"
        view = view or (PetitionView.TO_ANSWER if specialist else PetitionView.TO_FORWARD)
        try:
            page = await self._desk.queue(visit.officer, view, page=page_number)
        except ForbiddenError:
            return self._site.page("console/missing.html", status=404)
        now = self._clock.now()
        soon = self._desk.soon(now)
        return self._site.page(
            "console/petitions.html",
            visit=visit,
            view=view,
            views=[(each, page.counts[each]) for each in PetitionView],
            rows=[views.row(self._site.texts, each, now, soon) for each in page.rows],
            page=page,
        )

    async def _one(self, visit: Visit) -> Response:
        said = visit.request.query_params.get("da", "")
        return await self._show(visit, said=said if said in views.SAID else "")

    async def _show(self, visit: Visit, *, status: int = 200, problem: str = "", said: str = "") -> Response:
        page = await self._desk.open(visit.officer, row_id(visit.request.path_params["petition"]))
        now = self._clock.now()
        names = ("den", "vi_sao", "tra_loi", "tom_tat", "ly_do", "noi", "co_quan", "giai_thich")
        return self._site.page(
            "console/petition.html",
            status=status,
            visit=visit,
            problem=problem,
            said=said,
            typed={name: visit.form.get(name, "") for name in names},
            departments=self._desk.departments(),
            longest=LONGEST,
            **views.context(self._site.texts, page, now, self._desk.soon(now)),
        )

    def _doing(self, verb: Verb) -> Callable[[Visit], Awaitable[Response]]:
        async def handler(visit: Visit) -> Response:
            texts, number = self._site.texts, 0
            try:
                number = row_id(visit.request.path_params["petition"])
                await self._desk.open(visit.officer, number)
                done = await verb(visit, number)
            except HeldBackError as error:
                problem, status = held_back(texts, error), 400
            except NoWordsError:
                problem, status = texts("console.petitions.problem.words"), 400
            except WrongDepartmentError:
                problem, status = texts("console.petitions.problem.department"), 400
            except StaleStateError:
                problem, status = texts("console.problem.stale"), 409
            except NotFoundError:
                return self._site.page("console/missing.html", status=404)
            else:
                shown = await self._still_seen(visit, number)
                return RedirectResponse(f"{PETITIONS}/{number}?da={done}" if shown else PETITIONS, 303)
            return await self._found(lambda at: self._show(at, status=status, problem=problem))(visit)

        return handler

    async def _still_seen(self, visit: Visit, number: int) -> bool:
        """A specialist who handed it on does not see it any longer."""
        try:
            await self._desk.open(visit.officer, number)
        except NotFoundError:
            return False
        return True

    async def _take(self, visit: Visit, number: int) -> str:
        await self._desk.take(visit.officer, number)
        return "nhan"

    async def _forward(self, visit: Visit, number: int) -> str:
        try:
            await self._desk.forward(
                visit.officer, number, visit.form.get("den", ""), _typed(visit, "vi_sao")
            )
        except NotFoundError as error:
            raise WrongDepartmentError from error
        return "chuyen"

    async def _solve(self, visit: Visit, number: int) -> str:
        await self._desk.solve(visit.officer, number, _typed(visit, "tra_loi"), _typed(visit, "tom_tat"))
        return "giai-quyet"

    async def _refuse(self, visit: Visit, number: int) -> str:
        await self._desk.refuse(visit.officer, number, _typed(visit, "ly_do"))
        return "tu-choi"

    async def _not_ours(self, visit: Visit, number: int) -> str:
        """A department of the list, else the body that is written."""
        department, reason = visit.form.get("noi", ""), _typed(visit, "giai_thich")
        if not department:
            await self._desk.name_body(visit.officer, number, _typed(visit, "co_quan"), reason)
            return "khong-thuoc"
        try:
            await self._desk.reroute(visit.officer, number, department, reason)
        except NotFoundError as error:
            raise WrongDepartmentError from error
        return "khong-thuoc"

    async def _picture(self, visit: Visit) -> Response:
        path = visit.request.path_params
        content = await self._desk.picture(visit.officer, row_id(path["petition"]), row_id(path["photo"]))
        return _image(content)

    async def _preview(self, visit: Visit) -> Response:
        path = visit.request.path_params
        content = await self._desk.preview(visit.officer, row_id(path["petition"]), row_id(path["photo"]))
        return _image(content)


def _image(content: bytes) -> Response:
    """Never kept by the browser, never run: ASVS 3.2.1, 14.2.2."""
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return Response(content, media_type="image/jpeg", headers=headers)


def _typed(visit: Visit, name: str) -> str:
    return tidy(visit.form.get(name, ""))[:LONGEST]
