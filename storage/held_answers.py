"""Answers that were sent and can still be undone. One for each ticket; each goes out, or back, exactly once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select

from storage.link import Link
from storage.records import HeldAnswer
from storage.tables import held_answers


class HeldAnswers:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def hold(self, held: HeldAnswer) -> None:
        """Raises an integrity error when the ticket has one already: let that go out first."""
        values = {
            "ticket_id": held.ticket_id,
            "officer_id": held.officer_id,
            "text": held.text,
            "files": {"ids": list(held.files)},
            "pressed_at": held.pressed_at,
            "due_at": held.due_at,
            "seen_message_id": held.seen_message_id,
        }
        await self._link.run(insert(held_answers).values(**values))

    async def of_ticket(self, ticket_id: int) -> HeldAnswer | None:
        row = await self._link.row(select(held_answers).where(held_answers.c.ticket_id == ticket_id))
        return None if row is None else _record(row)

    async def take(self, ticket_id: int, *, officer_id: int | None = None) -> HeldAnswer | None:
        """Take it away, to send it or to undo it: whoever comes second gets None. `officer_id`: only theirs."""
        mine = delete(held_answers).where(held_answers.c.ticket_id == ticket_id)
        if officer_id is not None:
            mine = mine.where(held_answers.c.officer_id == officer_id)
        row = await self._link.row(mine.returning(*held_answers.c))
        return None if row is None else _record(row)

    async def due(self, now: datetime, limit: int) -> Sequence[HeldAnswer]:
        """Those whose moment has passed, the earliest first."""
        statement = select(held_answers).where(held_answers.c.due_at <= now)
        rows = await self._link.rows(statement.order_by(held_answers.c.due_at).limit(limit))
        return tuple(_record(row) for row in rows)


def _record(row: Row[Any]) -> HeldAnswer:
    return HeldAnswer(
        ticket_id=row.ticket_id,
        officer_id=row.officer_id,
        text=row.text,
        files=tuple(row.files.get("ids", ())),
        pressed_at=row.pressed_at,
        due_at=row.due_at,
        seen_message_id=row.seen_message_id,
    )
