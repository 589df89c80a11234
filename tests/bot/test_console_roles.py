"""Role x department x every route of the console: what is not allowed in the table is refused.

The table names every route; one that is added and not placed here fails the test.
"""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image
from starlette.routing import Route

from storage.petition_records import Petition, PetitionView
from storage.records import Role, StoredFile, Submission, Ticket
from tests.websites import HOST, Browser, Website, website


class Who(NamedTuple):
    role: Role
    departments: tuple[str, ...] = ()


FRONT = Who(Role.FRONT_OFFICER)
OURS = Who(Role.SPECIALIST, ("so_tu_phap",))
BOTH = Who(Role.SPECIALIST, ("cong_an", "so_tu_phap"))
OTHERS = Who(Role.SPECIALIST, ("cong_an",))
NOWHERE = Who(Role.SPECIALIST)
SUPERVISOR = Who(Role.SUPERVISOR)
ADMIN = Who(Role.ADMIN)
EVERYBODY = (FRONT, OURS, BOTH, OTHERS, NOWHERE, SUPERVISOR, ADMIN)

SEES = frozenset({FRONT, OURS, BOTH, SUPERVISOR})  # a ticket of the department so_tu_phap
DESK = frozenset(EVERYBODY) - {ADMIN}
ALL = frozenset(EVERYBODY)
ALLOWED = {
    "queue": ALL,  # shows each their own: test_console_desk, and below
    "search": ALL,
    "filed": DESK,  # each sees their own: below
    "filed_one": SEES,
    "filed_print": SEES,
    "filed_code": SEES,
    "filed_viewer": SEES,
    "filed_picture": SEES,
    "filed_preview": SEES,
    "filed_tiep-nhan": SEES,
    "filed_bo-sung": SEES,
    "filed_tu-choi": SEES,
    "filed_hen": SEES,
    "filed_huy-hen": SEES,
    "filed_chuyen": SEES,
    "filed_che": SEES,
    "filed_xong": SEES,
    "filed_da-tra": SEES,
    "filed_hen-lai": SEES,
    "filed_cho-xem": SEES,
    "filed_da-nhan": SEES,
    "filed_nhan-tai-quay": SEES,
    "filed_sua-ma": SEES,
    "petitions": DESK,  # each sees their own: below
    "petition": SEES,
    "petition_picture": SEES,
    "petition_preview": SEES,
    "petition_nhan": SEES,
    "petition_chuyen": SEES,
    "petition_giai-quyet": SEES,
    "petition_tu-choi": SEES,
    "petition_khong-thuoc": SEES,
    "live": ALL,
    "sessions": ALL,
    "end_session": ALL,
    "away": ALL,
    "factor": ALL,
    "prove": ALL,
    "log_out": ALL,
    "ticket": SEES,
    "ticket_nhan": SEES,
    "ticket_tra-loi": SEES,
    "ticket_tra-lai": SEES,
    "ticket_ghi-chu": SEES,
    "ticket_dong": SEES,
    "ticket_mo-lai": SEES,
    "ticket_chuyen": SEES,
    "ticket_gop-y": SEES,
    "ticket_lay-lai": SEES,
    "ticket_hien-so": SEES,
    "ticket_hoan-tac": SEES,
    "ticket_nhap": SEES,
    "ticket_dinh-kem": SEES,
    "ticket_go-tep": SEES,
    "ticket_file": SEES,
    "ticket_answer_file": SEES,
    "ticket_tra-bot": SEES,
    "ticket_chan": SEES,
    "ticket_bo-chan": SEES,
    "canned": DESK,
    "write_canned": DESK,
    "remove_canned": DESK,
    "entry": frozenset({FRONT, SUPERVISOR}),
    "enter": frozenset({FRONT, SUPERVISOR}),
    "groups": DESK,
    "group": SEES,
    "preview_group": SEES,
    "answer_group": SEES,
    "proposals": frozenset({ADMIN}),
    "proposal": frozenset({ADMIN}),
    "decide_proposal": frozenset({ADMIN}),
    "ratings": DESK,
    "reply_to_rating": DESK,
    "news": ALL,  # numbers of what one may see
    "alerts": DESK,
    "offer_link": DESK,
    "end_link": DESK,
    **dict.fromkeys(
        (
            "staff",
            "add_officer",
            "change_officer",
            "invite_officer",
            "enable_officer",
            "disable_officer",
            "reset_factor",
            "end_sessions",
            "posters",
            "poster",
            "catalog",
        ),
        frozenset({ADMIN}),
    ),
    "give_form": frozenset({SUPERVISOR}),
    "give": frozenset({SUPERVISOR}),
    "report": frozenset({SUPERVISOR}),
    "report_csv": frozenset({SUPERVISOR}),
    "report_excel": frozenset({SUPERVISOR}),
}
OPEN = {"login", "log_in", "invitation", "accept_invitation"}
SKIPPED = {"live", "log_out", "prove"}  # a stream; the end of this very session; a code that is wrong
SECRET = "Bà Tư nhận con nuôi"
CODE = "1.001193"
FIELDS = {
    **dict.fromkeys(("text", "note", "advice", "ly_do", "viec", "vi_sao", "topic", "title"), "x"),
    "key": "k",
    "seen": "99999",
    "closing": "answered",
    "den": "so_tu_phap",
    "chat": "1",
}


def _routes(site: Website) -> list[Route]:
    return [
        route
        for route in site.app.router.routes
        if isinstance(route, Route) and route.path.startswith(("/can-bo", "/moi")) and route.name not in OPEN
    ]


async def _photo(site: Website, ticket: Ticket) -> int:
    """Something the citizen of the ticket sent; its number."""
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(out, "PNG")

    async def stream() -> AsyncIterator[bytes]:
        yield out.getvalue()

    stored = await site.parts.uploads.accept(stream(), name="giay.png", owner=ticket.key)
    assert isinstance(stored, StoredFile)
    (message,) = await site.said(ticket)
    now = site.clock.now()
    async with site.parts.database.unit_of_work() as uow:
        number = await uow.received.add(
            message_id=message.id,
            address_id=ticket.address_id,
            channel=ticket.key.channel,
            kind="image",
            reference="r",
            name=None,
            media_type="image/png",
            at=now,
        )
        await uow.received.done(number, now, stored.id)
        await uow.answer_files.sent(message.id, [stored.id])  # the same one went back with an answer
        await uow.commit()
    assert stored.id == number, "one number stands for both in an address"
    return number


def _path(route: Route, ticket: Ticket, photo: int, filed: Submission, told: Petition) -> str:
    if "{petition:int}" in route.path:
        path = route.path.replace("{petition:int}", str(told.id))
        return path.replace("{photo:int}", str(told.file_ids[0]))
    if "{submission:int}" in route.path:
        file = str(filed.parts[0].file_ids[0])
        path = route.path.replace("{submission:int}", str(filed.id)).replace("{page:int}", "0")
        return path.replace("{file:int}", file)
    path = route.path.replace("{ticket:int}", str(ticket.id))
    return (
        path.replace("{session:int}", "999")
        .replace("{reply:int}", "999")
        .replace("{officer:int}", "2")
        .replace("{file:int}", str(photo))
        .replace("{code}", CODE)
        .replace("{proposal:int}", "1")
        .replace("{rating:int}", "999")
        .replace("{channel:str}.{kind:str}", "web.svg")
    )


async def _visit(browser: Browser, route: Route, path: str, csrf: str) -> tuple[int, str]:
    if "POST" in (route.methods or ()):
        answer = await browser.client.post(path, data={"csrf": csrf, **FIELDS})
    else:
        answer = await browser.client.get(path)
    return answer.status_code, answer.text


async def test_every_route_has_its_place_in_the_table(sqlite_url: str, tmp_path: Path) -> None:
    async with website(sqlite_url, tmp_path, working=False, public_url=HOST) as site:
        assert {route.name for route in _routes(site)} == ALLOWED.keys()


@pytest.mark.parametrize(
    "who", EVERYBODY, ids=lambda who: f"{who.role}-{'-'.join(who.departments) or 'none'}"
)
async def test_what_is_not_allowed_is_refused_and_changes_nothing(
    sqlite_url: str, tmp_path: Path, who: Who
) -> None:
    async with website(sqlite_url, tmp_path, working=False, public_url=HOST) as site:
        await site.officer("ai-do", who.role, who.departments)
        await site.officer("nguoi-khac")  # whose account an admin may change
        ticket = await site.ticket(SECRET, department="so_tu_phap")
        photo = await _photo(site, ticket)
        async with site.parts.database.unit_of_work() as uow:
            await uow.proposals.make(ticket.id, 1, CODE, "nhận con nuôi", site.clock.now())
            await uow.commit()
        await site.ticket(SECRET, department="so_tu_phap", citizen="binh", procedure=CODE)  # a group of one
        filed = await site.submission(department="so_tu_phap")
        told = await site.petition(SECRET, department="so_tu_phap", citizen="chin")
        browser = await site.logged_in("ai-do")
        await browser.open("/can-bo/phien")
        csrf = next(form.fields["csrf"] for form in browser.forms if "csrf" in form.fields)
        for route in _routes(site):
            if route.name in SKIPPED:
                continue
            status, text = await _visit(browser, route, _path(route, ticket, photo, filed, told), csrf)
            if who in ALLOWED[route.name]:
                assert status not in (401, 404, 500), (route.name, status)
            else:
                assert status == 404, (route.name, status)
            if who not in SEES:
                assert SECRET not in text, route.name
        if who not in SEES:
            stream = await browser.client.get(f"/can-bo/luong?phieu={ticket.id}")
            assert stream.status_code == 404
            async with site.parts.database.reading() as uow:
                assert await uow.tickets.get(ticket.id) == ticket
                assert await uow.submissions.get(filed.id) == filed
                assert await uow.petitions.get(told.id) == told
                assert [each.kind for each in await uow.petitions.events(told.id)] == ["filed"]
                assert [each.kind for each in await uow.submissions.events(filed.id)] == []
                assert [event.kind for event in await uow.tickets.events(ticket.id)] == ["opened"]
            petitions = [f"/can-bo/phan-anh?xem={view}" for view in PetitionView]
            for query in ("/can-bo/tim?q=con+nuoi", *petitions, *(f"/can-bo?xem={view}" for view in VIEWS)):
                assert SECRET not in (await browser.open(query)).response.text, query


VIEWS = ("unassigned", "mine", "overdue", "waiting", "forwarded", "supervisor", "all_open", "closed")
