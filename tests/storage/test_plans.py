"""At a province's size every hot query reads an index: no scan of tickets, no sort of the whole queue."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import event, text

from storage.database import Database
from storage.records import QueueView
from tests.storage.stories import NOW, later, officer, open_ticket, says, somebody

EMPTY = {QueueView.MINE, QueueView.WAITING, QueueView.FORWARDED, QueueView.SUPERVISOR}
TICKETS = 5000
FILL = """
INSERT INTO tickets (conversation_id, citizen_id, address_id, reason, status, department, question,
                     opened_at, due_at, closed_at)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
SELECT conversation_id, citizen_id, address_id, reason, CASE WHEN i % 50 = 0 THEN 'new' ELSE 'closed' END,
       CASE WHEN i % 3 = 0 THEN 'land' ELSE 'one-stop' END, '', opened_at, due_at, opened_at
FROM n, tickets WHERE tickets.id = (SELECT min(id) FROM tickets)
"""


@pytest.fixture
async def busy(sqlite_url: str) -> Any:
    database = await Database.open(sqlite_url)
    contact = await somebody(database)
    await officer(database)
    await says(database, contact, "chào")
    async with database.unit_of_work() as uow:
        await open_ticket(uow, contact)
        await uow.commit()
    async with database._writer.begin() as connection:
        await connection.execute(text(FILL), {"count": TICKETS})
    yield database
    await database.close()


class Plans:
    """The statements a database is given, and how SQLite would go about each."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.statements: list[tuple[str, Any]] = []
        for engine in (database._reader, database._writer):
            event.listen(engine.sync_engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "EXPLAIN")):
            self.statements.append((statement, values))

    async def explain(self) -> Sequence[str]:
        steps = []
        async with self.database._reader.connect() as connection:
            for statement, values in tuple(self.statements):
                result = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                steps += [row.detail for row in result]
        return steps


@pytest.mark.parametrize("view", [view for view in QueueView if view is not QueueView.DEPARTMENT])
async def test_a_page_of_the_queue_reads_its_index_in_order(busy: Database, view: QueueView) -> None:
    plans = Plans(busy)
    async with busy.reading() as uow:
        page = await uow.tickets.queue(view, now=later(days=1), officer_id=1)
    assert page or view in EMPTY

    steps = await plans.explain()
    tickets = [step for step in steps if "tickets" in step]
    assert any("USING INDEX ix_tickets_" in step for step in tickets), steps
    assert not any("TEMP B-TREE FOR ORDER BY" in step for step in steps), steps


async def test_a_departments_queue_and_the_counts_touch_open_tickets_only(busy: Database) -> None:
    plans = Plans(busy)
    async with busy.reading() as uow:
        assert await uow.tickets.queue(QueueView.DEPARTMENT, now=NOW, departments=["land"])
        assert (await uow.tickets.counts(now=NOW, departments=["land"])).unassigned
        ticket = await uow.tickets.open_for(1)
        assert ticket is not None
        await uow.tickets.ahead_of(ticket.id)
    steps = await plans.explain()
    assert not [step for step in steps if step.startswith("SCAN tickets") and "INDEX" not in step], steps


async def test_takes_and_a_turn_use_indexes(busy: Database) -> None:
    plans = Plans(busy)
    async with busy.unit_of_work() as uow:
        await uow.inbox.take("a", NOW, 60, 10)
        await uow.outbox.take_due("a", NOW, 60, 10, channels=["web"])
        await uow.jobs.take_due("a", NOW, 60, 10)
        contact = await uow.citizens.get(1)
        conversation = await uow.conversations.lock(contact.conversation_id)
        await uow.messages.of_conversation(conversation.id, latest=True)
        await uow.messages.last_id(conversation.id)
        await uow.outbox.waiting_for(contact.address_id)
    steps = await plans.explain()
    scans = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    assert not [
        scan for scan in scans if any(f"SCAN {name}" in scan for name in ("inbox", "outbox", "messages"))
    ], steps


async def test_a_turn_needs_few_statements(busy: Database) -> None:
    """Each statement costs a change of thread on SQLite, and a round trip on PostgreSQL."""
    plans = Plans(busy)
    async with busy.unit_of_work() as uow:
        contact = await uow.citizens.resolve((await uow.citizens.get(1)).key, NOW)
        conversation = await uow.conversations.lock(contact.conversation_id)
        await uow.conversations.save_state(conversation.id, "{}", conversation.version)
    assert len(plans.statements) == 4


async def test_what_runs_every_second_and_beside_every_ticket_reads_indexes(busy: Database) -> None:
    plans = Plans(busy)
    async with busy.reading() as uow:
        assert await uow.alerts.due(NOW, 50)
        await uow.held_answers.due(NOW, 50)
        await uow.promises.overdue(NOW, 50)
        assert await uow.tickets.waiting()
        await uow.tickets.handled(NOW, 50)
        await uow.tickets.by_procedure(1, None)
        await uow.tickets.of_procedure("1.1", 1, ["land"], limit=50)
        await uow.answers.about("1.1", departments=None, without_ticket=1, limit=3)
        await uow.drafts.of(1, 1)
        await uow.officer_links.all()
    steps = await plans.explain()
    scans = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    assert not [scan for scan in scans if any(f"SCAN {name}" in scan for name in ("tickets", "messages"))], (
        steps
    )
