"""The outbox: in order for each address, and every row ends sent or visibly failed."""

import asyncio

import pytest

from storage.database import Database
from storage.errors import StaleStateError
from storage.records import Author, Contact, OutboxRow, OutboxStatus, Priority
from tests.storage.stories import NOW, later, says, somebody


async def queue(
    database: Database,
    contact: Contact,
    *texts: str,
    minute: float = 0,
    priority: Priority = Priority.ANSWER,
) -> None:
    async with database.unit_of_work() as uow:
        for text in texts:
            await uow.outbox.add(contact.address_id, {"text": text}, later(minutes=minute), priority=priority)
        await uow.commit()


async def take(
    database: Database, *, minute: float = 0, channels: list[str] | None = None, worker: str = "a"
) -> tuple[OutboxRow, ...]:
    async with database.unit_of_work() as uow:
        rows = await uow.outbox.take_due(worker, later(minutes=minute), 60, 10, channels=channels)
        await uow.commit()
    return rows


async def test_only_an_addresss_oldest_message_is_due(database: Database) -> None:
    """One that is retried must not be overtaken by the next."""
    tu, bay = await somebody(database, "ba-tu"), await somebody(database, "chu-bay")
    await queue(database, tu, "Dạ, giấy khai sinh cần...", "Anh/chị đánh giá giúp em ạ")
    await queue(database, bay, "Dạ, em chào chú")

    first, beside = await take(database)
    assert (first.payload, beside.payload) == (
        {"text": "Dạ, giấy khai sinh cần..."},
        {"text": "Dạ, em chào chú"},
    )
    assert first.key == tu.key
    async with database.unit_of_work() as uow:
        await uow.outbox.later(first.id, later(minutes=10), "429")
        await uow.outbox.sent(beside.id, NOW, "message 7")
        await uow.commit()

    assert await take(database, minute=9) == ()
    (again,) = await take(database, minute=10)
    assert (again.id, again.attempts, again.error) == (first.id, 2, "429")


async def test_one_chat_that_must_wait_delays_no_other(database: Database) -> None:
    """R12."""
    tu, bay = await somebody(database, "ba-tu"), await somebody(database, "chu-bay")
    await queue(database, tu, "sau", minute=10)
    await queue(database, tu, "sau nữa")
    await queue(database, bay, "ngay")

    assert [row.payload["text"] for row in await take(database)] == ["ngay"]


async def test_answers_go_before_notices_and_broadcasts(database: Database) -> None:
    tu, bay, ut = [await somebody(database, name) for name in ("ba-tu", "chu-bay", "anh-ut")]
    await queue(database, tu, "Mai trung tâm nghỉ.", priority=Priority.BROADCAST)
    await queue(database, bay, "Hồ sơ đã có kết quả.", priority=Priority.NOTICE)
    await queue(database, tu, "Dạ, cần tờ khai.", "Anh/chị đánh giá giúp em ạ")
    await queue(database, ut, "Dạ, em chào anh")

    async def round_of(limit: int, up_to: Priority = Priority.BROADCAST) -> list[str]:
        async with database.unit_of_work() as uow:
            rows = await uow.outbox.take_due("a", NOW, 60, limit, up_to=up_to)
            for row in rows:
                await uow.outbox.sent(row.id, NOW)
            await uow.commit()
        return [row.payload["text"] for row in rows]

    assert await round_of(2) == ["Dạ, cần tờ khai.", "Dạ, em chào anh"]
    assert await round_of(2, Priority.ANSWER) == ["Anh/chị đánh giá giúp em ạ"]
    assert await round_of(2, Priority.ANSWER) == []
    assert await round_of(2) == ["Hồ sơ đã có kết quả.", "Mai trung tâm nghỉ."]


async def test_an_answer_waits_while_a_notice_to_the_same_person_is_on_its_way(database: Database) -> None:
    tu = await somebody(database, "ba-tu")
    await queue(database, tu, "Hồ sơ đã có kết quả.", priority=Priority.NOTICE)
    (notice,) = await take(database)
    await queue(database, tu, "Dạ, cần tờ khai.")
    assert await take(database) == ()

    async with database.unit_of_work() as uow:
        await uow.outbox.later(notice.id, later(minutes=1), "429")
        await uow.commit()
    (answer,) = await take(database, minute=1)
    assert answer.payload["text"] == "Dạ, cần tờ khai."
    assert await take(database, minute=1) == ()  # two at once could change places on their way


async def test_each_channel_is_emptied_by_its_own_sender(database: Database) -> None:
    web, telegram = await somebody(database), await somebody(database, channel="telegram")
    await queue(database, web, "trang web")
    await queue(database, telegram, "telegram")

    assert [row.key.channel for row in await take(database, channels=["telegram", "zalo_oa"])] == ["telegram"]
    assert await take(database, channels=[]) == ()
    assert [row.key.channel for row in await take(database)] == ["web"]


async def test_a_failure_has_a_name_is_seen_and_can_be_tried_again(database: Database) -> None:
    contact = await somebody(database)
    await queue(database, contact, "một", "hai")
    (row,) = await take(database)
    async with database.unit_of_work() as uow:
        await uow.outbox.failed(row.id, NOW, "blocked", "403 Forbidden: bot was blocked by the user")
        await uow.commit()

    async with database.reading() as uow:
        (failure,) = await uow.outbox.failures(10)
        assert (failure.reason, failure.status) == ("blocked", OutboxStatus.FAILED)
        assert await uow.outbox.waiting_for(contact.address_id) == 1
        assert await uow.outbox.counts() == {"pending": 1, "sent": 0, "failed": 1, "waiting": 0}

    async with database.unit_of_work() as uow:
        await uow.outbox.redo(row.id, NOW)
        await uow.commit()
    assert [taken.id for taken in await take(database)] == [row.id]


async def test_a_sender_that_was_taken_for_dead_cannot_mark_what_another_sends(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url)
    contact = await somebody(database)
    await queue(database, contact, "một")
    (row,) = await take(database, worker="slow")
    (same,) = await take(database, worker="heir", minute=2)

    async with database.unit_of_work() as uow:
        with pytest.raises(StaleStateError):
            await uow.outbox.sent(row.id, NOW, worker="slow")
        await uow.outbox.sent(same.id, NOW, worker="heir")
        await uow.commit()
    await database.close()


async def test_senders_side_by_side_send_each_row_once_and_in_order(database: Database) -> None:
    contacts = [await somebody(database, f"người-{number}") for number in range(10)]
    for contact in contacts:
        await queue(database, contact, *(str(turn) for turn in range(6)))
    sent: dict[int, list[str]] = {contact.address_id: [] for contact in contacts}

    async def send(worker: str) -> None:
        idle = 0
        while idle < 3:
            rows = await take(database, worker=worker)
            idle = 0 if rows else idle + 1
            for row in rows:
                sent[row.address_id].append(row.payload["text"])
                async with database.unit_of_work() as uow:
                    await uow.outbox.sent(row.id, NOW, worker=worker)
                    await uow.commit()

    await asyncio.gather(*(send(f"sender-{number}") for number in range(6)))
    assert all(texts == [str(turn) for turn in range(6)] for texts in sent.values())


async def test_a_messages_delivery_is_the_worst_of_its_parts(database: Database) -> None:
    contact = await somebody(database)
    asked = await says(database, contact, "Làm khai sinh cần gì?")
    async with database.unit_of_work() as uow:
        reply = await uow.messages.add(contact.conversation_id, Author.BOT, "Dạ...", NOW)
        rows = [
            await uow.outbox.add(contact.address_id, {"part": part}, NOW, message_id=reply.id)
            for part in (1, 2)
        ]
        await uow.commit()

    async def delivery() -> list[tuple[int, str | None, str | None]]:
        async with database.reading() as uow:
            said = await uow.messages.of_conversation(contact.conversation_id)
        return [(message.id, message.delivery, message.delivery_error) for message in said]

    assert await delivery() == [(asked.id, None, None), (reply.id, "pending", None)]
    async with database.unit_of_work() as uow:
        await uow.outbox.sent(rows[0], NOW)
        await uow.outbox.failed(rows[1], NOW, "window_closed", None)
        await uow.commit()
    assert (await delivery())[1] == (reply.id, "failed", "window_closed")


async def test_payloads_of_what_ended_are_emptied_later(database: Database) -> None:
    contact = await somebody(database)
    await queue(database, contact, "một", "hai")
    (row,) = await take(database)
    async with database.unit_of_work() as uow:
        await uow.outbox.sent(row.id, NOW)
        assert await uow.outbox.purge(later(days=90)) == 1
        await uow.commit()

    async with database.reading() as uow:
        emptied = await uow.outbox.get(row.id)
    assert emptied is not None
    assert emptied.payload == {}
    assert [waiting.payload for waiting in await take(database)] == [{"text": "hai"}]
