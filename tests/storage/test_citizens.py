"""Citizens: known by where they write from, joined when they turn out to be one, forgotten when they ask."""

import asyncio
from pathlib import Path

import pytest

from storage.database import Database
from storage.errors import NotFoundError
from storage.petition_records import PetitionKind
from storage.records import AddressKey, Author, Closing, Contact, InboxEntry, Purpose
from tests.storage.stories import NOW, key, later, officer, open_ticket, somebody


async def test_the_first_message_makes_a_citizen_and_the_second_finds_them(database: Database) -> None:
    async with database.unit_of_work() as uow:
        first = await uow.citizens.resolve(key(), NOW, "Bà Tư")
        again = await uow.citizens.resolve(key(), later(minutes=5))
        await uow.commit()

    assert first.new
    assert not again.new
    assert (again.citizen_id, again.address_id, again.conversation_id) == (
        first.citizen_id,
        first.address_id,
        first.conversation_id,
    )
    assert (again.display_name, again.language, again.reachable, again.created_at) == (
        "Bà Tư",
        "vi",
        True,
        NOW,
    )


async def test_the_same_user_id_on_another_bot_is_another_address(database: Database) -> None:
    async with database.unit_of_work() as uow:
        one = await uow.citizens.resolve(AddressKey("telegram", "bot-1", "42"), NOW)
        two = await uow.citizens.resolve(AddressKey("telegram", "bot-2", "42"), NOW)
        await uow.commit()
    assert one.address_id != two.address_id
    assert one.citizen_id != two.citizen_id


async def test_a_new_display_name_is_kept(database: Database) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        assert (await uow.citizens.resolve(key(), NOW, "Út Trà")).display_name == "Út Trà"
        await uow.commit()
    async with database.reading() as uow:
        assert (await uow.citizens.get(contact.address_id)).display_name == "Út Trà"


async def test_two_first_messages_at_once_make_one_citizen(database: Database, database_url: str) -> None:
    other = await Database.open(database_url)

    async def resolve(place: Database) -> Contact:
        async with place.unit_of_work() as uow:
            contact = await uow.citizens.resolve(key(), NOW)
            await asyncio.sleep(0.01)
            await uow.commit()
        return contact

    contacts = await asyncio.gather(*(resolve(place) for place in (database, other) * 5))

    assert len({contact.citizen_id for contact in contacts}) == 1
    assert [contact.new for contact in contacts].count(True) == 1
    async with database.reading() as uow:
        assert len(await uow.citizens.addresses_of(contacts[0].citizen_id)) == 1
    await other.close()


async def test_what_a_citizen_tells_of_themselves_is_remembered(database: Database) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        await uow.citizens.set_commune(contact.citizen_id, "Đất Mũi")
        await uow.citizens.set_pronoun(contact.citizen_id, "bác")
        await uow.citizens.set_language(contact.citizen_id, "en")
        await uow.citizens.mark_unreachable(contact.address_id, "blocked", NOW)
        await uow.citizens.block(contact.address_id, later(hours=1), None)
        await uow.commit()

    async with database.unit_of_work() as uow:
        known = await uow.citizens.get(contact.address_id)
        assert (known.commune, known.pronoun, known.language) == ("Đất Mũi", "bác", "en")
        assert (known.reachable, known.blocked_until) == (False, later(hours=1))

        await uow.citizens.set_commune(contact.citizen_id, None)
        await uow.citizens.mark_reachable(contact.address_id)
        await uow.citizens.block(contact.address_id, None, None)
        known = await uow.citizens.get(contact.address_id)
        assert (known.commune, known.reachable, known.blocked_until) == (None, True, None)


async def test_who_is_not_there_is_said_so(database: Database) -> None:
    async with database.unit_of_work() as uow:
        assert await uow.citizens.find(key()) is None
        with pytest.raises(NotFoundError):
            await uow.citizens.get(7)
        with pytest.raises(NotFoundError):
            await uow.citizens.set_commune(7, "Đất Mũi")


async def test_two_who_are_one_bring_all_that_is_theirs(database: Database) -> None:
    web, zalo = await somebody(database), await somebody(database, channel="zalo_oa")
    async with database.unit_of_work() as uow:
        ticket = await open_ticket(uow, zalo)
        await uow.citizens.join(web.citizen_id, zalo.citizen_id, NOW)
        await uow.commit()

    async with database.reading() as uow:
        addresses = await uow.citizens.addresses_of(web.citizen_id)
        assert [contact.key.channel for contact in addresses] == ["web", "zalo_oa"]
        assert (await uow.tickets.get(ticket.id)).citizen_id == web.citizen_id
        assert await uow.citizens.addresses_of(zalo.citizen_id) == ()
    async with database.unit_of_work() as uow:
        with pytest.raises(ValueError, match="themselves"):
            await uow.citizens.join(web.citizen_id, web.citizen_id, NOW)


CANARY = "hỏnghóc"


async def _live_a_life(database: Database) -> Contact:
    """Leave the canary everywhere a citizen's words can come to lie."""
    lan = await officer(database)
    async with database.unit_of_work() as uow:
        contact = await uow.citizens.resolve(key(), NOW, CANARY)
        await uow.inbox.put([InboxEntry("web", "main", "ba-tu", "1", {"text": CANARY})], NOW)
        (row,) = await uow.inbox.take("a", NOW, 60, 1)
        await uow.inbox.done(row.id, NOW)
        await uow.citizens.set_commune(contact.citizen_id, CANARY)
        await uow.citizens.set_pronoun(contact.citizen_id, CANARY)
        conversation = await uow.conversations.lock(contact.conversation_id)
        await uow.conversations.save_state(conversation.id, CANARY, conversation.version)
        asked = await uow.messages.add(
            conversation.id, Author.CITIZEN, CANARY, NOW, body={"text": CANARY}, search_text=CANARY
        )
        await uow.messages.add(conversation.id, Author.BOT, f"Dạ, {CANARY}...", NOW, note={"matched": CANARY})
        sent = await uow.outbox.add(contact.address_id, {"text": CANARY}, NOW, message_id=asked.id)
        await uow.outbox.sent(sent, NOW)
        ticket = await open_ticket(
            uow, contact, question=CANARY, matched={"text": CANARY}, search_text=CANARY
        )
        await uow.tickets.note(ticket.id, lan.id, NOW, CANARY)
        await uow.drafts.save(ticket.id, lan.id, "text", f"Dạ {CANARY}", NOW)
        await uow.proposals.make(ticket.id, lan.id, "1.1", CANARY, NOW)
        petition = await uow.petitions.file(
            code="PA-0000-0001",
            kind=PetitionKind.REMARK,
            text=CANARY,
            place=CANARY,
            name_withheld=True,
            citizen_id=contact.citizen_id,
            address_id=contact.address_id,
            conversation_id=contact.conversation_id,
            department="one-stop",
            filed_at=NOW,
            forward_due_at=NOW,
            answer_due_at=NOW,
        )
        await uow.petitions.note(petition.id, NOW, "reopened", reason=CANARY)
        await uow.ratings.rate(
            address_id=contact.address_id,
            ticket_id=ticket.id,
            officer_id=lan.id,
            procedure_code=None,
            score=2,
            words=CANARY,
            at=NOW,
            sequence=1,
        )
        await uow.consents.give(
            citizen_id=contact.citizen_id,
            address_id=contact.address_id,
            purpose=Purpose.PETITION,
            wording_version="1",
            wording_hash="0" * 64,
            at=NOW,
        )
        await uow.submissions.add(
            receipt_code="R-1",
            procedure_code="1.001193",
            citizen_id=contact.citizen_id,
            address_id=contact.address_id,
            created_at=NOW,
            answers={"name": CANARY},
        )
        await uow.files.add(
            digest="0" * 64,
            media_type="image/jpeg",
            size=1,
            name=CANARY,
            address_id=contact.address_id,
            created_at=NOW,
            keep_until=None,
        )
        await uow.commit()
    return contact


async def _tables_with_the_canary(database: Database) -> set[str]:
    from storage.tables import metadata

    async with database._reader.connect() as connection:
        return {
            table.name
            for table in metadata.sorted_tables
            if any(CANARY in str(value) for row in await connection.execute(table.select()) for value in row)
        }


async def test_who_asks_to_be_forgotten_is_forgotten_everywhere(database: Database) -> None:
    contact = await _live_a_life(database)
    places = await _tables_with_the_canary(database)
    assert len(places) == 15, f"the canary must have lain in every place: {sorted(places)}"

    async with database.unit_of_work() as uow:
        counts = await uow.citizens.forget(contact.citizen_id, later(days=1))
        await uow.commit()

    assert await _tables_with_the_canary(database) == set()
    assert counts["messages"] == 2
    assert counts["tickets"] == counts["petitions"] == 1
    async with database.reading() as uow:
        assert await uow.messages.search(CANARY) == ()
        assert await uow.tickets.search(CANARY) == ()
        assert not await uow.consents.has(contact.citizen_id, Purpose.PETITION)
        assert len(await uow.consents.of_citizen(contact.citizen_id)) == 1, "the evidence stays"
        assert await uow.petitions.by_code("PA-0000-0001") is not None


async def test_at_their_own_word_all_goes_that_no_duty_keeps(database: Database) -> None:
    contact = await _live_a_life(database)
    async with database.unit_of_work() as uow:
        await uow.citizens.set_phone(contact.citizen_id, "0912345678", NOW)
        for number, keep_until in enumerate((later(days=1), None)):
            await uow.files.add(
                digest=str(number) * 64,
                media_type="image/jpeg",
                size=1,
                name=CANARY,
                address_id=contact.address_id,
                created_at=NOW,
                keep_until=keep_until,
            )
        (ticket,) = await uow.tickets.of_conversation(contact.conversation_id)
        of_ticket = await uow.messages.add(
            contact.conversation_id, Author.CITIZEN, CANARY, NOW, ticket_id=ticket.id, search_text=CANARY
        )
        await uow.tickets.close(ticket.id, None, NOW, Closing.ANSWERED)
        await uow.commit()

    async with database.unit_of_work() as uow:
        await uow.citizens.forget_unbound(contact.citizen_id, later(hours=1))
        await uow.commit()

    kept = {
        "tickets",
        "ticket_events",
        "drafts",
        "proposals",
        "petitions",
        "petition_events",
        "submissions",
        "messages",
        "files",
    }
    assert await _tables_with_the_canary(database) == kept
    async with database.reading() as uow:
        known = await uow.citizens.get(contact.address_id)
        assert (known.display_name, known.phone, known.commune, known.pronoun) == (None, None, None, None)
        said = await uow.messages.of_conversation(contact.conversation_id)
        assert [each.id for each in said if each.text] == [of_ticket.id], "of a ticket, what was said stays"
        stored = await uow.files.of_address(contact.address_id)
        assert [(each.name, each.keep_until) for each in stored] == [
            (CANARY, None),
            (None, later(hours=1)),
            (CANARY, None),
        ], "what something needs stays, the rest is thrown away at the next sweep"
        assert not await uow.consents.has(contact.citizen_id, Purpose.PETITION)
        assert len(await uow.consents.of_citizen(contact.citizen_id)) == 1


async def test_while_somebody_works_on_a_question_its_conversation_stays(database: Database) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        await uow.messages.add(contact.conversation_id, Author.CITIZEN, "đất của tui", NOW, search_text="dat")
        ticket = await open_ticket(uow, contact)
        await uow.citizens.forget_unbound(contact.citizen_id, NOW)
        await uow.commit()
    async with database.unit_of_work() as uow:
        assert len(await uow.messages.search("dat")) == 1
        await uow.tickets.close(ticket.id, None, NOW, Closing.WITHDRAWN)
        await uow.citizens.forget_unbound(contact.citizen_id, NOW)
        assert await uow.messages.search("dat") == ()
        assert (await uow.tickets.get(ticket.id)).closing is Closing.WITHDRAWN


async def test_after_a_quiet_hour_not_even_the_file_remembers(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url, server=True)
    assert database.path is not None
    contact = await _live_a_life(database)
    async with database.unit_of_work() as uow:
        for number in range(40):
            text = f"{CANARY} {number} " + "dài " * number
            await uow.messages.add(contact.conversation_id, Author.CITIZEN, text, NOW, search_text=text)
        await uow.commit()
    files = (database.path, Path(f"{database.path}-wal"))

    def remembered() -> list[str]:
        return [file.name for file in files if CANARY.encode() in file.read_bytes()]

    assert remembered()
    async with database.unit_of_work() as uow:
        await uow.citizens.forget(contact.citizen_id, later(days=1))
        await uow.commit()
    await database.compact()

    assert remembered() == []
    async with database.reading() as uow:
        assert await uow.messages.search(CANARY) == ()
    await database.close()


async def test_compacting_is_harmless_anywhere(database: Database, database_url: str) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        await uow.messages.add(contact.conversation_id, Author.CITIZEN, "Đất", NOW, search_text="dat")
        await uow.commit()
    command = await Database.open(database_url)
    await command.compact()
    await database.compact()
    async with command.reading() as uow:
        assert len(await uow.messages.search("dat")) == 1
    await command.close()


async def test_forgetting_one_citizen_leaves_the_others_alone(database: Database) -> None:
    neighbour = await somebody(database, "chu-bay")
    async with database.unit_of_work() as uow:
        await uow.messages.add(
            neighbour.conversation_id, Author.CITIZEN, "Mất bằng lái", NOW, search_text="mat bang lai"
        )
        await uow.commit()
    gone = await _live_a_life(database)

    async with database.unit_of_work() as uow:
        await uow.citizens.forget(gone.citizen_id, NOW)
        await uow.commit()

    async with database.reading() as uow:
        (found,) = await uow.messages.search("bang lai")
        assert found.text == "Mất bằng lái"
