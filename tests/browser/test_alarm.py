"""A new ticket is heard on an open page: the number in the title, the sound, the notification. Once a browser."""

from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.test_screens import accessible, fits, log_in
from tests.websites import Website

# What would sound and show is written down instead: the machine of a test has neither ears nor a desktop.
LISTENING = """
window.rings = [];
document.addEventListener("motcua:ring", (event) => window.rings.push(event.detail.count));
window.shown = [];
class Heard { constructor(title, options) { window.shown.push([title, options.body]); } addEventListener() {} }
Heard.permission = localStorage.getItem("allowed") ?? "default";
Heard.requestPermission = async () => { localStorage.setItem("allowed", "granted"); Heard.permission = "granted"; };
window.Notification = Heard;
ServiceWorkerRegistration.prototype.showNotification = async function (title, options) {
  window.shown.push([title, options.body]);
};
"""

SHOWN = """async () => {
  const found = await navigator.serviceWorker.getRegistrations();
  const shown = await Promise.all(found.map((each) => each.getNotifications()));
  return found.flatMap((each, at) =>
    shown[at].map(({ title, body }) => [title, body, new URL(each.scope).pathname.slice(0, 16)]),
  );
}"""


async def listening_page(new_page: NewPage) -> Page:
    page = await new_page()
    await page.context.add_init_script(LISTENING)
    await log_in(page)
    return page


async def rung(*pages: Page, times: int) -> int:
    """How often it rang, once it has rung so often or a few seconds have passed."""
    for _ in range(50):
        count = sum([int(await page.evaluate("window.rings.length")) for page in pages])
        if count >= times:
            break
        await pages[0].wait_for_timeout(100)
    return count


async def test_a_new_ticket_rings_on_whatever_page_is_open(site: Website, new_page: NewPage) -> None:
    await site.officer()
    first = await site.ticket("Bà Tư hỏi sổ đỏ")
    page = await listening_page(new_page)
    await page.get_by_role("button", name="Bật thông báo trên máy này").click()
    await expect(page.get_by_text("Máy này chưa được phép")).to_be_hidden()
    for path in (f"/can-bo/phieu/{first.id}", "/can-bo/cau-mau"):
        await page.goto(path)
        await expect(page).not_to_have_title("")
        before = await page.evaluate("window.rings.length")
        await site.ticket("Ông Năm hỏi hộ khẩu", citizen=path)
        assert await rung(page, times=before + 1) == before + 1
        await page.wait_for_function("window.shown.length > 0")
        title, body = (await page.evaluate("window.shown"))[-1]
        assert title == "Có phiếu đang chờ"
        assert "Năm" not in body, "a notification stays on a screen that anybody passes"
    await expect(page).to_have_title("(3) Câu mẫu – Bàn làm việc cán bộ")
    await page.goto("/can-bo/bao-tin")
    await expect(page.get_by_text("Máy này đã được phép hiện thông báo")).to_be_visible()
    await accessible(page)
    await fits(page)


async def test_two_pages_of_one_browser_ring_once_and_again_when_nobody_takes_it(
    site: Website, new_page: NewPage
) -> None:
    await site.officer()
    page = await listening_page(new_page)
    other = await page.context.new_page()
    await other.goto("/can-bo")
    await expect(other.get_by_text("Không có phiếu nào đang chờ nhận.")).to_be_visible()
    await site.ticket("Đổi bằng lái xe ở đâu")
    await expect(page).to_have_title("(1) Chưa ai nhận – Bàn làm việc cán bộ")
    await expect(other).to_have_title("(1) Chưa ai nhận – Bàn làm việc cán bộ")
    await page.wait_for_timeout(300)
    assert await rung(page, other, times=1) == 1
    await site.parts.desk.alert()
    site.clock.pass_(minutes=6)
    await site.parts.desk.alert()
    assert await rung(page, other, times=2) == 2


async def test_the_notification_is_a_workers_so_that_phones_show_it(site: Website, new_page: NewPage) -> None:
    await site.officer()
    page = await new_page(PHONE, permissions=["notifications"])
    await log_in(page)
    await site.ticket("Bà Tư hỏi sổ đỏ")
    for _ in range(100):
        shown = await page.evaluate(SHOWN)
        if shown:
            break
        await page.wait_for_timeout(200)
    assert shown == [["Có phiếu đang chờ", "Có phiếu mới, đang chờ nhận: 1", "/static/console/"]]
