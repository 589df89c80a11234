"""What the pages look like, and that nobody is shut out: axe finds nothing serious, 320 px are enough."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from storage.records import Reason
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
    await expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()


async def accessible(page: Page) -> None:
    found = await Axe().run(page)
    serious = [each for each in found.response["violations"] if each["impact"] in ("serious", "critical")]
    assert not serious, [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in serious]


# The first words of what reaches past the right edge, for whoever must mend it.
TOO_WIDE = """[...document.body.querySelectorAll('*')]
    .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(each => each.outerHTML.slice(0, 120)).slice(-5)"""


async def fits(page: Page) -> None:
    """Nothing makes the page scroll sideways, or down past where its content ends."""
    await page.wait_for_load_state()
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{wide} px too wide at {page.url}: {await page.evaluate(TOO_WIDE)}"
    empty = await page.evaluate(
        "document.documentElement.scrollHeight"
        " - Math.max(innerHeight, scrollY + document.body.getBoundingClientRect().bottom)"
    )
    assert empty <= 1, f"{empty} px of nothing below {page.url}"


async def waiting_questions(site: Website) -> None:
    """A queue as on an ordinary morning."""
    hour = timedelta(hours=1)
    await site.ticket("Con tui học lớp 1 mà khai sinh sai ngày, sửa ở đâu", citizen="binh", due=-0.5 * hour)
    await site.ticket(
        "Có người lạ gọi xưng công an bắt chuyển tiền", reason=Reason.DANGER, citizen="cuc", due=0.5 * hour
    )
    await site.ticket(
        "Nộp hồ sơ tháng trước tới giờ chưa có sổ, số tui 0912345678, căn cước 096201001234",
        reason=Reason.COMPLAINT,
        citizen="dung",
        department="so_nong_nghiep_moi_truong",
        due=6 * hour,
    )


async def conversation(page: Page) -> None:
    await page.goto("/")
    await expect(page.locator(".line.bot")).to_have_count(1)
    await ask(page, "đăng ký khai sinh cho con cần giấy tờ gì")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1280", "360"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_can_be_read_by_everybody(
    site: Website, new_page: NewPage, picture: Picture, viewport: dict[str, int], scheme: str
) -> None:
    name = str(viewport["width"])
    kept = name if scheme == "light" else f"{name}-dark"
    citizen = await new_page(viewport, color_scheme=scheme)
    await conversation(citizen)
    await accessible(citizen)
    await picture(citizen, f"chat-{kept}")
    await ask(citizen, "gặp cán bộ")
    await ask(citizen, "Đất nhà tui cho em tui đứng tên giùm, giờ sang lại thì làm sao?")
    await waiting_questions(site)
    await site.officer()
    officer = await new_page(viewport, color_scheme=scheme)
    await officer.goto("/can-bo")
    await accessible(officer)
    await picture(officer, f"login-{kept}")
    await log_in(officer)
    await accessible(officer)
    await picture(officer, f"queue-{kept}")
    await officer.get_by_role("link", name="Đất nhà tui").click()
    await officer.get_by_role("button", name="Nhận phiếu này").click()
    await expect(officer.get_by_label("Trả lời người dân")).to_be_visible()
    await expect(citizen.locator(".line.notice")).to_contain_text("Nguyễn Thị Mai")
    question = "Số tui 0912345678, cán bộ gọi cũng được"
    await citizen.get_by_label("Câu hỏi của anh/chị").fill(question)
    await citizen.keyboard.press("Enter")
    await expect(officer.get_by_text("cán bộ gọi cũng được")).to_be_visible()  # the number is masked
    await officer.get_by_text("Ghi chú nội bộ", exact=True).click()
    await officer.get_by_label("Trả lời người dân").fill(
        "Dạ chào anh, trường hợp này anh cần hợp đồng tặng cho có công chứng."
    )
    await accessible(officer)
    await officer.evaluate("scrollTo(0, 0)")
    await picture(officer, f"ticket-{kept}")


async def test_pages_fit_the_smallest_phone(site: Website, new_page: NewPage) -> None:
    page = await new_page(SMALLEST)
    await conversation(page)
    await fits(page)
    await waiting_questions(site)
    await site.officer()
    await log_in(page)
    await fits(page)
    await page.locator("[data-row]").first.click()
    await expect(page.get_by_role("button", name="Nhận phiếu này")).to_be_visible()
    await fits(page)
