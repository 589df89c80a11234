"""Finding a ticket again by its words, with tone marks or without."""

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console import views
from bot.console.gate import HOME, Gate, Visit
from bot.console.queue_pages import department_names
from bot.desk import Desk
from bot.pages import words
from bot.pages.forms import tidy
from bot.pages.site import Site
from bot.ports import Clock
from storage.database import Database

LONGEST_QUERY = 200  # characters


class SearchPages:
    def __init__(self, site: Site, gate: Gate, desk: Desk, database: Database, clock: Clock) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk
        self._database = database
        self._clock = clock

    def routes(self) -> list[BaseRoute]:
        return [Route(f"{HOME}/tim", self._gate.page(self._search), name="search")]

    async def _search(self, visit: Visit) -> Response:
        texts, now = self._site.texts, self._clock.now()
        query = tidy(visit.request.query_params.get("q", ""))[:LONGEST_QUERY]
        found = await self._desk.search(visit.officer, query)
        departments = await department_names(self._database)
        return self._site.page(
            "console/search.html",
            visit=visit,
            query=query,
            rows=[views.row(texts, ticket, departments, now) for ticket in found.tickets],
            said=[
                {
                    "ticket": ticket,
                    "text": views.excerpt(message.text),
                    "speaker": message.author_name or texts(f"console.speaker.{message.author}"),
                    "moment": words.moment(texts, message.at, now),
                }
                for message, ticket in found.messages
            ],
        )
