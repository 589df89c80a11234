"""An officer sends a photo and a PDF from the ticket's page; the citizen opens them, on the phone and in a frame."""

import io
from collections.abc import Awaitable, Callable

from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.test_screens import accessible, ask, fits, log_in
from tests.photos import jpeg, paper
from tests.websites import Website

Picture = Callable[[Page, str], Awaitable[None]]
CHOOSE = "Gửi kèm ảnh hoặc tệp PDF"
BOX = "Trả lời người dân"


def pdf() -> bytes:
    out = io.BytesIO()
    paper("MẪU ĐƠN ĐĂNG KÝ", size=(600, 800)).save(out, "PDF")
    return out.getvalue()


FORM = {"name": "mau-don.pdf", "mimeType": "application/pdf", "buffer": pdf()}
PHOTO = {"name": "bang-phi.jpg", "mimeType": "image/jpeg", "buffer": jpeg(paper(size=(600, 800)))}
PROGRAM = {"name": "tinh-phi.exe", "mimeType": "application/pdf", "buffer": b"MZ" * 400}


async def test_files_are_attached_taken_off_sent_and_opened(
    site: Website, new_page: NewPage, picture: Picture
) -> None:
    await site.officer()
    citizen, officer = await new_page(PHONE), await new_page()
    await citizen.goto("/")
    await expect(citizen.locator(".line.bot")).to_have_count(1)
    await ask(citizen, "cho tui gặp cán bộ hỏi chuyện đất của ông nội để lại")
    await log_in(officer)
    await officer.goto("/can-bo/phieu/1")
    await officer.get_by_role("button", name="Nhận phiếu này").click()
    await officer.get_by_label(BOX).fill("Dạ, em gửi mẫu đơn và bảng phí ạ.")
    await officer.get_by_label(CHOOSE).set_input_files([FORM, PHOTO])  # no second button with script
    beside = officer.get_by_role("list", name="Tệp gửi kèm")
    await expect(beside.get_by_role("listitem")).to_have_count(2)
    await expect(officer.get_by_label(BOX)).to_have_value("Dạ, em gửi mẫu đơn và bảng phí ạ.")
    await accessible(officer)
    await fits(officer)
    await officer.locator("form.answer").scroll_into_view_if_needed()
    await picture(officer, "answer-files-1280")

    await officer.get_by_label(CHOOSE).set_input_files([PROGRAM])
    await expect(officer.get_by_role("alert").filter(has_text="Chưa đính kèm tinh-phi.exe")).to_be_visible()
    await expect(beside.get_by_role("listitem")).to_have_count(2)
    await officer.get_by_role("button", name="Bỏ tệp bang-phi.jpg").click()
    await expect(beside.get_by_role("listitem")).to_have_count(1)
    await expect(officer.get_by_label(BOX)).to_have_value("Dạ, em gửi mẫu đơn và bảng phí ạ.")
    await officer.get_by_role("button", name="Gửi cho người dân").click()
    await expect(officer.get_by_text("Đã gửi câu trả lời")).to_be_visible()
    await expect(officer.locator(".line.officer")).to_contain_text("mau-don.pdf")

    link = citizen.get_by_role("link", name="Mở tệp mau-don.pdf")
    await expect(link).to_be_visible()
    await accessible(citizen)
    await fits(citizen)
    await link.scroll_into_view_if_needed()
    await picture(citizen, "answer-files-360")
    opened = await citizen.request.get(await link.get_attribute("href") or "")
    assert (opened.status, (await opened.body())[:5]) == (200, b"%PDF-")
    stranger = await new_page(PHONE)
    await stranger.goto("/")
    refused = await stranger.request.get(await link.get_attribute("href") or "")
    assert refused.status == 404


async def test_in_a_frame_where_no_cookie_goes_along_the_page_fetches_it(
    site: Website, new_page: NewPage
) -> None:
    await site.officer()
    citizen, officer = await new_page(PHONE), await new_page()
    await citizen.goto("/chat/khung")
    await expect(citizen.locator(".line.bot")).to_have_count(1)
    await ask(citizen, "cho tui gặp cán bộ hỏi chuyện đất của ông nội để lại")
    await log_in(officer)
    await officer.goto("/can-bo/phieu/1")
    await officer.get_by_role("button", name="Nhận phiếu này").click()
    await officer.get_by_label(BOX).fill("Dạ, em gửi mẫu đơn ạ.")
    await officer.get_by_label(CHOOSE).set_input_files([FORM])
    await expect(officer.get_by_role("link", name="mau-don.pdf")).to_be_visible()
    await officer.get_by_role("button", name="Gửi cho người dân").click()
    link = citizen.get_by_role("link", name="Mở tệp mau-don.pdf")
    await citizen.context.clear_cookies()
    async with citizen.expect_download() as download:
        await link.click()
    assert (await download.value).suggested_filename == "mau-don.pdf"
