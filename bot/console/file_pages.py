"""What citizens sent, shown to an officer of the ticket. Every look is in the audit trail."""

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console.gate import Gate, Visit, row_id
from bot.console.ticket_pages import TICKET
from bot.desk import Desk
from bot.files import Uploads
from bot.pages.site import Site
from storage.errors import NotFoundError

_SHOWN = ("image/", "audio/")  # re-encoded or only sound: shown in the page; all else is downloaded


class FilePages:
    def __init__(self, site: Site, gate: Gate, desk: Desk, uploads: Uploads) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk
        self._uploads = uploads

    def routes(self) -> list[BaseRoute]:
        address = TICKET + "/{ticket:int}/tep/{file:int}"
        return [Route(address, self._gate.page(self._file), name="ticket_file")]

    async def _file(self, visit: Visit) -> Response:
        ticket, received = (row_id(visit.request.path_params[name]) for name in ("ticket", "file"))
        try:
            stored = await self._desk.look_at_file(visit.officer, ticket, received)
            content = await self._uploads.read(stored)
        except NotFoundError:
            return self._site.page("console/missing.html", status=404)
        way = "inline" if stored.media_type.startswith(_SHOWN) else "attachment"
        headers = {
            "Content-Disposition": f'{way}; filename="tep-{received}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return Response(content, media_type=stored.media_type, headers=headers)
