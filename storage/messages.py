"""Messages: all that was said in a conversation, by whom, and whether it arrived."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, func, insert, select

from storage.link import Link
from storage.records import Author, Message, OutboxStatus
from storage.search import compact, matches, searchable
from storage.tables import conversations, messages, outbox, tickets

# Of several rows sent for one message, the worst state is the message's.
_WORST_FIRST = (OutboxStatus.FAILED, OutboxStatus.WAITING, OutboxStatus.PENDING, OutboxStatus.SENT)


class Messages:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._locked: set[int] = set()

    async def add(
        self,
        conversation_id: int,
        author: Author,
        text: str,
        at: datetime,
        *,
        body: Mapping[str, Any] | None = None,
        note: Mapping[str, Any] | None = None,
        author_name: str | None = None,
        officer_id: int | None = None,
        ticket_id: int | None = None,
        search_text: str = "",
    ) -> Message:
        """Append. Ids within a conversation become visible in order: its row is locked first."""
        await self._lock(conversation_id)
        row = await self._link.row(
            insert(messages)
            .values(
                conversation_id=conversation_id,
                author=author,
                author_name=author_name,
                officer_id=officer_id,
                ticket_id=ticket_id,
                text=text,
                body=dict(body or {}),
                note=dict(note or {}),
                search_text=searchable(search_text),
                at=at,
            )
            .returning(*messages.c)
        )
        assert row is not None
        return _record(row)

    async def answered_by(self, ticket_id: int, officer_id: int) -> bool:
        """Whether this officer has answered in this ticket."""
        said = select(messages.c.id).where(
            messages.c.ticket_id == ticket_id, messages.c.officer_id == officer_id
        )
        return await self._link.scalar(said.limit(1)) is not None

    async def of_conversation(
        self,
        conversation_id: int,
        *,
        after_id: int = 0,
        before_id: int | None = None,
        limit: int = 200,
        latest: bool = False,
    ) -> tuple[Message, ...]:
        """Oldest first: the first `limit` after `after_id`; the last with `before_id` or `latest`."""
        chosen = select(messages).where(messages.c.conversation_id == conversation_id)
        chosen = chosen.where(messages.c.id > after_id)
        if before_id is not None:
            chosen = chosen.where(messages.c.id < before_id)
        backwards = latest or before_id is not None
        order = messages.c.id.desc() if backwards else messages.c.id
        page = chosen.order_by(order).limit(limit).subquery()
        statement = (
            select(page, outbox.c.status.label("delivery"), outbox.c.reason, outbox.c.error, outbox.c.seen_at)
            .join_from(page, outbox, outbox.c.message_id == page.c.id, isouter=True)
            .order_by(page.c.id, outbox.c.id)
        )
        rows = await self._link.rows(statement)
        return tuple(_delivered(list(group)) for _, group in groupby(rows, key=lambda row: row.id))

    async def get(self, message_id: int) -> Message | None:
        row = await self._link.row(select(messages).where(messages.c.id == message_id))
        return None if row is None else _record(row)

    async def last_id(self, conversation_id: int) -> int:
        """0 while nothing was said."""
        mine = messages.c.conversation_id == conversation_id
        return int(await self._link.scalar(select(func.coalesce(func.max(messages.c.id), 0)).where(mine)))

    async def search(
        self, folded_query: str, *, departments: Sequence[str] | None = None, limit: int = 50
    ) -> tuple[Message, ...]:
        """Newest first. With `departments`, only conversations that had a ticket in one of them."""
        condition = matches(self._link, messages, folded_query)
        if condition is None:
            return ()
        statement = select(messages).where(condition)
        if departments is not None:
            theirs = select(tickets.c.conversation_id).where(tickets.c.department.in_(departments))
            statement = statement.where(messages.c.conversation_id.in_(theirs))
        rows = await self._link.rows(statement.order_by(messages.c.id.desc()).limit(limit))
        return tuple(_record(row) for row in rows)

    async def compact(self) -> None:
        """Drop what the search index still holds of erased messages."""
        await compact(self._link, messages)

    async def _lock(self, conversation_id: int) -> None:
        if not self._link.on_postgres or conversation_id in self._locked:
            return
        mine = conversations.c.id == conversation_id
        await self._link.run(select(conversations.c.id).where(mine).with_for_update())
        self._locked.add(conversation_id)


def _delivered(rows: Sequence[Row[Any]]) -> Message:
    """One message of its rows, one for each time it was sent."""
    by_state = {row.delivery: row for row in rows}
    row = next((by_state[state] for state in _WORST_FIRST if state in by_state), rows[0])
    problem = row.reason or row.error if row.delivery != OutboxStatus.SENT else None
    return replace(_record(row, row.delivery, problem), seen_at=row.seen_at)


def _record(row: Row[Any], delivery: str | None = None, delivery_error: str | None = None) -> Message:
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        author=Author(row.author),
        author_name=row.author_name,
        officer_id=row.officer_id,
        ticket_id=row.ticket_id,
        text=row.text,
        body=row.body,
        note=row.note,
        at=row.at,
        delivery=delivery,
        delivery_error=delivery_error,
    )
