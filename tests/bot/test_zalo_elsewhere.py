"""An officer who answers in Zalo's own app has taken the conversation over; and what the citizen has read."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.console import views
from bot.simulator.zalo_events import seen
from bot.texts import Texts
from storage.records import Author, Officer, QueueView, Reason, Role, Ticket
from tests.bot.zalo_events import AN, at, echo, event, said
from tests.bot.zalo_house import NOTHING, Oa, zalo

TEXTS = Texts.load()


@pytest.fixture
async def oa(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Oa]:
    async with zalo(sqlite_url, tmp_path) as opened:
        yield opened


async def write(oa: Oa, text: str, number: int) -> list[str]:
    before = len(oa.far.texts(AN))
    await oa.bring(said(text, number, timestamp=at(oa.clock.now())))
    return (await oa.settle())[before:]


async def officer(oa: Oa) -> Officer:
    async with oa.parts.database.unit_of_work() as uow:
        lan = await uow.officers.add("lan", "Lan", Role.FRONT_OFFICER, (), ("vi",), oa.clock.now())
        await uow.commit()
    return lan


async def waiting(oa: Oa, lan: Officer) -> tuple[Ticket, ...]:
    return (await oa.parts.desk.queue(lan, QueueView.UNASSIGNED)).tickets


async def answered_in_the_app(oa: Oa, number: object = "e1") -> None:
    await oa.bring(echo("text", admin="77", number=number, timestamp=at(oa.clock.now())))
    await oa.settle()


async def test_the_bot_keeps_silent_while_a_person_answers_in_the_app(oa: Oa) -> None:
    lan = await officer(oa)
    assert await write(oa, "giờ làm việc", 1)
    await answered_in_the_app(oa)
    assert await write(oa, "cảm ơn cán bộ, vậy mai tôi ra", 2) == []
    (ticket,) = await waiting(oa, lan)
    assert ticket.reason is Reason.ELSEWHERE
    page = await oa.parts.desk.open(lan, ticket.id)
    assert page.elsewhere_until is not None
    last = page.messages[-2:]
    assert [(each.author, each.text) for each in last] == [
        (Author.OFFICER, "Chào anh/chị"),
        (Author.CITIZEN, "cảm ơn cán bộ, vậy mai tôi ra"),
    ]
    assert await write(oa, "cháy nhà rồi cứu với", 3), "danger is never passed over"


async def test_the_desk_gives_it_back(oa: Oa) -> None:
    lan = await officer(oa)
    await answered_in_the_app(oa)
    (ticket,) = await waiting(oa, lan)
    await oa.parts.desk.give_back(lan, ticket.id)
    assert await write(oa, "giờ làm việc", 2)
    page = await oa.parts.desk.open(lan, ticket.id)
    assert page.elsewhere_until is None
    assert [each.kind for each in page.events] == ["opened", "elsewhere", "given_back"]


@pytest.mark.parametrize("has_last_word", ["officer", "citizen"])
async def test_after_a_while_the_bot_speaks_again(oa: Oa, has_last_word: str) -> None:
    lan = await officer(oa)
    await answered_in_the_app(oa)
    oa.clock.pass_(minutes=100)
    await answered_in_the_app(oa, "e2")
    oa.clock.pass_(minutes=100)
    await oa.parts.jobs.step()
    if has_last_word == "citizen":
        assert await write(oa, "còn giấy gì nữa không", 2) == []
    oa.clock.pass_(minutes=30)
    await oa.parts.jobs.step()
    assert len(await waiting(oa, lan)) == (has_last_word == "citizen"), "what got no answer stays"
    assert await write(oa, "giờ làm việc", 3)


async def test_an_echo_of_our_own_is_no_officer(oa: Oa) -> None:
    """Whether Zalo names an administrator in the echo of a call is not known."""
    lan = await officer(oa)
    (*_, shown) = await write(oa, "giờ làm việc", 1)
    ours = echo("text", admin="77", number=f"m{len(oa.far.texts(AN))}")
    ours["message"]["text"] = "đổi chữ"
    await oa.bring(ours)
    by_words = echo("text", admin="77", number="before-our-note")
    by_words["message"]["text"] = shown
    await oa.bring(by_words)
    await oa.bring(echo("text", number="no-admin"))
    await oa.settle()
    assert await waiting(oa, lan) == ()
    assert await write(oa, "giờ làm việc", 2)


async def test_an_officers_answer_that_was_read_is_shown_as_read(oa: Oa) -> None:
    lan = await officer(oa)
    await write(oa, "gặp cán bộ hỏi vụ trợ cấp của má tui", 1)
    (ticket,) = await waiting(oa, lan)
    await oa.parts.desk.claim(lan, ticket.id)
    await oa.settle()
    page = await oa.parts.desk.open(lan, ticket.id)
    await oa.parts.desk.answer(lan, ticket.id, "Ngày 10.", seen_message_id=page.messages[-1].id, key="k")
    count = len(await oa.settle())
    await oa.bring(seen(AN, at(oa.clock.now()), f"m{count}"))
    await oa.bring(event("user_seen_message", message={"msg_id": "m1"}))
    await oa.settle()
    page = await oa.parts.desk.open(lan, ticket.id)
    shown = views.course(TEXTS, page, oa.clock.now(), None)
    assert shown[-1].read
    assert not shown[-2].read
    assert (await oa.counts())["dead"] == NOTHING["dead"]
