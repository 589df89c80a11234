"""Live updates of open pages: a hint that something changed; the page then asks for itself again.

What a page rings for comes with the event at once, read once for all officers who see the same. That the lists
changed is a hint without a query of its own, and which logins still count is read once for all open pages. With
many of them open the hints are spread: the pages ask for themselves one after another and not all at once.
"""

import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from time import monotonic

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot import policy
from bot.console.accounts import Accounts, digest, topic
from bot.console.gate import HOME, Gate, Visit, row_id
from bot.console.shared import Shared
from bot.desk import QUEUE, Desk, News
from bot.pages.forms import ForeignFormError, same_origin
from bot.pages.site import Site
from storage.database import Database
from storage.errors import NotFoundError, UnavailableError
from storage.records import Officer
from storage.wake import Subscription

_BEAT = 20  # seconds
_RETRY = 3_000  # milliseconds
_RECHECK = 5.0  # seconds after which an ended session is noticed where no wake-up told of it
_CALM = 20  # open pages that may ask for themselves at the same moment
_EACH = 0.05  # seconds between two of them, where there are more


class Live:
    def __init__(self, site: Site, gate: Gate, accounts: Accounts, desk: Desk, database: Database) -> None:
        self._site = site
        self._gate = gate
        self._accounts = accounts
        self._desk = desk
        self._database = database
        self._open: Counter[str] = Counter()  # pages, by the digest of their login
        self._logins = Shared(self._read_logins)
        self._waits: dict[object, Shared[News]] = {}  # by scope: a role, and the departments it sees

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
        login = digest(visit.token)
        self._open[login] += 1
        try:
            async with self._database.wake.subscribe(topic(visit.officer.id), *topics) as waiting:
                # Only now: what came between the page and its stream is heard, too.
                yield ServerSentEvent(data="", event="beat", retry=_RETRY)
                yield _rings(await self._news(visit.officer))
                async for event in self._while_logged_in(login, visit.officer, waiting, topics):
                    yield event
        except UnavailableError:
            return  # the page listens again by itself
        finally:
            self._open[login] -= 1
            self._open += Counter()  # drops what fell to nothing
        yield ServerSentEvent(data="", event="ended")

    async def _while_logged_in(
        self, login: str, officer: Officer, waiting: Subscription, topics: tuple[str, ...]
    ) -> AsyncIterator[ServerSentEvent]:
        later: float | None = None  # when this page is told to ask for the queue again
        known = 0.0  # how old the answer about the login may be: as new as now after a wake-up about it
        while login in await self._logins.get(known):
            known = _RECHECK
            woken = await waiting.get(_RECHECK if later is None else max(0.0, later - monotonic()))
            if woken == QUEUE:
                yield _rings(await self._news(officer))
                later = later or monotonic() + self._turn()
            elif woken in topics:
                yield _change(woken or "")
            elif woken is not None:
                known = 0.0
            if later is not None and monotonic() >= later:
                later = None
                yield _change(QUEUE)

    async def _news(self, officer: Officer) -> News:
        """Read after the wake-up, once for all who see the same."""
        shared = self._waits.setdefault(policy.scope(officer), Shared(lambda: self._desk.waits(officer)))
        return await shared.get()

    def _turn(self) -> float:
        """Seconds until one of many pages asks for itself again; at once while there are few."""
        pages = self._open.total()
        return random.uniform(0, pages * _EACH) if pages > _CALM else 0.0  # noqa: S311 - spreads load

    async def _read_logins(self) -> frozenset[str]:
        return await self._accounts.alive(frozenset(self._open))


def _change(topic: str) -> ServerSentEvent:
    return ServerSentEvent(data=json.dumps({"topic": topic.partition(":")[0]}), event="change")


def _rings(news: News) -> ServerSentEvent:
    """Numbers only: nothing of a question leaves by this."""
    data = {"count": news.count, "keys": news.keys, "urgent": news.urgent}
    return ServerSentEvent(data=json.dumps(data), event="news")
