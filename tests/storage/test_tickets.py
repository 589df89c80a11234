"""Tickets: from the question to a named end, with somebody responsible all along."""

import pytest

from storage.database import Database
from storage.errors import MovedOnError, NotFoundError, StaleStateError, TicketClosedError, TicketTakenError
from storage.records import Author, Closing, Conversation, Ticket, TicketStatus
from storage.unit_of_work import UnitOfWork
from tests.storage.stories import NOW, later, officer, question, says, somebody


async def talk_of(database: Database, ticket: Ticket) -> Conversation:
    async with database.reading() as uow:
        return await uow.conversations.get(ticket.conversation_id)


async def test_a_question_is_asked_claimed_answered_and_closed(database: Database) -> None:
    contact, lan = await somebody(database), await officer(database)
    asked = await question(database, contact)
    assert (asked.status, asked.officer_id, asked.key, asked.number) == (
        TicketStatus.NEW,
        None,
        contact.key,
        asked.id,
    )
    assert (await talk_of(database, asked)).ticket_id == asked.id
    assert (await talk_of(database, asked)).held_by is None

    async with database.unit_of_work() as uow:
        claimed = await uow.tickets.claim(asked.id, lan.id, later(minutes=3))
        await uow.commit()
    assert (claimed.status, claimed.officer_name, claimed.claimed_at) == (
        TicketStatus.ASSIGNED,
        "Lan",
        later(minutes=3),
    )
    assert (await talk_of(database, asked)).held_by == lan.id

    async with database.unit_of_work() as uow:
        answered = await uow.tickets.answered(asked.id, lan.id, later(minutes=9), None)
        again = await uow.tickets.answered(asked.id, lan.id, later(minutes=11), None)
        await uow.commit()
    assert (answered.status, answered.officer_id) == (TicketStatus.ANSWERED, lan.id)
    assert again.first_answer_at == later(minutes=9)

    async with database.unit_of_work() as uow:
        closed = await uow.tickets.close(asked.id, lan.id, later(minutes=12), Closing.NOT_OURS, "Công an xã")
        await uow.commit()
    assert (closed.status, closed.closing, closed.closing_detail, closed.closed_at) == (
        TicketStatus.CLOSED,
        Closing.NOT_OURS,
        "Công an xã",
        later(minutes=12),
    )
    conversation = await talk_of(database, asked)
    assert (conversation.ticket_id, conversation.held_by) == (None, None)

    async with database.reading() as uow:
        events = await uow.tickets.events(asked.id)
    assert [(event.kind, event.officer_name) for event in events] == [
        ("opened", None),
        ("claimed", "Lan"),
        ("answered", "Lan"),
        ("answered", "Lan"),
        ("closed", "Lan"),
    ]
    assert events[-1].detail == "not_ours: Công an xã"


async def test_a_number_is_found_by_its_own_address_only(database: Database) -> None:
    tu, bay = await somebody(database, "ba-tu"), await somebody(database, "chu-bay")
    ticket = await question(database, tu)
    async with database.reading() as uow:
        assert await uow.tickets.by_number(tu.address_id, ticket.number) == ticket
        assert await uow.tickets.by_number(bay.address_id, ticket.number) is None
        assert await uow.tickets.open_for(tu.conversation_id) == ticket
        assert await uow.tickets.open_for(bay.conversation_id) is None
        with pytest.raises(NotFoundError):
            await uow.tickets.get(ticket.id + 1)


async def test_the_second_to_claim_hears_who_was_first_and_since_when(database: Database) -> None:
    lan, minh = await officer(database, "lan"), await officer(database, "minh")
    ticket = await question(database, await somebody(database))
    async with database.unit_of_work() as uow:
        first = await uow.tickets.claim(ticket.id, lan.id, NOW)
        assert await uow.tickets.claim(ticket.id, lan.id, later(minutes=1)) == first, (
            "a double click is one claim"
        )
        for attempt in (
            uow.tickets.claim(ticket.id, minh.id, later(minutes=1)),
            uow.tickets.answered(ticket.id, minh.id, later(minutes=1), None),
            uow.tickets.release(ticket.id, minh.id, later(minutes=1)),
            uow.tickets.forward(ticket.id, minh.id, later(minutes=1), "land", "", ""),
        ):
            with pytest.raises(TicketTakenError) as taken:
                await attempt
            assert (taken.value.officer_name, taken.value.since) == ("Lan", NOW)


async def test_what_is_closed_takes_no_more_until_it_is_reopened(database: Database) -> None:
    lan = await officer(database)
    ticket = await question(database, await somebody(database))
    async with database.unit_of_work() as uow:
        await uow.tickets.claim(ticket.id, lan.id, NOW)
        await uow.tickets.close(ticket.id, lan.id, NOW, Closing.ANSWERED)
        for attempt in (
            uow.tickets.claim(ticket.id, lan.id, NOW),
            uow.tickets.answered(ticket.id, lan.id, NOW, None),
            uow.tickets.close(ticket.id, lan.id, NOW, Closing.ABUSE),
            uow.tickets.forward(ticket.id, lan.id, NOW, "land", "", ""),
            uow.tickets.release(ticket.id, lan.id, NOW),
        ):
            with pytest.raises(TicketClosedError):
                await attempt

        reopened = await uow.tickets.reopen(ticket.id, later(days=1), "chưa rõ", due_at=later(days=2))
        assert (reopened.status, reopened.officer_id, reopened.due_at) == (
            TicketStatus.ASSIGNED,
            lan.id,
            later(days=2),
        )
        assert (reopened.closing, reopened.closed_at) == (None, None)
        assert await uow.tickets.reopen(ticket.id, later(days=1), "lần nữa") == reopened
        await uow.commit()
    conversation = await talk_of(database, ticket)
    assert (conversation.ticket_id, conversation.held_by) == (ticket.id, lan.id)


async def test_a_ticket_reopened_after_its_officer_left_goes_to_everybody(database: Database) -> None:
    lan = await officer(database)
    ticket = await question(database, await somebody(database))
    async with database.unit_of_work() as uow:
        await uow.tickets.claim(ticket.id, lan.id, NOW)
        await uow.tickets.close(ticket.id, lan.id, NOW, Closing.ANSWERED)
        await uow.officers.disable(lan.id, NOW)
        reopened = await uow.tickets.reopen(ticket.id, NOW, "chưa rõ")
    assert (reopened.status, reopened.officer_id) == (TicketStatus.NEW, None)


async def test_a_forwarded_ticket_has_two_names_and_comes_home_when_released(database: Database) -> None:
    lan, minh = await officer(database, "lan"), await officer(database, "minh", "land")
    ticket = await question(database, await somebody(database), department="one-stop")
    async with database.unit_of_work() as uow:
        await uow.tickets.claim(ticket.id, lan.id, NOW)
        forwarded = await uow.tickets.forward(ticket.id, lan.id, NOW, "land", "đất đai", "trả lời giúp")
        assert (forwarded.status, forwarded.department, forwarded.officer_id, forwarded.forwarded_from) == (
            TicketStatus.FORWARDED,
            "land",
            lan.id,
            "one-stop",
        )
        answered = await uow.tickets.answered(ticket.id, minh.id, NOW, None)
        assert (answered.status, answered.officer_name) == (TicketStatus.ANSWERED, "Lan")

        twice = await uow.tickets.forward(ticket.id, lan.id, NOW, "tax", "", "")
        assert (twice.department, twice.forwarded_from) == ("tax", "one-stop")
        released = await uow.tickets.release(ticket.id, lan.id, NOW, "nghỉ phép")
        assert (released.status, released.department, released.officer_id) == (
            TicketStatus.NEW,
            "one-stop",
            None,
        )
        assert await uow.tickets.release(ticket.id, lan.id, NOW) == released

        details = {event.kind: event.detail for event in await uow.tickets.events(ticket.id)}
    assert details["released"] == "nghỉ phép"
    assert details["forwarded"] == "tax"


async def test_a_supervisor_can_take_a_ticket_from_an_absent_officer(database: Database) -> None:
    lan, chief = await officer(database, "lan"), await officer(database, "chief")
    ticket = await question(database, await somebody(database))
    async with database.unit_of_work() as uow:
        await uow.tickets.claim(ticket.id, lan.id, NOW)
        released = await uow.tickets.release(ticket.id, chief.id, NOW, force=True)
        await uow.commit()
    assert released.officer_id is None
    assert (await talk_of(database, ticket)).held_by is None


async def test_an_answer_to_a_conversation_that_moved_on_is_held_back(database: Database) -> None:
    contact, lan = await somebody(database), await officer(database)
    ticket = await question(database, contact)
    seen = await says(database, contact, "Làm ở đâu?")
    async with database.unit_of_work() as uow:
        await uow.tickets.claim(ticket.id, lan.id, NOW)
        await uow.messages.add(contact.conversation_id, Author.SYSTEM, "Chị Lan đã nhận", NOW)
        await uow.commit()
    newer = await says(database, contact, "À, tui ở Đất Mũi")

    async with database.unit_of_work() as uow:
        with pytest.raises(MovedOnError) as moved:
            await uow.tickets.answered(ticket.id, lan.id, NOW, seen.id)
        assert moved.value.last_message_id == newer.id
        answered = await uow.tickets.answered(ticket.id, lan.id, NOW, newer.id)
    assert answered.status == TicketStatus.ANSWERED


async def test_a_new_message_after_the_answer_waits_for_the_officer_again(database: Database) -> None:
    contact, lan = await somebody(database), await officer(database)
    ticket = await question(database, contact)
    message = await says(database, contact, "Vậy còn lệ phí?")
    async with database.unit_of_work() as uow:
        await uow.tickets.answered(ticket.id, lan.id, NOW, None)
        await uow.tickets.touch(ticket.id, message.id)
        assert (await uow.tickets.get(ticket.id)).status == TicketStatus.ANSWERED
        await uow.tickets.touch(ticket.id, message.id - 1, needs_answer=True)
        touched = await uow.tickets.get(ticket.id)
    assert (touched.status, touched.officer_id, touched.last_message_id) == (
        TicketStatus.ASSIGNED,
        lan.id,
        message.id,
    )


async def test_who_answers_an_unclaimed_ticket_holds_it(database: Database) -> None:
    lan = await officer(database)
    ticket = await question(database, await somebody(database))
    async with database.unit_of_work() as uow:
        answered = await uow.tickets.answered(ticket.id, lan.id, NOW, None)
        await uow.commit()
    assert (answered.officer_id, answered.claimed_at) == (lan.id, NOW)
    assert (await talk_of(database, ticket)).held_by == lan.id


async def test_a_decision_made_on_an_older_version_is_refused(database: Database) -> None:
    lan = await officer(database)
    ticket = await question(database, await somebody(database))

    async def late_timer(uow: UnitOfWork) -> Ticket:
        return await uow.tickets.close(
            ticket.id, None, NOW, Closing.CITIZEN_GONE, expected_version=ticket.version
        )

    async with database.unit_of_work() as uow:
        await uow.tickets.claim(ticket.id, lan.id, NOW)
        with pytest.raises(StaleStateError):
            await late_timer(uow)
        assert (await uow.tickets.get(ticket.id)).status == TicketStatus.ASSIGNED


async def test_of_two_open_tickets_the_conversation_keeps_the_other(database: Database) -> None:
    contact, lan = await somebody(database), await officer(database)
    older, newer = await question(database, contact), await question(database, contact)
    async with database.unit_of_work() as uow:
        await uow.tickets.claim(older.id, lan.id, NOW)
        await uow.commit()
    conversation = await talk_of(database, older)
    assert (conversation.ticket_id, conversation.held_by) == (newer.id, lan.id)

    async with database.unit_of_work() as uow:
        await uow.tickets.close(newer.id, None, NOW, Closing.CITIZEN_GONE)
        assert [ticket.id for ticket in await uow.tickets.of_conversation(contact.conversation_id)] == [
            newer.id,
            older.id,
        ]
        await uow.commit()
    conversation = await talk_of(database, older)
    assert (conversation.ticket_id, conversation.held_by) == (older.id, lan.id)


async def test_a_note_is_for_colleagues(database: Database) -> None:
    contact, lan = await somebody(database), await officer(database)
    ticket = await question(database, contact)
    async with database.unit_of_work() as uow:
        await uow.tickets.note(ticket.id, lan.id, NOW, "Đã gọi điện cho chú Bảy")
        *_, event = await uow.tickets.events(ticket.id)
        assert (event.kind, event.officer_name, event.detail) == ("noted", "Lan", "Đã gọi điện cho chú Bảy")
        assert await uow.messages.of_conversation(contact.conversation_id) == ()
