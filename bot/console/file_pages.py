"""What citizens sent and officers answer with, shown to an officer of the ticket. Every look is audited."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console.gate import Gate, Visit, row_id
from bot.console.ticket_pages import TICKET
from bot.desk import Desk
from bot.files import Uploads
from bot.files.serving import handed_out
from bot.pages.site import Site
from storage.errors import NotFoundError
from storage.records import Officer, StoredFile


class FilePages:
    def __init__(self, site: Site, gate: Gate, desk: Desk, uploads: Uploads) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk
        self._uploads = uploads

    def routes(self) -> list[BaseRoute]:
        ticket = TICKET + "/{ticket:int}"
        return [
            Route(f"{ticket}/tep/{{file:int}}", self._gate.page(self._file), name="ticket_file"),
            Route(f"{ticket}/kem/{{file:int}}", self._gate.page(self._ours), name="ticket_answer_file"),
        ]

    async def _file(self, visit: Visit) -> Response:
        return await self._shown(visit, self._desk.look_at_file)

    async def _ours(self, visit: Visit) -> Response:
        return await self._shown(visit, self._desk.look_at_answer_file)

    async def _shown(
        self, visit: Visit, look: Callable[[Officer, int, int], Awaitable[StoredFile]]
    ) -> Response:
        ticket, file = (row_id(visit.request.path_params[name]) for name in ("ticket", "file"))
        try:
            stored = await look(visit.officer, ticket, file)
            content = await self._uploads.read(stored)
        except NotFoundError:
            return self._site.page("console/missing.html", status=404)
        return handed_out(stored, content)
