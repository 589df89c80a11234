"""The supervisor's page, and the same as a file."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console import views
from bot.console.gate import HOME, Gate, Handler, Visit
from bot.console.giving_pages import given
from bot.console.queue_pages import department_names
from bot.pages import words
from bot.pages.site import Site
from bot.policy import ForbiddenError
from bot.ports import Clock
from bot.reports import Counted, Report, Reports
from bot.reports.export import as_csv, as_excel, worded
from bot.texts import Texts
from storage.database import Database
from storage.records import TicketFact

REPORT = f"{HOME}/bao-cao"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTH = 100  # of the longest bar, in units of the drawing


class ReportPages:
    def __init__(self, site: Site, gate: Gate, reports: Reports, database: Database, clock: Clock) -> None:
        self._site = site
        self._gate = gate
        self._reports = reports
        self._database = database
        self._clock = clock

    def routes(self) -> list[BaseRoute]:
        gate = self._gate
        return [
            Route(REPORT, gate.page(self._page), name="report"),
            Route(f"{REPORT}.csv", gate.page(self._file(as_csv, "text/csv", "csv")), name="report_csv"),
            Route(f"{REPORT}.xlsx", gate.page(self._file(as_excel, _EXCEL, "xlsx")), name="report_excel"),
        ]

    async def _page(self, visit: Visit) -> Response:
        report = await self._asked(visit)
        if report is None:
            return self._site.page("console/missing.html", status=404)
        texts, departments = self._site.texts, await department_names(self._database)
        start = report.start.date()
        return self._site.page(
            "console/report.html",
            visit=visit,
            report=report,
            start=start,
            last=start + timedelta(days=6),
            before=start - timedelta(days=7),
            after=start + timedelta(days=7) if report.end <= self._clock.now() else None,
            overdue=[self._waiting(each, departments) for each in report.overdue],
            at_risk=[self._waiting(each, departments) for each in report.at_risk],
            broken=[self._waiting(each, departments) for each in report.broken_promises],
            in_time=[self._waiting(each, departments) for each in report.in_time],
            given=[given(texts, each, self._clock.now()) for each in report.given],
            bars={
                "by_day": _bars([Counted(_day(each.name), each.count) for each in report.by_day]),
                "by_week": _bars([Counted(_day(each.name), each.tickets) for each in report.by_week]),
                "most_asked": _bars(report.most_asked),
                "most_failed": _bars(report.most_failed),
                "reasons": _bars(worded(report.reasons, texts)),
            },
            day=_day,
            span=lambda length: "" if length is None else words.span(texts, length),
            channel=lambda name: views.channel(texts, name),
        )

    def _file(self, make: Callable[[Report, Texts], bytes], kind: str, ending: str) -> Handler:
        async def handler(visit: Visit) -> Response:
            report = await self._asked(visit)
            if report is None:
                return self._site.page("console/missing.html", status=404)
            name = f"bao-cao-{report.start.date().isoformat()}.{ending}"
            return Response(
                make(report, self._site.texts),
                media_type=kind,
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )

        return handler

    async def _asked(self, visit: Visit) -> Report | None:
        try:
            return await self._reports.seen_by(visit.officer, _date(visit.request.query_params.get("tuan")))
        except ForbiddenError:
            return None

    def _waiting(self, ticket: TicketFact, departments: Mapping[str, str]) -> dict[str, object]:
        texts = self._site.texts
        return {
            "id": ticket.id,
            "open": ticket.closed_at is None,
            "question": views.excerpt(ticket.question),
            "holder": ticket.holder or ticket.answered_by or texts("console.status.new"),
            "department": departments.get(ticket.department, ticket.department),
            "due": words.due(texts, ticket.due_at),
        }


def _bars(counted: Sequence[Counted]) -> list[dict[str, object]]:
    longest = max((each.count for each in counted), default=0) or 1
    return [
        {"name": each.name, "count": each.count, "width": round(_WIDTH * each.count / longest)}
        for each in counted
    ]


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m}"


def _date(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 2020 <= found.year <= 2100 else None
