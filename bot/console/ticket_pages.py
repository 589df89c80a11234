"""One ticket: the whole conversation, what the bot made of it, and everything an officer can do with it."""

import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import wraps
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console import views
from bot.console.attaching_verbs import RefusedFileError
from bot.console.gate import HOME, LIVE_HEADER, Gate, Visit, row_id
from bot.console.queue_pages import GONE_AFTER, department_names
from bot.console.refusals import IncompleteError, InsertError, SeveralError, held_back
from bot.console.ticket_verbs import LONGEST, Verb, Verbs
from bot.desk import BLOCK_DAYS, MOST_FILES, Desk, HeldBackError, NobodyThereError, ReleasedError
from bot.files import Uploads
from bot.messages import COUNTER
from bot.pages import words
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
TYPED = (
    "thu_tuc_khac",
    "cach_hoi",
    "text",
    "note",
    "detail",
    "closing",
    "advice",
    "ly_do",
    "viec",
    "den",
    "san",
    "ten",
)
WITH_FILES = frozenset({"tra-loi", "nhap", "dinh-kem", "go-tep"})  # one form with several buttons
WRITES = {"text": "/tra-loi", "note": "/ghi-chu", "advice": "/gop-y"}
_REFUSALS = (
    ForbiddenError,
    MovedOnError,
    StaleStateError,
    TicketClosedError,
    TicketTakenError,
    UnavailableError,
)


class TicketPages:
    def __init__(
        self, site: Site, gate: Gate, desk: Desk, uploads: Uploads, database: Database, clock: Clock
    ) -> None:
        self._verbs = Verbs(desk, uploads).by_name
        self._site = site
        self._gate = gate
        self._desk = desk
        self._database = database
        self._clock = clock

    def routes(self) -> list[BaseRoute]:
        address = TICKET + "/{ticket:int}"
        actions = [
            Route(
                f"{address}/{name}",
                self._gate.action(self._doing(verb), files=MOST_FILES if name in WITH_FILES else 0),
                methods=["POST"],
                name=f"ticket_{name}",
            )
            for name, verb in self._verbs.items()
        ]
        return [Route(address, self._gate.page(self._ticket), name="ticket"), *actions]

    async def _ticket(self, visit: Visit) -> Response:
        said = visit.request.query_params.get("da", "")
        return await self._show(visit, said=said if said in (*self._verbs, "cho-gui") else "")

    def _doing(self, verb: Verb) -> Callable[[Visit], Awaitable[Response]]:
        @wraps(verb)
        async def handler(visit: Visit) -> Response:
            try:
                ticket_id = row_id(visit.request.path_params["ticket"])
                done = await verb(visit, ticket_id)
            except SeveralError as error:
                problem = self._site.texts("console.problem.several")
                return await self._show(visit, problem=problem, found=error.codes)
            except InsertError as error:
                return await self._show(visit, inserted=error.text)
            except RefusedFileError as error:
                return await self._show(visit, status=422, problem=self._refused_file(error))
            except HeldBackError as error:
                return await self._show(visit, status=400, problem=held_back(self._site.texts, error))
            except NobodyThereError as error:
                return await self._show(visit, status=409, problem=self._nobody(error))
            except IncompleteError as error:
                return await self._show(
                    visit,
                    status=400,
                    problem=self._site.texts(
                        f"console.problem.{error.reason}", limit=LONGEST, most=MOST_FILES
                    ),
                )
            except NotFoundError:
                return self._missing()
            except _REFUSALS as error:
                return await self._refused(visit, error)
            if LIVE_HEADER in visit.request.headers:  # a draft, saved by the page itself
                return Response(status_code=204)
            if done in GONE_AFTER:
                return RedirectResponse(f"{HOME}?da={done}", 303)
            return RedirectResponse(f"{TICKET}/{ticket_id}?da={done}#ket-qua", 303)

        return handler

    def _refused_file(self, error: RefusedFileError) -> str:
        texts, problem = self._site.texts, error.problem
        return texts(f"console.attach.problem.{problem.reason}", name=error.name[:80], **problem.facts)

    def _nobody(self, error: NobodyThereError) -> str:
        texts = self._site.texts
        instead = ", ".join(error.suggestions)
        if not instead:
            return texts("console.problem.nobody", wanted=error.wanted)
        return texts("console.problem.nobody_but", wanted=error.wanted, instead=instead)

    async def _refused(self, visit: Visit, error: Exception) -> Response:
        """Say why, with what is new and everything that was typed; the officer decides again."""
        texts, now = self._site.texts, self._clock.now()
        await self._keep(visit, error)
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
            case ReleasedError():
                problem = texts("console.problem.released")
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

    async def _keep(self, visit: Visit, error: Exception) -> None:
        """What could not be sent is a draft: it is there again when the officer comes back to the ticket."""
        if isinstance(error, UnavailableError):
            return
        ticket_id = row_id(visit.request.path_params["ticket"])
        for kind in ("text", "note", "advice"):
            if visit.form.get(kind, "").strip() and visit.request.url.path.endswith(WRITES[kind]):
                with contextlib.suppress(NotFoundError, UnavailableError):
                    await self._desk.save_draft(visit.officer, ticket_id, kind, visit.form[kind][:LONGEST])

    async def _show(
        self,
        visit: Visit,
        *,
        status: int = 200,
        problem: str = "",
        said: str = "",
        inserted: str | None = None,
        found: tuple[str, ...] = (),
    ) -> Response:
        try:
            context = await self._context(visit, self._clock.now(), found)
        except NotFoundError:
            return self._missing()
        if inserted is not None:
            context["typed"] |= {"text": inserted, "ten": ""}
        return self._site.page("console/ticket.html", status=status, problem=problem, said=said, **context)

    async def _context(self, visit: Visit, now: datetime, found: tuple[str, ...]) -> dict[str, Any]:
        texts, form = self._site.texts, visit.form
        page = await self._desk.open(visit.officer, row_id(visit.request.path_params["ticket"]))
        blocked = page.contact.blocked_until
        others = await self._desk.look(visit.officer, page.ticket.id)
        departments = await department_names(self._database)
        seen = form.get("seen", "")
        return {
            "visit": visit,
            "page": page,
            "row": views.row(texts, page.ticket, departments, now, of=visit.officer.role),
            "course": views.course(
                texts, page, now, int(seen) if seen.isascii() and seen.isdigit() else None
            ),
            "phone": views.phone(page),
            "beside": views.own_files(texts, page.files),
            "going": views.own_files(texts, page.held_files),
            "also_on": [views.channel(texts, name) for name in page.channels],
            "window": views.window(texts, page.contact, now),
            "elsewhere": words.moment(texts, page.elsewhere_until, now) if page.elsewhere_until else "",
            "history": views.history(texts, page.events, now, departments),
            "maskable": views.has_masked(page),
            "guesses": views.guesses(page.matched),
            "last_id": page.last_message_id,
            "closings": [(each.value, texts(f"console.closing.{each}")) for each in Closing],
            "typed": {name: form.get(name, "") or page.drafts.get(name, "") for name in TYPED},
            "unsent": form.get("text", "") if "answer" not in page.may else "",
            "others": others,
            "asked": views.asked(texts, page),
            "targets": await self._desk.targets() if "forward" in page.may else (),
            "prepared": views.grouped(texts, await self._desk.prepared(visit.officer, page, found))
            if "answer" in page.may
            else (),
            "longest": LONGEST,
            "wording": self._desk.wording_of(page.ticket) if "close" in page.may else "",
            "proofs": views.proofs(texts, page, now),
            "before": views.before(page),
            "block_days": BLOCK_DAYS,
            "blocked": words.moment(texts, blocked, now) if blocked and blocked > now else "",
            "by_hand": page.ticket.key.channel == COUNTER,
        }

    def _missing(self) -> Response:
        return self._site.page("console/missing.html", status=404)
