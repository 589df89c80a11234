"""A dossier as its holder lives it: followed in the chat, late, done, the letter and the rating."""

from dataclasses import replace
from datetime import timedelta

from playwright.async_api import expect

from bot.actions import mirror
from storage.records import Dossier
from tests.browser.conftest import PHONE, NewPage
from tests.browser.test_screens import Picture, accessible, ask, fits
from tests.house import MONDAY, ON_TIME, dossier
from tests.websites import Website


async def told(site: Website, now_is: Dossier) -> None:
    """The one-stop system says so, and the timers do their work."""
    async with site.parts.database.unit_of_work() as uow:
        await mirror.keep(uow, [now_is], site.clock.now())
        await uow.commit()
    await site.parts.jobs.step()


async def test_followed_late_done_and_rated(site: Website, new_page: NewPage, picture: Picture) -> None:
    mine = dossier(ON_TIME, site.parts)
    await told(site, mine)
    page = await new_page(PHONE)
    await page.goto("/")
    await expect(page.locator(".line.bot")).to_have_count(1)
    await ask(page, ON_TIME)
    await page.get_by_role("button", name="Xem chi tiết").last.click()
    await page.get_by_role("button", name="Đồng ý", exact=True).click()
    await expect(page.locator(".line.bot").last).to_contain_text("6 số cuối")
    await ask(page, "123456")
    await page.get_by_role("button", name="Theo dõi hồ sơ này").click()
    await expect(page.locator(".line.bot").last).to_contain_text("có bước mới")

    site.clock.at = MONDAY + timedelta(days=4)
    await site.parts.jobs.step()
    notice = page.locator(".line.notice").last
    await expect(notice).to_contain_text("quá hẹn trả 1 ngày làm việc")
    await picture(page, "dossier-1-late")

    finished = replace(mine, stage=9, finished_at=site.clock.now(), result_place="Bộ phận một cửa xã Đất Mũi")
    await told(site, finished)
    await expect(notice).to_contain_text("THƯ CHÚC MỪNG")
    await accessible(page)
    await fits(page)
    await picture(page, "dossier-2-letter")

    await told(site, replace(finished, stage=10, returned_at=site.clock.now()))
    await expect(notice).to_contain_text("hài lòng với Ủy ban nhân dân xã Đất Mũi")
    await notice.get_by_role("button", name="Hài lòng", exact=True).click()
    handler = page.locator(".line.bot").last
    await expect(handler).to_contain_text("Lê Thị Hạnh")
    await handler.get_by_role("button", name="Rất hài lòng").click()
    await expect(page.locator(".line.bot").last).to_contain_text("góp ý")
    await picture(page, "dossier-3-rating")
