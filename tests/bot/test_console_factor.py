"""The second factor: no page opens by a password alone, no code works twice."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.routing import Route

from bot.console import totp
from bot.console.accounts import Accounts, Lifetimes
from bot.console.sealing import Seal
from storage.records import Role
from tests.websites import PASSWORD, Browser, Website, website

# RFC 6238, appendix B: SHA-1, the last six of the eight digits printed there.
RFC = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
VECTORS = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path, working=False, second_factor=True) as opened:
        await opened.officer()
        yield opened


async def with_password(site: Website, username: str = "mai") -> Browser:
    browser = await site.browser().open("/can-bo/dang-nhap")
    return await browser.submit("/can-bo/dang-nhap", username=username, password=PASSWORD)


def code_now(site: Website, secret: str, later: int = 0) -> str:
    return totp.code(secret, int(site.clock.now().timestamp()) // totp.STEP + later)


async def enrolled(site: Website, username: str = "mai") -> tuple[Browser, str, list[str]]:
    """Logged in for the first time; the secret, and the recovery codes that were shown."""
    browser = await with_password(site, username)
    secret = next(form.fields["secret"] for form in browser.forms if "secret" in form.fields)
    await browser.submit("/can-bo/xac-minh", code=code_now(site, secret))
    assert browser.status == 200
    codes = [part.split("</code>")[0] for part in browser.response.text.split("<code>")[1:]]
    return browser, secret, codes


@pytest.mark.parametrize(("at", "expected"), VECTORS)
def test_codes_are_those_of_the_standard(at: int, expected: str) -> None:
    assert totp.code(RFC, at // totp.STEP) == expected


@pytest.mark.parametrize("role", list(Role))
async def test_a_password_alone_opens_no_page(site: Website, role: Role) -> None:
    await site.officer("ai-do", role, ("so_tu_phap",) if role is Role.SPECIALIST else ())
    browser = await with_password(site, "ai-do")
    assert browser.path == "/can-bo/xac-minh"
    csrf = next(form.fields["csrf"] for form in browser.forms if "csrf" in form.fields)
    tried = 0
    for route in site.app.router.routes:
        if not isinstance(route, Route) or not route.path.startswith("/can-bo"):
            continue
        if route.name in ("login", "log_in", "factor", "prove", "log_out"):
            continue
        path = re.sub(r"{\w+:int}", "1", route.path)
        for method in sorted(set(route.methods or ()) - {"HEAD"}):
            data = {"csrf": csrf} if method == "POST" else None
            answer = await browser.client.request(method, path, data=data)
            assert answer.status_code in (303, 401), (method, path)
            if method == "GET":
                assert answer.headers["location"].startswith("/can-bo/xac-minh"), path
            tried += 1
    assert tried > 15


async def test_the_first_login_sets_it_up_and_the_next_one_asks_for_it(site: Website) -> None:
    browser, secret, codes = await enrolled(site)
    assert len(set(codes)) == 10
    assert (await browser.open("/can-bo")).path == "/can-bo"
    site.clock.pass_(minutes=1)
    again = await with_password(site)
    assert secret not in again.response.text
    await again.submit("/can-bo/xac-minh", code="000000")
    assert again.status == 401
    await again.submit("/can-bo/xac-minh", code=code_now(site, secret))
    assert again.path == "/can-bo"


async def test_the_secret_is_a_picture_for_the_phone_and_sealed_in_the_database(site: Website) -> None:
    first = await with_password(site)
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in first.response.text
    assert 'style="' not in first.response.text
    _, secret, _ = await enrolled(site)
    async with site.parts.database.unit_of_work() as uow:
        (stored,) = (await uow.second_factor.secrets()).values()
        assert secret not in stored
        await uow.second_factor.reseal(1, secret)  # as it was stored before there was a seal
        await uow.commit()
    accounts = Accounts(site.parts.database, site.clock, Lifetimes(), site.parts.secret)
    assert (await accounts.seal_older(), await accounts.seal_older()) == (1, 0)
    async with site.parts.database.reading() as uow:
        (sealed,) = (await uow.second_factor.secrets()).values()
    assert (Seal(site.parts.secret).open(sealed), Seal(b"another key").open(sealed)) == (secret, "")
    site.clock.pass_(minutes=1)
    again = await with_password(site)
    assert "<svg xmlns" not in again.response.text, "shown only while it is set up"
    await again.submit("/can-bo/xac-minh", code=code_now(site, secret))
    assert again.path == "/can-bo"


async def test_a_code_works_once(site: Website) -> None:
    _, secret, _ = await enrolled(site)
    site.clock.pass_(minutes=1)
    first, second = await with_password(site), await with_password(site)
    code = code_now(site, secret)
    await first.submit("/can-bo/xac-minh", code=code)
    assert first.path == "/can-bo"
    await second.submit("/can-bo/xac-minh", code=code)
    assert second.status == 401
    await second.submit("/can-bo/xac-minh", code=code_now(site, secret, -1))
    assert second.status == 401, "an earlier one is spent too"


async def test_a_recovery_code_replaces_the_phone_once(site: Website) -> None:
    _, _, codes = await enrolled(site)
    browser = await with_password(site)
    await browser.submit("/can-bo/xac-minh", code=f" {codes[0].upper()} ")
    assert browser.path == "/can-bo"
    again = await with_password(site)
    await again.submit("/can-bo/xac-minh", code=codes[0])
    assert again.status == 401
    async with site.parts.database.reading() as uow:
        officer = await uow.officers.by_username("mai")
        assert officer is not None
        assert await uow.second_factor.recovery_left(officer.id) == 9
        said = " ".join(entry.action for entry in await uow.audit.entries(20))
    assert "second factor: recovery code" in said


async def test_who_guesses_codes_is_slowed_down(site: Website) -> None:
    await enrolled(site)
    browser = await with_password(site)
    for _ in range(5):
        await browser.submit("/can-bo/xac-minh", code="123456")
    assert browser.status == 429
    assert int(browser.response.headers["retry-after"]) >= 1


async def test_an_enrolled_officer_is_not_enrolled_anew_by_a_password(site: Website) -> None:
    await enrolled(site)
    thief = await with_password(site)
    csrf = next(form.fields["csrf"] for form in thief.forms if "csrf" in form.fields)
    own = totp.new_secret()
    await thief.post("/can-bo/xac-minh", {"csrf": csrf, "secret": own, "code": code_now(site, own)})
    assert thief.status == 401
    assert (await thief.open("/can-bo")).path == "/can-bo/xac-minh"
