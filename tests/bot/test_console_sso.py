"""Single sign-on against a provider that runs beside the test, and tokens that must not pass."""

import base64
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from oidc_provider_mock import User, run_server_in_thread

from bot.app import _sso
from bot.config import SettingError, Settings
from bot.console.accounts import Lifetimes
from bot.console.sso import Provider, Sso, SsoError
from storage.records import Officer
from tests.house import FakeClock
from tests.websites import HOST, Browser, Website, make_app, roomy, website

# The provider's own use of its libraries.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

PEOPLE = (
    User(sub="1", claims={"email": "Mai@camau.gov.vn", "email_verified": True, "preferred_username": "mai"}),
    User(sub="2", claims={"email": "mai@camau.gov.vn", "email_verified": False}),
    User(sub="3", claims={"email": "la@camau.gov.vn", "email_verified": True}),
    User(sub="4", claims={"email": "mai@camau.gov.vn", "email_verified": True}),
    User(sub="5", claims={"email": "kha@camau.gov.vn", "email_verified": True, "amr": ["pwd", "otp"]}),
)


@dataclass
class Desk:
    site: Website
    address: str  # of the provider

    async def officer(self, username: str) -> Officer:
        officer = await self.site.officer(username)
        async with self.site.parts.database.unit_of_work() as uow:
            officer = await uow.officers.change(
                officer.id,
                name=officer.name,
                role=officer.role,
                languages=("vi",),
                email=f"{username}@camau.gov.vn",
            )
            await uow.commit()
        return officer

    async def at_the_provider(self, browser: Browser, sub: str, path: str = "/can-bo/sso") -> str:
        """Press the button, log in there; the address the provider sends the browser back to."""
        asked = await browser.client.get(path)
        assert asked.status_code == 303, asked.text
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(
                asked.headers["location"], data={"action": "deny"} if sub == "deny" else {"sub": sub}
            )
        assert answer.status_code == 302, answer.text
        return str(answer.headers["location"])

    async def log_in(self, browser: Browser, sub: str) -> Browser:
        return await browser.open(await self.at_the_provider(browser, sub))


async def _desk(stack: AsyncExitStack, url: str, folder: Path, claim: str, *, second_factor: bool) -> Desk:
    server = stack.enter_context(run_server_in_thread(user_claims=PEOPLE, require_nonce=True))
    address = f"http://localhost:{server.server_port}"
    clock = FakeClock(datetime.now(UTC))
    site = await stack.enter_async_context(website(url, folder, clock=clock, working=False))
    provider = Provider(address, "motcua", "bí mật & dài", claim, timedelta(hours=12))
    site.app = make_app(site.parts, roomy(), HOST, sso=provider, second_factor=second_factor)
    return Desk(site, address)


@pytest.fixture
async def desk(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:
        yield await _desk(stack, sqlite_url, tmp_path, "email", second_factor=False)


async def test_an_officer_comes_in_by_a_verified_address(desk: Desk) -> None:
    await desk.officer("mai")
    browser = desk.site.browser()
    await browser.open("/can-bo/phien")
    assert "Đăng nhập bằng tài khoản của tỉnh" in browser.text
    assert "/can-bo/sso?tiep=/can-bo/phien" in browser.response.text
    await browser.open(await desk.at_the_provider(browser, "1", "/can-bo/sso?tiep=/can-bo/phien"))
    assert 'href="/can-bo/phien"' in browser.response.text
    await browser.open("/can-bo")
    assert "Nguyễn Thị Mai" in browser.text
    async with desk.site.parts.database.reading() as uow:
        actions = [each.action for each in await uow.audit.entries(10)]
        assert actions == ["login", "single sign-on linked"]
    again = await desk.log_in(desk.site.browser(), "1")
    assert (await again.open("/can-bo")).status == 200


@pytest.mark.parametrize(
    ("sub", "why"),
    [
        ("2", "an address that the provider has not verified"),
        ("3", "nobody of this desk: no account is made by a login"),
        ("4", "another person at the provider, though the address is the same"),
    ],
)
async def test_who_is_not_known_stays_outside(desk: Desk, sub: str, why: str) -> None:
    await desk.officer("mai")
    await desk.log_in(desk.site.browser(), "1")
    browser = await desk.log_in(desk.site.browser(), sub)
    assert (browser.status, "chưa được nối" in browser.text) == (403, True), why
    assert (await browser.open("/can-bo")).path == "/can-bo/dang-nhap"
    async with desk.site.parts.database.reading() as uow:
        assert len(await uow.officers.list()) == 1


async def test_a_disabled_officer_stays_outside(desk: Desk) -> None:
    officer = await desk.officer("mai")
    await desk.log_in(desk.site.browser(), "1")
    async with desk.site.parts.database.unit_of_work() as uow:
        await uow.officers.disable(officer.id, desk.site.clock.now())
        await uow.commit()
    assert (await desk.log_in(desk.site.browser(), "1")).status == 403


async def test_an_answer_counts_once_and_only_in_the_browser_that_asked(desk: Desk) -> None:
    await desk.officer("mai")
    browser, thief = desk.site.browser(), desk.site.browser()
    back = await desk.at_the_provider(browser, "1")
    assert (await thief.open(back)).status == 400, "without the cookie of the way there"
    other = await desk.at_the_provider(thief, "1")
    assert (await browser.open(other)).status == 400, "the state is another browser's"
    cookie = browser.client.cookies["motcua_sso"]
    assert (await browser.open(back)).status == 200
    browser.client.cookies.set("motcua_sso", cookie, "motcua.test")
    assert (await browser.open(back)).status == 400, "the code was redeemed"
    refused = await desk.log_in(desk.site.browser(), "deny")
    assert (refused.status, "chưa cho phép" in refused.text) == (400, True)


async def test_without_the_provider_the_password_remains(desk: Desk) -> None:
    await desk.officer("mai")
    away = Provider("http://localhost:9", "motcua", None, "email", timedelta(hours=12))
    desk.site.app = make_app(desk.site.parts, roomy(), HOST, sso=away)
    browser = await desk.site.browser().open("/can-bo/sso")
    assert (browser.status, "chưa trả lời" in browser.text) == (502, True)
    assert (await desk.site.logged_in()).status == 200


async def test_the_second_factor_is_ours_unless_the_provider_asked_for_one(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        desk = await _desk(stack, sqlite_url, tmp_path, "email", second_factor=True)
        await desk.officer("mai")
        await desk.officer("kha")
        one = await desk.log_in(desk.site.browser(), "1")
        assert (await one.open("/can-bo")).path == "/can-bo/xac-minh"
        two = await desk.log_in(desk.site.browser(), "5")
        assert (await two.open("/can-bo")).path == "/can-bo"


async def test_a_province_may_go_by_user_names(sqlite_url: str, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        desk = await _desk(stack, sqlite_url, tmp_path, "preferred_username", second_factor=False)
        await desk.officer("mai")
        browser = await desk.log_in(desk.site.browser(), "1")
        assert "Nguyễn Thị Mai" in (await browser.open("/can-bo")).text
        nameless = await desk.log_in(desk.site.browser(), "5")
        assert nameless.status == 403, "an address is no user name"


ISSUER, NOW = "https://sso.camau.gov.vn", datetime(2026, 11, 23, 2, tzinfo=UTC)
KEY = ECKey.generate_key("P-256", {"kid": "k"})
GOOD = {
    "iss": ISSUER,
    "aud": "motcua",
    "sub": "1",
    "nonce": "n",
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 300,
    "email": "mai@camau.gov.vn",
    "email_verified": True,
}


def _read(token: str, keys: Any = None) -> Any:
    provider = Provider(ISSUER, "motcua", None, "email", timedelta(hours=12))
    sso = Sso(provider, "https://motcua.camau.gov.vn/can-bo/sso/ve", FakeClock(NOW))
    return sso._identity(token, keys or KeySet([KEY]).as_dict(private=False), "n")


def _signed(**changed: Any) -> str:
    claims = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
    return jwt.encode({"alg": "ES256", "kid": "k"}, claims, KEY)


def test_a_good_token_names_somebody() -> None:
    found = _read(_signed(amr=["pwd", "mfa"]))
    assert (found.subject, found.email, found.proved) == (f"{ISSUER} 1", "mai@camau.gov.vn", True)
    assert not _read(_signed()).proved
    assert _read(_signed(email_verified="true")).email == "", "a word is not a yes"
    assert _read(_signed(aud=["motcua", "khác"], azp="motcua")).email


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.test"},
        {"iss": None},
        {"aud": "someone-else"},
        {"aud": None},
        {"aud": ["motcua", "khác"]},
        {"azp": "khác"},
        {"nonce": "other"},
        {"nonce": None},
        {"exp": int(NOW.timestamp()) - 61},
        {"exp": None},
        {"iat": int(NOW.timestamp()) + 3600},
        {"sub": None},
        {"auth_time": int(NOW.timestamp()) - 13 * 3600},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_now_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(SsoError, match="invalid"):
        _read(_signed(**changed))


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _by_hand(alg: str) -> str:
    return ".".join(_packed(json.dumps(each).encode()) for each in ({"alg": alg, "kid": "k"}, GOOD))


def _unsigned() -> str:
    return f"{_by_hand('none')}."


def _with_the_public_key_as_a_secret() -> str:
    text = _by_hand("HS256")
    return f"{text}.{_packed(hmac.digest(KEY.as_pem(private=False), text.encode(), 'sha256'))}"


def _of_another_key() -> str:
    return jwt.encode({"alg": "ES256", "kid": "k"}, GOOD, ECKey.generate_key("P-256", {"kid": "k"}))


@pytest.mark.parametrize(
    "forged", [_unsigned, _with_the_public_key_as_a_secret, _of_another_key, lambda: "x.y.z"]
)
def test_a_forged_token_is_refused(forged: Callable[[], str]) -> None:
    with pytest.raises(SsoError, match="invalid"):
        _read(forged())


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"oidc_issuer": ISSUER}, "MOTCUA_OIDC_CLIENT_ID, MOTCUA_PUBLIC_URL"),
        ({"oidc_issuer": "http://sso", "oidc_client_id": "x", "public_url": "https://m"}, "https"),
    ],
)
def test_half_a_setup_stops_the_start(settings: dict[str, str], named: str) -> None:
    with pytest.raises(SettingError, match=named):
        _sso(Settings(**settings), Lifetimes())
