"""The two phones of the demo, in front of the real channels: what a citizen sees, also when things go wrong."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.simulator.phones import Bubble, Does, Sent
from bot.simulator.telegram_api import RefusedError
from bot.simulator.telegram_phone import TelegramPhone
from bot.simulator.zalo_phone import ZaloPhone
from tests.photos import jpeg, paper
from tests.simulations import House, simulated, until

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with simulated(sqlite_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def with_telegram(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with simulated(sqlite_url, tmp_path, telegram=True) as opened:
        await until(lambda: opened.telegram.state().ready, 60)
        yield opened


def answers(phone: ZaloPhone | TelegramPhone) -> list[Bubble]:
    return [bubble for bubble in phone.bubbles() if not bubble.mine]


async def test_who_follows_the_oa_is_greeted_and_a_press_is_answered(house: House) -> None:
    phone = house.zalo
    assert phone.state().begun is False
    await phone.act(Sent("begin"))
    await until(lambda: bool(answers(phone)))
    greeting = answers(phone)[-1]
    assert phone.handed
    assert phone.handed.status == 200
    press = next(each for each in greeting.rows if each.does is Does.TOKEN)
    await phone.act(Sent("press", press.value))
    await until(lambda: len(answers(phone)) > 1)
    assert [bubble.text for bubble in phone.bubbles() if bubble.mine] == []  # Zalo hides what the press sends


async def test_a_question_brought_twice_is_answered_once(house: House) -> None:
    phone = house.zalo
    await phone.act(Sent("twice"))
    await phone.act(Sent("text", "làm khai sinh cho con cần giấy tờ gì"))
    await until(lambda: any("khai sinh" in each.text for each in answers(phone)))
    assert phone.handed
    assert phone.handed.times == 2
    await phone.act(Sent("text", "cảm ơn"))
    await until(lambda: phone.bubbles()[-1].mine is False)
    assert sum("Làm giấy khai sinh" in each.text for each in answers(phone)) == 1


async def test_a_dead_token_is_renewed_once_and_the_answer_arrives(house: House) -> None:
    phone = house.zalo
    await phone.act(Sent("text", "xin chào"))
    await until(lambda: bool(answers(phone)))
    before = phone.state().renewals
    await phone.act(Sent("expire"))
    await phone.act(Sent("text", "giờ làm việc"))
    await until(lambda: len(answers(phone)) > 1)
    assert phone.state().renewals == before + 1


async def test_photos_sent_at_once_are_asked_about_once_and_a_voice_goes_to_a_person(house: House) -> None:
    phone = house.zalo
    await phone.act(Sent("text", "xin chào"))
    await until(lambda: bool(answers(phone)))
    for number in range(3):  # Zalo brings each as a message of its own
        await phone.act(Sent("file", name=f"{number}.jpg", content=jpeg(paper(seed=number)), album="a"))
    await phone.act(Sent("voice"))
    await until(lambda: "Em chưa nghe được tin nhắn thoại" in answers(phone)[-1].text, 60)
    assert sum("giấy hẹn, giấy mời hay giấy tờ" in each.text for each in answers(phone)) == 1


async def test_the_window_is_seen_to_shut(house: House) -> None:
    phone = house.zalo
    await phone.act(Sent("text", "xin chào"))
    standing = phone.state()
    assert standing.open_until == house.clock.now() + timedelta(days=7)
    assert standing.free_until == house.clock.now() + timedelta(hours=48)
    await phone.act(Sent("week"))
    assert phone.state().open_until is None
    assert phone.state().begun


async def test_somebody_else_starts_with_an_empty_phone(house: House) -> None:
    phone = house.zalo
    await phone.act(Sent("text", "xin chào"))
    await until(lambda: bool(answers(phone)))
    first = phone.user
    await phone.act(Sent("fresh"))
    assert phone.user != first
    assert phone.bubbles() == ()


async def test_telegram_joins_while_the_house_runs(with_telegram: House) -> None:
    phone = with_telegram.telegram
    await phone.act(Sent("begin"))
    await until(lambda: bool(answers(phone)))
    assert "Tra cứu hồ sơ" in dict(phone.state().commands).values()
    bubble = answers(phone)[-1]
    press = next(each for each in bubble.rows if each.does is Does.TOKEN)
    await phone.act(Sent("press", f"{bubble.number}|{press.value}"))
    await until(lambda: len(answers(phone)) > 1)
    # Busy: the answer comes when Telegram has said it may.
    with_telegram.simulation.telegram.faults.append(RefusedError(429, "Too Many Requests: retry after 1", 1))
    await phone.act(Sent("text", "giờ làm việc"))
    await until(lambda: not with_telegram.simulation.telegram.faults)
    seen = len(answers(phone))

    def a_second_later() -> bool:
        with_telegram.clock.pass_(seconds=1)
        return len(answers(phone)) > seen

    await until(a_second_later)
    await phone.act(Sent("leave"))
    assert phone.state().blocked
    await phone.act(Sent("text", "tôi quay lại"))
    await until(lambda: len(answers(phone)) > seen + 1)
    assert not phone.state().blocked


async def test_the_page_shows_both_phones_and_hears_of_news(house: House) -> None:
    async with httpx.AsyncClient(base_url=house.address, timeout=30) as browser:
        page = (await browser.get("/gia-lap")).text
        assert 'id="zalo"' in page
        assert 'id="telegram"' in page
        news = (await browser.get("/gia-lap/may", params={"zalo": "?", "telegram": "?"})).json()
        seen = {name: phone["version"] for name, phone in news.items()}
        sent = {"act": "text", "text": "làm khai sinh <b>"}
        quiet = {"X-Requested-With": "fetch"}
        assert (await browser.post("/gia-lap/zalo", data=sent, headers=quiet)).status_code == 204
        news = (await browser.get("/gia-lap/may", params=seen)).json()
        assert "làm khai sinh &lt;b&gt;" in news["zalo"]["html"]
        assert "telegram" not in news


async def test_a_picture_a_citizen_sends_is_seen_on_the_phone(house: House) -> None:
    async with httpx.AsyncClient(base_url=house.address, timeout=30) as browser:
        files = {"file": ("anh.png", PNG, "image/png")}
        await browser.post("/gia-lap/zalo", data={"act": "text"}, files=files)
        number = house.zalo.bubbles()[0].number
        shown = await browser.get(f"/gia-lap/tep/zalo/{number}")
        assert shown.content == PNG
        assert "sandbox" in shown.headers["content-security-policy"]
        assert (await browser.get("/gia-lap/tep/zalo/999")).status_code == 404


async def test_no_other_site_can_press_on_the_phones(house: House) -> None:
    async with httpx.AsyncClient(base_url=house.address) as browser:
        foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        answer = await browser.post("/gia-lap/zalo", data={"act": "text", "text": "x"}, headers=foreign)
        assert answer.status_code == 403
