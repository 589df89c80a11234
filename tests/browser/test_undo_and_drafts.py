"""An answer can be taken back for some seconds; what is typed is there on another machine. With script and without."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, NewPage, listens
from tests.browser.test_screens import Picture, accessible, fits, log_in
from tests.house import FakeClock
from tests.websites import PASSWORD, Website, website

BOX = "Trả lời người dân"


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path, clock=FakeClock(), undo_seconds=5) as opened:
        yield opened


async def taken(site: Website, page: Page) -> int:
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    await page.goto(f"/can-bo/phieu/{ticket.id}")
    await page.get_by_role("button", name="Nhận phiếu này").click()
    await page.get_by_label(BOX).fill("Dạ, anh ra Sở Giao thông.")
    await page.get_by_role("button", name="Gửi cho người dân").click()
    await expect(
        page.locator("[data-done=cho-gui]")
    ).to_be_visible()  # not only on the page that is being left
    return ticket.id


async def test_undo_edit_and_send(site: Website, new_page: NewPage, picture: Picture) -> None:
    await site.officer()
    page = await new_page()
    await log_in(page)
    ticket_id = await taken(site, page)
    await expect(page.locator(".held-answer")).to_contain_text("Dạ, anh ra Sở Giao thông.")
    await accessible(page)
    await fits(page)
    await picture(page, "undo-1280")
    await page.get_by_role("heading", name="Phiếu số").click()  # nothing is being typed
    await listens(page)
    await page.keyboard.press("z")
    await expect(page.get_by_text("Đã hoàn tác")).to_be_visible()
    await expect(page.get_by_label(BOX)).to_have_value("Dạ, anh ra Sở Giao thông.")
    await page.get_by_label(BOX).fill("Dạ, anh ra Công an xã.")
    await page.get_by_role("button", name="Gửi cho người dân").click()
    await expect(page.get_by_text("Câu trả lời sắp gửi")).to_be_visible()
    site.clock.pass_(seconds=5)
    await site.parts.desk.send_held()
    await expect(page.locator(".line.officer")).to_contain_text("Dạ, anh ra Công an xã.")
    await expect(page.locator(".held-answer")).to_have_count(0)
    async with site.parts.database.reading() as uow:
        said = [each.text for each in await uow.messages.of_conversation(1) if each.author == "officer"]
        assert (await uow.tickets.get(ticket_id)).status == "answered"
    assert said == ["Dạ, anh ra Công an xã."]


async def test_undo_without_script(site: Website, new_page: NewPage) -> None:
    await site.officer()
    page = await new_page(PHONE, java_script_enabled=False)
    await page.goto("/can-bo")
    await page.get_by_label("Tên đăng nhập").fill("mai")
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    await page.get_by_role("button", name="Đăng nhập").click()
    await taken(site, page)
    await page.get_by_role("button", name="Hoàn tác, sửa lại").click()
    await expect(page.get_by_label(BOX)).to_have_value("Dạ, anh ra Sở Giao thông.")
    await page.get_by_label(BOX).fill("Dạ, anh ra")
    await page.get_by_role("button", name="Lưu nháp").click()
    await expect(page.get_by_text("Đã lưu bản nháp.")).to_be_visible()
    await expect(page.get_by_label(BOX)).to_have_value("Dạ, anh ra")


async def test_a_draft_is_there_on_another_machine(site: Website, new_page: NewPage) -> None:
    await site.officer()
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    office, home = await new_page(), await new_page(PHONE)
    for page in (office, home):
        await log_in(page)
    await office.goto(f"/can-bo/phieu/{ticket.id}")
    await office.get_by_role("button", name="Nhận phiếu này").click()
    await office.get_by_label(BOX).fill("Dạ, anh ra")
    await expect(office.get_by_text("Đã lưu bản nháp")).to_be_visible()
    assert await office.evaluate("Object.keys(localStorage).filter((key) => key.includes('draft'))") == []
    await home.goto(f"/can-bo/phieu/{ticket.id}")
    await expect(home.get_by_label(BOX)).to_have_value("Dạ, anh ra")

    # The network goes: this machine keeps it, and says so.
    await home.context.set_offline(True)
    await home.get_by_label(BOX).fill("Dạ, anh ra Công an xã")
    await expect(home.get_by_text("bản nháp còn trên máy này")).to_be_visible()
    await home.context.set_offline(False)
    await home.reload()
    await expect(home.get_by_label(BOX)).to_have_value("Dạ, anh ra Công an xã")


async def test_given_back_while_typing_the_page_says_what_to_do_and_keeps_the_words(
    site: Website, new_page: NewPage, picture: Picture
) -> None:
    officer = await site.officer()
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    page = await new_page()
    await log_in(page)
    await page.goto(f"/can-bo/phieu/{ticket.id}")
    await page.get_by_role("button", name="Nhận phiếu này").click()
    await page.get_by_label(BOX).fill("Dạ, anh ra Công an xã.")
    await site.parts.desk.release(officer, ticket.id)
    await page.get_by_role("button", name="Gửi cho người dân").click()
    await expect(page.get_by_role("alert").first).to_contain_text("Phiếu đã quay lại hàng đợi")
    await expect(page.get_by_label("Nội dung chưa gửi")).to_have_value("Dạ, anh ra Công an xã.")
    await accessible(page)
    await picture(page, "released-1280")
    await page.get_by_role("button", name="Nhận phiếu này").click()
    await expect(page.get_by_label(BOX)).to_have_value("Dạ, anh ra Công an xã.")
