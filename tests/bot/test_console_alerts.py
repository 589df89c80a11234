"""The page on which an officer says where to ring, and what open pages ask."""

from pathlib import Path

from storage.records import Role
from tests.websites import website


async def test_a_code_is_shown_once_and_linking_can_end(sqlite_url: str, tmp_path: Path) -> None:
    async with website(sqlite_url, tmp_path, working=False) as site:
        await site.officer()
        browser = await site.logged_in()
        await browser.open("/can-bo/bao-tin")
        assert "Telegram chưa được cài đặt" in browser.text


async def test_news_are_numbers_only(sqlite_url: str, tmp_path: Path) -> None:
    async with website(sqlite_url, tmp_path, working=False) as site:
        await site.officer()
        await site.officer("quantri", Role.ADMIN)
        await site.ticket("Bà Tư nhận con nuôi")
        browser = await site.logged_in()
        answer = await browser.client.get("/can-bo/tin")
        assert answer.json() == {"count": 1, "keys": ["1.1"], "urgent": False}
        admin = await site.logged_in("quantri")
        assert (await admin.client.get("/can-bo/tin")).json()["count"] == 0
        assert (await site.browser(**{"sec-fetch-mode": "cors"}).client.get("/can-bo/tin")).status_code == 401
