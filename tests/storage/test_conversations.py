"""Conversations and messages: the state of a turn, what was said in which order, and finding it again."""

import asyncio

import pytest

from storage.database import Database
from storage.errors import NotFoundError, StaleStateError
from storage.records import Author, Contact
from tests.storage.stories import NOW, later, officer, question, says, somebody


async def test_a_state_is_kept_for_the_turn_that_read_the_last_one(database: Database) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        conversation = await uow.conversations.lock(contact.conversation_id)
        assert (conversation.state, conversation.version, conversation.last_message_at) == ("", 0, None)
        assert await uow.conversations.save_state(conversation.id, '{"asked":"1.001193"}', 0) == 1
        with pytest.raises(StaleStateError):
            await uow.conversations.save_state(conversation.id, "{}", 0)
        await uow.commit()

    async with database.reading() as uow:
        conversation = await uow.conversations.get(contact.conversation_id)
    assert (conversation.state, conversation.version) == ('{"asked":"1.001193"}', 1)
    assert conversation.contact.key == contact.key


async def test_a_conversation_that_is_not_there_is_said_so(database: Database) -> None:
    async with database.unit_of_work() as uow:
        with pytest.raises(NotFoundError):
            await uow.conversations.lock(7)


async def test_who_holds_the_conversation_can_be_set(database: Database) -> None:
    contact, lan = await somebody(database), await officer(database)
    async with database.unit_of_work() as uow:
        await uow.conversations.set_ticket(contact.conversation_id, 12, lan.id)
        held = await uow.conversations.get(contact.conversation_id)
        assert (held.ticket_id, held.held_by) == (12, lan.id)
        await uow.conversations.set_ticket(contact.conversation_id, None, None)
        free = await uow.conversations.get(contact.conversation_id)
        assert (free.ticket_id, free.held_by) == (None, None)


async def test_a_conversation_reads_in_the_order_in_which_it_was_said(database: Database) -> None:
    contact = await somebody(database)
    said = [await says(database, contact, str(number), minute=number) for number in range(6)]

    async with database.reading() as uow:
        conversation = await uow.conversations.get(contact.conversation_id)
        assert conversation.last_message_at == later(minutes=5)
        assert await uow.messages.last_id(contact.conversation_id) == said[-1].id

        async def texts(**page: int | bool) -> str:
            found = await uow.messages.of_conversation(contact.conversation_id, **page)  # type: ignore[arg-type]
            return "".join(message.text for message in found)

        assert await texts() == "012345"
        assert await texts(limit=2) == "01"
        assert await texts(after_id=said[2].id) == "345"
        assert await texts(after_id=said[2].id, limit=1) == "3"
        assert await texts(before_id=said[4].id, limit=2) == "23"
        assert await texts(latest=True, limit=2) == "45"


async def test_a_message_comes_back_whole(database: Database) -> None:
    contact, lan = await somebody(database), await officer(database)
    async with database.unit_of_work() as uow:
        added = await uow.messages.add(
            contact.conversation_id,
            Author.OFFICER,
            "Dạ, chú mang giấy chứng sinh theo giúp em ạ.",
            NOW,
            body={"text": "Dạ...", "choices": ["Cảm ơn"]},
            note={"catalog": "a1b2c3d4e5f6"},
            author_name="Lan",
            officer_id=lan.id,
        )
        await uow.commit()

    async with database.reading() as uow:
        assert await uow.messages.get(added.id) == added
        assert await uow.messages.get(added.id + 1) is None
    assert (added.author, added.author_name, added.officer_id) == (Author.OFFICER, "Lan", lan.id)
    assert added.body["choices"] == ["Cảm ơn"]
    assert added.at == NOW


async def test_odd_text_is_kept_as_far_as_a_database_can(database: Database) -> None:
    contact = await somebody(database)
    nfd, long = "đường", "á" * 100_000
    for text in (nfd, "\U0001f600", "", long, "\u202eđảo", "a\x00b\ud800c"):
        await says(database, contact, text, search_text=text)

    async with database.reading() as uow:
        texts = [m.text for m in await uow.messages.of_conversation(contact.conversation_id)]
    assert texts == [nfd, "\U0001f600", "", long, "\u202eđảo", "a�b�c"]


async def test_ids_of_a_conversation_never_appear_behind_one_already_read(database: Database) -> None:
    """Web chat continues after the last id it saw: an id that shows up later but smaller would be lost."""
    contact = await somebody(database)
    written, may_commit = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with database.unit_of_work() as uow:
            await uow.messages.add(contact.conversation_id, Author.CITIZEN, "trước", NOW)
            written.set()
            await may_commit.wait()
            await uow.commit()

    async def read() -> list[str]:
        async with database.reading() as uow:
            return [message.text for message in await uow.messages.of_conversation(contact.conversation_id)]

    first = asyncio.create_task(slow())
    await written.wait()
    second = asyncio.create_task(says(database, contact, "sau"))
    await asyncio.sleep(0.3)
    assert await read() == [], "the later one waits for the earlier one to be seen"

    may_commit.set()
    await asyncio.gather(first, second)
    assert await read() == ["trước", "sau"]


@pytest.fixture
async def talk(database: Database) -> Contact:
    contact = await somebody(database)
    for text, folded in (
        ("Làm giấy khai sinh cho con", "lam giay khai sinh cho con"),
        ("Hồ sơ H12.25-251103-0045 tới đâu rồi?", "ho so h12.25-251103-0045 toi dau roi"),
        ("Mất bằng lái rồi giờ sao", "mat bang lai roi gio sao"),
    ):
        await says(database, contact, text, search_text=folded)
    return contact


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("khai sinh", ["Làm giấy khai sinh cho con"]),
        ("con khai", ["Làm giấy khai sinh cho con"]),
        ("bang la", ["Mất bằng lái rồi giờ sao"]),
        ("h12.25-251103-0045", ["Hồ sơ H12.25-251103-0045 tới đâu rồi?"]),
        ("roi", ["Mất bằng lái rồi giờ sao", "Hồ sơ H12.25-251103-0045 tới đâu rồi?"]),
        ("khai tu", []),
        ("sin khai", []),
        ("", []),
        ("\"'; & | ! * ( ) : -- NEAR", []),
        ("khai' & sinh:* OR", []),
        ("x" * 5000, []),
    ],
)
async def test_what_was_said_is_found_by_its_words(
    database: Database, talk: Contact, asked: str, found: list[str]
) -> None:
    async with database.reading() as uow:
        assert [message.text for message in await uow.messages.search(asked)] == found


async def test_a_search_stays_within_the_departments_it_may_see(database: Database, talk: Contact) -> None:
    await question(database, talk, department="justice")
    async with database.reading() as uow:
        assert len(await uow.messages.search("khai sinh", departments=["justice", "land"])) == 1
        assert await uow.messages.search("khai sinh", departments=["land"]) == ()
        assert await uow.messages.search("khai sinh", departments=[]) == ()
        assert len(await uow.messages.search("roi", limit=1)) == 1
