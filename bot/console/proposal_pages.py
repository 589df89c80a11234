"""What officers propose for the catalog, for its keeper to decide."""

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console.gate import HOME, Gate, Visit, row_id
from bot.desk import Desk
from bot.pages.forms import tidy
from bot.pages.site import Site
from bot.policy import ForbiddenError
from bot.snippets import wordings_yaml
from storage.errors import NotFoundError

PROPOSALS = f"{HOME}/de-xuat"
DONE = frozenset({"nhan", "bo", "muon"})


class ProposalPages:
    def __init__(self, site: Site, gate: Gate, desk: Desk) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk

    def routes(self) -> list[BaseRoute]:
        gate, one = self._gate, PROPOSALS + "/{proposal:int}"
        return [
            Route(PROPOSALS, gate.page(self._list), name="proposals"),
            Route(one, gate.page(self._one), name="proposal"),
            Route(one, gate.action(self._decide), methods=["POST"], name="decide_proposal"),
        ]

    async def _list(self, visit: Visit) -> Response:
        try:
            found = await self._desk.proposals(visit.officer)
        except ForbiddenError:
            return self._missing()
        done = visit.request.query_params.get("da", "")
        return self._site.page(
            "console/proposals.html",
            visit=visit,
            rows=[(each, self._desk.procedure_name(each.procedure_code)) for each in found],
            snippet=wordings_yaml(await self._desk.accepted(), self._desk.procedure_name),
            done=done if done in DONE else "",
        )

    async def _one(self, visit: Visit) -> Response:
        try:
            page = await self._desk.proposal(visit.officer, row_id(visit.request.path_params["proposal"]))
        except (ForbiddenError, NotFoundError):
            return self._missing()
        lost = page.effect.lost if page.effect else ()
        return self._site.page(
            "console/proposal.html",
            visit=visit,
            page=page,
            lost=[(each.wording, self._desk.procedure_name(each.owner)) for each in lost],
        )

    async def _decide(self, visit: Visit) -> Response:
        accept = visit.form.get("viec") == "nhan"
        try:
            done = await self._desk.decide(
                visit.officer,
                row_id(visit.request.path_params["proposal"]),
                accept,
                tidy(visit.form.get("cau", "")),
            )
        except (ForbiddenError, NotFoundError):
            return self._missing()
        except ValueError:
            return await self._one(visit)
        return RedirectResponse(f"{PROPOSALS}?da={'muon' if not done else 'nhan' if accept else 'bo'}", 303)

    def _missing(self) -> Response:
        return self._site.page("console/missing.html", status=404)
