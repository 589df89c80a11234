"""What a browser has not seen yet: read from storage, then waited for."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass

from bot.channels.web.channel import address
from storage.database import Database
from storage.records import Author, Contact, Message

SHOWN = 100  # messages of a page
_BATCH = 200
_FALLBACK = 15.0  # seconds: a missed wake-up delays an answer by no more
_FIRST = 0.5  # seconds between looks while there is no conversation yet, hence nothing to be woken by


@dataclass(frozen=True)
class News:
    """`held`: a person answers, the assistant is silent. No `contact`: this browser has not written yet."""

    contact: Contact | None
    messages: tuple[Message, ...]
    held: bool

    @property
    def last_id(self) -> int:
        return max((message.id for message in self.messages), default=0)


class Feed:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def latest(self, session_id: str) -> News:
        return await self._read(session_id, after_id=0, latest=True)

    async def since(self, session_id: str, after_id: int) -> News:
        return await self._read(session_id, after_id=after_id, latest=False)

    async def follow(self, session_id: str, after_id: int) -> AsyncGenerator[News, None]:
        """Everything new for as long as somebody listens; also when only `held` changes."""
        held: bool | None = None
        topics: tuple[str, ...] = ()
        while True:
            async with self._database.wake.subscribe(*topics) as waiting:
                # Looked at once subscribed: nothing falls between looking and waiting.
                news = await self.since(session_id, after_id)
                moved = bool(news.messages) or news.held != held
                if not moved:
                    await waiting.get(_FALLBACK if topics else _FIRST)
            if news.contact is not None:
                topics = (f"conversation:{news.contact.conversation_id}",)
            if moved:
                after_id = max(after_id, news.last_id)
                held = news.held
                yield news

    async def answered(self, session_id: str, after_id: int, seconds: float) -> None:
        """Wait a little for what the assistant says to it, for a browser that cannot wait itself."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), aclosing(self.follow(session_id, after_id)) as following:
                async for news in following:
                    if news.held or any(message.author is not Author.CITIZEN for message in news.messages):
                        return

    async def _read(self, session_id: str, *, after_id: int, latest: bool) -> News:
        # A browser that goes away cancels what is done for it; a query cut in half costs its connection.
        return await asyncio.shield(self._fetch(session_id, after_id, latest))

    async def _fetch(self, session_id: str, after_id: int, latest: bool) -> News:
        async with self._database.reading() as uow:
            contact = await uow.citizens.find(address(session_id))
            if contact is None:
                return News(None, (), held=False)
            conversation = await uow.conversations.get(contact.conversation_id)
            messages = await uow.messages.of_conversation(
                contact.conversation_id, after_id=after_id, latest=latest, limit=SHOWN if latest else _BATCH
            )
            return News(contact, messages, held=conversation.held_by is not None)
