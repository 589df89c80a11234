"""Finding a ticket again by its words, with tone marks or without; what was filed or told by its code.

Whoever brings the originals shows the receipt's code: scanned into the same field, it opens the submission.
"""

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console import views
from bot.console.gate import HOME, Gate, Visit
from bot.console.queue_pages import department_names
from bot.desk import Desk
from bot.desk.filing import FilingDesk
from bot.desk.petitions import PetitionDesk
from bot.pages import words
from bot.pages.forms import tidy
from bot.pages.site import Site
from bot.ports import Clock
from storage.database import Database

LONGEST_QUERY = 200  # characters


class SearchPages:
    def __init__(
        self,
        site: Site,
        gate: Gate,
        desk: Desk,
        filing: FilingDesk,
        petitions: PetitionDesk,
        database: Database,
        clock: Clock,
    ) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk
        self._filing = filing
        self._petitions = petitions
        self._database = database
        self._clock = clock

    def routes(self) -> list[BaseRoute]:
        return [Route(f"{HOME}/tim", self._gate.page(self._search), name="search")]

    async def _search(self, visit: Visit) -> Response:
        texts, now = self._site.texts, self._clock.now()
        query = tidy(visit.request.query_params.get("q", ""))[:LONGEST_QUERY]
        if filed := await self._filing.find(visit.officer, query):
            return RedirectResponse(f"{HOME}/ho-so/{filed}", 303)
        if told := await self._petitions.find(visit.officer, query):
            return RedirectResponse(f"{HOME}/phan-anh/{told}", 303)
        found = await self._desk.search(visit.officer, query)
        departments = await department_names(self._database)
        return self._site.page(
            "console/search.html",
            visit=visit,
            query=query,
            rows=[
                views.row(texts, ticket, departments, now, of=visit.officer.role) for ticket in found.tickets
            ],
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
