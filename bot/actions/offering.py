"""What is said to somebody unasked, with choices that a typed number or label means from then on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.conversation.state import MenuItem, State
from bot.messages import Reply
from bot.transcript import say, topic_of
from storage.records import Contact, Priority
from storage.unit_of_work import UnitOfWork


async def offer(
    uow: UnitOfWork,
    contact: Contact,
    reply: Reply,
    now: datetime,
    *,
    pull: bool,
    priority: Priority = Priority.ANSWER,
    note: Mapping[str, Any] | None = None,
) -> None:
    await say(uow, contact, reply, now, pull=pull, priority=priority, note=note)
    if reply.choices:
        conversation = await uow.conversations.lock(contact.conversation_id)
        menu = tuple(MenuItem(choice.label, choice.token) for choice in reply.choices if choice.token)
        state = State.from_json(conversation.state).offering(menu)
        await uow.conversations.save_state(conversation.id, state.to_json(), conversation.version)
    uow.notify(topic_of(contact.conversation_id))
