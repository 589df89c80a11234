"""Five seconds to undo an answer: it is on disk, nothing overtakes it, and it goes out, or back, once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk import ReleasedError, TooLateError
from storage.errors import MovedOnError
from storage.records import Closing, Officer, Role, Ticket, TicketStatus
from tests.bot.test_desk import asked, last_seen, news
from tests.house import House, house


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(sqlite_url, tmp_path, undo_seconds=5) as built:
        yield built


async def taken(home: House) -> tuple[Officer, Ticket]:
    _, ticket = await asked(home)
    mai = await home.officer()
    ticket = await home.parts.desk.claim(mai, ticket.id)
    await news(home, home.citizen())
    return mai, ticket


async def send(home: House, officer: Officer, ticket: Ticket, text: str, key: str = "k") -> Ticket:
    seen = await last_seen(home, officer, ticket)
    return await home.parts.desk.answer(officer, ticket.id, text, seen_message_id=seen, key=key)


async def texts(home: House) -> list[str]:
    """All that the citizen has on the phone from officers, oldest first."""
    await home.timers()
    return [reply.text for _, reply in home.phone.arrived if reply.voice == "officer"]


async def test_it_goes_out_when_the_seconds_are_over(home: House) -> None:
    mai, ticket = await taken(home)
    held = await send(home, mai, ticket, "Dạ mời bác ra xã.")
    assert held.status is TicketStatus.ASSIGNED, "not answered yet"
    pressed = home.clock.now()
    home.clock.pass_(seconds=4)
    assert await texts(home) == []
    home.clock.pass_(seconds=1)
    assert await texts(home) == ["Dạ mời bác ra xã."]
    page = await home.parts.desk.open(mai, ticket.id)
    assert (page.held, page.ticket.status, page.ticket.first_answer_at) == (
        None,
        TicketStatus.ANSWERED,
        pressed,
    )
    home.clock.pass_(seconds=60)
    assert await texts(home) == ["Dạ mời bác ra xã."], "once"


async def test_undone_it_is_a_draft_again_and_never_sent(home: House) -> None:
    mai, ticket = await taken(home)
    await send(home, mai, ticket, "Dạ mời bác ra tỉnh.")
    home.clock.pass_(seconds=4)
    await home.parts.desk.undo(mai, ticket.id)
    home.clock.pass_(minutes=1)
    assert await texts(home) == []
    page = await home.parts.desk.open(mai, ticket.id)
    assert page.drafts == {"text": "Dạ mời bác ra tỉnh."}
    await send(home, mai, ticket, "Dạ mời bác ra xã.", key="k2")
    assert (await home.parts.desk.open(mai, ticket.id)).drafts == {}
    home.clock.pass_(seconds=5)
    assert await texts(home) == ["Dạ mời bác ra xã."]
    with pytest.raises(TooLateError):
        await home.parts.desk.undo(mai, ticket.id)


async def test_only_who_wrote_it_can_undo_it(home: House) -> None:
    mai, ticket = await taken(home)
    kha = await home.officer("kha")
    await send(home, mai, ticket, "Dạ mời bác.")
    with pytest.raises(TooLateError):
        await home.parts.desk.undo(kha, ticket.id)
    home.clock.pass_(seconds=5)
    assert await texts(home) == ["Dạ mời bác."]


async def test_what_the_officer_does_next_does_not_overtake_it(home: House) -> None:
    mai, ticket = await taken(home)
    await send(home, mai, ticket, "Một.", "k1")
    await send(home, mai, ticket, "Hai.", "k2")
    await home.parts.desk.close(mai, ticket.id, Closing.ANSWERED)
    await home.settle()
    said = [reply.text for _, reply in home.phone.arrived][-3:]
    assert said[:2] == ["Một.", "Hai."]
    assert "đã trả lời xong" in said[2]


async def test_forwarding_and_giving_back_send_it_first(home: House) -> None:
    mai, ticket = await taken(home)
    await home.officer("hanh", Role.SPECIALIST, ("so_tu_phap",))
    await send(home, mai, ticket, "Em hỏi Sở rồi báo bác.")
    await home.parts.desk.forward(mai, ticket.id, "so_tu_phap", "vì", "làm")
    assert await texts(home) == ["Em hỏi Sở rồi báo bác."]
    await home.parts.desk.recall(mai, ticket.id)
    await send(home, mai, ticket, "Em nhờ bạn khác.", "k2")
    await home.parts.desk.release(mai, ticket.id)
    assert (await texts(home))[-1] == "Em nhờ bạn khác."


async def test_pressed_twice_it_is_held_once(home: House) -> None:
    mai, ticket = await taken(home)
    for _ in range(5):
        await send(home, mai, ticket, "Dạ.", "k")
    home.clock.pass_(seconds=5)
    assert await texts(home) == ["Dạ."]


async def test_a_question_that_comes_meanwhile_does_not_stop_it_but_one_before_does(home: House) -> None:
    mai, ticket = await taken(home)
    seen = await last_seen(home, mai, ticket)
    await home.citizen().say("à mà thôi")
    with pytest.raises(MovedOnError):
        await home.parts.desk.answer(mai, ticket.id, "Dạ.", seen_message_id=seen, key="k")
    await send(home, mai, ticket, "Dạ bác hỏi đi.", "k")
    await home.citizen().say("alo")
    home.clock.pass_(seconds=5)
    assert await texts(home) == ["Dạ bác hỏi đi."]


async def test_what_is_asked_while_it_can_be_undone_still_waits_for_an_answer(home: House) -> None:
    mai, ticket = await taken(home)
    await send(home, mai, ticket, "Dạ bác ra xã.")
    await home.citizen().say("vậy lệ phí bao nhiêu hả cô")
    home.clock.pass_(seconds=5)
    assert await texts(home) == ["Dạ bác ra xã."]
    waits = (await home.parts.desk.open(mai, ticket.id)).ticket
    assert (waits.status, waits.first_answer_at is None) == (TicketStatus.ASSIGNED, False)
    home.clock.at = waits.due_at - timedelta(seconds=1)
    await home.timers()
    assert (await home.parts.desk.open(mai, ticket.id)).ticket.status is TicketStatus.NEW, "not ended"
    await home.parts.desk.claim(mai, ticket.id)
    await send(home, mai, ticket, "Dạ miễn phí.", "k2")
    home.clock.pass_(seconds=5)
    assert (await texts(home))[-1] == "Dạ miễn phí."
    assert (await home.parts.desk.open(mai, ticket.id)).ticket.status is TicketStatus.ANSWERED


async def test_a_departments_answer_leaves_what_came_meanwhile_with_the_department(home: House) -> None:
    mai, ticket = await taken(home)
    hanh = await home.officer("hanh", Role.SPECIALIST, ("so_tu_phap",))
    await home.parts.desk.forward(mai, ticket.id, "so_tu_phap", "vì", "làm")
    await send(home, hanh, ticket, "Dạ bác nộp ở Sở.")
    await home.citizen().say("nộp phòng nào")
    home.clock.pass_(seconds=5)
    assert await texts(home) == ["Dạ bác nộp ở Sở."]
    waits = (await home.parts.desk.open(hanh, ticket.id)).ticket
    assert waits.status is TicketStatus.FORWARDED
    assert waits.forward_due_at is not None, "silence would be noticed"


async def test_nobody_ends_a_ticket_over_a_question_they_have_not_seen(home: House) -> None:
    mai, ticket = await taken(home)
    seen = await last_seen(home, mai, ticket)
    await home.citizen().say("còn giấy khai sinh thì sao")
    desk = home.parts.desk
    with pytest.raises(MovedOnError):
        await desk.close(mai, ticket.id, Closing.ANSWERED, seen_message_id=seen)
    assert (await desk.open(mai, ticket.id)).ticket.status is TicketStatus.ASSIGNED
    seen = await last_seen(home, mai, ticket)
    assert (await desk.close(mai, ticket.id, Closing.ANSWERED, seen_message_id=seen)).closed_at


async def test_an_idle_claim_goes_back_but_not_while_an_answer_is_on_its_way(home: House) -> None:
    mai, ticket = await taken(home)
    home.clock.pass_(minutes=60)
    await send(home, mai, ticket, "Dạ mời bác.")
    await home.parts.desk.give_back_idle(ticket.id)
    home.clock.pass_(seconds=5)
    assert await texts(home) == ["Dạ mời bác."]


async def test_given_back_while_the_officer_was_typing_the_words_are_kept(home: House) -> None:
    mai, ticket = await taken(home)
    await home.parts.desk.save_draft(mai, ticket.id, "text", "Dạ mời bá", key="k")
    home.clock.pass_(minutes=61)
    await home.timers()
    with pytest.raises(ReleasedError):
        await send(home, mai, ticket, "Dạ mời bác.")
    await home.parts.desk.claim(mai, ticket.id)
    assert (await home.parts.desk.open(mai, ticket.id)).drafts == {"text": "Dạ mời bá"}


async def test_a_late_save_revives_no_draft_of_what_was_sent(home: House) -> None:
    mai, ticket = await taken(home)
    await home.parts.desk.save_draft(mai, ticket.id, "text", "Dạ mời", key="k")
    await send(home, mai, ticket, "Dạ mời bác.", "k")
    await home.parts.desk.save_draft(mai, ticket.id, "text", "Dạ mời bác", key="k")
    assert (await home.parts.desk.open(mai, ticket.id)).drafts == {}
    await home.parts.desk.note(mai, ticket.id, "nhớ hỏi xã", key="n")
    await home.parts.desk.save_draft(mai, ticket.id, "note", "nhớ hỏi", key="n")
    assert (await home.parts.desk.open(mai, ticket.id)).drafts == {}


async def test_a_draft_is_ones_own_and_a_note_is_never_said(home: House) -> None:
    mai, ticket = await taken(home)
    kha = await home.officer("kha")
    await home.parts.desk.save_draft(mai, ticket.id, "text", "nháp của Mai", key="k")
    assert (await home.parts.desk.open(kha, ticket.id)).drafts == {}
    before = list(home.phone.arrived)
    await home.parts.desk.note(mai, ticket.id, "ông này hay gọi", key="n")
    await home.timers()
    assert home.phone.arrived == before
    page = await home.parts.desk.open(mai, ticket.id)
    assert all("hay gọi" not in message.text for message in page.messages)
