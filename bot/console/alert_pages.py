"""How an officer hears of tickets: what open pages ring for, and the chat linked to the account."""

from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console.gate import HOME, Gate, Visit
from bot.desk import COMMAND, Desk
from bot.pages import words
from bot.pages.site import Site
from bot.policy import ForbiddenError
from bot.ports import Clock

ALERTS = f"{HOME}/bao-tin"
DONE = frozenset({"ngung"})


class AlertPages:
    def __init__(self, site: Site, gate: Gate, desk: Desk, clock: Clock) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk
        self._clock = clock

    def routes(self) -> list[BaseRoute]:
        gate = self._gate
        return [
            Route(f"{HOME}/tin", gate.page(self._news), name="news"),
            Route(ALERTS, gate.page(self._page), name="alerts"),
            Route(f"{ALERTS}/ma", gate.action(self._offer), methods=["POST"], name="offer_link"),
            Route(f"{ALERTS}/ngung", gate.action(self._end), methods=["POST"], name="end_link"),
        ]

    async def _news(self, visit: Visit) -> Response:
        """Numbers only: nothing of a question leaves by this."""
        news = await self._desk.news(visit.officer)
        return JSONResponse({"count": news.count, "keys": news.keys, "urgent": news.urgent})

    async def _page(self, visit: Visit, *, code: str = "") -> Response:
        try:
            link = await self._desk.link(visit.officer)
        except ForbiddenError:
            return self._missing()
        done = visit.request.query_params.get("da", "")
        since = words.moment(self._site.texts, link.linked_at, self._clock.now()) if link else ""
        return self._site.page(
            "console/alerts.html",
            visit=visit,
            link=link,
            since=since,
            can_link=self._desk.can_link,
            line=f"{COMMAND} {code}" if code else "",
            done=done if done in DONE else "",
        )

    async def _offer(self, visit: Visit) -> Response:
        try:
            return await self._page(visit, code=await self._desk.offer_link(visit.officer))
        except ForbiddenError:
            return self._missing()

    async def _end(self, visit: Visit) -> Response:
        try:
            await self._desk.end_link(visit.officer)
        except ForbiddenError:
            return self._missing()
        return RedirectResponse(f"{ALERTS}?da=ngung", 303)

    def _missing(self) -> Response:
        return self._site.page("console/missing.html", status=404)
