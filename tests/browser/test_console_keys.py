"""The console by keyboard alone, with drafts that outlive a reload and without script."""

import re

from playwright.async_api import expect

from tests.browser.conftest import PHONE, NewPage, listens
from tests.browser.test_screens import log_in, waiting_questions
from tests.websites import PASSWORD, Website


async def test_an_officer_needs_no_mouse(site: Website, new_page: NewPage) -> None:
    await site.officer()
    await waiting_questions(site)
    page = await new_page()
    await log_in(page)
    await listens(page)
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await expect(page.locator("[data-row]").nth(1)).to_be_focused()
    await page.keyboard.press("k")
    await expect(page.locator("[data-row]").nth(0)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Phiếu số #1")).to_be_visible()
    await listens(page)
    await page.keyboard.press("c")
    await expect(page.get_by_text("Anh/chị đã nhận phiếu")).to_be_visible()
    await page.get_by_label("Chèn thẻ thủ tục khác").fill("1.001193")
    await page.keyboard.press("Enter")  # looks up, and never sends
    answer = page.get_by_label("Trả lời người dân")
    await expect(answer).to_have_value(re.compile("Đăng ký khai sinh"))
    await expect(page.locator(".line.officer, .held-answer")).to_have_count(0)
    await answer.fill("")
    await answer.blur()
    await listens(page)
    await page.keyboard.press("n")
    await page.keyboard.type("ghi chú: jkcr?")
    await expect(page.get_by_label("Chỉ cán bộ đọc được")).to_have_value("ghi chú: jkcr?")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(
        page.get_by_text("Đã lưu ghi chú nội bộ")
    ).to_be_visible()  # the note alone may be seen on the old page
    await expect(page.locator(".line.note")).to_contain_text("ghi chú: jkcr?")
    await listens(page)
    await page.keyboard.press("r")
    await page.keyboard.type("Dạ, chị ra UBND xã nơi đã đăng ký.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Đã gửi câu trả lời")).to_be_visible()
    await listens(page)
    await page.keyboard.press("u")
    await expect(page.get_by_role("navigation", name="Các mục của hàng đợi")).to_be_visible()
    await listens(page)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.get_by_label("Dùng phím tắt").uncheck()
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    await expect(page.locator("[data-row]").first).not_to_be_focused()


async def test_a_sentence_typed_at_no_field_commands_nothing(site: Website, new_page: NewPage) -> None:
    await site.officer()
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    page = await new_page()
    await log_in(page)
    await page.goto(f"/can-bo/phieu/{ticket.id}")
    await listens(page)
    await page.keyboard.type("Dạ, chị chờ chút nha")  # c claims, n opens the note
    await expect(page.get_by_role("button", name="Nhận phiếu này")).to_be_visible()
    await page.clock.install()
    await page.reload()
    await listens(page)
    await page.clock.run_for(2000)  # a moment later keys are commands again
    await page.keyboard.press("c")
    await expect(page.get_by_text("Anh/chị đã nhận phiếu")).to_be_visible()


async def test_a_draft_outlives_a_reload_and_is_gone_once_sent(site: Website, new_page: NewPage) -> None:
    await site.officer()
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    page = await new_page()
    await log_in(page)
    await page.goto(f"/can-bo/phieu/{ticket.id}")
    await page.get_by_role("button", name="Nhận phiếu này").click()
    await page.get_by_label("Trả lời người dân").fill("Dạ, anh ra")
    await page.goto("/can-bo")
    await page.goto(f"/can-bo/phieu/{ticket.id}")
    await expect(page.get_by_label("Trả lời người dân")).to_have_value("Dạ, anh ra")
    await page.get_by_label("Trả lời người dân").fill("Dạ, anh ra Công an xã.")
    await page.get_by_role("button", name="Gửi cho người dân").click()
    await expect(page.get_by_text("Đã gửi câu trả lời")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Trả lời người dân")).to_have_value("")
    await page.get_by_label("Trả lời người dân").fill("nháp")
    await page.get_by_role("button", name="Đăng xuất").click()
    await expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    assert await page.evaluate("Object.keys(localStorage).filter((key) => key.includes('draft'))") == []


async def test_what_is_being_typed_stays_when_the_page_refreshes_itself(
    site: Website, new_page: NewPage
) -> None:
    await site.officer()
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    page = await new_page()
    await log_in(page)
    await page.goto(f"/can-bo/phieu/{ticket.id}")
    await page.get_by_role("button", name="Nhận phiếu này").click()
    await page.get_by_label("Trả lời người dân").fill("Dạ, anh ra")
    await site.writes(ticket, "Còn ai không?")
    await expect(page.locator(".talk")).to_contain_text("Còn ai không?")
    await expect(page.get_by_label("Trả lời người dân")).to_have_value("Dạ, anh ra")
    await expect(page.get_by_label("Trả lời người dân")).to_be_focused()


async def test_an_open_page_says_that_its_session_has_ended(site: Website, new_page: NewPage) -> None:
    officer = await site.officer()
    page = await new_page()
    await log_in(page)
    async with site.parts.database.unit_of_work() as uow:
        await uow.sessions.end_all(officer.id)
        uow.notify(f"officer:{officer.id}")
        await uow.commit()
    await expect(page.get_by_role("alert")).to_contain_text("Phiên đăng nhập đã hết")


async def test_the_console_works_with_script_switched_off(site: Website, new_page: NewPage) -> None:
    await site.officer()
    await site.ticket("Đổi bằng lái xe ở đâu")
    page = await new_page(PHONE, java_script_enabled=False)
    await page.goto("/can-bo")
    await page.get_by_label("Tên đăng nhập").fill("mai")
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    await page.get_by_role("button", name="Đăng nhập").click()
    await page.get_by_role("link", name="Đổi bằng lái xe").click()
    await page.get_by_role("button", name="Nhận phiếu này").click()
    await page.get_by_label("Trả lời người dân").fill("Dạ, anh ra Công an xã.")
    await page.get_by_role("button", name="Gửi cho người dân").click()
    await page.get_by_text("Đóng phiếu", exact=True).first.click()
    await page.get_by_label("Đã trả lời xong").check()
    await page.locator("form[action$='/dong']").get_by_role("button", name="Đóng phiếu").click()
    await expect(page.get_by_text("Đã đóng phiếu. Người dân đã được báo.")).to_be_visible()
