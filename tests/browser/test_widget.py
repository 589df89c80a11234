"""The chat on a portal of somebody else: one line there, another origin, cookies of others blocked."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, FrameLocator, Page, Route, async_playwright, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from tests.browser.conftest import CHROMIUM
from tests.browser.test_screens import accessible
from tests.house import FakeClock
from tests.websites import listening, website

Picture = Callable[[Page, str], Awaitable[None]]
SMALLEST = {"width": 320, "height": 640}
# As strict as portals are: nothing inline, scripts and frames only from where they say.
STRICT = "default-src 'none'; script-src {chat}; frame-src {chat}; style-src 'self'"
PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Cổng dịch vụ công</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<main><h1>Cổng dịch vụ công</h1><p>Người dân nộp hồ sơ tại đây.</p><a href="#a">Một liên kết</a></main>
<script src="{chat}/chat/widget.js" async></script></html>"""


def other_site(address: str) -> str:
    """The same server under a name that is another site to a browser."""
    return address.replace("127.0.0.1", "localhost")


@contextlib.asynccontextmanager
async def portal(chat: str) -> AsyncIterator[str]:
    app = Starlette()

    async def page(request: Request) -> Response:
        del request
        headers = {"Content-Security-Policy": STRICT.format(chat=chat)}
        return HTMLResponse(PAGE.format(chat=chat), headers=headers)

    app.router.add_route("/", page)
    async with listening(app) as address:
        yield other_site(address)


@pytest.fixture
async def embedded(sqlite_url: str, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a portal whose chat is ours."""
    async with (
        website(sqlite_url, tmp_path, clock=FakeClock(), portals=("http://localhost:*",)) as site,
        listening(site.app) as chat,
        portal(chat) as address,
    ):
        yield address


Visitor = Callable[..., Awaitable[BrowserContext]]


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    """Browsers that keep no cookies of third parties, as most do today."""
    async with async_playwright() as playwright:
        assert CHROMIUM
        browser: Browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--test-third-party-cookie-phaseout"]
        )

        async def make(viewport: dict[str, int]) -> BrowserContext:
            return await browser.new_context(viewport=viewport, locale="vi-VN")

        yield make
        await browser.close()


def chat_of(page: Page) -> FrameLocator:
    return page.frame_locator("#motcua-widget iframe")


async def opened(page: Page, address: str) -> FrameLocator:
    await page.goto(address)
    await page.get_by_role("button", name="Hỏi thủ tục").click()
    chat = chat_of(page)
    await expect(chat.locator(".line.bot").first).to_be_visible()
    return chat


async def ask(chat: FrameLocator, text: str) -> None:
    said = chat.locator(".line.bot")
    before = await said.count()
    await chat.get_by_label("Câu hỏi của anh/chị").fill(text)
    await chat.get_by_role("button", name="Gửi", exact=True).click()
    await expect(said).not_to_have_count(before)


async def test_a_citizen_asks_on_the_portal_and_finds_it_there_again(
    embedded: str, visitor: Visitor, picture: Picture
) -> None:
    context = await visitor({"width": 1280, "height": 800})
    page = await context.new_page()
    chat = await opened(page, embedded)
    await ask(chat, "đăng ký khai sinh cho con cần giấy tờ gì")
    await picture(page, "widget-1280")
    await accessible(page)
    assert [each["name"] for each in await context.cookies() if not each.get("partitionKey")] == []
    await page.reload()
    await page.get_by_role("button", name="Hỏi thủ tục").click()
    await expect(chat_of(page).locator(".line.citizen")).to_contain_text("khai sinh cho con")
    await expect(chat_of(page).locator(".line.citizen")).to_have_count(1)


async def test_the_keyboard_stays_in_the_chat_and_comes_back_to_the_button(
    embedded: str, visitor: Visitor
) -> None:
    page = await (await visitor({"width": 1280, "height": 800})).new_page()
    chat = await opened(page, embedded)
    box = chat.get_by_label("Câu hỏi của anh/chị")
    await expect(box).to_be_focused()
    seen = []
    for _ in range(12):  # more than there are controls: round and round, never out
        await page.keyboard.press("Tab")
        seen.append(await page.evaluate("document.activeElement.id"))
    assert set(seen) == {"motcua-widget"}
    await chat.get_by_role("button", name="Gửi", exact=True).focus()
    await page.keyboard.press("Tab")
    await expect(chat.get_by_role("button", name="Chữ to")).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await expect(chat.get_by_role("button", name="Gửi", exact=True)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(page.get_by_role("button", name="Hỏi thủ tục")).to_be_focused()


async def test_on_the_smallest_phone_with_large_letters(
    embedded: str, visitor: Visitor, picture: Picture
) -> None:
    page = await (await visitor(SMALLEST)).new_page()
    chat = await opened(page, embedded)
    await chat.get_by_role("button", name="Chữ to").click()
    await expect(chat.get_by_role("button", name="Chữ to")).to_have_attribute("aria-pressed", "true")
    await ask(chat, "đăng ký khai sinh cho con cần giấy tờ gì")
    await picture(page, "widget-320")
    frame = page.frames[-1]
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await frame.evaluate(wide) <= 0
    assert await page.evaluate(wide) <= 0
    for name in ("Chữ to", "Đóng khung hỏi đáp", "Gửi"):
        assert await chat.get_by_role("button", name=name, exact=True).bounding_box()
    await accessible(page)
    await chat.get_by_role("button", name="Đóng khung hỏi đáp").click()
    await expect(page.get_by_role("button", name="Hỏi thủ tục")).to_be_focused()


async def test_an_answer_that_comes_while_the_chat_is_shut_is_counted(
    embedded: str, visitor: Visitor
) -> None:
    page = await (await visitor({"width": 1280, "height": 800})).new_page()
    chat = await opened(page, embedded)
    await page.route("**/chat/send", _slowly)
    await chat.get_by_label("Câu hỏi của anh/chị").fill("làm lại căn cước ở đâu")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Hỏi thủ tục, có 1 tin mới")).to_be_visible()


# What a screen reader reads out: additions to the log, but for those that are marked as said already.
HEARD = """addEventListener('DOMContentLoaded', () => {
    window.heard = [];
    const log = document.querySelector('[role=log]');
    if (!log) return;
    new MutationObserver((changes) => changes.forEach(({ addedNodes }) =>
        addedNodes.forEach((node) => node.matches?.('.line') && node.ariaLive !== 'off' && log.ariaLive !== 'off'
            && window.heard.push(node.innerText.replace(/\\s+/g, ' ').trim()))))
        .observe(log, { childList: true });
})"""


async def heard(page: Page) -> list[str]:
    said: list[str] = await page.frames[-1].evaluate("window.heard")
    return said


async def hears(page: Page, text: str) -> None:
    """Read out sooner or later: what was sent, and what is answered, come on their own."""
    await page.frames[-1].wait_for_function(
        "text => window.heard.some((each) => each.includes(text))", arg=text, timeout=20_000
    )


async def test_two_tabs_of_one_portal_are_one_conversation_and_nothing_is_said_twice(
    embedded: str, visitor: Visitor
) -> None:
    context = await visitor({"width": 1280, "height": 800})
    await context.add_init_script(HEARD)
    one, other = await context.new_page(), await context.new_page()
    chats = await asyncio.gather(opened(one, embedded), opened(other, embedded))  # at the same time
    await ask(chats[0], "làm khai sinh cần giấy gì")
    await expect(chats[1].locator(".line.citizen")).to_contain_text(["làm khai sinh cần giấy gì"])

    await context.set_offline(True)
    for chat, texts in ((chats[0], ("câu một", "câu hai")), (chats[1], ("câu ba",))):
        for text in texts:
            await chat.get_by_label("Câu hỏi của anh/chị").fill(text)
            await chat.get_by_role("button", name="Gửi", exact=True).click()
            await expect(chat.locator(".line.pending").last).to_contain_text(text)
    await context.set_offline(False)
    for chat in chats:
        await expect(chat.locator(".line.pending")).to_have_count(0)
        said = chat.locator(".line.citizen .bubble")
        await expect(said).to_have_count(4)
        texts = [each.split()[1] for each in await said.all_inner_texts()]
        # A tab sends in its order; between tabs, where the browser lets them share nothing, there is none.
        assert sorted(texts) == ["ba", "hai", "khai", "một"]
        assert texts.index("một") < texts.index("hai")
    for text in ("câu một", "câu ba", "Trợ lý"):
        await hears(one, text)
    mine = [each for each in await heard(one) if "câu một" in each]
    assert [each.split(":")[0].strip() for each in mine] == ["Anh/chị"], f"who speaks, and once: {mine}"
    assert sum("câu ba" in each for each in await heard(one)) == 1, "what was written in the other tab"

    await one.reload()
    await one.get_by_role("button", name="Hỏi thủ tục").click()
    await expect(chat_of(one).locator(".line.citizen")).to_have_count(4)
    assert await heard(one) == [], "what was said before is not read out again"
    await ask(chat_of(one), "còn lệ phí bao nhiêu")
    await hears(one, "lệ phí bao nhiêu")


async def test_a_portal_that_is_not_named_gets_a_link_instead(
    sqlite_url: str, tmp_path: Path, visitor: Visitor
) -> None:
    async with (
        website(sqlite_url, tmp_path, clock=FakeClock(), portals=("https://portal.example",)) as site,
        listening(site.app) as chat,
        portal(chat) as address,
    ):
        page = await (await visitor({"width": 1280, "height": 800})).new_page()
        await page.goto(address)
        await page.get_by_role("button", name="Hỏi thủ tục").click()
        link = page.get_by_role("link", name="Mở trang hỏi đáp")
        await expect(link).to_be_visible(timeout=12_000)
        assert await link.get_attribute("href") == f"{chat}/"


async def _slowly(route: Route) -> None:
    await asyncio.sleep(0.5)
    await route.continue_()
