"""A real browser (Debian's chromium) against a real server on loopback. Skipped where it is missing.

`MOTCUA_REQUIRE=browser` makes its absence a failure, `MOTCUA_SCREENSHOTS=folder` keeps pictures.
"""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.house import FakeClock
from tests.websites import Website, listening, website

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = "browser" in os.environ.get("MOTCUA_REQUIRE", "").split(",")
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}

expect.set_options(timeout=20_000)  # milliseconds: a machine that builds other things too is slow, not wrong

NewPage = Callable[..., Awaitable[Page]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not REQUIRED:
                item.add_marker(
                    pytest.mark.skip(reason="chromium is not installed (apt-get install chromium)")
                )


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    assert CHROMIUM, "MOTCUA_REQUIRE asks for a browser: apt-get install chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path, clock=FakeClock()) as opened:
        yield opened


@pytest.fixture
async def address(site: Website) -> AsyncIterator[str]:
    async with listening(site.app) as address:
        yield address


@pytest.fixture
async def new_page(chromium: Browser, address: str) -> AsyncIterator[NewPage]:
    """Pages that fail the test when a script breaks or the content policy is violated."""
    wrong: list[str] = []
    async with AsyncExitStack() as stack:

        async def make(viewport: dict[str, int] = DESK, **options: object) -> Page:
            context = await chromium.new_context(
                base_url=address, viewport=viewport, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **options
            )
            stack.push_async_callback(context.close)
            page = await context.new_page()
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda said: "Content Security" in said.text and wrong.append(said.text))
            return page

        yield make
    assert not wrong, wrong


@pytest.fixture
def picture() -> Callable[[Page, str], Awaitable[None]]:
    """Keep a picture for docs/images where one was asked for."""
    folder = Path(os.environ.get("MOTCUA_SCREENSHOTS", ""))
    wanted = "MOTCUA_SCREENSHOTS" in os.environ

    async def take(page: Page, name: str) -> None:
        if wanted:
            await page.screenshot(path=folder / f"{name}.png")

    return take


async def listens(page: Page) -> None:
    """Until the script of a console page listens to keys: what is pressed before is nobody's command."""
    await expect(page.get_by_role("button", name="Phím tắt")).to_be_visible()
