"""Whole ways on the simulated Zalo, officers in real browsers beside it: a petition, and a dossier that is filed."""

import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.console.accounts import set_password
from storage.records import Role
from tests.browser.conftest import DESK
from tests.browser.test_screens import Picture, accessible, fits, log_in
from tests.photos import jpeg, paper
from tests.simulations import House, simulated
from tests.websites import PASSWORD

STAFF = {
    "mai": ("Nguyễn Thị Mai", Role.FRONT_OFFICER, ()),
    "hanh": ("Lê Thị Hạnh", Role.SPECIALIST, ("so_xay_dung",)),
}
WIDE = {"width": 1280, "height": 1000}

PHOTOS_SHOWN = """Promise.all([...document.querySelectorAll('.photos img')].map(each => {
    each.loading = 'eager'
    return each.decode()
}))"""


@dataclass
class Zalo:
    """The phone with Zalo on the page of the simulator."""

    page: Page

    @property
    def phone(self) -> Locator:
        return self.page.locator("#zalo")

    async def says(self, text: str, hears: str) -> None:
        """The phone may be drawn anew while somebody types: what did not go out is typed again."""
        box, mine = self.phone.get_by_label("Nhắn tin"), self.phone.locator(".bubble.mine")
        for _ in range(3):
            await box.fill(text)
            await box.press("Enter")
            with contextlib.suppress(AssertionError):
                await expect(mine.last).to_contain_text(text, timeout=4_000)
                break
        await self.hears(hears)

    async def presses(self, label: str, hears: str) -> None:
        pressed = self.phone.locator(".screen").get_by_role("button", name=re.compile(f"^{label}"))
        await pressed.last.click()
        await self.hears(hears)

    async def sends(self, photo: bytes, hears: str) -> None:
        chosen = {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": photo}
        await self.phone.locator("input[type=file]").set_input_files([chosen])
        await self.hears(hears)

    async def heard(self, words: str) -> None:
        """Among all that was said, not only last."""
        await expect(self.phone.locator(".bubble.theirs").filter(has_text=words)).to_have_count(1)

    async def hears(self, words: str) -> None:
        await expect(self.phone.locator(".bubble.theirs").last).to_contain_text(words, timeout=15_000)


@dataclass
class Street:
    house: House
    browser: Browser

    async def citizen(self) -> Zalo:
        zalo = Zalo(await self._page(WIDE))
        await zalo.page.goto("/gia-lap")
        await zalo.phone.get_by_role("button", name="Quan tâm").click()
        await zalo.hears("Dạ")
        return zalo

    async def officer(self, username: str) -> Page:
        name, role, departments = STAFF[username]
        async with self.house.parts.database.unit_of_work() as uow:
            now = self.house.clock.now()
            account = await uow.officers.add(username, name, role, departments, ("vi",), now)
            await set_password(uow, account, PASSWORD, now)
            await uow.commit()
        page = await self._page(DESK)
        await log_in(page, username)
        return page

    async def _page(self, viewport: dict[str, int]) -> Page:
        context = await self.browser.new_context(
            base_url=self.house.address, viewport=viewport, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
        )
        return await context.new_page()


@pytest.fixture
async def street(chromium: Browser, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Street]:
    async with simulated(sqlite_url, tmp_path) as house:
        yield Street(house, chromium)


def photo(seed: int) -> bytes:
    return jpeg(paper(size=(900, 1200), seed=seed))


async def opens(page: Page, summary: str) -> None:
    await page.locator("summary").filter(has_text=summary).click()


async def test_a_petition_from_the_photo_to_the_rating(street: Street, picture: Picture) -> None:
    an, mai, hanh = await street.citizen(), await street.officer("mai"), await street.officer("hanh")
    await an.says("phản ánh cầu ấp Cái Keo xã Đất Mũi gãy lan can hai tuần nay", "đồng ý không")
    await an.presses("Đồng ý", "Loại: phản ánh về một nơi")
    await an.sends(photo(1), "Ảnh: 1")
    await an.phone.get_by_text("Thử thêm").click()
    await an.phone.get_by_role("button", name=re.compile("vị trí", re.IGNORECASE)).click()
    await an.hears("Vị trí: đã nhận")
    await picture(an.page, "petition-1-review")
    await an.presses("Gửi", "tính từ sau ngày 23/11/2026, trừ các ngày nghỉ: thứ Bảy, Chủ nhật, 24/11")

    await mai.get_by_role("link", name="Phản ánh, kiến nghị").click()
    await accessible(mai)
    await fits(mai)
    await picture(mai, "petition-2-list")
    await mai.get_by_role("link", name=re.compile("Cái Keo")).click()
    await mai.get_by_role("button", name="Nhận theo dõi").click()
    await an.hears("Nguyễn Thị Mai đang theo dõi")
    await accessible(mai)
    await fits(mai)
    await picture(mai, "petition-3-one")
    await opens(mai, "Chuyển đơn vị xử lý")
    await mai.get_by_label("Chuyển đến").select_option(label="Sở Xây dựng")
    await mai.get_by_label("Vì sao chuyển").fill("Cầu do sở quản lý")
    await mai.get_by_role("button", name="Chuyển đơn vị xử lý").click()
    await expect(mai.get_by_text("Đã chuyển và báo cho người dân.")).to_be_visible()
    await an.hears("đến Sở Xây dựng")

    await answers(hanh, "Đã thay lan can mới.")
    await an.hears("đã được giải quyết")
    await an.presses("Chưa giải quyết", "em đã mở lại")
    await an.says("mới thay có một bên, bên kia vẫn gãy y như cũ", "em đã ghi thêm")

    await mai.goto("/can-bo/phan-anh")
    await expect(mai.get_by_text("báo chưa giải quyết 1 lần")).to_be_visible()
    await mai.get_by_role("link", name=re.compile("Cái Keo")).click()
    await expect(mai.get_by_text("mới thay có một bên")).to_be_visible()
    await opens(mai, "Chuyển đơn vị xử lý")
    await mai.get_by_label("Chuyển đến").select_option(label="Sở Xây dựng")
    await mai.get_by_label("Vì sao chuyển").fill("Còn một bên chưa thay")
    await mai.get_by_role("button", name="Chuyển đơn vị xử lý").click()
    await an.hears("đến Sở Xây dựng")
    await answers(hanh, "Đã thay nốt bên còn lại.")
    await an.hears("Đã thay nốt bên còn lại.")
    await an.presses("Đánh giá", "chấm giúp em mức nào")
    await an.presses("Hài lòng", "em cảm ơn anh/chị đã đánh giá")
    await picture(an.page, "petition-4-rated")
    await mai.reload()
    await expect(mai.get_by_text("Hài lòng")).to_be_visible()
    await picture(mai, "petition-5-ended")
    async with street.house.parts.database.reading() as uow:
        rating = await uow.ratings.for_petition(1)
        specialist = await uow.officers.by_username("hanh")
    assert rating is not None
    assert specialist is not None
    assert (rating.score, rating.officer_id) == (4, specialist.id)


async def answers(hanh: Page, words: str) -> None:
    await hanh.goto("/can-bo/phan-anh")
    await hanh.get_by_role("link", name=re.compile("Cái Keo")).click()
    await expect(hanh.get_by_role("img", name="Ảnh 1")).to_be_visible()
    await opens(hanh, "Trả lời là đã giải quyết")
    await hanh.get_by_label("Đã giải quyết thế nào").fill(words)
    await hanh.get_by_role("button", name="Trả lời là đã giải quyết").click()
    await expect(hanh.get_by_text("Đã gửi trả lời cho người dân.")).to_be_visible()


async def test_a_birth_registration_from_the_photos_to_the_rating(street: Street, picture: Picture) -> None:
    """What is offered is typed: Zalo shows five buttons at most, more become a list with numbers."""
    an, mai = await street.citizen(), await street.officer("mai")
    await an.says("làm khai sinh cho con", "Đăng ký khai sinh")
    await an.says("Nộp hồ sơ", "cho ai")
    await an.says("Cho chính mình", "đồng ý không")
    await an.says("Đồng ý", "xã, phường nào")
    await an.says("phường An Xuyên", "trường hợp nào")
    await an.says("Không thuộc trường hợp nào", "Giấy 1/2")
    await an.sends(photo(1), "Em nhận 1 ảnh")
    await an.sends(photo(2), "Em nhận 1 ảnh cho Tờ khai đăng ký khai sinh, giấy này có 2 ảnh")
    await an.says("Xong giấy này", "Giấy 2/2")
    await picture(an.page, "filing-1-photos")
    await an.sends(photo(3), "Em nhận 1 ảnh cho Giấy chứng sinh")
    await an.says("Xong giấy này", "nhận cách nào")
    await an.says("Tại nơi tiếp nhận", "xem lại hồ sơ")
    await an.says("Gửi hồ sơ", "Đây chưa phải giấy tiếp nhận")
    await picture(an.page, "filing-2-sent")

    await mai.get_by_role("link", name="Hồ sơ nộp qua chat").click()
    await mai.get_by_text("Đăng ký khai sinh").click()
    await opens(mai, "Yêu cầu bổ sung")
    await mai.get_by_label("Cần gì ở “Giấy chứng sinh”").fill("Ảnh mờ, chụp lại giúp")
    await mai.evaluate(PHOTOS_SHOWN)
    await picture(mai, "filing-3-ask")
    await mai.get_by_role("button", name="Yêu cầu bổ sung").click()
    await an.hears("Giấy chứng sinh: Ảnh mờ, chụp lại giúp")
    await an.says("Bổ sung ngay", "Giấy chứng sinh")
    await an.sends(photo(9), "Em nhận 1 ảnh")
    await an.says("Xong giấy này", "xem lại hồ sơ")
    await an.says("Gửi hồ sơ", "giấy bổ sung")

    await mai.reload()
    await expect(mai.get_by_text("vừa bổ sung")).to_be_visible()
    await mai.get_by_label("Mã hồ sơ trên hệ thống một cửa").fill("H12.25-261123-0009")
    await mai.get_by_role("button", name="Tiếp nhận").click()
    await expect(mai.get_by_text("Đã tiếp nhận và báo cho người dân.")).to_be_visible()
    await an.hears("Mã hồ sơ: H12.25-261123-0009")
    filed = mai.url
    await picture(an.page, "filing-4-accepted")

    await later(street, days=3)
    await an.hears("quá hẹn trả")
    await expect(an.phone.locator(".bubble.theirs").last).to_contain_text("xin lỗi")
    await log_in(mai, "mai")
    await mai.goto(filed)
    await opens(mai, "Hẹn lại ngày trả")
    await mai.get_by_label("Ngày hẹn mới").fill("2026-11-30")
    await mai.get_by_label("Lý do trễ").fill("Chờ xác minh nơi sinh")
    await mai.get_by_role("button", name="Hẹn lại ngày trả").click()
    await later(street)
    await an.hears("30/11")
    await picture(an.page, "filing-5-late")
    await mai.get_by_label("Nơi nhận kết quả").fill("Bộ phận một cửa phường An Xuyên")
    await mai.get_by_role("button", name="Đã có kết quả").click()
    await later(street)
    await an.heard("Bộ phận một cửa phường An Xuyên")
    await an.hears("THƯ CHÚC MỪNG")
    await an.phone.get_by_text("THƯ CHÚC MỪNG").scroll_into_view_if_needed()
    await picture(an.page, "filing-6-letter")
    await mai.get_by_role("button", name="Đã trả kết quả").click()
    await later(street)
    await an.hears("hài lòng với")
    await an.says("4", "Nguyễn Thị Mai")
    await an.says("5", "góp ý")
    await picture(an.page, "filing-7-rating")


async def later(street: Street, **span: int) -> None:
    """Time passes, and the timers do their work."""
    street.house.clock.pass_(**span)
    await street.house.parts.jobs.step()
