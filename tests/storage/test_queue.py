"""The queue as officers see it: what is promised first stands first, and counts agree with views."""

import pytest

from storage.database import Database
from storage.records import Closing, QueueView, Ticket
from tests.storage.stories import NOW, later, officer, open_ticket, somebody


@pytest.fixture
async def desk(database: Database) -> dict[str, Ticket]:
    """A morning: one of each kind. Lan works at the one-stop desk, Minh at the land office."""
    contact = await somebody(database)
    lan, minh = await officer(database, "lan"), await officer(database, "minh", "land")
    async with database.unit_of_work() as uow:
        named = {
            "late": await open_ticket(uow, contact, due_at=later(hours=-1), search_text="lam khai sinh"),
            "soon": await open_ticket(uow, contact, due_at=later(hours=1)),
            "mine": await open_ticket(uow, contact, due_at=later(hours=3)),
            "answered": await open_ticket(uow, contact, due_at=later(hours=-2)),
            "forwarded": await open_ticket(uow, contact, due_at=later(hours=4)),
            "land": await open_ticket(uow, contact, department="land", due_at=later(hours=2)),
            "closed": await open_ticket(uow, contact, due_at=later(hours=5)),
            "closed later": await open_ticket(uow, contact, department="land", due_at=later(hours=5)),
        }
        await uow.tickets.claim(named["mine"].id, lan.id, NOW)
        await uow.tickets.answered(named["answered"].id, minh.id, NOW, None)
        await uow.tickets.forward(named["forwarded"].id, lan.id, NOW, "land", "", "")
        await uow.tickets.close(named["closed"].id, None, NOW, Closing.CITIZEN_GONE)
        await uow.tickets.close(named["closed later"].id, None, later(minutes=1), Closing.CITIZEN_GONE)
        await uow.commit()
    return named


@pytest.mark.parametrize(
    ("view", "departments", "seen"),
    [
        (QueueView.UNASSIGNED, None, ["late", "soon", "land"]),
        (QueueView.UNASSIGNED, ["one-stop"], ["late", "soon"]),
        (QueueView.MINE, ["one-stop"], ["mine", "forwarded"]),
        (QueueView.DEPARTMENT, ["land"], ["land", "forwarded"]),
        (QueueView.OVERDUE, None, ["late"]),
        (QueueView.OVERDUE, ["land"], []),
        (QueueView.WAITING, None, ["answered"]),
        (QueueView.CLOSED, None, ["closed later", "closed"]),
        (QueueView.CLOSED, ["land"], ["closed later"]),
        (QueueView.ALL_OPEN, None, ["answered", "late", "soon", "land", "mine", "forwarded"]),
        (QueueView.ALL_OPEN, [], []),
    ],
)
async def test_each_view_shows_its_tickets_in_the_order_of_the_promise(
    database: Database,
    desk: dict[str, Ticket],
    view: QueueView,
    departments: list[str] | None,
    seen: list[str],
) -> None:
    names = {ticket.id: name for name, ticket in desk.items()}
    async with database.reading() as uow:
        lan = await uow.officers.by_username("lan")
        assert lan is not None
        page = await uow.tickets.queue(view, now=NOW, officer_id=lan.id, departments=departments)
        assert [names[ticket.id] for ticket in page] == seen
        tail = await uow.tickets.queue(
            view, now=NOW, officer_id=lan.id, departments=departments, limit=1, offset=1
        )
        assert [names[ticket.id] for ticket in tail] == seen[1:2]


async def test_counts_agree_with_the_views(database: Database, desk: dict[str, Ticket]) -> None:
    async with database.reading() as uow:
        lan = await uow.officers.by_username("lan")
        assert lan is not None
        everywhere = await uow.tickets.counts(now=NOW, officer_id=lan.id, departments=None)
        here = await uow.tickets.counts(now=NOW, officer_id=lan.id, departments=["one-stop"])

    assert (everywhere.unassigned, everywhere.mine, everywhere.overdue, everywhere.waiting) == (3, 2, 1, 1)
    assert everywhere.by_department == {"one-stop": 4, "land": 2}
    assert (here.unassigned, here.mine, here.overdue, here.waiting) == (2, 2, 1, 1)
    assert here.by_department == {"one-stop": 4}


async def test_a_citizen_can_be_told_how_many_are_ahead(database: Database, desk: dict[str, Ticket]) -> None:
    async with database.reading() as uow:
        ahead = {
            name: await uow.tickets.ahead_of(desk[name].id) for name in ("late", "soon", "land", "forwarded")
        }
    assert ahead == {"late": 0, "soon": 1, "land": 2, "forwarded": 3}


async def test_tickets_are_found_by_the_words_of_the_question(
    database: Database, desk: dict[str, Ticket]
) -> None:
    async with database.reading() as uow:
        assert [ticket.id for ticket in await uow.tickets.search("khai si")] == [desk["late"].id]
        assert await uow.tickets.search("khai sinh", departments=["land"]) == ()
        newest, *_ = await uow.tickets.search("moi sanh")
        assert newest.id == desk["closed later"].id
        assert await uow.tickets.search("  ") == ()
