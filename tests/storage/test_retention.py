"""What time erases, and what it leaves: rows and figures stay, words go."""

from typing import Any

from sqlalchemy import select

from storage.database import Database
from storage.records import Closing, InboxEntry, Ticket
from storage.tables import inbox, ticket_events
from tests.storage.stories import NOW, later, officer, open_ticket, says, somebody


async def _asked(database: Database, user: str, days: float) -> Ticket:
    contact = await somebody(database, user)
    await says(
        database,
        contact,
        f"chuyện của {user}",
        minute=24 * 60 * days,
        search_text=f"chuyen cua {user}",
        body={"a": 1},
    )
    async with database.unit_of_work() as uow:
        ticket = await open_ticket(uow, contact, search_text=f"phieu cua {user}")
        await uow.commit()
    return ticket


async def _close(database: Database, ticket: Ticket, days: float) -> None:
    lan = await officer(database, f"lan-{ticket.id}")
    async with database.unit_of_work() as uow:
        await uow.tickets.note(ticket.id, lan.id, NOW, "số 0912345678")
        await uow.ratings.rate(
            address_id=ticket.address_id,
            ticket_id=ticket.id,
            officer_id=lan.id,
            procedure_code=None,
            score=2,
            words="cán bộ Lan trả lời chậm",
            at=NOW,
            sequence=1,
        )
        await uow.tickets.close(ticket.id, lan.id, later(days=days), Closing.ANSWERED, "xong rồi")
        await uow.commit()


async def _texts(database: Database, ticket: Ticket) -> list[str]:
    async with database.reading() as uow:
        return [each.text for each in await uow.messages.of_conversation(ticket.conversation_id)]


async def test_old_words_go_but_for_what_somebody_still_works_on(database: Database) -> None:
    old, new, worked_on = [
        await _asked(database, user, days) for user, days in (("ba", 0), ("tu", 60), ("nam", 0))
    ]
    for ticket in (old, new):
        await _close(database, ticket, 61)
    async with database.unit_of_work() as uow:
        assert await uow.retention.messages(later(days=10), 100) == 1
        assert await uow.retention.messages(later(days=10), 100) == 0, "what is empty is not emptied again"
        await uow.commit()

    assert [await _texts(database, each) for each in (old, new, worked_on)] == [
        [""],
        ["chuyện của tu"],
        ["chuyện của nam"],
    ]
    async with database.reading() as uow:
        (message,) = await uow.messages.of_conversation(old.conversation_id)
        assert (message.body, message.note) == ({}, {})
        assert await uow.messages.search("chuyen cua ba") == ()
        assert len(await uow.messages.search("chuyen cua tu")) == 1
        assert (await uow.tickets.get(old.id)).question, "the ticket is kept longer"


async def test_a_ticket_closed_long_ago_keeps_its_figures_and_loses_its_words(database: Database) -> None:
    long_ago, lately = await _asked(database, "ba", 0), await _asked(database, "tu", 0)
    await _close(database, long_ago, 1)
    await _close(database, lately, 100)
    async with database.unit_of_work() as uow:
        assert await uow.retention.tickets(later(days=50), 1) == 1
        assert await uow.retention.tickets(later(days=50), 1) == 0
        await uow.commit()

    async with database.reading() as uow:
        gone, kept = await uow.tickets.get(long_ago.id), await uow.tickets.get(lately.id)
        assert (gone.question, gone.matched, gone.closing_detail) == ("", {}, None)
        assert (gone.closing, gone.closed_at) == (Closing.ANSWERED, later(days=1))
        assert [each.kind for each in await uow.tickets.events(gone.id)] == ["opened", "noted", "closed"]
        assert not [each.detail for each in await uow.tickets.events(gone.id) if each.detail]
        assert (kept.question, kept.closing_detail) != ("", None)
        assert "0912345678" in [each.detail[3:] for each in await uow.tickets.events(kept.id) if each.detail]
        rating = await uow.ratings.for_ticket(gone.id)
        assert rating is not None
        assert (rating.score, rating.words) == (2, None)
        assert [each.id for each in await uow.tickets.search("phieu cua")] == [kept.id]
        leftover = await uow._link.rows(
            select(ticket_events.c.detail).where(ticket_events.c.ticket_id == gone.id)
        )
    assert {row.detail for row in leftover} == {None}


async def test_what_could_never_be_handled_loses_its_payload_too(database: Database) -> None:
    async with database.unit_of_work() as uow:
        await uow.inbox.put(
            [InboxEntry("web", "main", "ba-tu", each, {"text": "bí mật"}) for each in "ab"], NOW
        )
        await uow.commit()
    for number in (1, 2):
        async with database.unit_of_work() as uow:
            (row,) = await uow.inbox.take("w", NOW, 60, 1)
            if number == 1:
                await uow.inbox.bury(row.id, "lỗi với bí mật", NOW)
            await uow.commit()
    async with database.unit_of_work() as uow:
        assert len(await uow.inbox.dead(10)) == 1
        assert await uow.inbox.purge(later(days=7)) == 1, "what still waits its turn is left alone"
        assert await uow.inbox.dead(10) == ()
        assert not await uow.inbox.revive(1, NOW), "there is nothing left to try again"
        await uow.commit()
    async with database.reading() as uow:
        kept: list[Any] = [
            (row.payload, row.error) for row in await uow._link.rows(select(inbox).order_by(inbox.c.id))
        ]
    assert kept == [({}, None), ({"text": "bí mật"}, None)]
