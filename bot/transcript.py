"""What is said in a conversation: one message, and an outbox row where a channel has to carry it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.messages import Reply, Voice
from intents.text import fold
from storage.records import Author, Contact, Priority
from storage.unit_of_work import UnitOfWork


async def say(
    uow: UnitOfWork,
    contact: Contact,
    reply: Reply,
    now: datetime,
    *,
    pull: bool,
    note: Mapping[str, Any] | None = None,
    officer_id: int | None = None,
    ticket_id: int | None = None,
    priority: Priority = Priority.ANSWER,
) -> int:
    """Put one reply into the conversation and, where a channel has to carry it, into the outbox.

    `priority`: what nobody waits for lets answers go first.
    """
    authors = {Voice.BOT: Author.BOT, Voice.OFFICER: Author.OFFICER, Voice.NOTICE: Author.SYSTEM}
    message = await uow.messages.add(
        contact.conversation_id,
        authors[reply.voice],
        reply.text,
        now,
        body=reply.to_json(),
        note=note or {},
        author_name=reply.speaker,
        officer_id=officer_id,
        ticket_id=ticket_id,
        search_text=fold(reply.text),
    )
    await uow.answer_files.sent(message.id, [each.id for each in reply.files])
    if not pull:
        row = await uow.outbox.add(
            contact.address_id, reply.to_json(), now, message_id=message.id, priority=priority
        )
        if not contact.reachable:  # it stays in the conversation, marked as not delivered
            await uow.outbox.failed(row, now, "unreachable", None)
        uow.notify("outbox")
    uow.notify(topic_of(contact.conversation_id))
    return message.id


def topic_of(conversation_id: int) -> str:
    """The wake topic of a conversation."""
    return f"conversation:{conversation_id}"
