"""R28: each form of the desk, sent ten times as it stood on the page: the rows of one press, nothing more."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, select

from storage.records import Role
from storage.tables import (
    drafts,
    held_answers,
    jobs,
    messages,
    outbox,
    petitions,
    promises,
    ticket_events,
    tickets,
)
from tests.websites import Website, website

TOLD = (messages, outbox, ticket_events, tickets, promises, petitions, drafts, held_answers, jobs)
FORMS = {
    "nhan": {},
    "ghi-chu": {"note": "Đã gọi bà Tư."},
    "tra-loi": {"text": "Dạ, bà ra Ủy ban nhân dân xã ạ."},
    "chuyen": {"den": "so_tu_phap", "ly_do": "Việc hộ tịch", "viec": "Trả lời giúp"},
    "tra-lai": {"note": "Hết ca"},
    "dong": {"closing": "answered"},
    "mo-lai": {},
}
NEEDS = {
    "nhan": (),
    "dong": ("nhan", "tra-loi"),
    "mo-lai": ("nhan", "tra-loi", "dong"),
}  # what was done before; the rest: taken


async def rows(site: Website) -> Sequence[int]:
    async with site.parts.database.reading() as uow:
        return [await uow.tickets._link.scalar(select(func.count()).select_from(each)) for each in TOLD]


async def test_every_form_of_a_ticket_sent_ten_times_is_sent_once(sqlite_url: str, tmp_path: Path) -> None:
    async with website(sqlite_url, tmp_path) as site:
        await site.officer()
        await site.officer("kha", Role.SPECIALIST, ("so_tu_phap",))
        browser = await site.logged_in()
        for form, typed in FORMS.items():
            ticket = await site.ticket("Khai sinh cho cháu ở đâu", citizen=form)
            await browser.open(f"/can-bo/phieu/{ticket.id}")
            for before in NEEDS.get(form, ("nhan",)):
                await browser.submit(f"/{before}", **FORMS[before])
            here = next(each for each in browser.forms if each.action.endswith(f"/{ticket.id}/{form}"))
            untouched = await rows(site)
            await browser.post(here.action, {**here.fields, **typed})
            assert browser.status == 200, (form, browser.text)
            once = await rows(site)
            assert once != untouched, f"{form} did something"
            for _ in range(9):
                await browser.post(here.action, {**here.fields, **typed})
                assert browser.status < 500, form
            assert await rows(site) == once, form


async def test_a_question_from_the_counter_sent_ten_times_is_one(sqlite_url: str, tmp_path: Path) -> None:
    async with website(sqlite_url, tmp_path) as site:
        await site.officer()
        browser = await (await site.logged_in()).open("/can-bo/nhap-phieu")
        here = next(each for each in browser.forms if each.action.endswith("/nhap-phieu"))
        typed = {"noi": "quay", "ten": "bà Tư", "cau_hoi": "Khai sinh cho cháu", "tra_loi": "Dạ ra xã."}
        await browser.post(here.action, {**here.fields, **typed})
        once, page = await rows(site), browser.path
        for _ in range(9):
            await browser.post(here.action, {**here.fields, **typed})
            assert (browser.status, browser.path) == (200, page)
        assert await rows(site) == once


async def test_a_prepared_answer_and_an_advice_sent_ten_times_are_one(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with website(sqlite_url, tmp_path) as site:
        await site.officer()
        await site.officer("kha", Role.SPECIALIST, ("so_tu_phap",))
        mai, kha = await site.logged_in(), await site.logged_in("kha")
        await mai.open("/can-bo/cau-mau")
        here = next(each for each in mai.forms if "title" in each.fields and "id" not in each.fields)
        for _ in range(10):
            await mai.post(
                here.action, {**here.fields, "topic": "Chào", "title": "Chào", "text": "Dạ, chào."}
            )
            assert (mai.status, mai.path) == (200, "/can-bo/cau-mau")
        async with site.parts.database.reading() as uow:
            assert [each.title for each in await uow.canned_replies.list()].count("Chào") == 1

        ticket = await site.ticket("Khai sinh cho cháu ở đâu")
        await mai.open(f"/can-bo/phieu/{ticket.id}")
        await mai.submit("/nhan")
        await mai.submit("/chuyen", **FORMS["chuyen"])
        await kha.open(f"/can-bo/phieu/{ticket.id}")
        here = next(each for each in kha.forms if each.action.endswith("/gop-y"))
        await kha.post(here.action, {**here.fields, "advice": "Bà ra xã là được."})
        once = await rows(site)
        for _ in range(9):
            await kha.post(here.action, {**here.fields, "advice": "Bà ra xã là được."})
            assert kha.status < 500
        assert await rows(site) == once
