"""The web chat over HTTP, as a browser without script and as the page's own script use it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.web.routes import ChatLimits
from bot.console.ticket_pages import TICKET
from bot.messages import Choice, Reply, Voice
from bot.pages.limits import Limiter
from storage.records import Author, Message
from tests.websites import Browser, Website, website

JSON = {"accept": "application/json"}


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path) as opened:
        yield opened


async def send(browser: Browser, text: str, identity: str = "message-1", **more: str) -> Browser:
    return await browser.post(
        "/chat/send", {"kind": "text", "text": text, "client_message_id": identity, **more}, **JSON
    )


async def seen(browser: Browser, after: int = 0) -> list[dict[str, object]]:
    await browser.open(f"/chat/messages?after={after}")
    lines: list[dict[str, object]] = browser.response.json()["lines"]
    return lines


async def settled(browser: Browser, lines: int) -> list[dict[str, object]]:
    for _ in range(200):
        found = await seen(browser)
        if len(found) >= lines:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"only {len(found)} lines: {found}")


async def say(site: Website, reply: Reply, author: Author = Author.BOT) -> Message:
    """Something said in the only conversation there is."""
    async with site.parts.database.unit_of_work() as uow:
        message = await uow.messages.add(
            1, author, reply.text, site.clock.now(), body=reply.to_json(), author_name=reply.speaker
        )
        await uow.commit()
    return message


async def test_a_browser_without_script_holds_a_whole_conversation(site: Website) -> None:
    browser = await site.browser().open("/")
    assert "trợ lý tự động" in browser.text
    await browser.press("Bắt đầu")
    assert browser.status == 200
    assert "không phải người thật" in browser.text
    assert "Bắt đầu trò chuyện" not in browser.text
    await browser.press("Gặp cán bộ")
    assert "việc gì" in browser.text
    await browser.submit("/chat/send", text="Đất nhà tui cho em đứng tên giùm, giờ sang lại sao?")
    assert "Phiếu số #1" in browser.text
    assert browser.path == "/"


async def test_the_same_form_sent_ten_times_is_one_message(site: Website) -> None:
    browser = await site.browser().open("/")
    for _ in range(10):
        await send(browser, "gặp cán bộ")
        assert browser.response.json() == {"status": "accepted"}
    await settled(browser, 2)
    await asyncio.sleep(0.2)
    assert [line["identity"] for line in await seen(browser) if line["side"] == "citizen"] == ["message-1"]


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"text": "   ", "client_message_id": "message-1"}, 400, "chưa gõ câu hỏi"),
        ({"text": "a" * 8001, "client_message_id": "message-1"}, 413, "8000 chữ"),
        ({"text": "ế" * 100_000, "client_message_id": "message-1"}, 413, "8000 chữ"),
        ({"text": "chào", "client_message_id": "../../etc"}, 400, "tải lại trang"),
        ({"text": "chào"}, 400, "tải lại trang"),
        ({"text": "chào", "kind": "image", "client_message_id": "message-1"}, 400, "tải lại trang"),
        ({"text": "chào", "kind": "\x00", "client_message_id": "message-1"}, 400, "tải lại trang"),
        ({"kind": "button", "button": "x" * 65, "client_message_id": "message-1"}, 400, "tải lại trang"),
    ],
)
async def test_what_cannot_be_taken_is_refused_politely_and_handed_back(
    site: Website, fields: dict[str, str], status: int, said: str
) -> None:
    browser = await site.browser().open("/")
    await browser.post("/chat/send", fields)
    assert browser.status == status
    assert said in browser.text
    assert fields.get("text", "").strip() in browser.text
    assert await seen(browser) == []


async def test_exactly_two_thousand_letters_are_taken(site: Website) -> None:
    browser = await site.browser().open("/")
    await send(browser, "ế" * 8000)
    assert browser.status == 200


async def test_a_body_beyond_every_form_is_not_even_read(site: Website) -> None:
    browser = await site.browser().open("/")
    await browser.post("/chat/send", {"text": "x" * 1_100_000})
    assert browser.status == 413


async def test_control_characters_are_left_out(site: Website) -> None:
    browser = await site.browser().open("/")
    await send(browser, "gặp\x00 cán\x1b bộ\r\nngay")
    lines = await settled(browser, 2)
    assert "gặp cán bộ ngay" in str(lines[0]["html"]) or "gặp cán bộ ngay" in str(lines[1]["html"])


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_another_site_cannot_write_in_somebodys_name(site: Website, headers: dict[str, str]) -> None:
    browser = await site.browser().open("/")
    fields = {"text": "gặp cán bộ", "client_message_id": "message-1"}
    await browser.post("/chat/send", fields, **headers)
    assert browser.status == 403
    await browser.open("/chat/stream", **headers)
    assert browser.status == 403
    await browser.post(
        "/chat/send", fields, **{"origin": "http://motcua.test", "sec-fetch-site": "same-origin"}
    )
    assert browser.status == 200


def _other(text: str) -> str:
    """The same, with another first letter."""
    return ("A" if text[0] != "A" else "B") + text[1:]


async def test_a_forged_cookie_opens_no_conversation(site: Website) -> None:
    browser = await site.browser().open("/")
    await send(browser, "gặp cán bộ")
    await settled(browser, 2)
    own = browser.client.cookies["motcua_chat"]
    thief = site.browser()
    # Not the last character of the signature: two of its six bits say nothing, so another letter may mean the same.
    whose, when, signature = own.rsplit(".", 2)
    for cookie in (
        f"{_other(whose)}.{when}.{signature}",
        f"{whose}.{_other(when)}.{signature}",
        f"{whose}.{when}.{_other(signature)}",
        whose,
        "ă",
        "",
    ):
        header = {b"cookie": f"motcua_chat={cookie}".encode()}
        answer = await thief.client.get("/chat/messages", headers=header)
        assert answer.json()["lines"] == []


async def test_two_people_never_see_each_other(site: Website) -> None:
    first, second = await site.browser().open("/"), await site.browser().open("/")
    await send(first, "gặp cán bộ")
    await settled(first, 2)
    assert await seen(second) == []
    await second.open("/")
    assert "Phiếu số" not in second.text


async def test_nothing_is_acknowledged_while_the_database_is_locked(sqlite_url: str, tmp_path: Path) -> None:
    async with website(sqlite_url, tmp_path, working=False) as site:
        browser = await site.browser().open("/")
        with sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            await browser.post("/chat/send", {"text": "gặp cán bộ", "client_message_id": "message-1"})
            other.execute("ROLLBACK")
        other.close()
        assert browser.status == 503
        assert browser.response.headers["retry-after"] == "5"
        assert "0290 1022" in browser.text
        assert "gặp cán bộ" in browser.text
        await browser.submit("/chat/send")
        assert browser.status == 200
        await site.parts.intake.drain()
        assert [line["side"] for line in await seen(browser)].count("citizen") == 1


async def test_who_writes_too_fast_is_asked_to_wait_and_loses_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    now = [0.0]
    slow = Limiter(per_minute=6, burst=2, timer=lambda: now[0])
    limits = ChatLimits(per_session=slow)
    async with website(sqlite_url, tmp_path, limits=limits, working=False) as site:
        browser = await site.browser().open("/")
        for number in range(2):
            await send(browser, "chào", f"message-{number}")
            assert browser.status == 200
        await send(browser, "chào", "message-2")
        assert browser.status == 429
        assert browser.response.headers["retry-after"] == "10"
        await browser.post("/chat/send", {"text": "hồ sơ của tôi", "client_message_id": "message-3"})
        assert "hồ sơ của tôi" in browser.text
        now[0] += 10
        await send(browser, "chào", "message-2")
        assert browser.status == 200


async def test_what_people_type_is_never_markup(site: Website) -> None:
    browser = await site.browser().open("/")
    await send(browser, "<script>alert(1)</script> {{ 7*7 }} %s https://lua-dao.test")
    await settled(browser, 2)
    await browser.open("/")
    page = browser.response.text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} %s" in page
    assert 'href="https://lua-dao.test"' not in page


async def test_only_web_addresses_become_links(site: Website) -> None:
    browser = await site.browser().open("/")
    await send(browser, "gặp cán bộ")
    await settled(browser, 2)
    choices = (
        Choice("Cổng", url="https://dichvucong.gov.vn"),
        Choice("Bẫy", url="javascript:alert(1)"),
        Choice("Gọi", phone="0290 1022"),
    )
    await say(site, Reply("Xem https://dichvucong.gov.vn/a?b=1. Hết.\n- một\n- hai", choices))
    html = str((await settled(browser, 3))[-1]["html"])
    assert 'href="https://dichvucong.gov.vn"' in html
    assert 'href="https://dichvucong.gov.vn/a?b=1"' in html
    assert "<li>một</li>" in html
    assert 'href="tel:02901022"' in html
    assert "javascript" not in html


async def test_people_see_whether_a_machine_or_a_person_speaks(site: Website) -> None:
    browser = await site.browser().open("/")
    await send(browser, "gặp cán bộ")
    await settled(browser, 2)
    await send(browser, "Đất cho em đứng tên giùm, giờ sang lại sao?", "message-2")
    await settled(browser, 4)
    await site.officer()
    officer = await site.logged_in()
    await officer.open(f"{TICKET}/1")
    await officer.submit("/nhan")
    await browser.open("/chat/messages")
    assert browser.response.json()["held"] is True
    await officer.submit("/tra-loi", text="Dạ, anh ra phường là được.")
    await browser.open("/")
    assert "Cán bộ Nguyễn Thị Mai : Dạ, anh ra phường là được." in browser.text
    sides = [line["side"] for line in await seen(browser)]
    assert sides[-1] == "officer"
    assert "notice" in sides


async def test_a_long_conversation_shows_its_end(site: Website) -> None:
    browser = await site.browser().open("/")
    await send(browser, "gặp cán bộ")
    await settled(browser, 2)
    for number in range(120):
        await say(site, Reply(f"câu số {number}.", voice=Voice.BOT))
    await browser.open("/")
    assert "câu số 119." in browser.text
    assert "câu số 5." not in browser.text


async def test_a_long_petition_is_kept_to_its_last_word(site: Website) -> None:
    """Told, reviewed, filed: nothing is cut on the way, and its lines stay lines."""
    browser = site.browser()
    lines = [f"{number}. Đường vào ấp {number} hư đã lâu, mùa mưa xe không qua được." for number in range(60)]
    story = "\n".join((*lines, "Kính mong được trả lời."))
    assert len(story) > 3000
    for number, text in enumerate(("gửi phản ánh", "Đồng ý", story)):
        await browser.post("/chat/send", {"text": text, "client_message_id": f"petition-{number}"})
        await asyncio.sleep(0.3)
    await browser.post(
        "/chat/send", {"kind": "button", "button": "petition:send", "client_message_id": "petition-9"}
    )
    for _ in range(100):
        async with site.parts.database.reading() as uow:
            filed = await uow.petitions.of_citizen(1)
        if filed:
            break
        await asyncio.sleep(0.05)
    assert [each.text for each in filed] == [story]
