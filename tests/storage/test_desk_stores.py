"""Promises, forwarding, presence, the second factor and prepared words, on both databases."""

from datetime import timedelta

import pytest

from storage.database import Database
from storage.errors import NotFoundError, TicketTakenError
from storage.records import Closing, Pressed, PromiseState, QueueView, Reason, TicketStatus
from tests.storage.stories import NOW, later, officer, question, somebody


async def test_a_promise_is_told_once_and_settled_by_the_answer(database: Database) -> None:
    ticket = await question(database, await somebody(database))
    lan = await officer(database)
    async with database.unit_of_work() as uow:
        for _ in range(3):
            await uow.promises.tell(ticket.id, NOW, later(hours=2))
        assert await uow.promises.overdue(later(hours=1), 10) == ()
        (open_one,) = await uow.promises.overdue(later(hours=2), 10)
        await uow.tickets.claim(ticket.id, lan.id, NOW)
        await uow.tickets.answered(ticket.id, lan.id, later(hours=1), None)
        (kept,) = await uow.promises.of_ticket(ticket.id)
        assert (kept.state, kept.settled_at) == (PromiseState.KEPT, later(hours=1))
        assert not await uow.promises.broken(open_one.id, later(hours=3)), "answered meanwhile"
        await uow.commit()


@pytest.mark.parametrize(("hours", "state"), [(2, PromiseState.KEPT), (2.1, PromiseState.BROKEN)])
async def test_an_end_settles_it_too_and_late_is_late(
    database: Database, hours: float, state: PromiseState
) -> None:
    ticket = await question(database, await somebody(database))
    async with database.unit_of_work() as uow:
        await uow.promises.tell(ticket.id, NOW, later(hours=2))
        await uow.tickets.close(ticket.id, None, later(hours=hours), Closing.NOT_OURS, "Thuế")
        assert [each.state for each in await uow.promises.of_ticket(ticket.id)] == [state]
        assert await uow.promises.broken_of(ticket.id) == (state is PromiseState.BROKEN)


async def test_who_was_asked_may_answer_and_then_silence_is_over(database: Database) -> None:
    ticket = await question(database, await somebody(database))
    lan, minh = await officer(database), await officer(database, "minh", "land")
    async with database.unit_of_work() as uow:
        await uow.tickets.claim(ticket.id, lan.id, NOW)
        with pytest.raises(TicketTakenError):
            await uow.tickets.answered(ticket.id, minh.id, NOW, None)
        await uow.tickets.forward(
            ticket.id, lan.id, NOW, "land", "vì", "làm", to=minh.id, silent_until=later(hours=1)
        )
        assert await uow.tickets.kept_silent(later(minutes=59), 10) == ()
        assert [each.id for each in await uow.tickets.kept_silent(later(hours=1), 10)] == [ticket.id]
        mine = await uow.tickets.queue(QueueView.MINE, now=NOW, officer_id=minh.id, departments=["land"])
        assert [each.id for each in mine] == [ticket.id]
        answered = await uow.tickets.answered(ticket.id, minh.id, NOW, None)
        assert (answered.officer_id, answered.answered_by) == (lan.id, minh.id)
        assert await uow.tickets.kept_silent(later(days=1), 10) == ()
        await uow.tickets.touch(
            ticket.id, 1, needs_answer=True, due_at=later(hours=5), silent_until=later(hours=3)
        )
        again = await uow.tickets.get(ticket.id)
        assert (again.status, again.due_at, again.forward_due_at) == (
            TicketStatus.FORWARDED,
            later(hours=5),
            later(hours=3),
        )
        back = await uow.tickets.take_back(ticket.id, NOW, "returned", detail="land")
        assert (back.status, back.department, back.officer_id, back.forwarded_to) == (
            TicketStatus.ASSIGNED,
            "one-stop",
            lan.id,
            None,
        )
        assert await uow.tickets.take_back(ticket.id, NOW, "returned") == back, "twice is once"


async def test_a_complaint_takes_it_from_the_queue_of_all(database: Database) -> None:
    ticket = await question(database, await somebody(database))
    lan = await officer(database)
    async with database.unit_of_work() as uow:
        await uow.tickets.claim(ticket.id, lan.id, NOW)
        await uow.tickets.close(ticket.id, lan.id, NOW, Closing.ANSWERED)
        found = await uow.tickets.for_supervisor(
            ticket.id, NOW, Reason.LOW_RATING, "1", due_at=later(hours=4)
        )
        assert (found.status, found.officer_id, found.for_supervisor) == (TicketStatus.NEW, None, True)
        assert await uow.tickets.queue(QueueView.UNASSIGNED, now=NOW) == ()
        assert [each.id for each in await uow.tickets.queue(QueueView.SUPERVISOR, now=NOW)] == [ticket.id]
        counts = await uow.tickets.counts(now=NOW)
        assert (counts.unassigned, counts.supervisor) == (0, 1)


async def test_presence_ends_by_itself(database: Database) -> None:
    ticket = await question(database, await somebody(database))
    lan, minh = await officer(database), await officer(database, "minh")
    async with database.unit_of_work() as uow:
        await uow.presence.look(ticket.id, lan.id, NOW)
        await uow.presence.look(ticket.id, lan.id, later(seconds=30))
        assert await uow.presence.others(ticket.id, minh.id, NOW) == ("Lan",)
        assert await uow.presence.others(ticket.id, lan.id, NOW) == ()
        assert await uow.presence.others(ticket.id, minh.id, later(seconds=31)) == ()
        assert await uow.presence.purge(later(minutes=1)) == 1


async def test_a_step_counts_once_and_only_forward(database: Database) -> None:
    lan = await officer(database)
    async with database.unit_of_work() as uow:
        await uow.second_factor.enrol(lan.id, "SECRET", 100, ["a", "b"])
        assert (await uow.officers.get(lan.id)).has_second_factor
        assert [await uow.second_factor.use_step(lan.id, step) for step in (100, 99, 101, 101)] == [
            False,
            False,
            True,
            False,
        ]
        assert [await uow.second_factor.use_recovery(lan.id, each) for each in "aax"] == [True, False, False]
        assert await uow.second_factor.recovery_left(lan.id) == 1
        await uow.second_factor.reset(lan.id)
        assert await uow.second_factor.secret(lan.id) is None
        assert await uow.second_factor.recovery_left(lan.id) == 0


async def test_prepared_words_are_written_improved_and_removed(database: Database) -> None:
    async with database.unit_of_work() as uow:
        first = await uow.canned_replies.write("Chung", "Hẹn", "Dạ {han}", None, NOW)
        await uow.canned_replies.write("An sinh", "Chờ", "Dạ chờ", None, NOW)
        await uow.canned_replies.write("Chung", "Hẹn", "Dạ, {han}", None, NOW, reply_id=first.id)
        assert [(each.topic, each.text) for each in await uow.canned_replies.list()] == [
            ("An sinh", "Dạ chờ"),
            ("Chung", "Dạ, {han}"),
        ]
        await uow.canned_replies.remove(first.id)
        with pytest.raises(NotFoundError):
            await uow.canned_replies.write("x", "y", "z", None, NOW, reply_id=first.id)


async def test_whoever_is_away_is_not_here_until_then(database: Database) -> None:
    lan = await officer(database)
    async with database.unit_of_work() as uow:
        await uow.officers.set_away(lan.id, later(days=1))
        away = await uow.officers.get(lan.id)
        assert (away.here(NOW), away.here(later(days=1))) == (False, True)
        await uow.officers.set_away(lan.id, None)
        assert (await uow.officers.get(lan.id)).here(NOW)


async def test_reports_read_what_happened(database: Database) -> None:
    ticket = await question(database, await somebody(database))
    lan = await officer(database)
    async with database.unit_of_work() as uow:
        await uow.promises.tell(ticket.id, NOW, later(hours=2))
        await uow.tickets.claim(ticket.id, lan.id, NOW)
        await uow.tickets.answered(ticket.id, lan.id, NOW, None)
        week = (NOW - timedelta(days=1), NOW + timedelta(days=1))
        (fact,) = await uow.reports.tickets(*week)
        assert (fact.id, fact.answered_by, fact.holder, fact.channel) == (ticket.id, "Lan", "Lan", "web")
        assert [each.state for each in await uow.reports.promises(*week)] == [PromiseState.KEPT]
        assert await uow.reports.unanswered(10) == ()
        assert await uow.reports.ratings(*week) == ()
        assert await uow.reports.tickets(later(days=1), later(days=2)) == ()


async def test_a_press_is_begun_once_answered_and_forgotten_in_an_hour(database: Database) -> None:
    async with database.unit_of_work() as uow:
        assert await uow.presses.begin("p", NOW)
        assert not await uow.presses.begin("p", NOW)
        assert await uow.presses.get("p") == Pressed(NOW, None)
        await uow.presses.forget("p")
        assert await uow.presses.begin("p", NOW), "it came to nothing: the next one is a first one"
        await uow.presses.answered("p", "sealed", later(minutes=1))
        await uow.presses.forget("p")
        assert await uow.presses.get("p") == Pressed(later(minutes=1), "sealed"), "an answer stays known"
        assert await uow.presses.purge(later(minutes=1)) == 0
        assert await uow.presses.purge(later(minutes=2)) == 1
        assert await uow.presses.get("p") is None
        await uow.commit()
