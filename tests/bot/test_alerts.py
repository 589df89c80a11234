"""The alert chain, a gate of every release: no ticket waits without somebody hearing of it, again and again.

The clock and the officers' phones are made up; everything between them is real.
"""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.desk import COMMAND
from bot.messages import Reply
from storage.records import Officer, QueueView, Role
from tests.bot.telegram_updates import pressed, said
from tests.bot.test_desk import reply
from tests.bot.test_telegram_channel import telegram
from tests.house import MONDAY, Citizen, FakeClock, House, Phone, house

LAND = "cho tui gặp cán bộ hỏi chuyện đất của ông Trần Văn Sáu số 0912345678"
DANGER = "cháy nhà rồi cứu với"
SUNDAY_NIGHT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)  # 22 o'clock


@contextlib.asynccontextmanager
async def province(url: str, folder: Path, clock: FakeClock | None = None) -> AsyncIterator[House]:
    phone = Phone(name="telegram", account="bot")
    async with house(url, folder, clock, phone=phone, public_url="https://motcua.vn") as built:
        yield built


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with province(sqlite_url, tmp_path) as built:
        yield built


@pytest.fixture
async def either(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """On both databases in turn."""
    async with province(database_url, tmp_path) as built:
        yield built


async def linked(home: House, username: str, role: Role = Role.FRONT_OFFICER, *departments: str) -> Citizen:
    """An officer's own phone, linked by the code that the console shows."""
    officer = await home.officer(username, role, departments)
    chat = home.citizen(f"chat-of-{username}")
    (said,) = await chat.say(f"{COMMAND} {await home.parts.desk.offer_link(officer)}")
    assert "Đã liên kết" in said.text
    return chat


async def heard(home: House, chat: Citizen) -> list[Reply]:
    """What rings when the sweep has looked."""
    await home.timers()
    return chat.news()


async def test_the_whole_chain(either: House) -> None:
    home = either
    mai, kha = await linked(home, "mai"), await linked(home, "kha")
    boss = await linked(home, "giamsat", Role.SUPERVISOR)
    an = home.citizen()
    await an.say(LAND)

    (first,) = await heard(home, mai)
    assert (len(kha.news()), len(boss.news())) == (1, 0)
    assert "Người dân xin gặp cán bộ" in first.text
    for secret in ("Sáu", "0912345678", "đất", "ông", "an"):
        assert secret not in first.text.split(), "nothing of the citizen on a private phone"
    assert [choice.label for choice in first.choices] == ["Nhận phiếu #1", "Mở bàn làm việc"]
    assert await heard(home, mai) == [], "once a round"

    for minutes in (5, 5):
        home.clock.pass_(minutes=minutes)
        assert len(await heard(home, mai)) == 1, "again until somebody takes it"
        assert boss.news() == []
    home.clock.pass_(minutes=5)
    assert len(await heard(home, boss)) == 1, "then the supervisor"
    (again,), _ = mai.news(), kha.news()

    mai.menu = again.choices
    (won,) = await mai.press("Nhận phiếu #1")
    assert "Anh/chị đã nhận phiếu #1" in won.text
    assert "Nguyễn Thị Mai đã nhận" in an.news()[-1].text
    kha.menu = first.choices
    (lost,) = await kha.press("Nhận phiếu #1")
    assert "đã có Nguyễn Thị Mai nhận" in lost.text
    (same,) = await mai.send(kind="button", button="claim:1")
    assert "Anh/chị đã nhận phiếu #1" in same.text, "pressed twice is pressed once"

    home.clock.pass_(minutes=30)
    assert [await heard(home, chat) for chat in (mai, kha, boss)] == [[], [], []], "taken: silence"
    async with home.parts.database.reading() as uow:
        kinds = [event.kind for event in await uow.tickets.events(1)]
    assert kinds == ["opened", "supervisor_told", "claimed"]


async def test_nobody_is_rung_at_night_except_for_danger(sqlite_url: str, tmp_path: Path) -> None:
    clock = FakeClock(SUNDAY_NIGHT)
    async with province(sqlite_url, tmp_path, clock) as home:
        mai, boss = await linked(home, "mai"), await linked(home, "giamsat", Role.SUPERVISOR)
        await home.citizen("an").say(LAND)
        assert await heard(home, mai) == []
        await home.citizen("binh").say(DANGER)
        (urgent,) = await heard(home, mai)
        assert "khẩn cấp" in urgent.text
        assert "#2" in urgent.text
        assert "#1" not in urgent.text
        clock.pass_(minutes=5)
        assert len(await heard(home, mai)) == 1
        clock.pass_(minutes=10)
        assert len(await heard(home, boss)) == 1, "danger does not wait for the morning"
        mai.news()

        clock.at = MONDAY.replace(hour=0)  # 7 o'clock
        (morning,) = await heard(home, mai)
        assert "Phiếu đang chờ người nhận: 2" in morning.text, "what waited over night, in one message"
        assert all("#1" not in said.text for said in boss.news()), "its time begins in the morning"
        clock.pass_(minutes=15)
        assert any("#1" in said.text for said in await heard(home, boss))


async def test_when_all_are_away_the_supervisor_hears_at_once(home: House) -> None:
    mai, boss = await linked(home, "mai"), await linked(home, "giamsat", Role.SUPERVISOR)
    await home.absent(await home.officer("mai"))
    await home.citizen().say(LAND)
    assert (len(await heard(home, boss)), mai.news()) == (1, [])


async def test_a_hundred_tickets_ring_once(home: House) -> None:
    mai = await linked(home, "mai")
    for number in range(12):
        await home.citizen(f"c{number}").say(LAND)
    (said,) = await heard(home, mai)
    assert "chờ người nhận: 12" in said.text
    assert "và 7 phiếu nữa" in said.text
    assert sum(choice.label.startswith("Nhận") for choice in said.choices) == 3


async def test_a_department_hears_of_what_was_forwarded_to_it_and_others_do_not(home: House) -> None:
    mai = await linked(home, "mai")
    asked = await linked(home, "hanh", Role.SPECIALIST, "so_tu_phap")
    other = await linked(home, "long", Role.SPECIALIST, "cong_an")
    await home.citizen().say(LAND)
    await heard(home, mai)
    officer = await home.officer("mai")
    await home.parts.desk.claim(officer, 1)
    await home.parts.desk.forward(officer, 1, "so_tu_phap", "Hộ tịch", "Trả lời")
    (said,) = await heard(home, asked)
    assert "đã chuyển đến đơn vị" in said.text
    assert not any(choice.token for choice in said.choices)
    assert (other.news(), mai.news()) == ([], [])
    home.clock.pass_(minutes=5)
    assert await heard(home, asked) == [], "an hour, not five minutes: the deadline is watched elsewhere"
    home.clock.pass_(minutes=55)
    assert len(await heard(home, asked)) == 1


async def test_what_was_given_back_rings_again(home: House) -> None:
    mai, kha = await linked(home, "mai"), await linked(home, "kha")
    await home.citizen().say(LAND)
    await heard(home, mai)
    kha.news()
    officer = await home.officer("mai")
    await home.parts.desk.claim(officer, 1)
    await home.parts.desk.release(officer, 1, "đi họp")
    assert len(await heard(home, kha)) == 1


async def test_only_a_linked_active_officer_takes_a_ticket_by_button(home: House) -> None:
    mai = await linked(home, "mai")
    an = home.citizen()
    await an.say(LAND)
    await heard(home, mai)
    await an.send(kind="button", button="claim:1")  # anybody can send any token
    await home.citizen("la").send(kind="button", button="claim:1")
    officer = await home.officer("mai")
    async with home.parts.database.unit_of_work() as uow:
        assert (await uow.tickets.get(1)).officer_id is None
        await uow.officers.disable(officer.id, home.clock.now())
        await uow.commit()
    await mai.send(kind="button", button="claim:1")
    async with home.parts.database.reading() as uow:
        assert (await uow.tickets.get(1)).officer_id is None


async def test_buttons_that_lead_nowhere_say_so(home: House) -> None:
    mai = await linked(home, "mai")
    hanh = await linked(home, "hanh", Role.SPECIALIST, "so_tu_phap")
    await home.citizen().say(LAND)
    for chat, token in ((mai, "claim:999"), (hanh, "claim:1")):
        (said,) = await chat.send(kind="button", button=token)
        assert "không thuộc phần việc" in said.text
    long_number = "claim:" + "9" * 30
    assert "không" in (await mai.send(kind="button", button=long_number))[0].text.lower()


async def test_a_wrong_and_a_spent_code_link_nothing(home: House) -> None:
    officer: Officer = await home.officer("mai")
    code = await home.parts.desk.offer_link(officer)
    stranger = home.citizen("la")
    (said,) = await stranger.say(f"{COMMAND} AAAA-AAAA")
    assert "Mã chưa đúng" in said.text
    home.clock.pass_(minutes=10)
    (said,) = await stranger.say(f"{COMMAND} {code}")
    assert "Mã chưa đúng" in said.text, "ten minutes"
    code = (await home.parts.desk.offer_link(officer)).lower().replace("-", "")
    (said,) = await stranger.say(f"{COMMAND} {code}")
    assert "Đã liên kết với tài khoản Nguyễn Thị Mai" in said.text, "however it is typed"
    await home.parts.desk.end_link(officer)
    assert await home.parts.desk.link(officer) is None
    async with home.parts.database.reading() as uow:
        assert await uow.audit.verify() is None


async def test_a_linked_officer_is_still_a_citizen(home: House) -> None:
    mai = await linked(home, "mai")
    replies = await mai.say("thủ tục đăng ký khai sinh")
    assert "khai sinh" in replies[-1].text.lower()


async def test_officers_do_not_rate_themselves(home: House) -> None:
    own = await linked(home, "mai")
    await own.say(LAND)
    async with home.parts.database.reading() as uow:
        mai = await uow.officers.by_username("mai")
        ticket = await uow.tickets.get(1)
    assert mai
    await home.parts.desk.claim(mai, ticket.id)
    await reply(home, mai, ticket, "Dạ, ra xã.")
    own.news()
    for token in (f"r:5:{ticket.number}", f"r:5:{ticket.number}:{mai.id}"):
        (answer,) = await own.send(kind="button", button=token)
        assert "không nhận đánh giá" in answer.text
    async with home.parts.database.reading() as uow:
        assert await uow.ratings.of_officer(mai.id, 9) == ()


async def test_a_phone_that_was_away_is_not_flooded(home: House) -> None:
    mai = await linked(home, "mai")
    await home.citizen().say(LAND)
    for _ in range(6):
        await home.parts.jobs.step()  # Telegram is away: nothing is delivered
        home.clock.pass_(minutes=5)
    await home.parts.delivery.drain()
    assert len(mai.news()) == 2


async def test_open_pages_ring_for_each_round_and_for_each_message_of_ones_own(home: House) -> None:
    officer, boss = await home.officer("mai"), await home.officer("giamsat", Role.SUPERVISOR)
    admin = await home.officer("quantri", Role.ADMIN)
    an = home.citizen()
    await an.say(LAND)
    news = await home.parts.desk.news(officer)
    assert (news.count, news.keys, news.urgent) == (1, ("1.1",), False)
    await home.timers()
    assert (await home.parts.desk.news(officer)).keys == ("1.1",), "the first round is the ticket itself"
    home.clock.pass_(minutes=5)
    await home.timers()
    assert (await home.parts.desk.news(boss)).keys == ("1.2",)
    assert (await home.parts.desk.news(admin)).keys == ()
    await home.parts.desk.claim(officer, 1)
    (mine,) = (await home.parts.desk.news(officer)).keys
    await an.say("alo cán bộ ơi")
    (again,) = (await home.parts.desk.news(officer)).keys
    assert mine.startswith("m1.")
    assert mine != again
    assert (await home.parts.desk.queue(officer, QueueView.MINE)).tickets[0].id == 1
    assert (await home.parts.desk.news(boss)).count == 0


async def test_the_first_alert_comes_within_seconds(home: House) -> None:
    """The sweep runs every few seconds; a ticket is due the moment it is there."""
    mai = await linked(home, "mai")
    await home.citizen().say(LAND)
    home.clock.at += timedelta(seconds=1)
    assert len(await heard(home, mai)) == 1


async def test_over_telegrams_own_wire(sqlite_url: str, tmp_path: Path) -> None:
    """The same through the real Telegram channel; only Telegram itself is made up."""
    async with telegram(sqlite_url, tmp_path) as post:
        async with post.parts.database.unit_of_work() as uow:
            officer = await uow.officers.add("mai", "Mai", Role.FRONT_OFFICER, (), ("vi",), post.clock.now())
            await uow.commit()
        code = await post.parts.desk.offer_link(officer)
        await post.bring(said(1, f"{COMMAND} {code}"))
        assert any("Đã liên kết với tài khoản Mai" in text for text in await post.settle())
        await post.bring(said(2, "cho tui gặp cán bộ hỏi chuyện đất"))
        await post.settle()
        await post.parts.jobs.step()
        await post.settle()
        asked = next(
            fields for _, fields in reversed(post.far.asked) if "chờ người nhận: 1" in fields.get("text", "")
        )
        assert "claim:1" in str(asked["reply_markup"])
        await post.bring(pressed(3, "claim:1"))
        assert any("Anh/chị đã nhận phiếu #1" in text for text in await post.settle())
