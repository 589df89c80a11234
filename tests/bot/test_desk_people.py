"""Abusers who are not heard for a while, and people who asked at the counter."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.desk import NoSuchTimeError
from bot.policy import ForbiddenError
from storage.records import Closing, Reason, Role, TicketStatus
from tests.bot.test_desk import asked, news, ticket_of
from tests.house import House, house


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(sqlite_url, tmp_path) as built:
        yield built


async def test_a_blocked_person_is_told_once_and_heard_again_when_the_time_is_over(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await news(home, an)
    with pytest.raises(NoSuchTimeError):
        await home.parts.desk.block(mai, ticket.id, 365, "chửi")
    await home.parts.desk.block(mai, ticket.id, 7, "chửi bới nhiều lần")
    await home.parts.desk.close(mai, ticket.id, Closing.ABUSE)
    told = [each.text for each in await news(home, an)]
    assert "tạm dừng nhắn tin" in told[0]
    assert "gọi" in told[0], "what to do instead"
    assert await an.say("thủ tục khai sinh") == []
    home.clock.pass_(days=6, hours=23)
    assert await an.say("thủ tục khai sinh") == []
    home.clock.pass_(hours=2)
    assert await an.say("thủ tục khai sinh") != [], "it ends by itself"
    async with home.parts.database.reading() as uow:
        assert await uow.audit.verify() is None
        assert [each.kind for each in await uow.tickets.events(ticket.id)][-2:] == ["blocked", "closed"]


async def test_danger_is_heard_from_a_blocked_person_too(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await home.parts.desk.block(mai, ticket.id, 1, "chửi")
    await home.parts.desk.close(mai, ticket.id, Closing.ABUSE)
    await news(home, an)
    said = await an.say("cháy nhà rồi cứu với")
    assert any("114" in each.text for each in said)
    assert (await ticket_of(home, an)).reason is Reason.DANGER


async def test_who_does_not_hold_the_ticket_blocks_nobody_and_a_block_can_be_lifted(home: House) -> None:
    an, ticket = await asked(home)
    mai, kha = await home.officer("mai"), await home.officer("kha")
    boss = await home.officer("giamsat", Role.SUPERVISOR)
    with pytest.raises(ForbiddenError):
        await home.parts.desk.block(kha, ticket.id, 1, "vì")
    await home.parts.desk.claim(mai, ticket.id)
    await home.parts.desk.block(boss, ticket.id, 30, "vì")
    await news(home, an)
    assert await an.say("alo") == []
    await home.parts.desk.unblock(mai, ticket.id)
    await home.parts.desk.release(mai, ticket.id)
    an.news()
    assert await an.say("thủ tục khai sinh") != []


async def test_a_question_at_the_counter_joins_the_queue(home: House) -> None:
    mai, hanh = await home.officer(), await home.officer("hanh", Role.SPECIALIST, ("so_tu_phap",))
    desk = home.parts.desk
    ticket = await desk.enter(mai, "quay", "Tui muốn đăng ký khai sinh cho con", name="bà Tư", key="f1")
    again = await desk.enter(mai, "quay", "Tui muốn đăng ký khai sinh cho con", name="bà Tư", key="f1")
    assert (ticket.id, ticket.reason, ticket.officer_id) == (again.id, Reason.WALK_IN, mai.id)
    assert ticket.procedure_code
    page = await desk.open(mai, ticket.id)
    assert (page.contact.display_name, page.messages[0].text) == (
        "bà Tư",
        "Tui muốn đăng ký khai sinh cho con",
    )
    seen = page.messages[-1].id
    await desk.answer(mai, ticket.id, "Dạ bà ra xã.", seen_message_id=seen, key="k")
    await home.settle()
    assert home.phone.arrived == [], "nothing is sent by itself"
    async with home.parts.database.reading() as uow:
        counts = await uow.outbox.counts()
    assert counts["pending"] == 0, "and nothing waits for ever"
    with pytest.raises(ForbiddenError):
        await desk.enter(hanh, "quay", "x", key="f2")
    for place, text in (("nhà", "x"), ("quay", "  ")):
        with pytest.raises(ValueError):
            await desk.enter(mai, place, text, key="f3")


async def test_what_was_answered_on_the_spot_is_answered(home: House) -> None:
    mai = await home.officer()
    ticket = await home.parts.desk.enter(mai, "dien-thoai", "Mấy giờ mở cửa", answer="7 giờ sáng", key="f1")
    assert (ticket.status, ticket.answered_by) == (TicketStatus.ANSWERED, mai.id)
    ticket = await home.parts.desk.enter(mai, "dien-thoai", "Mấy giờ mở cửa", answer="7 giờ sáng", key="f1")
    page = await home.parts.desk.open(mai, ticket.id)
    assert [each.text for each in page.messages if each.author == "officer"] == ["7 giờ sáng"]
