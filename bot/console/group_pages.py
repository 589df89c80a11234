"""Answering everybody who asked about one procedure: write once, see what each person gets, send."""

from collections.abc import Mapping

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console import views
from bot.console.gate import HOME, Gate, Visit
from bot.console.queue_pages import department_names
from bot.console.ticket_verbs import LONGEST
from bot.desk import VARIABLES, Desk
from bot.pages.forms import tidy
from bot.pages.site import Site
from bot.policy import ForbiddenError
from bot.ports import Clock
from storage.database import Database
from storage.errors import NotFoundError

GROUPS = f"{HOME}/nhom"


class GroupPages:
    def __init__(self, site: Site, gate: Gate, desk: Desk, database: Database, clock: Clock) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk
        self._database = database
        self._clock = clock

    def routes(self) -> list[BaseRoute]:
        gate, one = self._gate, GROUPS + "/{code}"
        return [
            Route(GROUPS, gate.page(self._list), name="groups"),
            Route(one, gate.page(self._group), name="group"),
            Route(one, gate.action(self._preview), methods=["POST"], name="preview_group"),
            Route(f"{one}/gui", gate.action(self._send), methods=["POST"], name="answer_group"),
        ]

    async def _list(self, visit: Visit) -> Response:
        try:
            groups = await self._desk.groups(visit.officer)
        except ForbiddenError:
            return self._missing()
        return self._site.page("console/groups.html", visit=visit, groups=groups)

    async def _group(self, visit: Visit) -> Response:
        return await self._show(visit)

    async def _preview(self, visit: Visit) -> Response:
        return await self._show(visit, text=tidy(visit.form.get("text", ""))[:LONGEST])

    async def _show(self, visit: Visit, *, text: str = "", problem: str = "", status: int = 200) -> Response:
        try:
            group, members = await self._desk.group(visit.officer, visit.request.path_params["code"], text)
        except (ForbiddenError, NotFoundError):
            return self._missing()
        texts, now = self._site.texts, self._clock.now()
        departments = await department_names(self._database)
        return self._site.page(
            "console/group.html",
            status=status,
            visit=visit,
            group=group,
            text=text,
            problem=problem,
            longest=LONGEST,
            variables=VARIABLES,
            sendable=sum(not each.problems for each in members) if text else 0,
            rows=[
                (each, views.row(texts, each.ticket, departments, now, of=visit.officer.role))
                for each in members
            ],
        )

    async def _send(self, visit: Visit) -> Response:
        form, code = visit.form, visit.request.path_params["code"]
        text, key = tidy(form.get("text", ""))[:LONGEST], form.get("key", "")[:64]
        seen = _chosen(form)
        if not text or not key or not seen:
            return await self._show(
                visit, text=text, problem=self._site.texts("console.group.nobody"), status=400
            )
        try:
            done = await self._desk.answer_group(visit.officer, code, text, seen, key=key)
        except (ForbiddenError, NotFoundError):
            return self._missing()
        return self._site.page(
            "console/group_done.html",
            visit=visit,
            sent=[each.member for each in done if not each.problem],
            unsent=[(each.member, each.problem) for each in done if each.problem],
        )

    def _missing(self) -> Response:
        return self._site.page("console/missing.html", status=404)


def _chosen(form: Mapping[str, str]) -> dict[int, int]:
    """`p17=230`: ticket 17 is to be answered, and message 230 was the last one on the page."""
    pairs = ((name[1:], value) for name, value in form.items() if name.startswith("p"))
    return {int(name): int(value) for name, value in pairs if _number(name) and _number(value)}


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15
