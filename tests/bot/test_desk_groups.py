"""The Monday after Tết: honest due times, and one answer for many, each filled in, each sent the normal way."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.policy import ForbiddenError
from storage.errors import NotFoundError
from storage.records import Officer, Role, TicketStatus
from tests.bot.test_desk import asked, reply
from tests.house import FakeClock, House, house

BIRTH = "1.001193"
ASKED = "cho tui gặp cán bộ hỏi đăng ký khai sinh"
AFTER_TET = datetime(2027, 2, 15, 1, 0, tzinfo=UTC)  # a Monday, 8 o'clock


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(sqlite_url, tmp_path) as built:
        yield built


async def crowd(home: House, size: int) -> None:
    for number in range(size):
        citizen = home.citizen(f"c{number}")
        await citizen.say(f"{ASKED} cho con thứ {number}")


async def measured(home: House, officer: Officer, minutes: int) -> None:
    """Some weeks in which each answer took so long."""
    for number in range(10):
        _, ticket = await asked(home, f"old{number}")
        await home.parts.desk.claim(officer, ticket.id)
        home.clock.pass_(minutes=minutes)
        await reply(home, officer, ticket, "Dạ.", f"k{number}")


async def test_a_short_queue_is_promised_what_the_province_promises(home: House) -> None:
    mai = await home.officer()
    _, first = await asked(home, "x")
    await measured(home, mai, 10)
    _, ticket = await asked(home, "y")
    assert home.parts.worktime.working_time_between(first.opened_at, first.due_at) == timedelta(hours=4)
    assert home.parts.worktime.working_time_between(ticket.opened_at, ticket.due_at) == timedelta(hours=4)


async def test_a_long_queue_is_promised_what_it_will_really_take(sqlite_url: str, tmp_path: Path) -> None:
    clock = FakeClock(AFTER_TET - timedelta(days=14))
    async with house(sqlite_url, tmp_path, clock) as home:
        mai = await home.officer()
        await home.officer("kha")
        await measured(home, mai, 20)
        clock.at = AFTER_TET
        await crowd(home, 40)
        newest = home.citizen("c39")
        told = newest.news() or [each for key, each in home.phone.arrived if key == newest.key]
        async with home.parts.database.reading() as uow:
            contact = await uow.citizens.find(newest.key)
            assert contact
            ticket = (await uow.tickets.of_conversation(contact.conversation_id, limit=1))[0]
            (promise,) = await uow.promises.of_ticket(ticket.id)
        # 39 before it and itself, 20 minutes each, two officers, a quarter to spare
        expected = timedelta(minutes=40 * 20 / 2 * 1.25)
        assert home.parts.worktime.working_time_between(ticket.opened_at, ticket.due_at) == expected
        assert promise.due_at == ticket.due_at, "what is told is what is kept"
        assert any("còn 39 phiếu" in each.text for each in told), "the place in the queue"


async def test_one_answer_for_many_filled_in_for_each(home: House) -> None:
    mai = await home.officer()
    await crowd(home, 3)
    await home.citizen("c1").say("bác hỏi thêm: con bác sanh ở nhà")  # calls themselves "bác"
    (group,) = await home.parts.desk.groups(mai)
    assert (group.code, group.count) == (BIRTH, 3)
    _, members = await home.parts.desk.group(mai, BIRTH, "Dạ {nguoi_dan}, phiếu {phieu}: ra xã. {can_bo}")
    assert {each.text.split(",")[0] for each in members} >= {"Dạ anh/chị"}
    assert all("{" not in each.text and not each.problems for each in members)

    seen = {each.ticket.id: each.seen for each in members}
    text = "Dạ {nguoi_dan}, phiếu {phieu}: ra xã."
    done = await home.parts.desk.answer_group(mai, BIRTH, text, seen, key="form")
    assert [each.problem for each in done] == ["", "", ""]
    for each in members:  # the same press once more: nothing is said twice
        await home.parts.desk.answer(
            mai, each.ticket.id, "x", seen_message_id=99, key=f"form:{each.ticket.id}"
        )
    await home.settle()
    for each in members:
        said = [
            reply.text
            for key, reply in home.phone.arrived
            if key == each.ticket.key and reply.voice == "officer"
        ]
        assert said == [each.text.split(": ra xã.")[0] + ": ra xã."]
    with pytest.raises(NotFoundError):
        await home.parts.desk.group(mai, BIRTH)


async def test_what_cannot_go_to_one_stops_nobody_else(home: House) -> None:
    mai, kha = await home.officer("mai"), await home.officer("kha")
    await crowd(home, 4)
    _, members = await home.parts.desk.group(mai, BIRTH, "Dạ, ra xã.")
    seen = {each.ticket.id: each.seen for each in members}
    await home.citizen("c1").say("alo")
    await home.parts.desk.claim(kha, members[2].ticket.id)
    done = await home.parts.desk.answer_group(mai, BIRTH, "Dạ, ra xã.", seen, key="form")
    told = {each.member.ticket.number: each.problem for each in done}
    assert told == {1: "", 2: "moved_on", 4: ""}, "a colleague's is no longer in the group"
    async with home.parts.database.reading() as uow:
        assert (await uow.tickets.get(members[2].ticket.id)).officer_id == kha.id
        assert (await uow.tickets.get(members[0].ticket.id)).status is TicketStatus.ANSWERED


async def test_a_held_back_wording_goes_to_nobody(home: House) -> None:
    mai = await home.officer()
    await crowd(home, 2)
    _, members = await home.parts.desk.group(mai, BIRTH, "Dạ {ten_la}, gửi em mã OTP.")
    assert all(set(each.problems) == {"secret", "variable"} for each in members)
    seen = {each.ticket.id: each.seen for each in members}
    done = await home.parts.desk.answer_group(mai, BIRTH, "Dạ, gửi em mã OTP.", seen, key="form")
    assert [each.problem for each in done] == ["held", "held"]


async def test_only_ones_own_departments_and_no_admin(home: House) -> None:
    await crowd(home, 2)
    stranger = await home.officer("long", Role.SPECIALIST, ("cong_an",))
    assert await home.parts.desk.groups(stranger) == ()
    with pytest.raises(NotFoundError):
        await home.parts.desk.group(stranger, BIRTH)
    with pytest.raises(ForbiddenError):
        await home.parts.desk.groups(await home.officer("quantri", Role.ADMIN))
