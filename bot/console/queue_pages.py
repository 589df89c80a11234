"""The queue: what waits, for how long, until when."""

from collections.abc import Mapping

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console import views
from bot.console.gate import HOME, Gate, Visit
from bot.console.giving_pages import given
from bot.desk import Desk
from bot.pages.site import Site
from bot.policy import works_at_desk
from bot.ports import Clock
from storage.database import Database
from storage.records import Officer, QueueCounts, QueueView, Role

GONE_AFTER = frozenset({"gop-y"})  # done, and the ticket may no longer be theirs to see

LAST_PAGE = 100  # older ones are found by their words: nobody turns five thousand lines

_SHOWN = (
    QueueView.UNASSIGNED,
    QueueView.MINE,
    QueueView.OVERDUE,
    QueueView.WAITING,
    QueueView.FORWARDED,
    QueueView.SUPERVISOR,
    QueueView.ALL_OPEN,
    QueueView.CLOSED,
)


class QueuePages:
    def __init__(self, site: Site, gate: Gate, desk: Desk, clock: Clock) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk
        self._clock = clock

    def routes(self) -> list[BaseRoute]:
        return [Route(HOME, self._gate.page(self._queue), name="queue")]

    async def _queue(self, visit: Visit) -> Response:
        if not works_at_desk(visit.officer):  # keeps accounts and the catalog, has no queue
            waiting = await self._desk.proposals(visit.officer)
            return self._site.page("console/admin.html", visit=visit, proposals=len(waiting))
        texts, now = self._site.texts, self._clock.now()
        asked = visit.request.query_params
        view = _view(asked.get("xem"), visit.officer)
        department = asked.get("don_vi", "") if view is QueueView.ALL_OPEN else ""
        page = await self._desk.queue(
            visit.officer, view, page=_page(asked.get("trang")), department=department
        )
        return self._site.page(
            "console/queue.html",
            visit=visit,
            view=view,
            tabs=views.tabs(texts, page.counts, view, visit.officer.role),
            counts=page.counts,
            news=_news(page.counts, visit.officer),
            rows=[
                views.row(texts, ticket, page.departments, now, of=visit.officer.role)
                for ticket in page.tickets
            ],
            page=page,
            department=department,
            by_department=sorted(
                (page.departments.get(each, each), each, count)
                for each, count in page.counts.by_department.items()
            ),
            last_page=LAST_PAGE,
            given=[given(texts, each, now) for each in page.given],
            said=asked["da"] if asked.get("da") in GONE_AFTER else "",
        )


async def department_names(database: Database) -> Mapping[str, str]:
    async with database.reading() as uow:
        return {each.id: each.name for each in await uow.departments.list()}


def _view(name: str | None, officer: Officer) -> QueueView:
    """A specialist works on what was forwarded first; a supervisor's own view is theirs alone."""
    usual = QueueView.FORWARDED if officer.role is Role.SPECIALIST else QueueView.UNASSIGNED
    view = next((view for view in _SHOWN if view == name), usual)
    return usual if view is QueueView.SUPERVISOR and officer.role is not Role.SUPERVISOR else view


def _news(counts: QueueCounts, officer: Officer) -> int:
    """What waits for this officer to take it: in the title and announced."""
    mine = {Role.SPECIALIST: counts.forwarded, Role.SUPERVISOR: counts.supervisor}
    return counts.unassigned + mine.get(officer.role, 0)


def _page(number: str | None) -> int:
    plain = number and number.isascii() and number.isdigit() and len(number) < 9
    return min(int(number or 1), LAST_PAGE) if plain else 1
