"""What other sites embed: the script of one line, and the frame behind it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.channels.web.session import HEADER
from bot.config import Settings
from tests.websites import HOST, Browser, Website, website

PORTAL = "https://dichvucong.example"


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path) as opened:
        yield opened


async def test_the_frame_may_be_shown_by_the_portals_that_are_named_and_nothing_else_may(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with website(sqlite_url, tmp_path, portals=(PORTAL,)) as site:
        browser = site.browser()
        frame = (await browser.open("/chat/khung")).response
        assert f"frame-ancestors 'self' {PORTAL}" in frame.headers["content-security-policy"]
        assert "x-frame-options" not in frame.headers
        for path in ("/", "/can-bo/dang-nhap", "/chat/widget.js"):
            answer = (await browser.open(path)).response
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path


async def test_the_script_can_be_loaded_from_anywhere_and_carries_its_words(site: Website) -> None:
    script = (await site.browser().open("/chat/widget.js")).response
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "H\\u1ecfi th\\u1ee7 t\\u1ee5c" in script.text
    assert "{{" not in script.text


async def test_the_frame_keeps_a_cookie_for_that_portal_only(site: Website) -> None:
    cookie = (await site.browser().open("/chat/khung")).response.headers["set-cookie"]
    assert {"Partitioned", "Secure", "HttpOnly", "SameSite=None"} <= set(cookie.split("; "))


async def test_what_the_frame_sends_belongs_to_the_id_it_names(site: Website) -> None:
    stranger, first = site.browser(), site.browser()
    token = _token(await _frame(first.client))
    sent = {"kind": "text", "text": "làm khai sinh", "client_message_id": "abcdefgh1234"}
    json = {HEADER: token, "accept": "application/json"}
    # A client of its own: no cookie, only the header.
    answer = (await stranger.post("/chat/send", sent, **json)).response
    assert answer.json() == {"status": "accepted"}
    assert "set-cookie" not in answer.headers
    renewed = answer.headers[HEADER]
    for each in (token, renewed):
        assert "làm khai sinh" in await _first_line(stranger, **{HEADER: each})
    assert (await stranger.open("/chat/messages")).response.json()["lines"] == []


async def test_two_windows_that_opened_at_once_go_on_as_the_one_the_cookie_knows(site: Website) -> None:
    browser = site.browser()
    one, other = [_token(await _frame(site.browser().client)) for _ in range(2)]
    sent = {"kind": "text", "text": "làm khai sinh", "client_message_id": "abcdefgh1234"}
    told = {HEADER: one, "cookie": f"motcua_khung={other}", "accept": "application/json"}
    answer = (await browser.post("/chat/send", sent, **told)).response
    assert answer.headers[HEADER].split(".")[0] == other.split(".")[0]
    assert "làm khai sinh" in await _first_line(site.browser(), **{HEADER: other})


async def test_an_id_that_is_no_longer_good_is_refused_so_that_the_script_takes_another(
    site: Website,
) -> None:
    browser = site.browser()
    sent = {"kind": "text", "text": "làm khai sinh", "client_message_id": "abcdefgh1234"}
    answer = await browser.post("/chat/send", sent, **{HEADER: "made.up.id", "accept": "application/json"})
    assert answer.status == 401


async def test_a_portal_of_our_own_site_shows_the_conversation_of_the_page(site: Website) -> None:
    browser = site.browser()
    await browser.open("/")
    await browser.submit("/chat/send", text="làm khai sinh")
    frame = await _frame(browser.client)
    assert "data-known" in frame
    assert "làm khai sinh" in await _first_line(browser, **{HEADER: _token(frame)})


@pytest.mark.parametrize(
    "wrong", ["portal.example", "https://portal.example/", "https://a.b; script-src *", "*"]
)
def test_a_portal_is_named_by_its_origin(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"https://portal\.example"):
        Settings(widget_origins=(wrong,))


def test_portals_come_from_the_environment_as_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_WIDGET_ORIGINS", "https://*.camau.gov.vn, http://localhost:8000")
    assert Settings().widget_origins == ("https://*.camau.gov.vn", "http://localhost:8000")


async def _first_line(browser: Browser, **headers: str) -> str:
    for _ in range(100):
        lines = (await browser.open("/chat/messages", **headers)).response.json()["lines"]
        if lines:
            return str(lines[0]["html"])
        await asyncio.sleep(0.05)
    raise AssertionError("nothing was said")


async def _frame(client: httpx.AsyncClient) -> str:
    return (await client.get(f"{HOST}/chat/khung")).text


def _token(page: str) -> str:
    return page.split('data-token="', 1)[1].split('"', 1)[0]
