"""What the pace is measured by, and who waits about the same procedure; on both databases."""

from storage.database import Database
from storage.records import Closing
from tests.storage.stories import NOW, later, officer, question, somebody


async def test_waiting_and_handled(database: Database) -> None:
    lan = await officer(database)
    tickets = [
        await question(database, await somebody(database, f"u{n}"), opened_at=later(minutes=n))
        for n in range(4)
    ]
    async with database.unit_of_work() as uow:
        assert await uow.tickets.waiting() == 4
        for ticket in tickets[:2]:
            await uow.tickets.claim(ticket.id, lan.id, later(minutes=10))
        assert await uow.tickets.waiting() == 4, "taken is not answered"
        await uow.tickets.answered(tickets[0].id, lan.id, later(minutes=25), None)
        await uow.tickets.forward(tickets[1].id, lan.id, NOW, "land", "vì", "làm")
        await uow.tickets.close(tickets[2].id, lan.id, later(minutes=26), Closing.CITIZEN_GONE)
        assert await uow.tickets.waiting() == 1
        assert await uow.tickets.handled(NOW, 10) == ((later(minutes=10), later(minutes=25)),)
        assert await uow.tickets.handled(later(minutes=1), 10) == ()
        await uow.commit()


async def test_who_waits_about_the_same(database: Database) -> None:
    lan, minh = await officer(database), await officer(database, "minh")
    facts = [
        ("a", "1.1", "one-stop", 3),
        ("b", "1.1", "one-stop", 2),
        ("c", "1.1", "land", 1),
        ("d", "2.2", "land", 1),
    ]
    made = [
        await question(
            database,
            await somebody(database, user),
            procedure_code=code,
            department=where,
            due_at=later(hours=due),
        )
        for user, code, where, due in facts
    ]
    async with database.unit_of_work() as uow:
        assert await uow.tickets.by_procedure(lan.id, None) == (
            ("1.1", 3, later(hours=1)),
            ("2.2", 1, later(hours=1)),
        )
        assert await uow.tickets.by_procedure(lan.id, ["one-stop"]) == (("1.1", 2, later(hours=2)),)
        assert await uow.tickets.by_procedure(lan.id, []) == ()
        await uow.tickets.claim(made[0].id, minh.id, NOW)
        await uow.tickets.claim(made[1].id, lan.id, NOW)
        mine = await uow.tickets.of_procedure("1.1", lan.id, None, limit=10)
        assert [each.id for each in mine] == [made[2].id, made[1].id], "a colleague's is not mine"
        await uow.commit()
