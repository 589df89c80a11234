"""Files of officers' answers: beside the draft, held, sent; each at one place, and gone when nothing needs it."""

import pytest

from storage.database import Database
from storage.errors import StaleStateError
from storage.records import Author, Closing, Officer, StoredFile, Ticket
from storage.unit_of_work import UnitOfWork
from tests.storage.stories import NOW, later, officer, question, somebody
from tests.storage.test_filing import photo


async def pictures(uow: UnitOfWork, ticket: Ticket, lan: Officer, names: str) -> list[StoredFile]:
    kept = [await photo(uow, None, name) for name in names]
    for minute, each in enumerate(kept):
        await uow.answer_files.attach(ticket.id, lan.id, each.id, later(minutes=minute))
    return kept


async def test_what_is_attached_is_seen_by_its_officer_and_taken_off_again(database: Database) -> None:
    ticket = await question(database, await somebody(database))
    lan, minh = await officer(database), await officer(database, "minh")
    async with database.unit_of_work() as uow:
        one, two = await pictures(uow, ticket, lan, "ab")
        await uow.answer_files.attach(ticket.id, lan.id, one.id, later(minutes=9))
        assert await uow.answer_files.of_draft(ticket.id, lan.id) == (one, two), "twice is once"
        assert await uow.answer_files.of_draft(ticket.id, minh.id) == ()
        assert await uow.answer_files.beside(ticket.id, minh.id, one.id) is None, "a colleague's draft"
        assert await uow.answer_files.beside(ticket.id, lan.id, one.id) == one
        assert not await uow.answer_files.remove(ticket.id, minh.id, one.id)
        assert await uow.answer_files.remove(ticket.id, lan.id, one.id)
        assert not await uow.answer_files.remove(ticket.id, lan.id, one.id)
        assert await uow.answer_files.of_draft(ticket.id, lan.id) == (two,)


async def test_only_what_the_officer_saw_goes_and_an_undone_answer_gets_it_back(database: Database) -> None:
    ticket, lan = await question(database, await somebody(database)), await officer(database)
    async with database.unit_of_work() as uow:
        one, two = await pictures(uow, ticket, lan, "ab")
        for seen in ((), (one.id,), (one.id, two.id, 99)):
            with pytest.raises(StaleStateError):
                await uow.answer_files.hold(ticket.id, lan.id, seen)
        assert await uow.answer_files.hold(ticket.id, lan.id, {two.id, one.id}) == (one.id, two.id)
        assert await uow.answer_files.of_draft(ticket.id, lan.id) == (), "on its way"
        assert not await uow.answer_files.remove(ticket.id, lan.id, one.id), "too late to take it off"
        (three,) = await pictures(uow, ticket, lan, "c")
        assert await uow.answer_files.of_draft(ticket.id, lan.id) == (three,), "the next answer's"
        await uow.answer_files.back(ticket.id, lan.id, [one.id, two.id])
        assert {each.id for each in await uow.answer_files.of_draft(ticket.id, lan.id)} == {
            one.id,
            two.id,
            three.id,
        }


async def test_a_file_is_open_to_the_conversation_it_was_sent_in_alone(database: Database) -> None:
    contact, other = await somebody(database), await somebody(database, "ba-nam")
    ticket, lan = await question(database, contact), await officer(database)
    async with database.unit_of_work() as uow:
        one, two = await pictures(uow, ticket, lan, "ab")
        assert await uow.answer_files.sent_to(contact.conversation_id, one.id) is None, "not sent yet"
        await uow.answer_files.hold(ticket.id, lan.id, [one.id, two.id])
        message = await uow.messages.add(contact.conversation_id, Author.OFFICER, "Dạ đây ạ", NOW)
        await uow.answer_files.sent(message.id, [one.id])
        await uow.answer_files.went(ticket.id, lan.id, [one.id, two.id])
        assert await uow.answer_files.sent_to(contact.conversation_id, one.id) == one
        assert await uow.answer_files.sent_to(contact.conversation_id, two.id) is None
        assert await uow.answer_files.sent_to(other.conversation_id, one.id) is None
        assert await uow.answer_files.beside(ticket.id, lan.id, one.id) is None


async def test_a_file_lives_as_long_as_something_names_it(database: Database) -> None:
    contact = await somebody(database)
    ticket, lan = await question(database, contact), await officer(database)
    async with database.unit_of_work() as uow:
        draft, held, sent, stray = [await photo(uow, None, name, keep_hours=1) for name in "abcd"]
        for each in (held, draft):
            await uow.answer_files.attach(ticket.id, lan.id, each.id, NOW)
            if each is held:
                await uow.answer_files.hold(ticket.id, lan.id, [held.id])
        message = await uow.messages.add(contact.conversation_id, Author.OFFICER, "Dạ đây ạ", NOW)
        await uow.answer_files.sent(message.id, [sent.id])
        tomorrow = later(days=1)
        assert [each.id for each in await uow.files.expired(tomorrow)] == [stray.id]
        assert await uow.answer_files.purge(tomorrow) == 1, "the draft; what is held waits to go out"
        assert [each.id for each in await uow.files.expired(tomorrow)] == [draft.id, stray.id]
        await uow.tickets.close(ticket.id, lan.id, NOW, Closing.ANSWERED, None)
        assert await uow.retention.messages(tomorrow, 100) == 1
        assert [each.id for each in await uow.files.expired(tomorrow)] == [draft.id, sent.id, stray.id]


async def test_who_is_forgotten_leaves_no_file_behind(database: Database) -> None:
    contact = await somebody(database)
    ticket, lan = await question(database, contact), await officer(database)
    async with database.unit_of_work() as uow:
        draft, sent = [await photo(uow, None, name, keep_hours=900) for name in "ab"]
        await uow.answer_files.attach(ticket.id, lan.id, draft.id, NOW)
        message = await uow.messages.add(contact.conversation_id, Author.OFFICER, "Dạ đây ạ", NOW)
        await uow.answer_files.sent(message.id, [sent.id])
        await uow.citizens.forget(contact.citizen_id, later(hours=1))
        assert await uow.answer_files.sent_to(contact.conversation_id, sent.id) is None
        gone = await uow.files.expired(later(hours=1))
        assert [(each.id, each.name) for each in gone] == [(draft.id, None), (sent.id, None)]
