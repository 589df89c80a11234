"""The officers' queue: views, counts, search. Reads only."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, tuple_

from storage.link import Link
from storage.records import QueueCounts, QueueView, Ticket, TicketStatus
from storage.search import matches
from storage.tables import tickets
from storage.ticket_rows import ticket, ticket_selection

# Written out, not bound: SQLite uses a partial index only when it sees its condition.
_OPEN = tickets.c.status != literal("closed", literal_execute=True)
_CLOSED = tickets.c.status == literal("closed", literal_execute=True)
_UNANSWERED = tickets.c.status != TicketStatus.ANSWERED


def _overdue(now: datetime) -> ColumnElement[bool]:
    return and_(_UNANSWERED, tickets.c.due_at < now)


def _unclaimed(for_supervisor: bool) -> ColumnElement[bool]:
    return and_(tickets.c.officer_id.is_(None), tickets.c.for_supervisor.is_(for_supervisor))


def _mine(officer_id: int | None) -> ColumnElement[bool]:
    """Held by me, or forwarded to me by name."""
    return or_(tickets.c.officer_id == officer_id, tickets.c.forwarded_to == officer_id)


def _handed_on(officer_id: int | None) -> ColumnElement[bool]:
    """Not before the supervisors, or given on by one of them."""
    free = tickets.c.for_supervisor.is_(False)
    return or_(free, tickets.c.officer_id == officer_id, tickets.c.forwarded_from.is_not(None))


def _belongs(view: QueueView, now: datetime, officer_id: int | None) -> ColumnElement[bool]:
    match view:
        case QueueView.UNASSIGNED:
            return and_(_OPEN, _unclaimed(False))
        case QueueView.SUPERVISOR:
            return and_(_OPEN, _unclaimed(True))
        case QueueView.MINE:
            return and_(_OPEN, _mine(officer_id))
        case QueueView.FORWARDED:
            return and_(_OPEN, tickets.c.status == TicketStatus.FORWARDED)
        case QueueView.OVERDUE:
            return and_(_OPEN, _overdue(now))
        case QueueView.WAITING:
            return and_(_OPEN, tickets.c.status == TicketStatus.ANSWERED)
        case QueueView.CLOSED:
            return _CLOSED
        case QueueView.DEPARTMENT | QueueView.ALL_OPEN:
            return _OPEN


async def page(
    link: Link,
    view: QueueView,
    *,
    now: datetime,
    officer_id: int | None,
    departments: Sequence[str] | None,
    complaints: bool,
    limit: int,
    offset: int,
) -> tuple[Ticket, ...]:
    """My own tickets stay mine wherever they were forwarded; every other view keeps to `departments`."""
    statement = ticket_selection().where(_belongs(view, now, officer_id))
    if departments is not None and view is not QueueView.MINE:
        statement = statement.where(tickets.c.department.in_(departments))
    if not complaints:
        statement = statement.where(_handed_on(officer_id))
    if view is QueueView.CLOSED:
        statement = statement.order_by(tickets.c.closed_at.desc(), tickets.c.id.desc())
    else:
        statement = statement.order_by(tickets.c.due_at, tickets.c.id)
    return tuple(ticket(row) for row in await link.rows(statement.limit(limit).offset(offset)))


async def counts(
    link: Link,
    now: datetime,
    officer_id: int | None,
    departments: Sequence[str] | None,
    *,
    complaints: bool,
) -> QueueCounts:
    """One pass over the open tickets."""
    seen = literal(True) if departments is None else tickets.c.department.in_(departments)
    visible = and_(seen, literal(True) if complaints else _handed_on(officer_id))
    mine = _mine(officer_id)

    def number(condition: ColumnElement[bool], name: str) -> ColumnElement[int]:
        return func.count().filter(condition).label(name)

    statement = (
        select(
            tickets.c.department,
            number(and_(visible, _unclaimed(False)), "unassigned"),
            number(and_(visible, _unclaimed(True)), "supervisor"),
            number(and_(visible, tickets.c.status == TicketStatus.FORWARDED), "forwarded"),
            number(mine, "mine"),
            number(and_(visible, _overdue(now)), "overdue"),
            number(and_(visible, tickets.c.status == TicketStatus.ANSWERED), "waiting"),
            number(visible, "open"),
        )
        .where(_OPEN, or_(visible, mine))
        .group_by(tickets.c.department)
    )
    rows = await link.rows(statement)
    return QueueCounts(
        unassigned=sum(row.unassigned for row in rows),
        mine=sum(row.mine for row in rows),
        overdue=sum(row.overdue for row in rows),
        waiting=sum(row.waiting for row in rows),
        forwarded=sum(row.forwarded for row in rows),
        supervisor=sum(row.supervisor for row in rows),
        by_department={row.department: row.open for row in rows if row.open},
    )


async def ahead_of(link: Link, ticket_id: int) -> int:
    mine = select(tickets.c.due_at, tickets.c.id).where(tickets.c.id == ticket_id).subquery()
    statement = (
        select(func.count())
        .select_from(tickets)
        .join(mine, tuple_(tickets.c.due_at, tickets.c.id) < tuple_(mine.c.due_at, mine.c.id))
        .where(_OPEN, tickets.c.officer_id.is_(None))
    )
    return int(await link.scalar(statement))


async def search(
    link: Link, folded_query: str, departments: Sequence[str] | None, limit: int
) -> tuple[Ticket, ...]:
    condition = matches(link, tickets, folded_query)
    if condition is None:
        return ()
    statement = ticket_selection().where(condition)
    if departments is not None:
        statement = statement.where(tickets.c.department.in_(departments))
    rows = await link.rows(statement.order_by(tickets.c.id.desc()).limit(limit))
    return tuple(ticket(row) for row in rows)


async def waiting(link: Link) -> int:
    unanswered = tickets.c.status.in_((TicketStatus.NEW, TicketStatus.ASSIGNED))
    return int(await link.scalar(select(func.count()).select_from(tickets).where(_OPEN, unanswered)))


async def handled(link: Link, since: datetime, limit: int) -> tuple[tuple[datetime, datetime], ...]:
    statement = (
        select(tickets.c.claimed_at, tickets.c.first_answer_at)
        .where(tickets.c.opened_at >= since, tickets.c.claimed_at <= tickets.c.first_answer_at)
        .order_by(tickets.c.opened_at.desc(), tickets.c.id.desc())
        .limit(limit)
    )
    return tuple((row.claimed_at, row.first_answer_at) for row in await link.rows(statement))


def _for_anybody_or(officer_id: int, departments: Sequence[str] | None) -> ColumnElement[bool]:
    """Waits for an answer, and nobody else has it."""
    unanswered = tickets.c.status.in_((TicketStatus.NEW, TicketStatus.ASSIGNED))
    free = tickets.c.officer_id.is_(None) & tickets.c.for_supervisor.is_(False)
    theirs = or_(free, tickets.c.officer_id == officer_id)
    seen = literal(True) if departments is None else tickets.c.department.in_(departments)
    return and_(_OPEN, unanswered, theirs, seen)


async def by_procedure(
    link: Link, officer_id: int, departments: Sequence[str] | None
) -> tuple[tuple[str, int, datetime], ...]:
    count, due = func.count().label("tickets"), func.min(tickets.c.due_at).label("due")
    statement = (
        select(tickets.c.procedure_code, count, due)
        .where(_for_anybody_or(officer_id, departments), tickets.c.procedure_code.is_not(None))
        .group_by(tickets.c.procedure_code)
        .order_by(count.desc(), due)
    )
    return tuple((row.procedure_code, row.tickets, row.due) for row in await link.rows(statement))


async def of_procedure(
    link: Link, code: str, officer_id: int, departments: Sequence[str] | None, limit: int
) -> tuple[Ticket, ...]:
    statement = ticket_selection().where(
        _for_anybody_or(officer_id, departments), tickets.c.procedure_code == code
    )
    rows = await link.rows(statement.order_by(tickets.c.due_at, tickets.c.id).limit(limit))
    return tuple(ticket(row) for row in rows)
