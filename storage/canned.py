"""Prepared answers, by topic."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from storage.errors import NotFoundError
from storage.link import Link
from storage.records import CannedReply
from storage.tables import canned_replies


class CannedReplies:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def write(
        self,
        topic: str,
        title: str,
        text: str,
        officer_id: int | None,
        at: datetime,
        *,
        reply_id: int | None = None,
    ) -> CannedReply:
        """A new one, or with `reply_id` another wording of an old one. What is there already is not doubled."""
        values = {"topic": topic, "title": title, "text": text, "written_by": officer_id, "written_at": at}
        statement: Any = insert(canned_replies).values(**values)
        same = (
            canned_replies.c.topic == topic,
            canned_replies.c.title == title,
            canned_replies.c.text == text,
        )
        there = await self._link.row(select(canned_replies).where(*same)) if reply_id is None else None
        if there is not None:
            return _record(there)
        if reply_id is not None:
            statement = update(canned_replies).where(canned_replies.c.id == reply_id).values(**values)
        row = await self._link.row(statement.returning(*canned_replies.c))
        if row is None:
            raise NotFoundError(f"canned reply {reply_id}")
        return _record(row)

    async def remove(self, reply_id: int) -> None:
        await self._link.run(delete(canned_replies).where(canned_replies.c.id == reply_id))

    async def list(self) -> tuple[CannedReply, ...]:
        """By topic, then by title."""
        order = (canned_replies.c.topic, canned_replies.c.title, canned_replies.c.id)
        rows = await self._link.rows(select(canned_replies).order_by(*order))
        return tuple(_record(row) for row in rows)


def _record(row: Row[Any]) -> CannedReply:
    return CannedReply(row.id, row.topic, row.title, row.text, row.written_at)
