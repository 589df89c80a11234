"""One turn of a citizen, seen from outside: what is kept, what is said, and in which order it counts."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import AddressKey, Author, InboxEntry, Message, Rating
from tests.house import Citizen, House, house

LAND = "cho tui gặp cán bộ hỏi chuyện đất của ông nội để lại chưa có sổ"


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(sqlite_url, tmp_path) as built:
        yield built


async def ratings(home: House) -> tuple[Rating, ...]:
    async with home.parts.database.reading() as uow:
        return await uow.ratings.recent(100)


async def talk(home: House, citizen: Citizen) -> tuple[Message, ...]:
    async with home.parts.database.reading() as uow:
        contact = await uow.citizens.find(citizen.key)
        assert contact
        return await uow.messages.of_conversation(contact.conversation_id)


@pytest.mark.parametrize("seed", range(5))
async def test_of_presses_in_any_order_the_last_one_pressed_counts(home: House, seed: int) -> None:
    """R29: the platform's own count decides, not the order of arrival; one row in the end."""
    presses = [(order, random.Random(order).randint(1, 5)) for order in range(100, 112)]
    arriving = presses + presses[:5]
    random.Random(seed).shuffle(arriving)
    for order, score in arriving:
        await home.citizen().receive_only(id=str(order), kind="button", button=f"r:{score}:", order=order)
    await home.settle()
    (rating,) = await ratings(home)
    assert rating.score == presses[-1][1]


async def test_where_a_platform_does_not_count_the_order_of_arrival_decides(home: House) -> None:
    citizen = home.citizen()
    for score in (5, 1, 3):
        await citizen.send(kind="button", button=f"r:{score}:")
    (rating,) = await ratings(home)
    assert rating.score == 3


async def test_a_ticket_is_rated_by_its_own_address_only(home: House) -> None:
    an, other = home.citizen("an"), home.citizen("other")
    await an.say(LAND)
    mai = await home.officer()
    (ticket,) = await home.waiting(mai)
    await other.send(kind="button", button=f"r:1:{ticket.number}")
    assert await ratings(home) == ()
    await other.send(kind="button", button=f"reopen:{ticket.number}")
    await an.send(kind="button", button=f"r:5:{ticket.number}")
    (rating,) = await ratings(home)
    assert (rating.score, rating.ticket_id) == (5, ticket.id)


async def test_the_first_words_say_that_this_is_a_machine_and_only_they(home: House) -> None:
    citizen = home.citizen()
    first = await citizen.say(LAND)
    assert "tự động" in first[0].text
    assert "Luật Bảo vệ dữ liệu cá nhân" in first[0].text
    again = await citizen.say("cảm ơn em nhiều")
    assert all("Luật Bảo vệ dữ liệu cá nhân" not in reply.text for reply in again)


async def test_a_state_nobody_can_read_means_to_start_anew(home: House) -> None:
    citizen = home.citizen()
    await citizen.say("tra cứu hồ sơ")
    async with home.parts.database.unit_of_work() as uow:
        contact = await uow.citizens.find(citizen.key)
        assert contact
        conversation = await uow.conversations.lock(contact.conversation_id)
        await uow.conversations.save_state(conversation.id, '{"v": 99, "x": [', conversation.version)
        await uow.commit()
    assert await citizen.say("cảm ơn em nhiều")


async def test_what_was_seen_and_shown_is_kept_beside_the_words(home: House) -> None:
    citizen = home.citizen()
    await citizen.say("đăng ký khai sinh cần giấy tờ gì")
    messages = await talk(home, citizen)
    asked = next(each for each in messages if each.author is Author.CITIZEN)
    shown = messages[-1]
    version = home.parts.live.snapshot.catalog.version
    assert asked.note["catalog"] == shown.note["catalog"] == version
    assert asked.note["act"] == shown.note["act"] == "show_procedure"
    assert asked.note["candidates"][0]["code"]
    assert shown.note["outcome"] == "ProcedureShown"


async def test_what_is_no_procedures_goes_to_the_front_desk_whatever_was_spoken_of_before(
    home: House,
) -> None:
    citizen = home.citizen()
    await citizen.say("rút bảo hiểm xã hội một lần")
    await citizen.say("gặp cán bộ hỏi tiền đền bù đất làm cao tốc, nhà tui bị thu hồi mà chưa thấy")
    (ticket,) = await home.waiting(await home.officer())
    assert (ticket.department, ticket.procedure_code) == ("trung_tam", None)


async def test_a_pressed_button_is_kept_as_the_words_that_stood_on_it(home: House) -> None:
    citizen = home.citizen()
    (*_, last) = await citizen.send(kind="start")
    choice = last.choices[0]
    await citizen.press(choice.label)
    (*_, pressed) = [each for each in await talk(home, citizen) if each.author is Author.CITIZEN]
    assert (pressed.text, pressed.body["button"]) == (choice.label, choice.token)


async def test_an_old_button_still_works(home: House) -> None:
    """Nothing about a button is remembered: one from last year does what it says."""
    replies = await home.citizen().send(kind="button", button="p:1.001193:documents")
    assert any("iấy" in reply.text for reply in replies)


async def test_ids_repeat_across_bots_and_are_different_people(home: House) -> None:
    one = Citizen(home, AddressKey("phone", "bot-a", "42"))
    other = Citizen(home, AddressKey("phone", "bot-b", "42"))
    await one.say(LAND)
    await other.say("cảm ơn em nhiều")
    assert len(await talk(home, other)) < len(await talk(home, one)) + 2
    assert all(message.text != LAND for message in await talk(home, other))


async def test_who_left_and_writes_again_is_answered_again(home: House) -> None:
    citizen = home.citizen()
    await citizen.say("cảm ơn em nhiều")
    assert await citizen.send(kind="left") == []
    assert await citizen.say("tra cứu hồ sơ")


async def test_the_clock_of_the_message_is_the_moment_of_the_turn(home: House) -> None:
    entry = InboxEntry("phone", "phone", "an", "e1", {"id": "e1", "kind": "text", "text": "cảm ơn em nhiều"})
    await home.parts.intake.receive([entry])
    home.clock.pass_(minutes=5)
    await home.settle()
    assert all(message.at == home.clock.now() for message in await talk(home, home.citizen()))
