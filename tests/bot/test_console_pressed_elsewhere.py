"""R28 behind a balancer: the second press comes to another process, which knows the first one's answer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.records import Role
from storage.tables import presses
from tests.bot.test_console_pressed_more import FILING_CODE, NEW, form, rows
from tests.websites import Browser, Form, Website, website


@pytest.fixture
async def two(postgres_url: str, tmp_path: Path) -> AsyncIterator[tuple[Website, Website]]:
    """Two processes' worth of one installation: one database, nothing else in common."""
    async with contextlib.AsyncExitStack() as houses:
        here, there = [
            await houses.enter_async_context(website(postgres_url, tmp_path / name, working=False))
            for name in ("here", "there")
        ]
        yield here, there


def elsewhere(browser: Browser, site: Website) -> Browser:
    """The same person's browser, at another process."""
    other = site.browser()
    other.client.cookies = browser.client.cookies
    return other


async def both(here: Browser, there: Browser, pressed: Form, **typed: str) -> str:
    """The second is told what the first was told."""
    fields = {**pressed.fields, **typed}
    first = await here.post(pressed.action, fields)
    told, place = first.text, first.path
    assert first.status == 200, told
    again = await there.post(pressed.action, fields)
    assert (again.status, again.path, again.text) == (200, place, told), pressed.action
    return told


async def test_the_second_press_at_another_process(two: tuple[Website, Website]) -> None:
    site, other = two
    await site.officer()
    await site.officer("quantri", Role.ADMIN)
    petition, filed = await site.petition(photos=0), await site.submission(department="trung_tam", photos=0)
    for name in ("an", "binh"):
        await site.ticket("Khai sinh cho cháu", citizen=name, procedure="1.001193")
    mai = await site.logged_in()
    there = elsewhere(mai, other)

    await mai.open(f"/can-bo/phan-anh/{petition.id}")
    await both(mai, there, form(mai, "/nhan"))
    await mai.open(f"/can-bo/ho-so/{filed.id}")
    await both(mai, there, form(mai, "/tiep-nhan"), ma=FILING_CODE)
    await mai.open("/can-bo/nhom/1.001193")
    await mai.submit("/1.001193", text="Dạ {nguoi_dan}, ra xã ạ.")
    told = await both(mai, there, form(mai, "/gui"))
    assert "2" in told, "a page of its own, which no address leads to"

    admin = await (await site.logged_in("quantri")).open("/can-bo/tai-khoan")
    pressed = next(each for each in admin.forms if "username" in each.fields)
    told = await both(admin, elsewhere(admin, other), pressed, **NEW)
    assert "/moi/" in told, "the link, which nobody can show again"
    async with site.parts.database.reading() as uow:
        kept = await uow.tickets._link.rows(select(presses))
    assert "/moi/" not in repr(kept), "whoever has a copy of the database has no link"


async def test_at_the_same_time_at_two_processes(two: tuple[Website, Website]) -> None:
    site, other = two
    await site.officer()
    petition = await site.petition(photos=0)
    mai = await (await site.logged_in()).open(f"/can-bo/phan-anh/{petition.id}")
    pressed, untouched = form(mai, "/nhan"), await rows(site)
    cookies = mai.client.cookies

    async def press(house: Website) -> tuple[int, str]:
        browser = house.browser()
        browser.client.cookies = cookies
        await browser.post(pressed.action, pressed.fields)
        return browser.status, browser.path

    answers = await asyncio.gather(*(press(house) for house in (site, other) * 3))
    assert set(answers) == {(200, f"/can-bo/phan-anh/{petition.id}")}
    after = await rows(site)
    assert after["petition_events"] == untouched["petition_events"] + 1
    assert after["audit"] == untouched["audit"] + 1


async def test_what_somebody_else_pressed_is_still_refused(two: tuple[Website, Website]) -> None:
    """The answer is of the press, not of the place."""
    site, other = two
    await site.officer()
    await site.officer("lan")
    petition = await site.petition(photos=0)
    mai = await (await site.logged_in()).open(f"/can-bo/phan-anh/{petition.id}")
    lan = await (await site.logged_in("lan")).open(f"/can-bo/phan-anh/{petition.id}")
    late = elsewhere(lan, other)
    await mai.submit("/nhan")
    assert mai.status == 200
    await late.post(form(lan, "/nhan").action, form(lan, "/nhan").fields)
    assert late.status == 409
