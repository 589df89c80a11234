"""One ticket: the whole conversation, what the bot made of it, and everything an officer can do with it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import wraps
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console import views
from bot.console.gate import HOME, Gate, Visit, row_id
from bot.console.queue_pages import department_names
from bot.desk import Desk
from bot.pages import words
from bot.pages.forms import tidy
from bot.pages.site import Site
from bot.policy import ForbiddenError
from bot.ports import Clock
from storage.database import Database
from storage.errors import (
    MovedOnError,
    NotFoundError,
    StaleStateError,
    TicketClosedError,
    TicketTakenError,
    UnavailableError,
)
from storage.records import Closing

TICKET = f"{HOME}/phieu"
LONGEST = 4000  # characters of an answer or a note
_REFUSALS = (
    ForbiddenError,
    MovedOnError,
    StaleStateError,
    TicketClosedError,
    TicketTakenError,
    UnavailableError,
)
Verb = Callable[[Visit, int], Awaitable[str]]


class IncompleteError(Exception):
    """What the officer sent lacks something; `reason` is the end of a text key."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TicketPages:
    def __init__(self, site: Site, gate: Gate, desk: Desk, database: Database, clock: Clock) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk
        self._database = database
        self._clock = clock

    def routes(self) -> list[BaseRoute]:
        verbs: dict[str, Verb] = {
            "nhan": self._claim,
            "tra-loi": self._answer,
            "tra-lai": self._release,
            "ghi-chu": self._note,
            "dong": self._close,
            "mo-lai": self._reopen,
        }
        address = TICKET + "/{ticket:int}"
        actions = [
            Route(
                f"{address}/{name}",
                self._gate.action(self._doing(verb)),
                methods=["POST"],
                name=f"ticket_{name}",
            )
            for name, verb in verbs.items()
        ]
        return [Route(address, self._gate.page(self._ticket), name="ticket"), *actions]

    async def _ticket(self, visit: Visit) -> Response:
        said = visit.request.query_params.get("da", "")
        return await self._show(visit, said=said if said in _DONE else "")

    def _doing(self, verb: Verb) -> Callable[[Visit], Awaitable[Response]]:
        @wraps(verb)
        async def handler(visit: Visit) -> Response:
            try:
                ticket_id = row_id(visit.request.path_params["ticket"])
                done = await verb(visit, ticket_id)
            except IncompleteError as error:
                return await self._show(
                    visit,
                    status=400,
                    problem=self._site.texts(f"console.problem.{error.reason}", limit=LONGEST),
                )
            except NotFoundError:
                return self._missing()
            except _REFUSALS as error:
                return await self._refused(visit, error)
            return RedirectResponse(f"{TICKET}/{ticket_id}?da={done}#ket-qua", 303)

        return handler

    async def _claim(self, visit: Visit, ticket_id: int) -> str:
        await self._desk.claim(visit.officer, ticket_id)
        return "nhan"

    async def _answer(self, visit: Visit, ticket_id: int) -> str:
        seen = visit.form.get("seen", "")
        text, key = _text(visit, "text"), _key(visit)
        if not seen.isascii() or not seen.isdigit():
            raise IncompleteError("stale")
        await self._desk.answer(visit.officer, ticket_id, text, seen_message_id=int(seen), key=key)
        return "tra-loi"

    async def _release(self, visit: Visit, ticket_id: int) -> str:
        await self._desk.release(visit.officer, ticket_id, tidy(visit.form.get("note", ""))[:LONGEST])
        return "tra-lai"

    async def _note(self, visit: Visit, ticket_id: int) -> str:
        await self._desk.note(visit.officer, ticket_id, _text(visit, "note"), key=_key(visit))
        return "ghi-chu"

    async def _close(self, visit: Visit, ticket_id: int) -> str:
        detail = tidy(visit.form.get("detail", ""))[:LONGEST]
        try:
            closing = Closing(visit.form.get("closing", ""))
        except ValueError as error:
            raise IncompleteError("closing") from error
        if closing in (Closing.REFUSED, Closing.NOT_OURS) and not detail:
            raise IncompleteError(f"detail_{closing}")
        await self._desk.close(visit.officer, ticket_id, closing, detail)
        return "dong"

    async def _reopen(self, visit: Visit, ticket_id: int) -> str:
        await self._desk.reopen(visit.officer, ticket_id)
        return "mo-lai"

    async def _refused(self, visit: Visit, error: Exception) -> Response:
        """Say why, with what is new and everything that was typed; the officer decides again."""
        texts, now = self._site.texts, self._clock.now()
        match error:
            case TicketTakenError():
                problem = texts(
                    "console.problem.taken",
                    name=error.officer_name,
                    since=words.moment(texts, error.since, now),
                )
            case MovedOnError():
                problem = texts("console.problem.moved_on")
            case TicketClosedError():
                problem = texts("console.problem.closed")
            case ForbiddenError():
                return await self._show(visit, status=403, problem=texts("console.problem.forbidden"))
            case UnavailableError():
                typed = visit.form.get("text") or visit.form.get("note") or visit.form.get("detail") or ""
                return self._site.page(
                    "console/unavailable.html", status=503, headers={"Retry-After": "5"}, unsent=typed
                )
            case _:
                problem = texts("console.problem.stale")
        return await self._show(visit, status=409, problem=problem)

    async def _show(self, visit: Visit, *, status: int = 200, problem: str = "", said: str = "") -> Response:
        try:
            context = await self._context(visit, self._clock.now())
        except NotFoundError:
            return self._missing()
        return self._site.page("console/ticket.html", status=status, problem=problem, said=said, **context)

    async def _context(self, visit: Visit, now: datetime) -> dict[str, Any]:
        texts, form = self._site.texts, visit.form
        page = await self._desk.open(visit.officer, row_id(visit.request.path_params["ticket"]))
        departments = await department_names(self._database)
        seen = form.get("seen", "")
        return {
            "visit": visit,
            "page": page,
            "row": views.row(texts, page.ticket, departments, now),
            "course": views.course(
                texts, page, now, int(seen) if seen.isascii() and seen.isdigit() else None
            ),
            "history": views.history(texts, page.events, now),
            "guesses": views.guesses(page.matched),
            "last_id": views.last_said(page.messages),
            "closings": [(each.value, texts(f"console.closing.{each}")) for each in Closing],
            "typed": {name: form.get(name, "") for name in ("text", "note", "detail", "closing")},
            "longest": LONGEST,
        }

    def _missing(self) -> Response:
        return self._site.page("console/missing.html", status=404)


_DONE = frozenset({"nhan", "tra-loi", "tra-lai", "ghi-chu", "dong", "mo-lai"})


def _text(visit: Visit, name: str) -> str:
    text = tidy(visit.form.get(name, ""))
    if not text:
        raise IncompleteError("empty")
    if len(text) > LONGEST:
        raise IncompleteError("too_long")
    return text


def _key(visit: Visit) -> str:
    """The form's own id: pressed twice, it happens once."""
    key = visit.form.get("key", "")
    if not key or len(key) > 64:
        raise IncompleteError("stale")
    return key
