"""The supervisor's page that gives a ticket to somebody: who, until when, and what is asked."""

from datetime import datetime

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console import views
from bot.console.gate import HOME, Gate, Visit, row_id
from bot.desk import Desk, NobodyThereError, NoDeadlineError, NoReasonError
from bot.pages import words
from bot.pages.forms import tidy
from bot.pages.site import Site
from bot.policy import ForbiddenError
from bot.ports import Clock
from bot.texts import Texts
from bot.worktime import VIETNAM
from storage.errors import NotFoundError, TicketClosedError, TicketTakenError
from storage.records import Assignment

GIVE = f"{HOME}/giao"
_LONGEST_NOTE = 500


class GivingPages:
    def __init__(self, site: Site, gate: Gate, desk: Desk, clock: Clock) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk
        self._clock = clock

    def routes(self) -> list[BaseRoute]:
        path = GIVE + "/{ticket:int}"
        return [
            Route(path, self._gate.page(self._form), name="give_form"),
            Route(path, self._gate.action(self._give), methods=["POST"], name="give"),
        ]

    async def _form(self, visit: Visit, *, problem: str = "", status: int = 200) -> Response:
        try:
            ticket, able = await self._desk.able(visit.officer, _ticket_id(visit))
        except (NotFoundError, ForbiddenError):
            return self._site.page("console/missing.html", status=404)
        return self._site.page(
            "console/give.html",
            status=status,
            visit=visit,
            ticket=ticket,
            question=views.excerpt(ticket.question),
            able=able,
            typed={name: visit.form.get(name, "") for name in ("nguoi", "han", "viec")},
            earliest=f"{self._clock.now().astimezone(VIETNAM):%Y-%m-%dT%H:%M}",
            problem=problem,
        )

    async def _give(self, visit: Visit) -> Response:
        form, number = visit.form, _ticket_id(visit)
        try:
            due = _moment(form.get("han", ""))
            note = tidy(form.get("viec", ""))[:_LONGEST_NOTE]
            await self._desk.give(visit.officer, number, row_id(form.get("nguoi", "")), due, note)
        except NoDeadlineError:
            return await self._refused(visit, "deadline")
        except NoReasonError:
            return await self._refused(visit, "note")
        except NobodyThereError:
            return await self._refused(visit, "away")
        except (NotFoundError, ForbiddenError, TicketClosedError, TicketTakenError):
            return await self._refused(visit, "person")
        return RedirectResponse(f"{HOME}/phieu/{number}", 303)

    async def _refused(self, visit: Visit, reason: str) -> Response:
        return await self._form(visit, problem=self._site.texts(f"console.give.problem.{reason}"), status=400)


def given(texts: Texts, each: Assignment, now: datetime) -> dict[str, object]:
    """One line of a list of what was given."""
    return {
        "id": each.ticket_id,
        "question": views.excerpt(each.question),
        "name": each.officer_name,
        "giver": each.giver_name,
        "note": views.excerpt(each.note),
        "due": words.due(texts, each.due_at),
        "overdue": each.due_at < now,
        "seen": words.moment(texts, each.seen_at, now) if each.seen_at else "",
    }


def _ticket_id(visit: Visit) -> int:
    return row_id(visit.request.path_params["ticket"])


def _moment(text: str) -> datetime:
    """Vietnam's time, as a browser sends it. Raises NoDeadlineError."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)
    except ValueError as error:
        raise NoDeadlineError from error
