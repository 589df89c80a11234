"""What was filed in chat, for officers: the list, one submission beside its checklist, a photo, the print-out."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console import filing_views as views
from bot.console.gate import HOME, Gate, Visit, row_id
from bot.console.refusals import IncompleteError, held_back
from bot.desk import HeldBackError
from bot.desk.filing import BadCodeError, FilingDesk, View
from bot.desk.filing.core import SubmissionPage
from bot.desk.filing.timers import qr_svg
from bot.files.uploads import turned
from bot.pages.forms import tidy
from bot.pages.site import Site
from bot.policy import ForbiddenError
from bot.ports import Clock
from storage.errors import NotFoundError, StaleStateError

FILED = f"{HOME}/ho-so"
LONGEST = 1000  # characters of a reason
MOST_BOXES = 20
TURNS, ZOOMS = ("0", "90", "180", "270"), ("1", "2", "4")
Verb = Callable[[Visit, int], Awaitable[str]]


class FilingPages:
    def __init__(self, site: Site, gate: Gate, desk: FilingDesk, clock: Clock) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk
        self._clock = clock

    def routes(self) -> list[BaseRoute]:
        one = FILED + "/{submission:int}"
        page, action = self._gate.page, self._gate.action
        file = one + "/tep/{file:int}"
        verbs = {
            "tiep-nhan": self._accept,
            "bo-sung": self._supplement,
            "tu-choi": self._refuse,
            "hen": self._appoint,
            "huy-hen": self._cancel,
            "chuyen": self._forward,
            "che": self._redact,
            "xong": self._finish,
            "da-tra": self._hand_over,
            "hen-lai": self._postpone,
            "cho-xem": self._release,
            "sua-ma": self._correct,
            "da-nhan": self._take_up,
            "nhan-tai-quay": self._receive,
        }
        return [
            Route(FILED, page(self._list), name="filed"),
            Route(one, page(self._found(self._one)), name="filed_one"),
            Route(f"{one}/in", page(self._found(self._print)), name="filed_print"),
            Route(f"{one}/ma.svg", page(self._found(self._code)), name="filed_code"),
            Route(f"{file}/{{page:int}}", page(self._found(self._viewer)), name="filed_viewer"),
            Route(f"{file}/{{page:int}}/anh.jpg", page(self._found(self._picture)), name="filed_picture"),
            Route(f"{file}/nho.jpg", page(self._found(self._preview)), name="filed_preview"),
            *(
                Route(
                    f"{one}/{name}",
                    action(self._doing(verb), once=name == "che"),
                    methods=["POST"],
                    name=f"filed_{name}",
                )
                for name, verb in verbs.items()
            ),
        ]

    def _found(
        self, handler: Callable[[Visit], Awaitable[Response]]
    ) -> Callable[[Visit], Awaitable[Response]]:
        async def checked(visit: Visit) -> Response:
            try:
                return await handler(visit)
            except (NotFoundError, ForbiddenError):
                return self._site.page("console/missing.html", status=404)

        return checked

    async def _list(self, visit: Visit) -> Response:
        asked = visit.request.query_params
        view = next((each for each in View if each == asked.get("xem")), View.WAITING)
        number = asked.get("trang", "1")
        page_number = min(int(number), 10_000) if number.isascii() and number.isdigit() else 1
        try:
            page = await self._desk.queue(visit.officer, view, page=page_number)
        except ForbiddenError:
            return self._site.page("console/missing.html", status=404)
        now = self._clock.now()
        return self._site.page(
            "console/filed.html",
            visit=visit,
            view=view,
            views=[(each, page.counts.get(each, 0)) for each in View],
            rows=[views.row(self._site.texts, each, now) for each in page.rows],
            page=page,
        )

    async def _one(self, visit: Visit) -> Response:
        said = visit.request.query_params.get("da", "")
        return await self._show(visit, said=said if said in views.SAID else "")

    async def _show(
        self,
        visit: Visit,
        *,
        status: int = 200,
        problem: str = "",
        said: str = "",
        photo: Callable[[SubmissionPage], views.Photo] | None = None,
    ) -> Response:
        page = await self._desk.open(visit.officer, row_id(visit.request.path_params["submission"]))
        context = views.context(self._site.texts, page, self._clock.now())
        typed = {
            name: visit.form.get(name, "")
            for name in ("ma", "chon", "ma_dung", "ly_do", "vi_sao", "noi", "ngay", "vi_tre")
        }
        typed |= {name: value for name, value in visit.form.items() if name.startswith("giay")}
        departments = await self._desk.departments()
        return self._site.page(
            "console/filed_one.html",
            status=status,
            visit=visit,
            problem=problem,
            said=said,
            typed=typed,
            departments=departments,
            longest=LONGEST,
            shown=photo(page) if photo else None,
            zooms=ZOOMS,
            turns=TURNS,
            **context,
        )

    def _doing(self, verb: Verb) -> Callable[[Visit], Awaitable[Response]]:
        async def handler(visit: Visit) -> Response:
            texts = self._site.texts
            try:
                number = row_id(visit.request.path_params["submission"])
                done = await verb(visit, number)
            except NotFoundError:
                return self._site.page("console/missing.html", status=404)
            except HeldBackError as error:
                problem = held_back(texts, error)
                return await self._found(lambda at: self._show(at, status=400, problem=problem))(visit)
            except IncompleteError as error:
                problem = texts(f"console.filed.problem.{error.reason}")
                return await self._found(lambda at: self._show(at, status=400, problem=problem))(visit)
            except StaleStateError:
                problem = texts("console.problem.stale")
                return await self._found(lambda at: self._show(at, status=409, problem=problem))(visit)
            return RedirectResponse(f"{FILED}/{number}{_beside(visit, done)}?da={done}", 303)

        return handler

    async def _accept(self, visit: Visit, number: int) -> str:
        try:
            code = visit.form.get("ma", "").strip() or visit.form.get("chon", "")  # typed, else picked
            await self._desk.accept(visit.officer, number, tidy(code)[:100])
        except BadCodeError as error:
            raise IncompleteError("code") from error
        return "tiep-nhan"

    async def _correct(self, visit: Visit, number: int) -> str:
        try:
            await self._desk.correct(visit.officer, number, tidy(visit.form.get("ma_dung", ""))[:100])
        except BadCodeError as error:
            raise IncompleteError("code") from error
        return "sua-ma"

    async def _receive(self, visit: Visit, number: int) -> str:
        await self._desk.receive(visit.officer, number)
        return "nhan-tai-quay"

    async def _supplement(self, visit: Visit, number: int) -> str:
        page = await self._desk.open(visit.officer, number)
        asked = {
            part.document.name: tidy(visit.form.get(f"giay{place}", ""))[:LONGEST]
            for place, part in enumerate(page.parts)
        }
        try:
            await self._desk.ask_supplement(visit.officer, number, asked)
        except ValueError as error:
            raise IncompleteError("supplement") from error
        return "bo-sung"

    async def _refuse(self, visit: Visit, number: int) -> str:
        try:
            await self._desk.refuse(visit.officer, number, _reason(visit, "ly_do"))
        except ValueError as error:
            raise IncompleteError("reason") from error
        return "tu-choi"

    async def _appoint(self, visit: Visit, number: int) -> str:
        stamp = visit.form.get("gio", "")
        await self._desk.open(visit.officer, number)
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
            raise IncompleteError("slot")
        try:
            free = await self._desk.appoint(visit.officer, number, datetime.fromtimestamp(int(stamp), UTC))
        except ValueError as error:
            raise IncompleteError("slot") from error
        if not free:
            raise IncompleteError("slot_full")
        return "hen"

    async def _cancel(self, visit: Visit, number: int) -> str:
        await self._desk.cancel_appointment(visit.officer, number)
        return "huy-hen"

    async def _forward(self, visit: Visit, number: int) -> str:
        await self._desk.open(visit.officer, number)
        try:
            await self._desk.forward(
                visit.officer, number, visit.form.get("den", ""), _reason(visit, "vi_sao")
            )
        except ValueError as error:
            raise IncompleteError("reason") from error
        return "chuyen"

    async def _finish(self, visit: Visit, number: int) -> str:
        await self._desk.finish(visit.officer, number, tidy(visit.form.get("noi", ""))[:200])
        return "xong"

    async def _hand_over(self, visit: Visit, number: int) -> str:
        await self._desk.hand_over(visit.officer, number)
        return "da-tra"

    async def _postpone(self, visit: Visit, number: int) -> str:
        reason = _reason(visit, "vi_tre")
        if not reason:
            raise IncompleteError("reason")
        try:
            day = date.fromisoformat(visit.form.get("ngay", ""))
            await self._desk.postpone(visit.officer, number, day, reason)
        except ValueError as error:
            raise IncompleteError("day") from error
        return "hen-lai"

    async def _release(self, visit: Visit, number: int) -> str:
        address, answer = row_id(visit.form.get("chat", "")), visit.form.get("tra_loi", "")
        await self._desk.open(visit.officer, number)
        if answer not in ("co", "khong"):
            raise IncompleteError("release")
        await self._desk.release(visit.officer, number, address, agreed=answer == "co")
        return "cho-xem" if answer == "co" else "khong-cho"

    async def _take_up(self, visit: Visit, number: int) -> str:
        await self._desk.take_up(visit.officer, number)
        return "da-nhan"

    async def _redact(self, visit: Visit, number: int) -> str:
        boxes = _boxes(visit.form.get("o", ""))
        await self._desk.open(visit.officer, number)
        if not boxes:
            raise IncompleteError("boxes")
        file_id, page = row_id(visit.form.get("tep", "")), row_id(visit.form.get("trang", ""))
        await self._desk.redact(visit.officer, number, file_id, page, boxes)
        return "che"

    async def _viewer(self, visit: Visit) -> Response:
        """The photo beside its checklist. Zoom and turn are links, so that they work without script."""
        path, asked = visit.request.path_params, visit.request.query_params
        place, file_id = int(path["page"]), row_id(path["file"])
        stored = await self._desk.viewed(visit.officer, row_id(path["submission"]), file_id)
        if place >= len(stored.pages):
            raise NotFoundError("page")
        turn, zoom, said = asked.get("xoay", "0"), asked.get("phong", "1"), asked.get("da", "")
        turn, zoom = turn if turn in TURNS else "0", zoom if zoom in ZOOMS else "1"

        def photo(page: SubmissionPage) -> views.Photo:
            return views.photo(page, file_id, place=place, pages=len(stored.pages), turn=turn, zoom=zoom)

        return await self._show(visit, said=said if said in views.SAID else "", photo=photo)

    async def _picture(self, visit: Visit) -> Response:
        path = visit.request.path_params
        content = await self._desk.picture(
            visit.officer, row_id(path["submission"]), row_id(path["file"]), int(path["page"])
        )
        turn = visit.request.query_params.get("xoay", "0")
        if turn in TURNS[1:]:
            content = await asyncio.to_thread(turned, content, int(turn))
        return _image(content)

    async def _preview(self, visit: Visit) -> Response:
        path = visit.request.path_params
        content = await self._desk.preview(visit.officer, row_id(path["submission"]), row_id(path["file"]))
        return _image(content)

    async def _print(self, visit: Visit) -> Response:
        page = await self._desk.open(visit.officer, row_id(visit.request.path_params["submission"]))
        context = views.context(self._site.texts, page, self._clock.now())
        return self._site.page("console/filed_print.html", visit=visit, **context)

    async def _code(self, visit: Visit) -> Response:
        page = await self._desk.open(visit.officer, row_id(visit.request.path_params["submission"]))
        return Response(qr_svg(page.submission.receipt_code), media_type="image/svg+xml")


def _beside(visit: Visit, done: str) -> str:
    """Whoever blacked out a part of a photo goes on with that photo."""
    if done != "che":
        return ""
    return f"/tep/{row_id(visit.form['tep'])}/{row_id(visit.form['trang'])}"


def _image(content: bytes) -> Response:
    """Never kept by the browser, never run: ASVS 3.2.1, 14.2.2."""
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return Response(content, media_type="image/jpeg", headers=headers)


def _reason(visit: Visit, name: str) -> str:
    return tidy(visit.form.get(name, ""))[:LONGEST]


def _boxes(text: str) -> tuple[tuple[int, int, int, int], ...]:
    """`100,200,300,260;...`: left, top, right, bottom in thousandths of the page. Anything else: none."""
    found = []
    for each in text.split(";")[:MOST_BOXES]:
        numbers = each.strip().split(",")
        if len(numbers) != 4 or not all(n.strip().isascii() and n.strip().isdigit() for n in numbers):
            return ()
        left, top, right, bottom = (min(int(n.strip()[:4]), 1000) for n in numbers)
        if left >= right or top >= bottom:
            return ()
        found.append((left, top, right, bottom))
    return tuple(found)
