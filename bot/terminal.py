"""`motcua chat`: the assistant in a shell. Beside a running server it uses the same database."""

import asyncio
import getpass
import uuid

from bot import logs
from bot.app import Parts, assembled, prepare
from bot.channels.terminal import TerminalChannel, shown
from bot.config import Settings
from bot.messages import Reply
from bot.texts import Texts
from storage.records import AddressKey, Author, InboxEntry, Message

LOOK_SECONDS = 1.0


async def run_chat(settings: Settings) -> None:
    logs.configure(settings.log_format, "ERROR")
    await prepare(settings)
    async with assembled(settings, channels=None) as parts:
        await _Session(parts, getpass.getuser()).run()


class _Session:
    """One person at a keyboard. What an officer answers meanwhile appears by itself."""

    def __init__(self, parts: Parts, user: str) -> None:
        self._parts = parts
        self._key = AddressKey(TerminalChannel.name, TerminalChannel.account, user)
        self._seen = 0
        self._texts = Texts.load()

    async def run(self) -> None:
        await self._skip_old()
        print(self._texts("terminal.how_to_leave"))
        await self._send("", start=True)
        watching = asyncio.create_task(self._watch())
        try:
            while True:
                line = await asyncio.to_thread(input, "\n> ")
                if line.strip().lower() in {"/thoat", "/exit", "/quit"}:
                    break
                await self._send(line)
        except EOFError:
            print()
        finally:
            watching.cancel()

    async def _send(self, text: str, *, start: bool = False) -> None:
        identity = uuid.uuid4().hex
        entry = InboxEntry(
            self._key.channel,
            self._key.account,
            self._key.user_id,
            f"{self._key.user_id}:{identity}",
            {"id": identity, "text": text, "start": start},
        )
        await self._parts.intake.receive([entry])
        await self._parts.intake.drain()
        await self._print_new()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self._print_new()

    async def _skip_old(self) -> None:
        for message in await self._messages():
            self._seen = max(self._seen, message.id)

    async def _print_new(self) -> None:
        for message in await self._messages():
            if message.id > self._seen:
                self._seen = message.id
                if message.author is not Author.CITIZEN:
                    print("\n" + shown(Reply.from_json(message.body)))

    async def _messages(self) -> tuple[Message, ...]:
        async with self._parts.database.reading() as uow:
            contact = await uow.citizens.find(self._key)
            if contact is None:
                return ()
            return await uow.messages.of_conversation(contact.conversation_id, after_id=self._seen)
