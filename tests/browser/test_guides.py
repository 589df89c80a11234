"""The guides of docs/guides, followed step by step in a browser; their pictures are taken on the way."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.texts import Texts
from bot.worktime import VIETNAM
from storage.records import Role
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.test_screens import Picture, accessible, fits, log_in, waiting_questions
from tests.house import ROOT
from tests.websites import Website

GUIDES = ROOT / "docs" / "guides"


async def test_the_specialists_guide(site: Website, new_page: NewPage, picture: Picture) -> None:
    await site.officer()
    await site.officer("hanh", Role.SPECIALIST, ("so_tu_phap",))
    ticket = await site.ticket("Con tui học lớp 1 mà khai sinh sai ngày, sửa ở đâu")
    mai, hanh = await new_page(DESK), await new_page(DESK)
    await log_in(mai)
    await log_in(hanh, "hanh")
    await mai.goto(f"/can-bo/phieu/{ticket.id}")
    await mai.get_by_role("button", name="Nhận phiếu này").click()
    await mai.get_by_text("Chuyển đơn vị khác trả lời").click()
    await mai.get_by_label("Chuyển đến").select_option("so_tu_phap")
    await mai.get_by_label("Vì sao chuyển").fill("Cải chính hộ tịch")
    await mai.get_by_label("Cần đơn vị làm gì").fill("Trả lời người dân")
    await mai.get_by_role("button", name="Chuyển phiếu").click()

    await hanh.get_by_role("link", name=re.compile("Con tui học lớp 1")).click()
    await expect(hanh.locator(".asked")).to_contain_text("Cải chính hộ tịch")
    await expect(hanh.get_by_role("button", name="Gửi cho người dân")).to_be_visible()
    await accessible(hanh)
    await fits(hanh)
    await hanh.get_by_role("button", name="Gửi cho người dân").scroll_into_view_if_needed()
    await picture(hanh, "guide-specialist")
    await hanh.get_by_text("Góp ý cho cán bộ đầu mối").first.click()
    await hanh.get_by_label(re.compile("Người dân không thấy")).fill("Nộp tờ khai cải chính tại xã.")
    await hanh.get_by_role("button", name="Gửi góp ý").click()
    await expect(hanh.get_by_text("Đã gửi góp ý cho cán bộ đầu mối")).to_be_visible()
    await mai.goto(f"/can-bo/phieu/{ticket.id}")
    await expect(mai.get_by_text("Nộp tờ khai cải chính tại xã.")).to_be_visible()

    await hanh.get_by_role("link", name="Phiên đăng nhập").click()
    until = site.clock.now().astimezone(VIETNAM) + timedelta(days=2)
    await hanh.get_by_label("Vắng đến hết ngày").fill(f"{until:%Y-%m-%d}")
    await hanh.get_by_role("button", name="Báo vắng").click()
    await expect(hanh.get_by_text("Anh/chị đang báo vắng đến")).to_be_visible()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1280", "360"])
async def test_the_supervisors_guide(
    site: Website, new_page: NewPage, picture: Picture, viewport: dict[str, int]
) -> None:
    await site.officer()
    await site.officer("giamsat", Role.SUPERVISOR)
    await waiting_questions(site)
    boss, mai, width = await new_page(viewport), await new_page(viewport), viewport["width"]
    await log_in(boss, "giamsat")
    await boss.get_by_role("link", name="Báo cáo").click()
    await expect(boss.get_by_role("heading", name="Quá hạn (1)")).to_be_visible()
    await expect(boss.get_by_text("chưa ai được mời đánh giá").first).to_be_visible()
    await boss.get_by_role("link", name="Giao xử lý #1").click()
    await boss.get_by_label("Giao cho").select_option(label="Nguyễn Thị Mai (Cán bộ đầu mối)")
    due = site.clock.now().astimezone(VIETNAM) + timedelta(hours=2)
    await boss.get_by_label("Hạn xử lý").fill(f"{due:%Y-%m-%dT%H:%M}")
    await boss.get_by_label("Việc cần làm").fill("Gọi xã xác minh rồi trả lời")
    await accessible(boss)
    await fits(boss)
    await picture(boss, f"give-{width}")
    await boss.get_by_role("button", name="Giao phiếu").click()
    await expect(boss.get_by_text("Nguyễn Thị Mai đang giữ phiếu")).to_be_visible()

    await log_in(mai)
    await expect(mai.get_by_role("heading", name="Được giao xử lý (1)")).to_be_visible()
    await accessible(mai)
    await fits(mai)
    await picture(mai, f"given-{width}")
    await mai.get_by_role("link", name=re.compile("Con tui học lớp 1")).first.click()
    await expect(mai.get_by_role("heading", name="Phiếu số #1")).to_be_visible()
    await boss.goto("/can-bo/bao-cao")
    await expect(boss.get_by_text("đã mở xem")).to_be_visible()
    await accessible(boss)
    await fits(boss)
    await picture(boss, f"report-{width}")
    for name, ending in (("Excel", "xlsx"), ("CSV", "csv")):
        async with boss.expect_download() as download:
            await boss.get_by_role("link", name=name).click()
        assert (await download.value).suggested_filename.endswith(ending)


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1280", "360"])
async def test_the_admins_page(
    site: Website, new_page: NewPage, picture: Picture, viewport: dict[str, int]
) -> None:
    await site.officer("quantri", Role.ADMIN)
    page, width = await new_page(viewport), viewport["width"]
    await log_in(page, "quantri")
    await page.get_by_role("link", name="Tài khoản", exact=True).click()
    form = page.locator("form").filter(has=page.get_by_label("Tên đăng nhập"))
    await form.get_by_label("Tên đăng nhập").fill("hanh")
    await form.get_by_label("Họ và tên").fill("Lê Thị Hạnh")
    await form.get_by_label("Vai trò").select_option("specialist")
    await form.get_by_text("Đơn vị (chuyên viên chọn một hoặc nhiều)").first.click()
    await form.get_by_label("Sở Tư pháp").check()
    await form.get_by_role("button", name="Thêm và tạo liên kết").click()
    await expect(page.locator("#lien-ket")).to_contain_text("/moi/")
    await accessible(page)
    await fits(page)
    await picture(page, f"staff-{width}")


@pytest.mark.parametrize("guide", sorted(GUIDES.glob("*.md")), ids=lambda path: path.stem)
def test_pictures_and_pages_that_a_guide_names_are_there(guide: Path) -> None:
    text = guide.read_text("utf-8")
    for name in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (guide.parent / name).exists(), name
    said = " ".join(Texts.load().entries.values())
    named = re.findall(r"\*\*(.+?)\*\*", text)
    for button in (each.strip(".:…") for each in named):
        assert button in said, f"no page says {button!r}"
