"""The house rules of the pages, asked of every route there is: a login, our own form, safe headers."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from storage.errors import UnavailableError
from tests.websites import Website, roomy, website
from tests.websites import make_app as make_site

OPEN = {"login", "log_in", "invitation", "accept_invitation"}
CITIZENS = {
    "chat",
    "chat_send",
    "chat_upload",
    "chat_file",  # only of one's own conversation: test_answer_files
    "chat_stream",
    "chat_messages",
    "chat_frame",
    "chat_widget",
    "static",
    "calendar",  # its address is signed
    "livez",
    "readyz",
    "healthz",
}
FRAMED = "chat_frame"  # portals may show it: test_web_widget


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path, working=False) as opened:
        yield opened


def routes(site: Website) -> list[tuple[str, str, str]]:
    """(name, method, path) of every route, with its parameters filled in."""
    found = []
    for route in site.app.router.routes:
        if isinstance(route, Route):
            path = re.sub(r"\{[^}]*\}", "1", route.path)
            found += [
                (route.name, method, path) for method in sorted(route.methods or ()) if method != "HEAD"
            ]
    return found


async def test_every_route_is_known_to_be_open_or_needs_a_login(site: Website) -> None:
    browser = site.browser()
    guarded = [each for each in routes(site) if each[0] not in OPEN | CITIZENS]
    assert len(guarded) >= 11
    for name, method, path in guarded:
        answer = await browser.client.request(method, path, data={} if method == "POST" else None)
        if method == "GET":
            assert (answer.status_code, answer.headers["location"][:18]) == (303, "/can-bo/dang-nhap?"), name
            live = await browser.client.get(path, headers={"sec-fetch-mode": "cors"})
            assert live.status_code == 401, name
        else:
            assert answer.status_code == 401, name


async def test_every_change_refuses_other_sites_and_forms_without_a_token(site: Website) -> None:
    await site.officer()
    browser = await site.logged_in()
    changes = [each for each in routes(site) if each[1] == "POST" and each[0] not in CITIZENS]
    assert len(changes) >= 10
    for name, _, path in changes:
        for headers in (
            {"sec-fetch-site": "cross-site"},
            {"origin": "https://evil.test"},
            {"origin": "null"},
        ):
            answer = await browser.client.post(path, data={}, headers=headers)
            assert answer.status_code == 403, (name, headers)
        if name not in OPEN:
            for fields in ({}, {"csrf": ""}, {"csrf": "đoán"}):
                answer = await browser.client.post(path, data=fields)
                assert answer.status_code == 403, (name, fields)
    assert (await browser.open("/can-bo")).path == "/can-bo"


async def test_nothing_changes_by_following_a_link(site: Website) -> None:
    await site.officer()
    browser = await site.logged_in()
    for name, _, path in [each for each in routes(site) if each[1] == "POST"]:
        answer = await browser.client.get(path)
        assert answer.status_code in (200, 303, 404, 405), name
    assert (await browser.open("/can-bo")).path == "/can-bo"


def safe(answer: httpx.Response, framed_by: str = "'none'") -> bool:
    policy = answer.headers["content-security-policy"]
    return (
        "default-src 'self'; object-src 'none'; base-uri 'none'" in policy
        and f"frame-ancestors {framed_by}" in policy
        and "unsafe" not in policy
        and answer.headers["x-content-type-options"] == "nosniff"
        and answer.headers["referrer-policy"] == "same-origin"
        and "cache-control" in answer.headers
    )


async def test_every_answer_carries_the_headers_errors_included(site: Website) -> None:
    browser = site.browser()
    for name, method, path in routes(site):
        if name in ("live", "chat_stream"):
            continue  # streams: asked in test_web_stream
        framed_by = "'self'" if name == FRAMED else "'none'"
        assert safe(await browser.client.request(method, path), framed_by), (name, method)
        assert safe(await browser.client.request("DELETE", path)), (name, "DELETE")
    for path in ("/khong-co", "/can-bo/khong-co", "/static/pages/1/khong-co.css", "/static/../bot/app.py"):
        answer = await browser.client.get(path)
        assert answer.status_code == 404
        assert safe(answer)


async def test_a_crash_is_told_with_a_number_and_without_its_reason(site: Website) -> None:
    async def crash(request: object) -> None:
        raise RuntimeError("số 0912345678")

    site.app.router.routes.append(Route("/hong", crash))
    browser = await site.browser().open("/hong")
    assert browser.status == 500
    assert safe(browser.response)
    assert "Mã sự cố" in browser.text
    assert "0912345678" not in browser.text
    told = await browser.client.get("/hong", headers={"accept": "application/json"})
    assert told.json()["incident"]


async def test_a_database_that_is_away_is_no_crash(site: Website) -> None:
    async def away(request: object) -> None:
        raise UnavailableError("locked")

    site.app.router.routes.append(Route("/ban", away))
    browser = await site.browser().open("/ban")
    assert (browser.status, browser.response.headers["retry-after"]) == (503, "5")
    assert "0290 1022" in browser.text


async def test_https_is_kept_for_good(site: Website) -> None:
    app = make_site(site.parts, roomy())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://motcua.test") as client:
        answer = await client.get("/")
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    assert "Secure" in answer.headers["set-cookie"]


async def test_pages_ask_nobody_else_for_anything(site: Website) -> None:
    await site.officer()
    officer = await site.logged_in()
    citizen = await site.browser().open("/")
    for browser in (officer, citizen):
        page = browser.response.text
        assert "http://" not in page
        assert "https://" not in page
        assert " style=" not in page
        assert "<script>" not in page
        for address in [
            part.split('"')[0] for part in page.split('src="')[1:] + page.split('rel="stylesheet" href="')[1:]
        ]:
            asset = await browser.client.get(address)
            assert asset.status_code == 200
            assert "immutable" in asset.headers["cache-control"]


async def test_a_page_of_the_version_before_still_finds_its_files(site: Website) -> None:
    browser = site.browser()
    asset = await browser.client.get("/static/pages/000000000000/site.css")
    assert asset.status_code == 200
    assert asset.headers["content-type"].startswith("text/css")
    assert asset.headers["cache-control"] == "no-cache"
