"""What people complain about in today's inboxes, each shown to be impossible here.

A hand-over that alerts nobody; two who answer at once; who was assigned and never answers; office hours without
a lunch break or Tết; chats of other departments; a case without a reason; "closed" that says nothing; ratings
without the name of who answered.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.desk import NobodyThereError, NoReasonError
from bot.messages import Voice
from bot.policy import ForbiddenError
from storage.errors import NotFoundError, TicketTakenError
from storage.records import Closing, PromiseState, QueueView, Role, TicketStatus
from tests.bot.test_desk import asked, last_seen, news, reply, ticket_of
from tests.house import House, house


@pytest.fixture
async def home(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(database_url, tmp_path) as built:
        yield built


async def test_a_hand_over_wakes_every_console_at_once(home: House) -> None:
    hanh = await home.officer("hanh", Role.SPECIALIST, ("so_tu_phap",))
    mai = await home.officer()
    async with home.parts.database.wake.subscribe("queue") as alarm:
        _, ticket = await asked(home)
        assert await alarm.get(2) == "queue"
        await home.parts.desk.claim(mai, ticket.id)
        await alarm.get(2)
        await home.parts.desk.forward(mai, ticket.id, "so_tu_phap", "Di chúc", "Trả lời")
        assert await alarm.get(2) == "queue"
    page = await home.parts.desk.queue(hanh, QueueView.FORWARDED)
    assert ([each.id for each in page.tickets], page.counts.forwarded) == ([ticket.id], 1)


async def test_bot_and_officer_never_answer_at_once(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await news(home, an)
    assert await an.say("đăng ký kết hôn cần gì") == []
    await reply(home, mai, ticket, "Dạ mời bác.")
    assert [each.voice for each in await news(home, an)] == [Voice.OFFICER]


async def test_whoever_was_asked_and_keeps_silent_loses_it_to_somebody_answerable(home: House) -> None:
    """A claim, a department, a person: none of them is a place where a question can lie for good."""
    an, ticket = await asked(home)
    mai = await home.officer()
    hanh = await home.officer("hanh", Role.SPECIALIST, ("so_tu_phap",))
    await home.parts.desk.claim(mai, ticket.id)
    await home.parts.desk.forward(mai, ticket.id, "so_tu_phap", "Di chúc", "Trả lời", to=hanh.id)
    held = await ticket_of(home, an)
    assert held.forward_due_at is not None
    assert held.forward_due_at < ticket.due_at, "there is still time to answer"
    home.clock.at = held.forward_due_at
    await home.timers()
    back = await ticket_of(home, an)
    assert (back.status, back.officer_id, back.department) == (
        TicketStatus.ASSIGNED,
        mai.id,
        ticket.department,
    )
    kinds = [event.kind for event in (await home.parts.desk.open(mai, ticket.id)).events]
    assert kinds == ["opened", "claimed", "forwarded", "returned"]
    home.clock.pass_(hours=3)  # with the lunch break
    await home.timers()
    assert (await ticket_of(home, an)).status is TicketStatus.NEW, "the front officer keeps silent too"
    home.clock.at = ticket.due_at
    await home.timers()
    assert "Xin lỗi" in (await news(home, an))[-1].text


@pytest.mark.parametrize("left", [timedelta(minutes=5), timedelta(minutes=40), timedelta(hours=1)])
async def test_a_department_asked_late_gives_it_back_before_the_promise_all_the_same(
    home: House, left: timedelta
) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.officer("hanh", Role.SPECIALIST, ("so_tu_phap",))
    home.clock.at = ticket.due_at - left
    await home.parts.desk.claim(mai, ticket.id)
    forwarded = await home.parts.desk.forward(mai, ticket.id, "so_tu_phap", "Di chúc", "Trả lời")
    assert forwarded.forward_due_at is not None
    assert home.clock.at < forwarded.forward_due_at < ticket.due_at
    home.clock.at = forwarded.forward_due_at
    await home.timers()
    assert (await ticket_of(home, an)).officer_id == mai.id
    assert "Xin lỗi" not in "".join(each.text for each in await news(home, an)), "there is time to answer"


async def test_a_disabled_front_officer_does_not_get_it_back(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.officer("hanh", Role.SPECIALIST, ("so_tu_phap",))
    await home.parts.desk.claim(mai, ticket.id)
    await home.parts.desk.forward(mai, ticket.id, "so_tu_phap", "Di chúc", "Trả lời")
    async with home.parts.database.unit_of_work() as uow:
        await uow.officers.disable(mai.id, home.clock.now())
        await uow.commit()
    home.clock.pass_(hours=3)
    await home.timers()
    assert (await ticket_of(home, an)).status is TicketStatus.NEW


def vietnam(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("asked_at", "due"),
    [
        ("2026-11-23T10:00", "2026-11-23T16:00"),  # four hours, the two of the lunch break not counted
        ("2026-11-20T16:00", "2026-11-23T10:00"),  # Friday afternoon: the weekend does not count
        ("2027-02-03T16:00", "2027-02-11T10:00"),  # the last hour before Tết Đinh Mùi (6/2)
        ("2026-11-23T22:00", "2026-11-25T11:00"),  # at night before a public holiday (24/11)
    ],
)
async def test_nobody_is_promised_an_answer_at_lunch_at_night_or_at_tet(
    home: House, asked_at: str, due: str
) -> None:
    home.clock.at = vietnam(asked_at)
    _, ticket = await asked(home)
    assert home.parts.worktime.is_open(ticket.due_at - timedelta(minutes=1))
    assert ticket.due_at == vietnam(due)


async def test_another_departments_chat_does_not_exist(home: House) -> None:
    _, ticket = await asked(home)
    stranger = await home.officer("tuan", Role.SPECIALIST, ("cong_an",))
    desk = home.parts.desk
    for act in (
        lambda: desk.open(stranger, ticket.id),
        lambda: desk.look(stranger, ticket.id),
        lambda: desk.unmask(stranger, ticket.id, "tò mò"),
        lambda: desk.put_in(stranger, ticket.id, "thu-tuc:1.001193"),
        lambda: desk.forward(stranger, ticket.id, "cong_an", "a", "b"),
        lambda: desk.recall(stranger, ticket.id),
        lambda: desk.advise(stranger, ticket.id, "a", key="k"),
    ):
        with pytest.raises(NotFoundError):
            await act()
    found = await desk.search(stranger, "chuyện đất của ông nội")
    assert (found.tickets, found.messages) == ((), ())
    mai = await home.officer()
    assert (await desk.search(mai, "chuyen dat cua ong noi")).tickets


@pytest.mark.parametrize(("reason", "action"), [("", "Trả lời"), ("Di chúc", ""), (" ", "\n")])
async def test_no_case_is_forwarded_without_a_reason(home: House, reason: str, action: str) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.officer("hanh", Role.SPECIALIST, ("so_tu_phap",))
    await home.parts.desk.claim(mai, ticket.id)
    await news(home, an)
    with pytest.raises(NoReasonError):
        await home.parts.desk.forward(mai, ticket.id, "so_tu_phap", reason, action)
    assert (await ticket_of(home, an)).status is TicketStatus.ASSIGNED
    assert await news(home, an) == []


async def test_nothing_is_forwarded_to_who_is_not_there(home: House) -> None:
    _, ticket = await asked(home)
    mai = await home.officer()
    hanh = await home.officer("hanh", Role.SPECIALIST, ("so_tu_phap",))
    loan = await home.officer("loan", Role.SPECIALIST, ("so_tu_phap",))
    await home.parts.desk.claim(mai, ticket.id)
    await home.absent(hanh)
    with pytest.raises(NobodyThereError) as nobody:
        await home.parts.desk.forward(mai, ticket.id, "so_tu_phap", "Di chúc", "Trả lời", to=hanh.id)
    assert (nobody.value.wanted, nobody.value.suggestions) == ("Hanh", ("Loan",))
    for department, to in (("so_y_te", None), ("khong_co", None), ("so_tu_phap", mai.id)):
        with pytest.raises(NobodyThereError):
            await home.parts.desk.forward(mai, ticket.id, department, "Di chúc", "Trả lời", to=to)
    await home.parts.desk.forward(mai, ticket.id, "so_tu_phap", "Di chúc", "Trả lời", to=loan.id)
    with pytest.raises((ForbiddenError, TicketTakenError)):
        await _answer(home, hanh, ticket)
    await _answer(home, loan, ticket)


async def _answer(home: House, officer: object, ticket: object) -> None:
    seen = await last_seen(home, officer, ticket)  # type: ignore[arg-type]
    await home.parts.desk.answer(officer, ticket.id, "Dạ.", seen_message_id=seen, key="k")  # type: ignore


@pytest.mark.parametrize("closing", list(Closing))
async def test_every_end_says_which_it_is(home: House, closing: Closing) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await news(home, an)
    closed = await home.parts.desk.close(mai, ticket.id, closing, "Điện lực Cà Mau")
    assert closed.closing is closing
    said = (await news(home, an))[-1].text
    assert ("trả lời xong" in said) is (closing is Closing.ANSWERED), "closed is not shown as solved"


async def test_a_rating_belongs_to_who_answered_and_nobody_else(home: House) -> None:
    an, ticket = await asked(home)
    mai, hanh = await home.officer(), await home.officer("hanh", Role.SPECIALIST, ("so_tu_phap",))
    await home.parts.desk.claim(mai, ticket.id)
    await home.parts.desk.forward(mai, ticket.id, "so_tu_phap", "Di chúc", "Trả lời")
    await reply(home, hanh, ticket, "Dạ mời bác.")
    await an.send(kind="button", button=f"r:4:{ticket.number}")
    async with home.parts.database.reading() as uow:
        rating = await uow.ratings.for_ticket(ticket.id)
    assert rating is not None
    assert rating.officer_id == hanh.id


async def test_what_was_told_is_kept_or_apologised_for_once(home: House) -> None:
    an, ticket = await asked(home)
    await news(home, an)
    home.clock.at = ticket.due_at
    for _ in range(3):
        await home.timers()
    assert len([each for each in an.news() if "Xin lỗi" in each.text]) == 1
    async with home.parts.database.reading() as uow:
        first, second = await uow.promises.of_ticket(ticket.id)
    assert (first.state, second.state) == (PromiseState.BROKEN, PromiseState.OPEN)
    assert second.due_at == (await ticket_of(home, an)).due_at > ticket.due_at
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await reply(home, mai, ticket, "Dạ mời bác.")
    async with home.parts.database.reading() as uow:
        assert [each.state for each in await uow.promises.of_ticket(ticket.id)][-1] is PromiseState.KEPT


async def test_nobody_is_woken_at_night_for_an_apology(home: House) -> None:
    an, _ = await asked(home)
    home.clock.at = vietnam("2026-11-23T23:00")
    await home.timers()
    assert an.news() == []
    home.clock.at = vietnam("2026-11-25T07:00")
    await home.timers()
    assert "Xin lỗi" in an.news()[-1].text
