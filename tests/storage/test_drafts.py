"""What officers are writing, and answers that can still be undone; on both databases."""

import asyncio

from storage.database import Database
from storage.records import HeldAnswer
from tests.storage.stories import NOW, later, officer, question, somebody


async def test_a_draft_is_one_for_each_ticket_officer_and_kind(database: Database) -> None:
    ticket = await question(database, await somebody(database))
    lan, minh = await officer(database), await officer(database, "minh")
    async with database.unit_of_work() as uow:
        await uow.drafts.save(ticket.id, lan.id, "text", "Dạ, chị", NOW)
        await uow.drafts.save(ticket.id, lan.id, "text", "Dạ, chị ra xã", later(minutes=1))
        await uow.drafts.save(ticket.id, lan.id, "note", "hỏi lại Hạnh", NOW)
        await uow.drafts.save(ticket.id, minh.id, "text", "khác", NOW)
        assert await uow.drafts.of(ticket.id, lan.id) == {"text": "Dạ, chị ra xã", "note": "hỏi lại Hạnh"}
        await uow.drafts.save(ticket.id, lan.id, "text", "  ", later(minutes=2))
        await uow.drafts.drop(ticket.id, lan.id, "note")
        assert await uow.drafts.of(ticket.id, lan.id) == {}
        assert await uow.drafts.purge(NOW) == 0
        assert await uow.drafts.purge(later(minutes=1)) == 1
        await uow.commit()


async def test_a_held_answer_goes_out_or_back_exactly_once(database: Database) -> None:
    ticket = await question(database, await somebody(database))
    lan = await officer(database)
    held = HeldAnswer(ticket.id, lan.id, "Dạ, mời chị", (7, 8), NOW, later(seconds=5), 3)
    async with database.unit_of_work() as uow:
        await uow.held_answers.hold(held)
        assert await uow.held_answers.of_ticket(ticket.id) == held
        assert await uow.held_answers.due(later(seconds=4), 10) == ()
        assert await uow.held_answers.due(later(seconds=5), 10) == (held,)
        assert await uow.held_answers.take(ticket.id, officer_id=lan.id + 1) is None, "another's"
        await uow.commit()

    async def take() -> HeldAnswer | None:
        async with database.unit_of_work() as uow:
            taken = await uow.held_answers.take(ticket.id)
            await uow.commit()
        return taken

    taken = await asyncio.gather(*(take() for _ in range(5)))
    assert sorted(taken, key=bool) == [None] * 4 + [held]
