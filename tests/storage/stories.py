"""How stories about storage begin: somebody wrote, somebody works at the desk, a question waits."""

from datetime import UTC, datetime, timedelta
from typing import Any

from storage.database import Database
from storage.records import AddressKey, Author, Contact, InboxEntry, Message, Officer, Reason, Role, Ticket
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)  # a Friday, 9:30 in Cà Mau


def later(**span: float) -> datetime:
    return NOW + timedelta(**span)


def key(user: str = "ba-tu", channel: str = "web") -> AddressKey:
    return AddressKey(channel, "main", user)


def entry(event: str, user: str = "ba-tu", **payload: Any) -> InboxEntry:
    return InboxEntry("web", "main", user, event, payload or {"text": event})


async def somebody(database: Database, user: str = "ba-tu", *, channel: str = "web") -> Contact:
    async with database.unit_of_work() as uow:
        contact = await uow.citizens.resolve(key(user, channel), NOW)
        await uow.commit()
    return contact


async def says(database: Database, contact: Contact, text: str, *, minute: float = 0, **more: Any) -> Message:
    async with database.unit_of_work() as uow:
        message = await uow.messages.add(
            contact.conversation_id, Author.CITIZEN, text, later(minutes=minute), **more
        )
        await uow.commit()
    return message


async def officer(database: Database, username: str = "lan", *departments: str) -> Officer:
    async with database.unit_of_work() as uow:
        added = await uow.officers.add(
            username, username.title(), Role.FRONT_OFFICER, departments or ("one-stop",), ("vi",), NOW
        )
        await uow.commit()
    return added


async def open_ticket(uow: UnitOfWork, contact: Contact, **changed: Any) -> Ticket:
    facts: dict[str, Any] = {
        "conversation_id": contact.conversation_id,
        "citizen_id": contact.citizen_id,
        "address_id": contact.address_id,
        "reason": Reason.NOTHING_FOUND,
        "department": "one-stop",
        "question": "Vợ tui mới sanh, làm giấy tờ chi?",
        "matched": {"candidates": ["1.001193"]},
        "procedure_code": None,
        "opened_at": NOW,
        "due_at": later(hours=2),
        "search_text": "vo tui moi sanh, lam giay to chi?",
    }
    return await uow.tickets.open(**facts | changed)


async def question(database: Database, contact: Contact, **changed: Any) -> Ticket:
    async with database.unit_of_work() as uow:
        ticket = await open_ticket(uow, contact, **changed)
        await uow.commit()
    return ticket
