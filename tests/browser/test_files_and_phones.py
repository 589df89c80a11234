"""Photos sent from the page, and the two phones of the demo, in a real browser."""

from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.test_screens import accessible, fits
from tests.simulations import simulated

Picture = Callable[[Page, str], Awaitable[None]]
SMALLEST = {"width": 320, "height": 640}


def photo() -> bytes:
    picture = BytesIO()
    Image.new("RGB", (640, 480), (90, 140, 200)).save(picture, "JPEG")
    return picture.getvalue()


async def test_a_photo_is_sent_from_the_phone(new_page: NewPage, picture: Picture) -> None:
    page = await new_page(PHONE)
    await page.goto("/")
    await expect(page.locator(".line.bot")).to_have_count(1)
    chosen = {"name": "giay-hen.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    await page.get_by_label("Gửi ảnh hoặc tệp PDF").set_input_files([chosen])
    await expect(page.locator(".line.citizen")).to_contain_text("Ảnh: giay-hen.jpg")
    await expect(page.locator(".line.bot").last).to_contain_text("giấy hẹn")
    await expect(page.locator(".line.pending")).to_have_count(0)
    await accessible(page)
    await picture(page, "chat-photo-360")


async def test_what_is_refused_or_cut_off_says_so_beside_it(new_page: NewPage) -> None:
    page = await new_page(PHONE)
    await page.goto("/")
    await expect(page.locator(".line.bot")).to_have_count(1)
    program = {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": b"MZ" * 500}
    await page.get_by_label("Gửi ảnh hoặc tệp PDF").set_input_files([program])
    await expect(page.locator(".line.pending")).to_contain_text("Em chỉ nhận ảnh, tệp PDF")
    await page.context.set_offline(True)
    chosen = {"name": "don.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    await page.get_by_label("Gửi ảnh hoặc tệp PDF").set_input_files([chosen])
    again = page.get_by_role("button", name="Gửi lại tệp này")
    await expect(again).to_be_visible()
    await page.context.set_offline(False)
    await again.click()
    await expect(page.locator(".line.citizen:not(.pending)")).to_contain_text("don.jpg")


async def test_the_two_phones_can_be_used_and_read_by_everybody(
    chromium: Browser, sqlite_url: str, tmp_path: Path, picture: Picture
) -> None:
    async with simulated(sqlite_url, tmp_path) as house:
        await house.parts.live.ready()  # a busy machine takes longer for it than a page waits
        context = await chromium.new_context(base_url=house.address, viewport=SMALLEST, locale="vi-VN")
        page = await context.new_page()
        await page.goto("/gia-lap")
        zalo = page.locator("#zalo")
        await zalo.get_by_role("button", name="Quan tâm").click()
        await expect(zalo.locator(".bubble.theirs")).not_to_have_count(0)
        await zalo.get_by_label("Nhắn tin").fill("làm khai sinh cho con cần giấy tờ gì")
        await page.keyboard.press("Enter")
        await expect(zalo.locator(".bubble.theirs").last).to_contain_text("khai sinh")
        await expect(zalo.locator(".window")).to_contain_text("Trả lời được đến")
        # A press leaves no bubble on Zalo; its answer is in sight all the same, and what is being typed stays.
        await zalo.get_by_role("button", name="Giấy tờ chi tiết").last.click()
        await zalo.get_by_label("Nhắn tin").fill("còn lệ phí")
        await zalo.get_by_label("Nhắn tin").evaluate("box => { box.dataset.mine = 'yes' }")
        answer = zalo.locator(".bubble.theirs").last
        await expect(answer).to_contain_text("giấy tờ để làm Đăng ký khai sinh")
        await expect(answer.get_by_text("giấy tờ để làm Đăng ký khai sinh")).to_be_in_viewport()
        await expect(zalo.get_by_label("Nhắn tin")).to_be_focused()
        await expect(zalo.get_by_label("Nhắn tin")).to_have_value("còn lệ phí")
        await expect(zalo.get_by_label("Nhắn tin")).to_have_attribute("data-mine", "yes")
        await zalo.get_by_text("Thử thêm").click()
        await fits(page)
        await accessible(page)
        await picture(page, "simulator-320")
        await context.close()
