"""What the pages look like, and that nobody is shut out: axe finds nothing serious, 320 px are enough."""

from collections.abc import Awaitable, Callable

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import DESK, PHONE, NewPage
from tests.websites import PASSWORD, Website

Picture = Callable[[Page, str], Awaitable[None]]
SMALLEST = {"width": 320, "height": 640}


async def ask(page: Page, text: str) -> None:
    """Write, send, and wait for what the assistant says to it."""
    said = page.locator(".line.bot")
    before = await said.count()
    await page.get_by_label("Câu hỏi của anh/chị").fill(text)
    await page.get_by_role("button", name="Gửi", exact=True).click()
    await expect(said).not_to_have_count(before)
    await expect(page.locator(".line.pending")).to_have_count(0)


async def log_in(page: Page, username: str = "mai") -> None:
    await page.goto("/can-bo")
    await page.get_by_label("Tên đăng nhập").fill(username)
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    await page.get_by_role("button", name="Đăng nhập").click()
    await expect(page.get_by_role("navigation", name="Các mục của hàng đợi")).to_be_visible()


async def accessible(page: Page) -> None:
    found = await Axe().run(page)
    serious = [each for each in found.response["violations"] if each["impact"] in ("serious", "critical")]
    assert not serious, [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in serious]


async def fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{wide} px too wide at {page.url}"


async def conversation(page: Page) -> None:
    await page.goto("/")
    await expect(page.locator(".line.bot")).to_have_count(1)
    await ask(page, "làm giấy khai sinh cho con cần giấy tờ gì")


@pytest.mark.parametrize(("viewport", "name"), [(DESK, "1280"), (PHONE, "360")])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_can_be_read_by_everybody(
    site: Website, new_page: NewPage, picture: Picture, viewport: dict[str, int], name: str, scheme: str
) -> None:
    kept = name if scheme == "light" else f"{name}-dark"
    citizen = await new_page(viewport, color_scheme=scheme)
    await conversation(citizen)
    await accessible(citizen)
    await picture(citizen, f"chat-{kept}")
    await ask(citizen, "gặp cán bộ")
    await site.officer()
    officer = await new_page(viewport, color_scheme=scheme)
    await officer.goto("/can-bo")
    await accessible(officer)
    await picture(officer, f"login-{kept}")
    await log_in(officer)
    await accessible(officer)
    await picture(officer, f"queue-{kept}")
    await officer.locator("[data-row]").first.click()
    await officer.get_by_role("button", name="Nhận phiếu này").click()
    await expect(officer.get_by_label("Trả lời người dân")).to_be_visible()
    await expect(citizen.locator(".line.notice")).to_contain_text("Nguyễn Thị Mai")
    question = "Đất nhà tui cho em tui đứng tên giùm, giờ sang lại thì làm sao? Số tui 0912345678"
    await citizen.get_by_label("Câu hỏi của anh/chị").fill(question)
    await citizen.keyboard.press("Enter")
    await expect(officer.get_by_text(question)).to_be_visible()
    await officer.get_by_text("Ghi chú nội bộ", exact=True).click()
    await officer.get_by_label("Trả lời người dân").fill("Dạ chào anh, trường hợp này anh cần hợp đồng tặng cho có công chứng.")
    await accessible(officer)
    await picture(officer, f"ticket-{kept}")


async def test_pages_fit_the_smallest_phone(site: Website, new_page: NewPage) -> None:
    page = await new_page(SMALLEST)
    await conversation(page)
    await fits(page)
    await ask(page, "gặp cán bộ")
    await site.officer()
    await log_in(page)
    await fits(page)
    await page.locator("[data-row]").first.click()
    await fits(page)
