"""A question from the counter or the phone, entered by an officer."""

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot import policy
from bot.console.gate import HOME, Gate, Visit
from bot.console.ticket_verbs import LONGEST
from bot.desk import PLACES, Desk
from bot.pages.forms import tidy
from bot.pages.site import Site
from bot.policy import ForbiddenError

ENTRY = f"{HOME}/nhap-phieu"
LONGEST_NAME = 100  # characters


class EntryPages:
    def __init__(self, site: Site, gate: Gate, desk: Desk) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk

    def routes(self) -> list[BaseRoute]:
        gate = self._gate
        return [
            Route(ENTRY, gate.page(self._page), name="entry"),
            Route(ENTRY, gate.action(self._enter), methods=["POST"], name="enter"),
        ]

    async def _page(self, visit: Visit, *, problem: str = "", status: int = 200) -> Response:
        try:
            policy.require_front(visit.officer)
        except ForbiddenError:
            return self._site.page("console/missing.html", status=404)
        typed = {name: visit.form.get(name, "") for name in ("noi", "ten", "cau_hoi", "tra_loi")}
        return self._site.page(
            "console/entry.html",
            status=status,
            visit=visit,
            problem=problem,
            typed=typed,
            places=PLACES,
            longest=LONGEST,
        )

    async def _enter(self, visit: Visit) -> Response:
        form = visit.form
        question, answer = tidy(form.get("cau_hoi", "")), tidy(form.get("tra_loi", ""))
        if len(question) > LONGEST or len(answer) > LONGEST:
            problem = self._site.texts("console.problem.too_long", limit=LONGEST)
            return await self._page(visit, problem=problem, status=400)
        try:
            ticket = await self._desk.enter(
                visit.officer,
                form.get("noi", ""),
                question,
                name=tidy(form.get("ten", ""))[:LONGEST_NAME],
                answer=answer,
                key=form.get("key", "")[:64],
            )
        except ForbiddenError:
            return self._site.page("console/missing.html", status=404)
        except ValueError:
            return await self._page(visit, problem=self._site.texts("console.enter.problem"), status=400)
        return RedirectResponse(f"{HOME}/phieu/{ticket.id}?da=nhan", 303)
