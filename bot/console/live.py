"""Live updates of open pages: a hint that something changed; the page then asks for itself again."""

import asyncio
import json
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console.accounts import Accounts, topic
from bot.console.gate import HOME, Gate, Visit, row_id
from bot.desk import QUEUE, Desk
from bot.pages.forms import ForeignFormError, same_origin
from bot.pages.site import Site
from storage.database import Database
from storage.errors import NotFoundError, UnavailableError

_BEAT = 20  # seconds
_RETRY = 3_000  # milliseconds
_RECHECK = 5.0  # seconds after which an ended session is noticed where no wake-up told of it


class Live:
    def __init__(self, site: Site, gate: Gate, accounts: Accounts, desk: Desk, database: Database) -> None:
        self._site = site
        self._gate = gate
        self._accounts = accounts
        self._desk = desk
        self._database = database

    def routes(self) -> list[BaseRoute]:
        return [Route(f"{HOME}/luong", self._gate.page(self._stream), name="live")]

    async def _stream(self, visit: Visit) -> Response:
        if not same_origin(visit.request, self._site.public_url):
            raise ForeignFormError
        try:
            topics = await self._topics(visit)
        except NotFoundError:
            return Response(status_code=404)
        return EventSourceResponse(
            self._events(visit, topics),
            ping=_BEAT,
            ping_message_factory=lambda: ServerSentEvent(data="", event="beat"),
            headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
        )

    async def _topics(self, visit: Visit) -> tuple[str, ...]:
        """A ticket's events only for those who may open it."""
        wanted = visit.request.query_params.get("phieu")
        if wanted is None:
            return (QUEUE,)
        page = await self._desk.open(visit.officer, row_id(wanted))
        return (QUEUE, f"ticket:{page.ticket.id}", f"conversation:{page.ticket.conversation_id}")

    async def _events(self, visit: Visit, topics: tuple[str, ...]) -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(data="", event="beat", retry=_RETRY)
        try:
            async with self._database.wake.subscribe(topic(visit.officer.id), *topics) as waiting:
                # Shielded: a page that is closed must not cut a query in half, which costs its connection.
                while await asyncio.shield(self._accounts.session(visit.token)) is not None:
                    woken = await waiting.get(_RECHECK)
                    if woken in topics:
                        yield ServerSentEvent(
                            data=json.dumps({"topic": woken.partition(":")[0]}), event="change"
                        )
        except UnavailableError:
            return  # the page listens again by itself
        yield ServerSentEvent(data="", event="ended")
