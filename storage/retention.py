"""What time erases: the words of old messages and of tickets that were closed long ago. The audit trail stays.

Rows stay where figures are made of them; only what was said in them goes. In steps, so that nobody waits long.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy import text as sql

from storage.link import Link
from storage.records import TicketStatus
from storage.tables import messages, ratings, sent_files, ticket_events, tickets

# Written as in its index, word for word: SQLite uses a partial index only when it sees its condition.
_KEPT = sql("(messages.text <> '' OR messages.body <> '{}')")


class Retention:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def messages(self, before: datetime, limit: int) -> int:
        """Empty messages said before then and let go of their files; how many.

        But for conversations that somebody still works on.
        """
        open_ticket = exists().where(
            tickets.c.conversation_id == messages.c.conversation_id, tickets.c.status != TicketStatus.CLOSED
        )
        old = select(messages.c.id).where(_KEPT, messages.c.at < before, ~open_ticket)
        chosen = [row.id for row in await self._link.rows(old.order_by(messages.c.at).limit(limit))]
        if not chosen:
            return 0
        blank: dict[str, Any] = {"text": "", "body": {}, "note": {}, "search_text": ""}
        await self._link.run(delete(sent_files).where(sent_files.c.message_id.in_(chosen)))
        return await self._link.changed(update(messages).where(messages.c.id.in_(chosen)).values(blank))

    async def tickets(self, before: datetime, limit: int) -> int:
        """Empty tickets that were closed before then, with their notes and the words of their rating. How many."""
        old = select(tickets.c.id).where(tickets.c.closed_at < before, tickets.c.question != "")
        rows = await self._link.rows(old.order_by(tickets.c.closed_at).limit(limit))
        chosen = [row.id for row in rows]
        if not chosen:
            return 0
        blank: dict[str, Any] = {"question": "", "matched": {}, "search_text": "", "closing_detail": None}
        await self._link.run(update(tickets).where(tickets.c.id.in_(chosen)).values(blank))
        theirs = ticket_events.c.ticket_id.in_(chosen)
        await self._link.run(
            update(ticket_events).where(theirs, ticket_events.c.detail.is_not(None)).values(detail=None)
        )
        await self._link.run(update(ratings).where(ratings.c.ticket_id.in_(chosen)).values(words=None))
        return len(chosen)
