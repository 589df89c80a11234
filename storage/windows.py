"""Until when a channel lets us answer an address."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import literal, or_, select, update

from storage.channel_records import Window
from storage.contacts import contact, contact_selection
from storage.link import Link
from storage.records import Contact
from storage.tables import addresses, tickets

# Written out, not bound: SQLite uses a partial index only when it sees its condition.
_OPEN = tickets.c.status != literal("closed", literal_execute=True)


class Windows:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def opened(self, address_id: int, window: Window) -> None:
        """They wrote: never earlier than it was, since events come in any order."""
        known = addresses.c.window_until
        await self._link.run(
            update(addresses)
            .where(addresses.c.id == address_id, or_(known.is_(None), known < window.until))
            .values(window_free_until=window.free_until, window_until=window.until)
        )

    async def told(self, address_id: int, window: Window, at: datetime) -> None:
        """What the channel itself says of it, asked at `at`."""
        await self._link.run(
            update(addresses)
            .where(addresses.c.id == address_id)
            .values(window_free_until=window.free_until, window_until=window.until, window_asked_at=at)
        )

    async def unasked(self, channels: Sequence[str], before: datetime, limit: int) -> tuple[Contact, ...]:
        """Whoever waits for an answer on these channels, and whose window was last asked for before then."""
        waiting = select(tickets.c.address_id).where(_OPEN)
        asked = addresses.c.window_asked_at
        statement = contact_selection().where(
            addresses.c.channel.in_(channels),
            addresses.c.unreachable_at.is_(None),
            addresses.c.id.in_(waiting),
            or_(asked.is_(None), asked < before),
        )
        rows = await self._link.rows(statement.order_by(addresses.c.id).limit(limit))
        return tuple(contact(row) for row in rows)
