"""Files of an answer: attached while it is written, seen with the draft, taken off again."""

from bot.desk.core import DeskCore
from bot.policy import Action
from storage.errors import NotFoundError
from storage.records import Officer, StoredFile

MOST = 5  # files of one answer


class TooManyFilesError(ValueError):
    """One answer carries no more."""


class Attaching(DeskCore):
    async def may_attach(self, officer: Officer, ticket_id: int, count: int) -> None:
        """Asked before anything is read. Raises what `answer` raises, and TooManyFilesError."""
        async with self._database.unit_of_work() as uow:
            await self._ticket(uow, officer, ticket_id, Action.ANSWER)
            if len(await uow.answer_files.of_draft(ticket_id, officer.id)) + count > MOST:
                raise TooManyFilesError

    async def attach(self, officer: Officer, ticket_id: int, stored: StoredFile) -> None:
        """Beside this officer's draft. Raises TooManyFilesError."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            ticket = await self._ticket(uow, officer, ticket_id, Action.ANSWER)
            await uow.answer_files.attach(ticket_id, officer.id, stored.id, now)
            if len(await uow.answer_files.of_draft(ticket_id, officer.id)) > MOST:
                raise TooManyFilesError
            await self._audited(uow, officer, ticket, "file.attached", file=str(stored.id))
            await self._commit(uow, ticket)

    async def detach(self, officer: Officer, ticket_id: int, file_id: int) -> None:
        """Take one's own off again; one that is gone already is no error."""
        async with self._database.unit_of_work() as uow:
            ticket = await self._seen(uow, officer, ticket_id)
            if await uow.answer_files.remove(ticket_id, officer.id, file_id):
                await self._audited(uow, officer, ticket, "file.detached", file=str(file_id))
                await self._commit(uow, ticket)

    async def look_at_answer_file(self, officer: Officer, ticket_id: int, file_id: int) -> StoredFile:
        """Beside one's draft, on its way, or sent in this conversation; the look is audited.

        Raises NotFoundError.
        """
        async with self._database.unit_of_work() as uow:
            ticket = await self._seen(uow, officer, ticket_id)
            stored = await uow.answer_files.beside(ticket_id, officer.id, file_id)
            stored = stored or await uow.answer_files.sent_to(ticket.conversation_id, file_id)
            if stored is None:
                raise NotFoundError(f"file {file_id}")
            await self._audited(uow, officer, ticket, "file.viewed", file=str(stored.id))
            await uow.commit()
        return stored
