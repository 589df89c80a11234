"""The outbox's worker: what was said arrives, in order, or fails in a way that somebody can see."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.delivery import Delivery
from bot.intake import stop
from bot.messages import Reply
from bot.ports import TryLaterError, UndeliverableError
from storage.errors import UnavailableError
from storage.records import AddressKey, Message, OutboxRow
from tests.house import Citizen, House, house


@pytest.fixture
async def home(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(database_url, tmp_path) as built:
        yield built


async def queue(home: House, name: str, *texts: str) -> Citizen:
    """Replies that wait for somebody who has written before."""
    citizen = home.citizen(name)
    async with home.parts.database.unit_of_work() as uow:
        contact = await uow.citizens.resolve(citizen.key, home.clock.now())
        for text in texts:
            await uow.outbox.add(contact.address_id, Reply(text).to_json(), home.clock.now())
        uow.notify("outbox")
        await uow.commit()
    return citizen


def got(home: House, name: str = "an") -> list[str]:
    return [reply.text for key, reply in home.phone.arrived if key.user_id == name]


async def failures(home: House) -> tuple[OutboxRow, ...]:
    async with home.parts.database.reading() as uow:
        return await uow.outbox.failures(10)


async def counts(home: House) -> dict[str, int]:
    async with home.parts.database.reading() as uow:
        return await uow.outbox.counts()


async def last_message(home: House, citizen: Citizen) -> Message:
    async with home.parts.database.reading() as uow:
        contact = await uow.citizens.find(citizen.key)
        assert contact
        return (await uow.messages.of_conversation(contact.conversation_id, latest=True))[-1]


async def test_replies_arrive_in_order_and_are_marked(home: House) -> None:
    await queue(home, "an", "một", "hai", "ba")
    await home.parts.delivery.drain()
    assert got(home) == ["một", "hai", "ba"]
    assert await counts(home) == {"pending": 0, "sent": 3, "failed": 0, "waiting": 0}


async def test_a_wait_that_was_asked_for_is_respected_and_holds_up_nobody_else(home: House) -> None:
    """R12: 600 seconds for one address; what waits behind it does not overtake, the others go on."""
    await queue(home, "an", "một", "hai")
    home.phone.faults.append(TryLaterError("flood", wait=600))
    await home.parts.delivery.drain()
    await queue(home, "bay", "chào bảy")
    await home.parts.delivery.drain()
    assert (got(home), got(home, "bay")) == ([], ["chào bảy"])

    home.clock.pass_(seconds=599)
    await home.parts.delivery.drain()
    assert got(home) == []
    home.clock.pass_(seconds=1)
    await home.parts.delivery.drain()
    assert got(home) == ["một", "hai"]


async def test_without_a_hint_the_pauses_grow(home: House) -> None:
    await queue(home, "an", "một")
    pauses = []
    for _ in range(12):
        home.phone.faults.append(TryLaterError("502"))
        await home.parts.delivery.drain()
        row = await _only_row(home)
        pauses.append((row.due_at - home.clock.now()).total_seconds())
        home.clock.at = row.due_at
    assert all(
        0.8 * wanted <= pause <= 1.2 * wanted for pause, wanted in zip(pauses, (2, 4, 8, 16), strict=False)
    )
    assert all(pause <= 900 * 1.2 for pause in pauses)
    assert pauses[-1] >= 900 * 0.8
    await home.parts.delivery.drain()
    assert got(home) == ["một"]


async def _only_row(home: House) -> OutboxRow:
    async with home.parts.database.reading() as uow:
        row = await uow.outbox.get(1)
    assert row
    return row


async def test_after_a_day_it_is_given_up_in_sight_and_what_waits_behind_goes_on(home: House) -> None:
    citizen = home.citizen()
    home.phone.faults += [TryLaterError("down", wait=3600)] * 24
    await citizen.receive_only(kind="text", text="cảm ơn em nhiều")
    await home.settle()
    for hour in range(24):
        assert await failures(home) == (), f"given up after {hour} hours"
        home.clock.pass_(hours=1)
        home.phone.faults.append(TryLaterError("down", wait=3600))
        home.phone.faults[:] = home.phone.faults[-1:]
        if hour == 23:
            home.clock.pass_(seconds=1)
        await home.parts.delivery.drain()

    (given_up,) = await failures(home)
    assert (given_up.reason, given_up.error) == ("gave_up", "down")
    assert len(got(home)) == 1, "the second message went out"


async def test_an_unexpected_error_of_a_channel_is_tried_again(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, broken = home.phone.send, [True]

    async def sends(key: AddressKey, reply: Reply) -> str | None:
        if broken:
            broken.clear()
            raise KeyError("result")
        return await send(key, reply)

    monkeypatch.setattr(home.phone, "send", sends)
    await queue(home, "an", "một")
    await home.parts.delivery.drain()
    assert (await _only_row(home)).error == "KeyError: 'result'"
    home.clock.pass_(seconds=3)
    await home.parts.delivery.drain()
    assert got(home) == ["một"]


async def test_who_blocked_us_is_written_to_no_more_until_they_write_again(home: House) -> None:
    an = await queue(home, "an", "một", "hai", "ba")
    await queue(home, "bay", "chào bảy")
    home.phone.faults_of["an"] = [UndeliverableError("blocked", "bot was blocked by the user")]
    await home.parts.delivery.drain()

    assert (got(home), got(home, "bay")) == ([], ["chào bảy"])
    assert home.phone.faults_of == {"an": []}, "one try was enough"
    assert [row.reason for row in await failures(home)] == ["unreachable", "unreachable", "blocked"]
    assert await counts(home) == {"pending": 0, "sent": 1, "failed": 3, "waiting": 0}

    assert await an.say("cảm ơn em nhiều")


async def test_another_end_does_not_make_the_address_unreachable(home: House) -> None:
    await queue(home, "an", "một", "hai")
    home.phone.faults.append(UndeliverableError("refused", "message is too long"))
    await home.parts.delivery.drain()
    assert got(home) == ["hai"]
    assert [row.reason for row in await failures(home)] == ["refused"]


async def test_a_killed_sender_leaves_at_most_one_double(home: House) -> None:
    """R3: the process dies after the platform took the message and before that was noted."""
    await queue(home, "an", "một", "hai")
    send = home.phone.send

    async def sends_and_dies(key: AddressKey, reply: Reply) -> str | None:
        await send(key, reply)
        raise asyncio.CancelledError

    home.phone.send = sends_and_dies  # type: ignore[method-assign]
    with pytest.raises(asyncio.CancelledError):
        await home.parts.delivery.step()
    home.phone.send = send  # type: ignore[method-assign]
    assert got(home) == ["một"]
    assert await home.parts.delivery.step() == 0, "its lease still runs"

    async with home.parts.database.unit_of_work() as uow:  # as when a server starts again
        await uow.outbox.forget_leases()
        await uow.commit()
    await home.parts.delivery.drain()
    assert got(home) == ["một", "một", "hai"]
    assert await counts(home) == {"pending": 0, "sent": 2, "failed": 0, "waiting": 0}


async def test_while_the_database_is_away_what_was_sent_is_noted_later_and_not_sent_again(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await queue(home, "an", "một", "hai")
    sent, left = Delivery._sent, [1, 2]

    async def away(self: Delivery, *facts: object) -> None:
        if left:
            left.pop()
            raise UnavailableError("the disk is full")
        await sent(self, *facts)  # type: ignore[arg-type]

    monkeypatch.setattr(Delivery, "_sent", away)
    await home.parts.delivery.drain()
    assert got(home) == ["một", "hai"]
    assert await counts(home) == {"pending": 0, "sent": 2, "failed": 0, "waiting": 0}


async def test_an_address_that_hangs_holds_up_no_other(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    send, released = home.phone.send, asyncio.Event()

    async def sends(key: AddressKey, reply: Reply) -> str | None:
        if key.user_id == "slow":
            await released.wait()
        return await send(key, reply)

    monkeypatch.setattr(home.phone, "send", sends)
    await queue(home, "slow", "chậm")
    task = asyncio.create_task(home.parts.delivery.run())
    try:
        await asyncio.sleep(0.2)
        started = asyncio.get_running_loop().time()
        for number in range(5):
            await queue(home, f"quick{number}", "nhanh", "hơn")
        await _until(lambda: len(home.phone.arrived) == 10)
        waited = asyncio.get_running_loop().time() - started
        assert waited < 3, f"others waited {waited:.1f} s"
        released.set()
        await _until(lambda: got(home, "slow") == ["chậm"])
    finally:
        released.set()
        await stop(task)


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - nothing rings: the phone is looked at
            await asyncio.sleep(0.01)


async def test_told_to_stop_what_is_on_its_way_is_noted(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    send, inside = home.phone.send, asyncio.Event()

    async def sends(key: AddressKey, reply: Reply) -> str | None:
        inside.set()
        await asyncio.sleep(0.3)
        return await send(key, reply)

    monkeypatch.setattr(home.phone, "send", sends)
    await queue(home, "an", "một")
    task = asyncio.create_task(home.parts.delivery.run())
    await asyncio.wait_for(inside.wait(), 5)
    await stop(task)
    assert await counts(home) == {"pending": 0, "sent": 1, "failed": 0, "waiting": 0}


async def test_what_cannot_reach_a_citizen_who_left_stays_in_sight(home: House) -> None:
    """An officer's answer to somebody who has blocked us is kept, and marked as not delivered."""
    an, mai = home.citizen(), await home.officer()
    await an.say("cho tui gặp cán bộ hỏi chuyện đất của ông nội để lại chưa có sổ")
    (ticket,) = await home.waiting(mai)
    await home.parts.desk.claim(mai, ticket.id)
    await home.settle()
    an.news()
    assert await an.send(kind="left") == []
    arrived = len(home.phone.arrived)
    await home.parts.desk.answer(mai, ticket.id, "Dạ bác ra xã gặp em.", seen_message_id=10**9, key="k")
    await home.settle()

    assert len(home.phone.arrived) == arrived
    message = await last_message(home, an)
    assert (message.text, message.delivery) == ("Dạ bác ra xã gặp em.", "failed")
    assert message.delivery_error == "unreachable"


async def test_an_answer_that_was_refused_tells_the_officer_why(home: House) -> None:
    an, mai = home.citizen(), await home.officer()
    await an.say("cho tui gặp cán bộ hỏi chuyện đất của ông nội để lại chưa có sổ")
    (ticket,) = await home.waiting(mai)
    await home.parts.desk.claim(mai, ticket.id)
    await home.settle()
    home.phone.faults.append(UndeliverableError("blocked"))
    await home.parts.desk.answer(mai, ticket.id, "Dạ bác ra xã gặp em.", seen_message_id=10**9, key="k")
    assert (await last_message(home, an)).delivery == "pending"
    await home.settle()
    message = await last_message(home, an)
    assert (message.delivery, message.delivery_error) == ("failed", "blocked")
