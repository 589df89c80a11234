"""Which tickets are told of, how often, and which chat belongs to whom; on both databases."""

from storage.database import Database
from storage.records import Closing, Reason
from tests.storage.stories import NOW, key, later, officer, question, somebody


async def test_a_ticket_is_due_until_somebody_takes_it_and_again_after_each_interval(
    database: Database,
) -> None:
    ticket = await question(database, await somebody(database))
    lan = await officer(database)
    async with database.unit_of_work() as uow:
        (first,) = await uow.alerts.due(NOW, 10)
        assert (first.ticket.id, first.rounds, first.first_at) == (ticket.id, 0, None)
        assert await uow.alerts.ring(first, NOW, later(minutes=5), supervisor_at=None)
        assert await uow.alerts.due(later(minutes=4), 10) == ()
        (second,) = await uow.alerts.due(later(minutes=5), 10)
        assert (second.rounds, second.first_at) == (1, NOW)
        at = later(minutes=5)
        assert await uow.alerts.ring(second, at, later(minutes=10), supervisor_at=at)
        assert await uow.alerts.rounds([ticket.id, 999]) == {ticket.id: 2}
        await uow.tickets.claim(ticket.id, lan.id, at)
        await uow.alerts.over(ticket.id)
        assert await uow.alerts.due(later(days=1), 10) == ()
        await uow.tickets.release(ticket.id, lan.id, later(minutes=20))
        (anew,) = await uow.alerts.due(later(minutes=20), 10)
        assert (anew.rounds, anew.supervisor_at) == (0, None)
        await uow.tickets.close(ticket.id, lan.id, later(minutes=21), Closing.ANSWERED)
        assert await uow.alerts.due(later(days=1), 10) == ()
        await uow.commit()


async def test_of_two_who_ring_at_once_one_does(database: Database) -> None:
    await question(database, await somebody(database))
    async with database.unit_of_work() as uow:
        (alert,) = await uow.alerts.due(NOW, 10)
        rang = [await uow.alerts.ring(alert, NOW, NOW, supervisor_at=None) for _ in range(2)]
        (again,) = await uow.alerts.due(NOW, 10)
        rang += [await uow.alerts.ring(again, NOW, later(minutes=5), supervisor_at=None) for _ in range(2)]
        await uow.commit()
    assert rang == [True, False, True, False]


async def test_forwarded_tickets_and_only_some_reasons(database: Database) -> None:
    lan = await officer(database)
    forwarded = await question(database, await somebody(database, "a"))
    danger = await question(
        database, await somebody(database, "b"), reason=Reason.DANGER, due_at=later(hours=1)
    )
    async with database.unit_of_work() as uow:
        await uow.tickets.claim(forwarded.id, lan.id, NOW)
        assert [each.ticket.id for each in await uow.alerts.due(NOW, 10)] == [danger.id]
        await uow.tickets.forward(forwarded.id, lan.id, NOW, "land", "vì", "làm")
        assert [each.ticket.id for each in await uow.alerts.due(NOW, 10)] == [danger.id, forwarded.id]
        assert [each.ticket.id for each in await uow.alerts.due(NOW, 10, only=[Reason.DANGER])] == [danger.id]
        await uow.commit()


async def test_a_code_links_one_chat_to_one_officer_once(database: Database) -> None:
    lan, minh = await officer(database), await officer(database, "minh")
    chat, other = await somebody(database, "chat"), await somebody(database, "other")
    async with database.unit_of_work() as uow:
        links = uow.officer_links
        await links.offer(lan.id, "old", later(minutes=10))
        await links.offer(lan.id, "new", later(minutes=10))
        assert await links.use("old", chat.address_id, NOW) is None, "a newer code ends it"
        assert await links.use("new", chat.address_id, later(minutes=10)) is None, "expired"
        linked = await links.use("new", chat.address_id, NOW)
        assert linked
        assert (linked.officer, linked.key, linked.reachable) == (lan, key("chat"), True)
        assert await links.use("new", other.address_id, NOW) is None, "used"

        await links.offer(minh.id, "m", later(minutes=10))
        await links.use("m", chat.address_id, NOW)
        assert await links.of_officer(lan.id) is None, "the chat is another's now"
        found = await links.by_key(key("chat"))
        assert found
        assert found.officer == minh
        await uow.citizens.mark_unreachable(chat.address_id, "blocked", NOW)
        assert [each.reachable for each in await links.all()] == [False]
        await uow.officers.disable(minh.id, NOW)
        assert await links.all() == ()
        assert await links.end(minh.id)
        assert not await links.end(minh.id)
        await uow.commit()
