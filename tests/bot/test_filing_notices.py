"""What citizens are told of an officer's decision, and when: not at night, once; the appointment in a calendar."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from bot.app import application
from bot.messages import Choice
from tests.bot.test_filing_desk import CODE, filed, said
from tests.house import Citizen, House, house

WANTED = {"Giấy chứng sinh": "Cần ảnh giấy chứng sinh của bệnh viện"}


async def test_what_is_decided_at_night_is_told_in_the_morning_once(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        an, ba = await filed(home, "an"), await filed(home, "ba")
        await home.timers()
        an.news(), ba.news()
        home.clock.pass_(hours=14)  # 23 o'clock
        await desk.accept(mai, 1, CODE)
        slot = (await desk.open(mai, 1)).free[0]
        await desk.appoint(mai, 1, slot)
        await desk.ask_supplement(mai, 1, WANTED)
        await desk.refuse(mai, 2, "Không thuộc địa bàn")
        await home.timers()
        assert not an.news()
        assert not ba.news()
        answer = await an.say("lệ phí làm khai sinh bao nhiêu")
        assert "lệ phí" in answer[-1].text, "who asks at night is answered at night"
        home.clock.pass_(hours=7, minutes=59)
        await home.timers()
        assert not an.news()
        home.clock.pass_(minutes=1)
        await home.timers()
        await home.timers()
        told = said(an)
        places = [
            told.index(each)
            for each in ("đã được tiếp nhận", "Cán bộ hẹn anh/chị", "Giấy chứng sinh: Cần ảnh")
        ]
        assert places == sorted(places), "in the order of what was decided"
        assert told.count("đã được tiếp nhận") == 1
        assert said(ba).count("Không thuộc địa bàn") == 1
        replies = await an.press("Bổ sung ngay")
        assert "Giấy 1/1" in replies[-1].text, "its choices are those of the message seen last"


async def test_no_notices_means_the_reminders_not_the_answer_to_what_was_filed(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed(home)
        await citizen.say("tắt nhắc")
        await desk.ask_supplement(mai, 1, WANTED)
        await home.settle()
        assert "Cần ảnh giấy chứng sinh" in said(citizen)


async def test_an_appointment_of_the_officer_comes_with_its_calendar_file(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path, public_url="https://motcua.test") as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed(home)
        await desk.accept(mai, 1, CODE)
        await home.settle()
        citizen.news()
        slots = (await desk.open(mai, 1)).free
        await desk.appoint(mai, 1, slots[0])
        await home.settle()
        link = _link(citizen.news()[-1].choices)
        content = await _fetched(home, link)
        assert content.headers["content-type"].startswith("text/calendar")
        assert f"DTSTART:{slots[0]:%Y%m%dT%H%M%SZ}" in content.text
        assert "BEGIN:VALARM" in content.text
        receipt = (await desk.open(mai, 1)).submission.receipt_code
        assert f"UID:{receipt}@motcua" in content.text
        assert "Đăng ký khai sinh" in content.text.replace("\r\n ", "")

        replies = await _move(citizen)
        assert _link(replies) == link, "the same address leads to the new time"
        assert f"DTSTART:{slots[0]:%Y%m%dT%H%M%SZ}" not in (await _fetched(home, link)).text
        await desk.cancel_appointment(mai, 1)
        await home.settle()
        assert "hủy" in said(citizen).lower()
        assert (await _fetched(home, link)).status_code == 404
        assert (await _fetched(home, link.replace(".ics", "x.ics"))).status_code == 404


async def test_the_reminder_comes_while_papers_are_asked_for(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed(home)
        await desk.accept(mai, 1, CODE)
        slot = (await desk.open(mai, 1)).free[0]
        await desk.appoint(mai, 1, slot)
        await desk.ask_supplement(mai, 1, WANTED)
        await home.settle()
        citizen.news()
        home.clock.at = slot - timedelta(hours=15)  # the afternoon before
        await home.timers()
        await home.timers()
        assert said(citizen).count("Em nhắc anh/chị") == 1


def _link(choices: tuple[Choice, ...]) -> str:
    return next(each.url for each in choices if each.label == "Thêm vào lịch" and each.url)


async def _move(citizen: Citizen) -> tuple[Choice, ...]:
    await citizen.press("Đổi giờ hẹn")
    return (await citizen.press(citizen.menu[1].label))[-1].choices


async def _fetched(home: House, link: str) -> httpx.Response:
    transport = httpx.ASGITransport(application(home.parts))
    async with httpx.AsyncClient(transport=transport, base_url="https://motcua.test") as browser:
        return await browser.get(urlsplit(link).path)


@pytest.mark.parametrize("word", ["tắt", "stop", "dừng", "ngưng gửi đi", "dừng nhắn", "tat tin nhan"])
async def test_one_word_ends_what_is_sent_unasked(sqlite_url: str, tmp_path: Path, word: str) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await filed(home)
        await home.parts.filing.accept(await home.officer(), 1, CODE)
        await home.settle()
        assert "đã tắt tin nhắc" in (await citizen.say(word))[-1].text


async def test_stop_ends_what_is_at_hand_first(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        stranger, citizen = home.citizen("lạ"), await filed(home)
        assert "đã tắt" not in (await stranger.say("stop"))[-1].text, "nothing is followed"
        await home.parts.filing.accept(await home.officer(), 1, CODE)
        await home.settle()
        await citizen.say("tôi muốn phản ánh đường vô ấp 3 ngập nước cả tháng nay")
        await citizen.say("đồng ý")
        assert "bỏ hẳn phản ánh" in (await citizen.say("dừng lại"))[-1].text


async def test_papers_that_are_asked_for_are_asked_for_again_three_times(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        forgets, sends = await filed(home, "quên"), await filed(home, "gửi")
        for number in (1, 2):
            await desk.ask_supplement(mai, number, WANTED)
        await home.settle()
        forgets.news(), sends.news()
        await desk.receive(mai, 2)
        for _ in range(30):
            home.clock.pass_(days=1)
            await home.timers()
        assert said(forgets).count("còn chờ giấy bổ sung") == 3
        assert "còn chờ giấy" not in said(sends)
        replies = await forgets.say("bổ sung")
        assert "Giấy 1/1" in replies[-1].text


async def test_a_question_below_a_notice_is_about_ones_own_dossier(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await filed(home)
        await home.parts.filing.accept(await home.officer(), 1, CODE)
        for words in ("khi nao co ket qua", "bữa nào lấy được vậy em", "sao lâu dữ vậy"):
            await home.settle()
            replies = await citizen.say(words)
            assert CODE in replies[-1].text, words
            assert "17 giờ" in replies[-1].text, words
        replies = await citizen.say("đăng ký kết hôn mấy ngày có")
        assert "kết hôn" in replies[-1].text, "a need that is named is another matter"
