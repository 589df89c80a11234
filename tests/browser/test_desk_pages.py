"""The desk's further pages as people see them: nothing serious for axe, no sideways scrolling, pictures kept."""

import pytest
from playwright.async_api import expect

from storage.records import Role
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.test_screens import Picture, accessible, fits, log_in
from tests.websites import Website

BIRTH = "1.001193"


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1280", "360"])
async def test_groups_entry_alerts_and_ratings(
    site: Website, new_page: NewPage, picture: Picture, viewport: dict[str, int]
) -> None:
    officer = await site.officer()
    for name in ("binh", "cuc", "dung"):
        await site.ticket(f"Đăng ký khai sinh cho con của {name} sao giờ", citizen=name, procedure=BIRTH)
    width, page = viewport["width"], await new_page(viewport)
    await log_in(page)
    await page.get_by_role("link", name="Trả lời chung").click()
    await page.get_by_role("link", name="khai sinh").click()
    await page.get_by_label("Câu trả lời chung").fill("Dạ {nguoi_dan}, phiếu {phieu}: mời ra xã. {can_bo}")
    await page.get_by_role("button", name="Xem trước cho từng người").click()
    await expect(page.get_by_text("phiếu #2: mời ra xã. Nguyễn Thị Mai")).to_be_visible()
    await accessible(page)
    await fits(page)
    await picture(page, f"group-{width}")
    await page.get_by_role("checkbox").nth(2).uncheck()
    await page.get_by_role("button", name="Gửi cho").click()
    await expect(page.get_by_text("đang được gửi cho 2 người")).to_be_visible()
    assert len((await site.parts.desk.news(officer)).keys) == 1, "who was left out still waits"

    await page.goto("/can-bo/nhap-phieu")
    await accessible(page)
    await fits(page)
    await picture(page, f"entry-{width}")
    await page.get_by_label("Người dân hỏi gì?").fill("Đổi bằng lái xe ở đâu")
    await page.get_by_role("button", name="Lưu phiếu").click()
    await expect(page.get_by_text("Người này hỏi trực tiếp")).to_be_visible()
    for path, name in (("/can-bo/bao-tin", "alerts"), ("/can-bo/danh-gia", "ratings")):
        await page.goto(path)
        await accessible(page)
        await fits(page)
        await picture(page, f"{name}-{width}")


async def test_a_closed_ticket_teaches_and_the_keeper_decides(
    site: Website, new_page: NewPage, picture: Picture
) -> None:
    await site.officer()
    await site.officer("quantri", Role.ADMIN)
    matched = {"candidates": [{"code": BIRTH, "name": "Đăng ký khai sinh", "score": 0.2}]}
    await site.ticket("thằng nhỏ nhà bà Trần Thị Tư mới lọt lòng giờ giấy má sao", matched=matched)
    page = await new_page()
    await log_in(page)
    await page.goto("/can-bo/phieu/1")
    await page.get_by_role("button", name="Nhận phiếu này").click()
    await page.get_by_text("Đóng phiếu", exact=True).first.click()
    await page.get_by_label("Đã trả lời xong").check()
    await page.get_by_label("Đăng ký khai sinh").check()
    await expect(page.get_by_label("Cách hỏi được đề xuất")).to_have_value(
        "thằng nhỏ nhà bà mới lọt lòng giờ giấy má sao"
    )
    await picture(page, "close-1280")
    await page.locator("form[action$='/dong']").get_by_role("button", name="Đóng phiếu").click()
    await expect(page.get_by_text("Đã đóng phiếu")).to_be_visible()

    keeper = await new_page()
    await log_in(keeper, "quantri")
    await keeper.get_by_role("link", name="Đề xuất danh mục", exact=True).click()
    await keeper.get_by_role("link", name="thằng nhỏ nhà bà").click()
    await expect(keeper.get_by_text("trả lời đúng ngay")).to_be_visible()
    await accessible(keeper)
    await fits(keeper)
    await picture(keeper, "proposal-1280")
    await keeper.get_by_role("button", name="Nhận").click()
    await expect(keeper.locator("pre")).to_contain_text("thằng nhỏ nhà bà mới lọt lòng")
    await accessible(keeper)
