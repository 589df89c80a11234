"""How officers get in, and how they are let out again."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.console import passwords
from bot.console.account_pages import device
from bot.console.backoff import Backoff
from bot.console.passwords import WeakPasswordError
from storage.database import Database
from storage.records import Role
from tests.house import MONDAY
from tests.websites import PASSWORD, Browser, Website, roomy, website
from tests.websites import make_app as make_site


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path, working=False) as opened:
        yield opened


async def try_to_log_in(browser: Browser, username: str, password: str) -> Browser:
    await browser.open("/can-bo/dang-nhap")
    return await browser.submit("/can-bo/dang-nhap", username=username, password=password)


async def test_an_officer_logs_in_and_out(site: Website) -> None:
    await site.officer()
    browser = await site.logged_in()
    assert "Nguyễn Thị Mai" in browser.text
    assert "Cán bộ đầu mối" in browser.text
    cookie = browser.client.cookies["motcua_canbo"]
    await browser.submit("/can-bo/dang-xuat")
    assert browser.path == "/can-bo/dang-nhap"
    browser.client.cookies.set("motcua_canbo", cookie, "motcua.test")
    await browser.open("/can-bo")
    assert browser.path == "/can-bo/dang-nhap"


async def test_a_login_leads_to_the_page_that_was_wanted_and_nowhere_else(site: Website) -> None:
    await site.officer()
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    browser = await site.browser().open(f"/can-bo/phieu/{ticket.id}")
    await browser.submit("/can-bo/dang-nhap", username="Mai ", password=PASSWORD)
    assert browser.path == f"/can-bo/phieu/{ticket.id}"
    for elsewhere in (
        "https://evil.test",
        "//evil.test",
        "/can-bo//evil.test",
        "/can-bo\\evil",
        "/can-bofalse",
    ):
        thief = await site.browser().open("/can-bo/dang-nhap")
        await thief.submit("/can-bo/dang-nhap", username="mai", password=PASSWORD, tiep=elsewhere)
        assert str(thief.response.url) == "http://motcua.test/can-bo"


async def test_a_wrong_name_and_a_wrong_password_are_told_alike(site: Website) -> None:
    officer = await site.officer()
    await site.officer("kha")
    async with site.parts.database.unit_of_work() as uow:
        await uow.officers.disable((await uow.officers.by_username("kha")).id, site.clock.now())  # type: ignore[union-attr]
        await uow.commit()
    answers = set()
    for username, password in (("mai", "sai rồi sai nữa"), ("khong-co", PASSWORD), ("kha", PASSWORD)):
        browser = await try_to_log_in(site.browser(), username, password)
        assert browser.status == 401
        answers.add(browser.response.text.replace(f'value="{username}"', ""))
    assert len(answers) == 1
    assert officer.name not in answers.pop()


async def test_who_guesses_is_slowed_down_whether_the_account_exists_or_not(site: Website) -> None:
    await site.officer()
    for username in ("mai", "khong-co"):
        browser = site.browser()
        for _ in range(4):
            await try_to_log_in(browser, username, "đoán mò mật khẩu")
        await try_to_log_in(browser, username, PASSWORD)
        assert browser.status == 429
        assert browser.response.headers["retry-after"] == "2"


async def test_backoff_doubles_is_bounded_and_forgives(database: Database) -> None:
    """Two processes behind one load balancer count together."""
    now, one, other = MONDAY, Backoff(database), Backoff(database)
    waits = []
    for number in range(20):
        await (one, other)[number % 2].failed("mai", "10.0.0.1", now)
        waits.append(await one.wait("mai", "10.0.0.1", now))
    assert waits[:6] == [0, 0, 0, 2, 4, 8]
    assert max(waits) == 300
    assert await other.wait("mai", "10.0.0.2", now) == 60  # elsewhere the owner waits at most a minute
    assert await one.wait("kha", "10.0.0.1", now) == 0
    now += timedelta(seconds=300)
    assert await one.wait("mai", "10.0.0.1", now) == 0
    await one.succeeded("mai", "10.0.0.1")
    await one.failed("mai", "10.0.0.1", now)
    assert await other.wait("mai", "10.0.0.1", now) == 0


async def test_an_invitation_sets_the_password_once(site: Website) -> None:
    async with site.parts.database.unit_of_work() as uow:
        officer = await uow.officers.add("lan", "Lê Thị Lan", Role.SPECIALIST, (), ("vi",), site.clock.now())
        await uow.commit()
    token = await site.invitation(officer)
    browser = await site.browser().open(f"/moi/{token}")
    assert "Lê Thị Lan" in browser.text
    await browser.submit("", password="ngắn", again="ngắn")
    assert "ít nhất 12 ký tự" in browser.text
    await browser.submit("", password="lelan123456789", again="lelan123456789")
    assert "dễ đoán" in browser.text
    await browser.submit("", password=PASSWORD, again="khác hẳn câu kia")
    assert "chưa giống nhau" in browser.text
    await browser.submit("", password=PASSWORD, again=PASSWORD)
    assert browser.path == "/can-bo"
    again = await site.browser().open(f"/moi/{token}")
    assert again.status == 404
    assert "chỉ dùng một lần" in again.text


async def test_an_invitation_is_good_for_a_day(site: Website) -> None:
    officer = await site.officer()
    token = await site.invitation(officer)
    site.clock.pass_(hours=24, seconds=1)
    assert (await site.browser().open(f"/moi/{token}")).status == 404


async def test_only_digests_of_tokens_are_kept(site: Website, sqlite_url: str) -> None:
    await site.officer()
    browser = await site.logged_in()
    token = browser.client.cookies["motcua_canbo"]
    content = await asyncio.to_thread(
        lambda: b"".join(
            path.read_bytes()
            for path in Path(sqlite_url.removeprefix("sqlite:///")).parent.glob("motcua.db*")
        )
    )
    assert token.encode() not in content
    assert hashlib.sha256(token.encode()).hexdigest().encode() in content


async def test_a_session_ends_when_nothing_is_done_and_at_the_end_of_the_day(site: Website) -> None:
    await site.officer()
    idle = await site.logged_in()
    site.clock.pass_(minutes=31)
    assert (await idle.open("/can-bo")).path == "/can-bo/dang-nhap"
    busy = await site.logged_in()
    for _ in range(24):
        site.clock.pass_(minutes=29)
        assert (await busy.open("/can-bo")).path == "/can-bo"
    site.clock.pass_(minutes=29)
    assert (await busy.open("/can-bo")).path == "/can-bo/dang-nhap"


async def test_a_page_that_refreshes_itself_keeps_nobody_logged_in(site: Website) -> None:
    await site.officer()
    browser = await site.logged_in()
    for _ in range(3):
        site.clock.pass_(minutes=12)
        await browser.client.get("/can-bo", headers={"X-Motcua-Live": "1"})
    await browser.open("/can-bo")
    assert browser.path == "/can-bo/dang-nhap"


async def test_one_sees_ones_sessions_and_ends_one_elsewhere(site: Website) -> None:
    await site.officer()
    here, there = await site.logged_in(), await site.logged_in()
    await here.open("/can-bo/phien")
    assert "Máy này" in here.text
    ends = [form.action for form in here.forms if form.action.startswith("/can-bo/phien/")]
    assert len(ends) == 1
    await here.submit(ends[0])
    assert here.status == 200
    assert (await there.open("/can-bo")).path == "/can-bo/dang-nhap"
    assert (await here.open("/can-bo")).path == "/can-bo"


async def test_nobody_ends_the_session_of_another(site: Website) -> None:
    await site.officer()
    await site.officer("kha")
    mai, kha = await site.logged_in(), await site.logged_in("kha")
    await kha.open("/can-bo/phien")
    csrf = next(form.fields["csrf"] for form in kha.forms if "csrf" in form.fields)
    await kha.post("/can-bo/phien/1", {"csrf": csrf})
    assert (await mai.open("/can-bo")).path == "/can-bo"


async def test_what_was_typed_survives_the_end_of_a_session(site: Website) -> None:
    await site.officer()
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    browser = await site.logged_in()
    await browser.open(f"/can-bo/phieu/{ticket.id}")
    await browser.submit("/nhan")
    site.clock.pass_(hours=1)
    await browser.submit("/tra-loi", text="Dạ anh ra Công an xã nào cũng được ạ.")
    assert browser.status == 401
    assert "Dạ anh ra Công an xã nào cũng được ạ." in browser.text


async def test_a_link_in_a_message_opens_the_page_though_the_cookie_is_strict(site: Website) -> None:
    await site.officer()
    browser = await site.browser().open("/can-bo/phieu/7", **{"sec-fetch-site": "cross-site"})
    assert '<meta http-equiv="refresh" content="0; url=/can-bo/phieu/7">' in browser.response.text


async def test_cookies_are_locked_to_the_host_over_https(site: Website) -> None:
    await site.officer()
    site.app = make_site(site.parts, roomy(), public_url="https://hoidap.camau.gov.vn")
    browser = await site.browser().open("/can-bo/dang-nhap")
    answer = await browser.client.post("/can-bo/dang-nhap", data={"username": "mai", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-motcua_canbo=")
    for part in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"):
        assert part in cookie
    chat = (await browser.open("/")).response.headers["set-cookie"]
    assert chat.startswith("__Host-motcua_chat=")
    assert "Secure" in chat
    assert "SameSite=lax" in chat


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("mật khẩu", "short"),
        ("x" * 300, "long"),
        ("matkhau123456", "common"),
        ("M@tKh@u#2026!", "common"),
        ("ubnd_camau_2026", "common"),
        ("trungtamhanhchinh", "common"),
        ("123456789012", "common"),
        ("qwertyuiop123", "common"),
        ("aaaaaaaaaaaaaa", "common"),
        ("nguyenthimai1990", "common"),
        ("mật khẩu của tôi", "common"),
        ("ba con mèo vàng ngủ", None),
        ("chiều nay đi chợ Năm Căn mua tôm", None),
        ("vuông tôm nhà tui 7 công", None),
        ("kJ8#mPq2vX9z", None),
    ],
)
def test_guessable_passwords_are_refused_and_sentences_are_not(password: str, reason: str | None) -> None:
    if reason is None:
        passwords.check(password, "mai", "Nguyễn Thị Mai")
        return
    with pytest.raises(WeakPasswordError) as refused:
        passwords.check(password, "mai", "Nguyễn Thị Mai")
    assert refused.value.reason == reason


async def test_logins_are_checked_two_at_a_time_and_composed_letters_alike() -> None:
    checker = passwords.Passwords()
    composed, decomposed = "mèo vàng ngủ trưa", "me\u0300o va\u0300ng ngu\u0309 tru\u031ba"
    assert composed != decomposed
    kept = await checker.hash(composed)
    assert kept.startswith("$argon2id$")
    assert await checker.fits(kept, decomposed)
    assert not await checker.fits(kept, "mèo vàng")
    assert not await checker.fits(None, composed)


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Chrome · Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari · iPhone",
        ),
        ("curl/8", ""),
        (None, ""),
    ],
)
def test_a_session_names_the_device(agent: str | None, named: str) -> None:
    assert device(agent) == named
