"""Files of officers: beside a draft, held with an answer that can be undone, sent with a message.

As long as a row here names a file, the file stays; what no row names goes when its time is over.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update

from storage.errors import StaleStateError
from storage.files import Files
from storage.link import Link
from storage.records import StoredFile
from storage.tables import draft_files, messages, sent_files


class AnswerFiles:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._files = Files(link)

    async def attach(self, ticket_id: int, officer_id: int, file_id: int, at: datetime) -> None:
        """Beside what this officer writes; twice is once."""
        row = self._link.insert(draft_files).values(
            ticket_id=ticket_id, officer_id=officer_id, file_id=file_id, added_at=at
        )
        await self._link.run(row.on_conflict_do_nothing())

    async def of_draft(self, ticket_id: int, officer_id: int) -> tuple[StoredFile, ...]:
        """In the order in which they were attached. Nobody else's, and nothing that is on its way."""
        return await self._those(_draft(ticket_id, officer_id))

    async def remove(self, ticket_id: int, officer_id: int, file_id: int) -> bool:
        """Take it off again; False when it was not there."""
        mine = _draft(ticket_id, officer_id) & (draft_files.c.file_id == file_id)
        return bool(await self._link.changed(delete(draft_files).where(mine)))

    async def hold(self, ticket_id: int, officer_id: int, seen: Collection[int]) -> tuple[int, ...]:
        """They go with the answer. Raises StaleStateError when others hang on the draft than were `seen`."""
        ids = tuple(each.id for each in await self.of_draft(ticket_id, officer_id))
        if set(ids) != set(seen):
            raise StaleStateError(f"files of the answer to ticket {ticket_id}")
        await self._link.run(update(draft_files).where(_draft(ticket_id, officer_id)).values(held=True))
        return ids

    async def back(self, ticket_id: int, officer_id: int, file_ids: Collection[int]) -> None:
        """The answer was undone: they are beside the draft again."""
        await self._link.run(
            update(draft_files).where(_of(ticket_id, officer_id, file_ids)).values(held=False)
        )

    async def went(self, ticket_id: int, officer_id: int, file_ids: Collection[int]) -> None:
        """The answer is out: now `sent` keeps them."""
        await self._link.run(delete(draft_files).where(_of(ticket_id, officer_id, file_ids)))

    async def sent(self, message_id: int, file_ids: Collection[int]) -> None:
        """They hang on a message of ours."""
        rows = [{"message_id": message_id, "file_id": each} for each in file_ids]
        if rows:
            await self._link.run(insert(sent_files).values(rows))

    async def sent_to(self, conversation_id: int, file_id: int) -> StoredFile | None:
        """A file that was sent in this conversation; in any other it does not exist."""
        here = (messages.c.conversation_id == conversation_id) & (sent_files.c.file_id == file_id)
        found = await self._link.row(
            select(sent_files.c.file_id).join(messages, messages.c.id == sent_files.c.message_id).where(here)
        )
        return None if found is None else await self._files.get(file_id)

    async def beside(self, ticket_id: int, officer_id: int, file_id: int) -> StoredFile | None:
        """A file of this officer's own draft, or one that is on its way to the citizen."""
        named = (draft_files.c.ticket_id == ticket_id) & (draft_files.c.file_id == file_id)
        shown = (draft_files.c.officer_id == officer_id) | draft_files.c.held
        found = await self._link.row(select(draft_files.c.file_id).where(named, shown))
        return None if found is None else await self._files.get(file_id)

    async def purge(self, before: datetime) -> int:
        """Drafts that nobody sent in all that time."""
        old = (draft_files.c.added_at < before) & ~draft_files.c.held
        return await self._link.changed(delete(draft_files).where(old))

    async def _those(self, which: ColumnElement[bool]) -> tuple[StoredFile, ...]:
        rows = await self._link.rows(
            select(draft_files.c.file_id).where(which).order_by(draft_files.c.added_at, draft_files.c.file_id)
        )
        found = await self._files.those([row.file_id for row in rows])
        return tuple(found[row.file_id] for row in rows)


def _draft(ticket_id: int, officer_id: int) -> ColumnElement[bool]:
    mine = (draft_files.c.ticket_id == ticket_id) & (draft_files.c.officer_id == officer_id)
    return mine & ~draft_files.c.held


def _of(ticket_id: int, officer_id: int, file_ids: Collection[int]) -> ColumnElement[bool]:
    mine = (draft_files.c.ticket_id == ticket_id) & (draft_files.c.officer_id == officer_id)
    return mine & draft_files.c.file_id.in_(file_ids)
