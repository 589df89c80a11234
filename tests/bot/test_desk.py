"""The officers' side: one officer at a time, nothing said twice, and the citizen always knows who answers."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from bot.console.accounts import Lifetimes
from bot.console.staff import Staff
from bot.desk import CLOSE_JOB, IDLE_JOB
from bot.messages import Reply, Voice
from bot.policy import Action, ForbiddenError
from storage.errors import MovedOnError, NotFoundError, TicketClosedError, TicketTakenError
from storage.records import Closing, Officer, QueueView, Role, Ticket, TicketStatus
from tests.house import Citizen, House, house

LAND = "cho tui gặp cán bộ hỏi chuyện đất của ông nội để lại chưa có sổ"
GRIEF = "1.000656"  # death registration: a matter of mourning


@pytest.fixture
async def home(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(database_url, tmp_path) as built:
        yield built


async def asked(home: House, name: str = "an", text: str = LAND) -> tuple[Citizen, Ticket]:
    citizen = home.citizen(name)
    await citizen.say(text)
    return citizen, await ticket_of(home, citizen)


async def ticket_of(home: House, citizen: Citizen) -> Ticket:
    async with home.parts.database.reading() as uow:
        contact = await uow.citizens.find(citizen.key)
        assert contact
        return (await uow.tickets.of_conversation(contact.conversation_id, limit=1))[0]


async def last_seen(home: House, officer: Officer, ticket: Ticket) -> int:
    return max(message.id for message in (await home.parts.desk.open(officer, ticket.id)).messages)


async def reply(home: House, officer: Officer, ticket: Ticket, text: str, key: str = "k") -> Ticket:
    seen = await last_seen(home, officer, ticket)
    answered = await home.parts.desk.answer(officer, ticket.id, text, seen_message_id=seen, key=key)
    await home.settle()
    return answered


async def news(home: House, citizen: Citizen) -> list[Reply]:
    await home.settle()
    return citizen.news()


async def test_the_citizen_is_told_by_name_who_took_it_and_who_answers(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    (claimed,) = await news(home, an)
    assert "Nguyễn Thị Mai" in claimed.text
    assert (claimed.voice, f"#{ticket.number}" in claimed.text) == (Voice.NOTICE, True)

    await reply(home, mai, ticket, "Dạ mời bác ra xã gặp em.")
    (answer,) = await news(home, an)
    assert (answer.text, answer.voice) == ("Dạ mời bác ra xã gặp em.", Voice.OFFICER)
    assert answer.speaker == "Cán bộ Nguyễn Thị Mai"


async def test_an_answer_sent_twice_with_the_same_key_is_said_once(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await news(home, an)
    seen = await last_seen(home, mai, ticket)
    for _ in range(10):
        again = await home.parts.desk.answer(
            mai, ticket.id, "Dạ mời bác.", seen_message_id=seen, key="form-1"
        )
        assert again.status is TicketStatus.ANSWERED
    assert [each.text for each in await news(home, an)] == ["Dạ mời bác."]

    await home.parts.desk.answer(mai, ticket.id, "Dạ thêm nữa.", seen_message_id=seen + 99, key="form-2")
    assert [each.text for each in await news(home, an)] == ["Dạ thêm nữa."]


async def test_an_answer_to_what_was_not_seen_is_not_sent(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    seen = await last_seen(home, mai, ticket)
    await an.say("à mà thôi, tui hỏi chuyện khác")
    an.news()
    with pytest.raises(MovedOnError) as moved:
        await home.parts.desk.answer(mai, ticket.id, "Dạ mời bác.", seen_message_id=seen, key="form-1")
    assert moved.value.last_message_id > seen
    assert await news(home, an) == []

    await reply(home, mai, ticket, "Dạ bác hỏi đi ạ.", key="form-1")
    assert [each.text for each in await news(home, an)] == ["Dạ bác hỏi đi ạ."], (
        "the refused key was not used up"
    )


async def test_the_second_to_claim_hears_who_was_first(home: House) -> None:
    _, ticket = await asked(home)
    mai, kha = await home.officer("mai"), await home.officer("kha")
    await home.parts.desk.claim(mai, ticket.id)
    with pytest.raises(TicketTakenError, match="Nguyễn Thị Mai"):
        await home.parts.desk.claim(kha, ticket.id)
    for act in (
        home.parts.desk.answer(kha, ticket.id, "Dạ.", seen_message_id=10**9, key="k"),
        home.parts.desk.release(kha, ticket.id),
        home.parts.desk.close(kha, ticket.id, Closing.ANSWERED),
    ):
        with pytest.raises(TicketTakenError) as taken:
            await act
        assert (taken.value.officer_name, taken.value.since) == ("Nguyễn Thị Mai", home.clock.now())


async def test_claimed_twice_by_one_officer_the_citizen_hears_it_once(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    for _ in range(3):
        await home.parts.desk.claim(mai, ticket.id)
    assert len(await news(home, an)) == 1
    events = (await home.parts.desk.open(mai, ticket.id)).events
    assert [event.kind for event in events] == ["opened", "claimed"]


async def test_after_a_release_anybody_may_take_it(home: House) -> None:
    an, ticket = await asked(home)
    mai, kha = await home.officer("mai"), await home.officer("kha")
    await home.parts.desk.claim(mai, ticket.id)
    await home.parts.desk.release(mai, ticket.id, "đi họp")
    assert "đang chờ cán bộ khác" in (await news(home, an))[-1].text
    with pytest.raises(ForbiddenError):
        await home.parts.desk.answer(mai, ticket.id, "Dạ.", seen_message_id=10**9, key="k")
    assert (await home.parts.desk.claim(kha, ticket.id)).officer_name == "Trần Minh Kha"


@pytest.mark.parametrize("closing", [Closing.REFUSED, Closing.NOT_OURS])
@pytest.mark.parametrize("detail", ["", "  \n"])
async def test_some_endings_need_words(home: House, closing: Closing, detail: str) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await news(home, an)
    with pytest.raises(ValueError):
        await home.parts.desk.close(mai, ticket.id, closing, detail)
    assert await news(home, an) == []
    await home.parts.desk.close(mai, ticket.id, closing, "Điện lực Cà Mau")
    assert "Điện lực Cà Mau" in (await news(home, an))[0].text


async def test_a_closed_ticket_is_answered_by_nobody_and_the_bot_speaks_again(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await home.parts.desk.close(mai, ticket.id, Closing.ANSWERED)
    assert "sẵn sàng" in (await news(home, an))[-1].text
    for act in (
        home.parts.desk.answer(mai, ticket.id, "Dạ.", seen_message_id=10**9, key="k"),
        home.parts.desk.claim(mai, ticket.id),
        home.parts.desk.release(mai, ticket.id),
        home.parts.desk.close(mai, ticket.id, Closing.ANSWERED),
    ):
        with pytest.raises(TicketClosedError):
            await act
    assert await an.say("cảm ơn em nhiều")

    again = await home.parts.desk.reopen(mai, ticket.id)
    assert (again.status, again.officer_id) == (TicketStatus.ASSIGNED, mai.id)


async def loses_it_after_an_hour(home: House, an: Citizen, holder: Officer) -> None:
    home.clock.pass_(minutes=59)
    await home.timers()
    assert (await ticket_of(home, an)).officer_id == holder.id
    home.clock.pass_(minutes=1)
    await home.timers()
    assert (await ticket_of(home, an)).status is TicketStatus.NEW
    assert "đang chờ cán bộ khác" in (await news(home, an))[-1].text


async def test_an_idle_claim_goes_back_to_the_queue_after_an_hour_of_office_time(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await news(home, an)
    await loses_it_after_an_hour(home, an, mai)
    assert await home.waiting(mai) == (await ticket_of(home, an),)


async def test_who_answered_is_not_idle(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await reply(home, mai, ticket, "Dạ mời bác.")
    home.clock.pass_(hours=3)
    await home.timers()
    assert (await ticket_of(home, an)).officer_id == mai.id
    await home.parts.desk.give_back_idle(ticket.id)
    assert (await ticket_of(home, an)).officer_id == mai.id


async def test_the_timer_of_an_earlier_claim_does_not_take_it_from_the_next_officer(home: House) -> None:
    an, ticket = await asked(home)
    mai, kha = await home.officer("mai"), await home.officer("kha")
    await home.parts.desk.claim(mai, ticket.id)
    home.clock.pass_(minutes=50)
    await home.parts.desk.release(mai, ticket.id)
    await home.parts.desk.claim(kha, ticket.id)
    home.clock.pass_(minutes=20)
    await home.timers()
    assert (await ticket_of(home, an)).officer_id == kha.id


async def test_eight_office_hours_after_the_answer_it_closes_by_itself(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await reply(home, mai, ticket, "Dạ mời bác.")
    await news(home, an)
    home.clock.at = home.parts.worktime.add(home.clock.now(), timedelta(hours=8)) - timedelta(seconds=1)
    await home.timers()
    assert (await ticket_of(home, an)).status is TicketStatus.ANSWERED
    home.clock.pass_(seconds=1)
    await home.timers()
    closed = await ticket_of(home, an)
    assert (closed.status, closed.closing) == (TicketStatus.CLOSED, Closing.ANSWERED)
    assert len(await news(home, an)) == 1


async def test_a_word_of_the_citizen_keeps_it_open(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await reply(home, mai, ticket, "Dạ mời bác.")
    await an.say("bữa đó tui đi không được")
    home.clock.pass_(days=7)
    await home.timers()
    assert (await ticket_of(home, an)).status is TicketStatus.NEW, "open, and somebody else may answer"


async def test_who_answered_once_and_then_keeps_silent_loses_it_too(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await reply(home, mai, ticket, "Dạ mời bác.")
    await an.say("bữa đó tui đi không được")
    await news(home, an)
    await loses_it_after_an_hour(home, an, mai)


async def test_not_done_comes_back_to_the_same_officer_and_not_to_silence(home: House) -> None:
    an, ticket = await asked(home)
    mai, kha = await home.officer("mai"), await home.officer("kha")
    await home.parts.desk.claim(mai, ticket.id)
    await reply(home, mai, ticket, "Dạ mời bác.")
    await home.parts.desk.close(mai, ticket.id, Closing.ANSWERED)
    await an.say("chưa xong")
    assert (await ticket_of(home, an)).officer_id == mai.id
    home.clock.pass_(hours=1)
    await home.timers()
    assert await home.waiting(kha) == (await ticket_of(home, an),)


async def test_a_locked_account_keeps_no_question(home: House) -> None:
    an, ticket = await asked(home)
    mai, kha = await home.officer("mai"), await home.officer("kha")
    admin = await home.officer("quantri", Role.ADMIN)
    await home.parts.desk.claim(mai, ticket.id)
    await reply(home, mai, ticket, "Dạ mời bác.")
    await an.say("bữa đó tui đi không được")
    staff = Staff(home.parts.database, home.clock, Lifetimes(timedelta(hours=1), timedelta(hours=9)), ())
    await staff.disable(admin, mai.id)
    await home.timers()
    assert await home.waiting(kha) == (await ticket_of(home, an),)


async def test_timers_done_twice_or_for_a_ticket_that_moved_on_do_nothing(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    for _ in range(2):
        await home.parts.desk.close_answered(ticket.id)
        await home.parts.desk.give_back_idle(ticket.id)
    assert (await ticket_of(home, an)).status is TicketStatus.NEW
    await home.parts.desk.claim(mai, ticket.id)
    await home.parts.desk.close(mai, ticket.id, Closing.ANSWERED)
    await news(home, an)
    for _ in range(2):
        await home.parts.desk.close_answered(ticket.id)
        await home.parts.desk.give_back_idle(ticket.id)
    assert await news(home, an) == []
    async with home.parts.database.reading() as uow:
        assert await uow.jobs.get(CLOSE_JOB, str(ticket.id)) is None
        assert await uow.jobs.get(IDLE_JOB, str(ticket.id)) is not None, "it looks, and finds nothing to do"


async def test_an_answer_offers_five_levels_and_not_done(home: House) -> None:
    an, ticket = await asked(home)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await reply(home, mai, ticket, "Dạ mời bác.")
    (_, answer) = await news(home, an)
    assert len(answer.choices) == 6
    assert answer.choices[-1].token == f"reopen:{ticket.number}"


async def test_mourning_is_never_asked_for_a_rating(home: House) -> None:
    an = home.citizen()
    await an.send(kind="button", button=f"p:{GRIEF}")
    await an.say("cho tui gặp cán bộ hỏi chuyện đăng ký khai tử cho ông nội ở xa")
    ticket, mai = await ticket_of(home, an), await home.officer()
    assert ticket.procedure_code == GRIEF
    await home.parts.desk.claim(mai, ticket.id)
    await reply(home, mai, ticket, "Dạ gia đình mang giấy báo tử ra xã ạ.")
    answer = (await news(home, an))[-1]
    assert [choice.token for choice in answer.choices] == [f"reopen:{ticket.number}"]
    await an.send(kind="button", button=f"r:5:{ticket.number}")
    async with home.parts.database.reading() as uow:
        assert await uow.ratings.for_ticket(ticket.id) is None


async def test_a_note_is_kept_beside_the_ticket_and_never_said(home: House) -> None:
    an, ticket = await asked(home)
    mai, kha = await home.officer("mai"), await home.officer("kha")
    await home.parts.desk.claim(mai, ticket.id)
    await news(home, an)
    for _ in range(3):
        await home.parts.desk.note(kha, ticket.id, "  hỏi bên đất đai  ", key="n1")
    page = await home.parts.desk.open(mai, ticket.id)
    assert [event.detail for event in page.events if event.kind == "noted"] == ["hỏi bên đất đai"]
    assert all("đất đai" not in message.text for message in page.messages)
    assert await news(home, an) == []


async def test_the_officer_sees_what_the_bot_had_matched(home: House) -> None:
    an = home.citizen()
    await an.say("cho tui gặp cán bộ hỏi chuyện đăng ký khai sinh cho con mà không có giấy chứng sinh")
    page = await home.parts.desk.open(await home.officer(), (await ticket_of(home, an)).id)
    assert page.ticket.question.startswith("cho tui gặp cán bộ")
    assert all(each.code and each.name and each.score > 0 for each in page.matched)
    assert "release" not in page.may
    assert "claim" in page.may


async def test_every_verb_leaves_a_line_in_the_audit(home: House) -> None:
    _, ticket = await asked(home)
    mai = await home.officer()
    desk = home.parts.desk
    await desk.claim(mai, ticket.id)
    await desk.release(mai, ticket.id)
    await desk.claim(mai, ticket.id)
    await reply(home, mai, ticket, "Dạ.")
    await desk.close(mai, ticket.id, Closing.ANSWERED)
    await desk.reopen(mai, ticket.id)
    async with home.parts.database.reading() as uow:
        lines = [each for each in await uow.audit.entries(50) if each.subject == f"ticket:{ticket.id}"]
        assert await uow.audit.verify() is None
    assert [line.action.removeprefix("ticket.") for line in reversed(lines)] == [
        "claimed",
        "released",
        "claimed",
        "answered",
        "closed",
        "reopened",
    ]
    assert {line.actor for line in lines} == {f"officer:{mai.id}"}


async def test_with_the_queue_in_pages_nothing_is_shown_twice(home: House) -> None:
    for number in range(55):
        await asked(home, f"nguoi-{number}")
    mai = await home.officer()
    first = await home.parts.desk.queue(mai, QueueView.UNASSIGNED)
    second = await home.parts.desk.queue(mai, QueueView.UNASSIGNED, page=2)
    assert (len(first.tickets), first.has_more, len(second.tickets), second.has_more) == (50, True, 5, False)
    assert not {each.id for each in first.tickets} & {each.id for each in second.tickets}
    assert first.counts.unassigned == 55


# Who may do what, tried for real: role x department x action, on a ticket nobody holds, one's own, a colleague's.

VERBS = (Action.VIEW, Action.CLAIM, Action.ANSWER, Action.RELEASE, Action.NOTE, Action.CLOSE, Action.REOPEN)
_ALL = frozenset(VERBS)
NEW, OWN, OTHERS, CLOSED = "nobody's", "one's own", "a colleague's", "closed"
STAFF = {
    NEW: frozenset({Action.VIEW, Action.NOTE, Action.CLAIM}),
    OWN: _ALL - {Action.REOPEN},  # claiming one's own again changes nothing
    OTHERS: frozenset({Action.VIEW, Action.NOTE}),
    CLOSED: frozenset({Action.VIEW, Action.NOTE, Action.REOPEN}),
}
SUPERVISOR = {
    **STAFF,
    NEW: STAFF[NEW] | {Action.CLOSE, Action.RELEASE},
    OTHERS: STAFF[OTHERS] | {Action.RELEASE, Action.CLOSE},
}
NOBODY: dict[str, frozenset[Action]] = dict.fromkeys((NEW, OWN, OTHERS, CLOSED), frozenset())
WHO = {
    "front officer": (Role.FRONT_OFFICER, (), STAFF),
    "specialist of the department": (Role.SPECIALIST, ("trung_tam",), STAFF),
    "specialist of two departments": (Role.SPECIALIST, ("cong_an", "trung_tam"), STAFF),
    "specialist of another": (Role.SPECIALIST, ("cong_an",), NOBODY),
    "specialist of none": (Role.SPECIALIST, (), NOBODY),
    "supervisor": (Role.SUPERVISOR, (), SUPERVISOR),
    "admin": (Role.ADMIN, (), NOBODY),
}


# Who may do nothing never comes to hold a ticket.
CASES = [
    (who, situation)
    for who, situation in product(WHO, (NEW, OWN, OTHERS, CLOSED))
    if not (situation == OWN and WHO[who][2] is NOBODY)
]


@pytest.mark.parametrize(("who", "situation"), CASES)
async def test_who_may_do_what(sqlite_url: str, tmp_path: Path, who: str, situation: str) -> None:
    role, departments, table = WHO[who]
    async with house(sqlite_url, tmp_path) as home:
        officer = await home.officer("somebody", role, departments)
        colleague = await home.officer("mai")
        done = set()
        for verb in VERBS:
            ticket = await _in_situation(home, verb, situation, officer, colleague)
            if await _succeeds(home, officer, ticket, verb):
                done.add(verb)
        assert done == set(table[situation])


async def _in_situation(
    home: House, verb: Action, situation: str, officer: Officer, colleague: Officer
) -> Ticket:
    _, ticket = await asked(home, f"nguoi-hoi-{verb}", "cho tui gặp cán bộ hỏi một chuyện riêng khó nói lắm")
    assert ticket.department == "trung_tam"
    if situation != NEW:
        await home.parts.desk.claim(officer if situation == OWN else colleague, ticket.id)
    if situation == CLOSED:
        await home.parts.desk.close(colleague, ticket.id, Closing.ANSWERED)
    return ticket


async def _succeeds(home: House, officer: Officer, ticket: Ticket, verb: Action) -> bool:
    desk = home.parts.desk
    acts = {
        Action.VIEW: lambda: desk.open(officer, ticket.id),
        Action.CLAIM: lambda: desk.claim(officer, ticket.id),
        Action.ANSWER: lambda: desk.answer(officer, ticket.id, "Dạ.", seen_message_id=10**9, key="k"),
        Action.RELEASE: lambda: desk.release(officer, ticket.id),
        Action.NOTE: lambda: desk.note(officer, ticket.id, "ghi", key="k"),
        Action.CLOSE: lambda: desk.close(officer, ticket.id, Closing.ANSWERED),
        Action.REOPEN: lambda: desk.reopen(officer, ticket.id),
    }
    try:
        await acts[verb]()
    except (ForbiddenError, NotFoundError, TicketTakenError, TicketClosedError):
        return False
    return True


async def test_a_ticket_one_may_not_see_does_not_exist(home: House) -> None:
    _, ticket = await asked(home)
    stranger = await home.officer("hanh", Role.SPECIALIST, ("cong_an",))
    with pytest.raises(NotFoundError):
        await home.parts.desk.open(stranger, ticket.id)
    with pytest.raises(NotFoundError):
        await home.parts.desk.claim(stranger, ticket.id)
    page = await home.parts.desk.queue(stranger, QueueView.ALL_OPEN)
    assert (page.tickets, page.counts.unassigned) == ((), 0)
    admin = await home.officer("quantri", Role.ADMIN)
    assert (await home.parts.desk.queue(admin, QueueView.ALL_OPEN)).tickets == ()


async def test_a_supervisor_takes_it_from_a_colleague(home: House) -> None:
    an, ticket = await asked(home)
    mai, boss = await home.officer("mai"), await home.officer("boss", Role.SUPERVISOR)
    await home.parts.desk.claim(mai, ticket.id)
    await home.parts.desk.release(boss, ticket.id, "mai nghỉ bệnh")
    assert (await ticket_of(home, an)).officer_id is None
