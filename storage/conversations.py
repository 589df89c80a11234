"""Conversations: the state between two turns, and who is talking with the citizen."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, update

from storage.contacts import contact, contact_selection
from storage.errors import NotFoundError, StaleStateError
from storage.link import Link
from storage.records import Conversation
from storage.tables import conversations, messages


class Conversations:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def lock(self, conversation_id: int) -> Conversation:
        """Read it and let no other turn change it until this one ends."""
        statement = _selection().where(conversations.c.id == conversation_id)
        if self._link.on_postgres:
            statement = statement.with_for_update(of=conversations)
        return _record(await self._link.row(statement), conversation_id)

    async def get(self, conversation_id: int) -> Conversation:
        """Raises `NotFoundError`."""
        row = await self._link.row(_selection().where(conversations.c.id == conversation_id))
        return _record(row, conversation_id)

    async def save_state(self, conversation_id: int, state: str, expected_version: int) -> int:
        """Keep the state of the turn that read `expected_version`; returns the next version."""
        version = await self._link.scalar(
            update(conversations)
            .where(conversations.c.id == conversation_id, conversations.c.version == expected_version)
            .values(state=state, version=expected_version + 1)
            .returning(conversations.c.version)
        )
        if version is None:
            raise StaleStateError(f"conversation {conversation_id} is not at version {expected_version}")
        return int(version)

    async def set_ticket(self, conversation_id: int, ticket_id: int | None, held_by: int | None) -> None:
        """Point at the open ticket and the officer who answers. The tickets' verbs do this by themselves."""
        await self._link.run(
            update(conversations)
            .where(conversations.c.id == conversation_id)
            .values(ticket_id=ticket_id, held_by=held_by)
        )

    async def answered_elsewhere(self, conversation_id: int, until: datetime | None) -> None:
        """An officer answers in the platform's own app until then; None: the bot speaks again."""
        await self._link.run(
            update(conversations).where(conversations.c.id == conversation_id).values(elsewhere_until=until)
        )


def _selection() -> Select[Any]:
    last = (
        select(messages.c.at)
        .where(messages.c.conversation_id == conversations.c.id)
        .order_by(messages.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return contact_selection().add_columns(
        conversations.c.state,
        conversations.c.version,
        conversations.c.ticket_id,
        conversations.c.held_by,
        conversations.c.elsewhere_until,
        last.label("last_message_at"),
    )


def _record(row: Row[Any] | None, conversation_id: int) -> Conversation:
    if row is None:
        raise NotFoundError(f"conversation {conversation_id}")
    return Conversation(
        id=row.conversation_id,
        contact=contact(row),
        state=row.state,
        version=row.version,
        ticket_id=row.ticket_id,
        held_by=row.held_by,
        last_message_at=row.last_message_at,
        elsewhere_until=row.elsewhere_until,
    )
