"""The admin's page of the catalog: what is served, and why the last edit was refused."""

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console.gate import HOME, Gate, Visit
from bot.live_catalog import LiveCatalog
from bot.pages import words
from bot.pages.site import Site
from bot.policy import ForbiddenError, require_catalog
from bot.ports import Clock

CATALOG = f"{HOME}/danh-muc"
LISTED = 200  # problems shown at most: a broken head file makes one of every procedure


class CatalogPages:
    def __init__(self, site: Site, gate: Gate, live: LiveCatalog, clock: Clock) -> None:
        self._site = site
        self._gate = gate
        self._live = live
        self._clock = clock
        # Above every page of an admin: an edit that nobody serves must not go unnoticed.
        site.define(catalog_refused=lambda: len(live.problems))

    def routes(self) -> list[BaseRoute]:
        return [Route(CATALOG, self._gate.page(self._show), name="catalog")]

    async def _show(self, visit: Visit) -> Response:
        try:
            require_catalog(visit.officer)
        except ForbiddenError:
            return self._site.page("console/missing.html", status=404)
        live, texts, now = self._live, self._site.texts, self._clock.now()
        catalog = live.snapshot.catalog
        return self._site.page(
            "console/catalog.html",
            visit=visit,
            version=catalog.version,
            procedures=len(catalog.procedures),
            head=str(live.head.absolute()),
            since=words.moment(texts, live.served_since, now),
            refused=words.moment(texts, live.refused_at, now) if live.refused_at else "",
            problems=live.problems[:LISTED],
            more=max(0, len(live.problems) - LISTED),
        )
