"""The prepared answers: one list by topic that everybody at the desk keeps."""

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console import views
from bot.console.gate import HOME, Gate, Visit, row_id
from bot.desk import VARIABLES, Desk
from bot.pages.forms import tidy
from bot.pages.site import Site
from bot.policy import ForbiddenError
from storage.errors import NotFoundError

CANNED = f"{HOME}/cau-mau"


class CannedPages:
    def __init__(self, site: Site, gate: Gate, desk: Desk) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk

    def routes(self) -> list[BaseRoute]:
        gate = self._gate
        return [
            Route(CANNED, gate.page(self._list), name="canned"),
            Route(CANNED, gate.action(self._write), methods=["POST"], name="write_canned"),
            Route(
                CANNED + "/{reply:int}/xoa",
                gate.action(self._remove),
                methods=["POST"],
                name="remove_canned",
            ),
        ]

    async def _list(self, visit: Visit, *, problem: str = "", status: int = 200) -> Response:
        try:
            replies = await self._desk.canned(visit.officer)
        except ForbiddenError:
            return self._site.page("console/missing.html", status=404)
        return self._site.page(
            "console/canned.html",
            status=status,
            visit=visit,
            topics=views.by_topic(replies),
            variables=VARIABLES,
            problem=problem,
            typed={name: visit.form.get(name, "") for name in ("topic", "title", "text", "id")},
        )

    async def _write(self, visit: Visit) -> Response:
        form = visit.form
        try:
            reply_id = row_id(form["id"]) if form.get("id") else None
            await self._desk.write_canned(
                visit.officer,
                tidy(form.get("topic", "")),
                tidy(form.get("title", "")),
                tidy(form.get("text", "")),
                reply_id=reply_id,
            )
        except (ForbiddenError, NotFoundError):
            return self._site.page("console/missing.html", status=404)
        except ValueError:
            problem = self._site.texts("console.canned.problem")
            return await self._list(visit, problem=problem, status=400)
        return RedirectResponse(CANNED, 303)

    async def _remove(self, visit: Visit) -> Response:
        try:
            await self._desk.remove_canned(visit.officer, row_id(visit.request.path_params["reply"]))
        except (ForbiddenError, NotFoundError):
            return self._site.page("console/missing.html", status=404)
        return RedirectResponse(CANNED, 303)
