"""What was filed in chat, as officers see it: the list, the checklist, a photo blacked out, the print-out."""

import pytest
from playwright.async_api import Page, expect

from tests.bot.test_filing_registered import dossier as registered
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.test_screens import Picture, accessible, fits, log_in
from tests.websites import Website


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1280", "360"])
async def test_from_the_list_to_the_appointment(
    site: Website, new_page: NewPage, picture: Picture, viewport: dict[str, int]
) -> None:
    await site.officer()
    await site.submission(photos=3)
    width, page = viewport["width"], await new_page(viewport)
    await log_in(page)
    await page.goto("/can-bo/ho-so")
    await accessible(page)
    await fits(page)
    await picture(page, f"filed-list-{width}")
    await page.get_by_text("Đăng ký khai sinh").click()
    await expect(page.get_by_role("heading", name="Giấy tờ", exact=True)).to_be_visible()
    await accessible(page)
    await fits(page)
    await picture(page, f"filed-{width}")

    await page.get_by_role("img", name="Tờ khai đăng ký khai sinh, ảnh 1").click()
    await expect(page.get_by_role("heading", name="Tờ khai đăng ký khai sinh, ảnh 1")).to_be_visible()
    await page.get_by_role("link", name="Ảnh sau").click()
    await expect(page.get_by_role("heading", name="Tờ khai đăng ký khai sinh, ảnh 2")).to_be_visible()
    await page.get_by_role("link", name="Ảnh sau").click()
    await expect(page.get_by_role("heading", name="Tờ khai đăng ký khai sinh, ảnh 3")).to_be_visible()
    await expect(page.get_by_role("link", name="Ảnh sau")).to_have_count(0)
    await page.get_by_role("link", name="Ảnh trước").click()
    await expect(page.get_by_role("heading", name="Tờ khai đăng ký khai sinh, ảnh 2")).to_be_visible()
    await page.get_by_role("link", name="Ảnh trước").click()
    await expect(page.get_by_role("heading", name="Tờ khai đăng ký khai sinh, ảnh 1")).to_be_visible()
    await page.get_by_role("link", name="2×").click()
    await expect(page.get_by_role("link", name="2×")).to_be_focused()
    await page.keyboard.press("x")
    await expect(page.get_by_role("link", name="90°")).to_have_attribute("aria-current", "true")
    await beside(page, is_wide=viewport is DESK)
    await accessible(page)
    await fits(page)
    await picture(page, f"filed-photo-{width}")
    await page.get_by_role("link", name="0°", exact=True).click()
    await page.keyboard.press("-")
    await expect(page.get_by_role("link", name="1×")).to_have_attribute("aria-current", "true")
    await page.get_by_text("Che một phần ảnh", exact=True).click()
    if viewport is PHONE:  # without dragging: the numbers are typed
        await page.get_by_label("Phần cần che").fill("100,100,400,160")
    else:
        await drag_over(page)
    await expect(page.get_by_label("Phần cần che")).not_to_have_value("")
    await page.get_by_role("button", name="Che và lưu bản mới").click()
    await expect(page.get_by_text("Đã lưu bản che.")).to_be_visible()
    await page.get_by_role("link", name="Bản đã che").click()
    await expect(page.get_by_role("link", name="Bản gốc")).to_be_visible()
    await picture(page, f"filed-redacted-{width}")

    await page.get_by_label("Mã hồ sơ trên hệ thống một cửa").fill("H12.25-261123-0009")
    await page.get_by_role("button", name="Tiếp nhận").click()
    await expect(page.get_by_text("Đã tiếp nhận và báo cho người dân.")).to_be_visible()
    await page.get_by_role("button", name="Đặt hẹn").click()
    await expect(page.get_by_text("Đã đặt hẹn và báo cho người dân.")).to_be_visible()
    await page.get_by_label("Nơi nhận kết quả").fill("Quầy 3")
    await page.get_by_role("button", name="Đã có kết quả").click()
    await expect(page.get_by_text("Đã báo người dân có kết quả.")).to_be_visible()
    await picture(page, f"filed-accepted-{width}")
    await page.get_by_role("link", name="In danh mục").click()
    await expect(page.get_by_role("img", name="HS-TEST")).to_be_visible()
    await accessible(page)
    await fits(page)
    await picture(page, f"filed-print-{width}")


async def beside(page: Page, *, is_wide: bool) -> None:
    """On a wide screen the photo is large and the checklist beside it; what is being typed there stays."""
    if not is_wide:
        return
    photo, papers = await page.locator(".viewer").bounding_box(), await page.locator(".papers").bounding_box()
    assert photo is not None
    assert papers is not None
    assert photo["width"] > 650
    assert photo["height"] > 400
    assert papers["x"] >= photo["x"] + photo["width"], "beside, not below"
    await page.get_by_label("Mã hồ sơ trên hệ thống một cửa").fill("H12")
    await page.get_by_role("img", name="ảnh 2").click()
    await expect(page.get_by_role("heading", name="ảnh 2")).to_be_visible()
    await expect(page.get_by_label("Mã hồ sơ trên hệ thống một cửa")).to_have_value("H12")
    await page.keyboard.press("[")
    await expect(page.get_by_role("heading", name="ảnh 1")).to_be_visible()
    await page.keyboard.press("+")
    await expect(page.get_by_role("link", name="2×")).to_have_attribute("aria-current", "true")
    await page.keyboard.press("x")
    await expect(page.get_by_role("link", name="90°")).to_have_attribute("aria-current", "true")
    await page.get_by_role("heading", name="ảnh 1").scroll_into_view_if_needed()


async def drag_over(page: Page) -> None:
    await page.wait_for_load_state()  # the script that listens for the drag is there
    photo = page.get_by_role("img", name="trang 1")
    await page.locator(".viewer").evaluate("each => each.scrollIntoView()")
    box = await photo.bounding_box()
    assert box is not None
    top = max(box["y"], 0) + 60
    await page.mouse.move(box["x"] + 20, top)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 140, top + 50)
    await page.mouse.up()
    left, upper, right, lower = map(int, (await page.get_by_label("Phần cần che").input_value()).split(","))
    expected = (20, top - box["y"], 140, top + 50 - box["y"])
    for found, pixels, whole in zip(
        (left, upper, right, lower), expected, (box["width"], box["height"]) * 2, strict=True
    ):
        assert abs(found - pixels / whole * 1000) < 8, "what was dragged over is what will be black"


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1280", "360"])
async def test_the_official_code_is_picked(
    site: Website, new_page: NewPage, picture: Picture, viewport: dict[str, int]
) -> None:
    await site.officer()
    filed = await site.submission(name="Nguyễn Thị Bé Ba")
    async with site.parts.database.unit_of_work() as uow:
        await uow.dossiers.upsert(
            [
                registered(site, 7, 1, "Nguyễn Thị Bé Ba"),
                *(registered(site, n, n, "Trần Văn Tám") for n in (1, 2)),
            ]
        )
        await uow.commit()
    width, page = viewport["width"], await new_page(viewport)
    await log_in(page)
    await page.goto(f"/can-bo/ho-so/{filed.id}")
    group = page.get_by_role("group", name="Hồ sơ cùng thủ tục trên hệ thống một cửa")
    await expect(group.get_by_role("radio")).to_have_count(3)
    await accessible(page)
    await fits(page)
    box = await group.get_by_role("radio").first.bounding_box()
    assert box is not None
    assert box["width"] < 40, "a button to press, with its words beside it"
    await group.scroll_into_view_if_needed()
    await picture(page, f"filed-picked-{width}")
    await group.get_by_role("radio").first.check()
    await page.get_by_role("button", name="Tiếp nhận").click()
    await expect(page.get_by_text("Đã tiếp nhận và báo cho người dân.")).to_be_visible()
    await expect(page.get_by_text("H12.25-261123-0007").first).to_be_visible()
