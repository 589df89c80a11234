"""Rows that workers take: the inbox, the outbox and the timers share these rules.

A row is taken for a while (a lease); who dies lets it lapse. Of the rows of one group (an address) only the
oldest pending one can be taken, and only when it is due: order is kept, and one group never holds up another.
On PostgreSQL leases run on the database's clock, so that machines with different clocks agree.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Table,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)

from storage.columns import UtcDateTime
from storage.errors import StaleStateError
from storage.link import Link

# Written out, not bound: SQLite uses a partial index only when it sees its condition.
_PENDING = literal("pending", literal_execute=True)


def pending(table: FromClause) -> ColumnElement[bool]:
    """Rows that wait. Always asked for in these words, for the sake of their index."""
    return table.c.status == _PENDING


def ended(table: FromClause) -> ColumnElement[bool]:
    """Rows that nobody waits for any more. Likewise."""
    return table.c.status != _PENDING


async def counts(link: Link, table: Table) -> dict[str, int]:
    """How many rows of each status there are."""
    which = (pending(table), ended(table))
    parts = [
        select(table.c.status, func.count().label("rows")).where(x).group_by(table.c.status) for x in which
    ]
    return {row.status: row.rows for row in await link.rows(union_all(*parts))}


def clock(link: Link, now: datetime) -> ColumnElement[datetime]:
    """The moment that leases are measured by."""
    return func.clock_timestamp(type_=UtcDateTime()) if link.on_postgres else literal(now, UtcDateTime())


def until(link: Link, now: datetime, seconds: float) -> ColumnElement[datetime]:
    """The moment a lease that begins now ends."""
    if not link.on_postgres:
        return literal(now + timedelta(seconds=seconds), UtcDateTime())
    return func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _first_of_group(
    table: Table, group: Sequence[str], urgency: str | None, moment: ColumnElement[datetime]
) -> tuple[ColumnElement[bool], ...]:
    """The group's oldest pending row, while no other of it (one can be revived) is in somebody's hands.

    With `urgency`: the oldest of the most urgent; one that is more urgent but not yet due holds the rest back.

    The oldest are read from an index in one pass. Asking of each row whether one is older would cost a
    backlog of ten thousand updates from one chat as many searches, and everybody would wait for them.
    """
    waiting, other, sooner = table.alias("waiting"), table.alias("other"), table.alias("sooner")
    kinds = [*group, urgency] if urgency else group
    oldest = (
        select(func.min(waiting.c.id)).where(pending(waiting)).group_by(*(waiting.c[name] for name in kinds))
    )
    alone = ~exists().where(
        *(other.c[name] == table.c[name] for name in group),
        other.c.id != table.c.id,
        other.c.leased_until >= moment,
    )
    if urgency is None:
        return table.c.id.in_(oldest), alone
    first = ~exists().where(
        *(sooner.c[name] == table.c[name] for name in group),
        sooner.c[urgency] < table.c[urgency],
        pending(sooner),
    )
    return table.c.id.in_(oldest), alone, first


async def take(
    link: Link,
    table: Table,
    worker: str,
    now: datetime,
    *,
    seconds: float,
    limit: int,
    group: Sequence[str] = (),
    urgency: str | None = None,
    only: Sequence[ColumnElement[bool]] = (),
) -> Sequence[Row[Any]]:
    """Lease up to `limit` due rows for `seconds`; oldest first; each row once, however many workers ask.

    `urgency`: a column of a grouped table whose smaller values go first.
    """
    moment = clock(link, now)
    conditions = [
        table.c.due_at <= now,
        or_(table.c.leased_until.is_(None), table.c.leased_until < moment),
        *only,
    ]
    order = (table.c.due_at, table.c.id)
    if group:
        conditions += [pending(table), *_first_of_group(table, group, urgency, moment)]
        order = (table.c[urgency] if urgency else table.c.id, table.c.id)
    chosen = select(table.c.id).where(*conditions).order_by(*order).limit(limit)
    if link.on_postgres:
        chosen = chosen.with_for_update(skip_locked=True, of=table)
    picked = chosen.cte("picked")
    statement = (
        update(table)
        .where(table.c.id.in_(select(picked.c.id)))
        .values(leased_by=worker, leased_until=until(link, now, seconds), attempts=table.c.attempts + 1)
        .returning(*table.c)
    )
    return sorted(await link.rows(statement), key=lambda row: (row.due_at, row.id))


async def settle(link: Link, table: Table, row_id: int, worker: str | None, **values: Any) -> None:
    """End a lease. With `worker`, refuses one whose lease has passed to another: its work is not its own."""
    statement = update(table).where(table.c.id == row_id)
    if worker is not None:
        statement = statement.where(table.c.leased_by == worker)
    changed = await link.changed(statement.values(leased_by=None, leased_until=None, **values))
    if worker is not None and not changed:
        raise StaleStateError(f"{table.name} {row_id} is no longer {worker}'s")


async def forget(link: Link, table: Table) -> None:
    """Free every lease: right only where nobody else can be working."""
    await link.run(
        update(table).where(table.c.leased_until.is_not(None)).values(leased_by=None, leased_until=None)
    )
