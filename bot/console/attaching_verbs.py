"""Files of an answer on a ticket's page: chosen in the same form as its words, so that neither is lost."""

from collections.abc import AsyncIterator

from starlette.datastructures import UploadFile

from bot.console.gate import Visit, row_id
from bot.console.refusals import IncompleteError
from bot.desk import Desk, TooManyFilesError
from bot.files import Problem, Uploads
from storage.records import StoredFile

CHUNK = 256 * 1024  # bytes
SEEN = "tep"  # the field that says which files the page showed


class RefusedFileError(Exception):
    """One of the chosen files is not taken; those before it are attached."""

    def __init__(self, name: str, problem: Problem) -> None:
        super().__init__(problem.reason)
        self.name = name
        self.problem = problem


class Chosen:
    def __init__(self, desk: Desk, uploads: Uploads) -> None:
        self._desk = desk
        self._uploads = uploads

    async def attach(self, visit: Visit, ticket_id: int) -> tuple[int, ...]:
        """What was chosen goes beside the draft. All that hangs there then, as far as the page knows."""
        before = seen(visit)
        if not visit.files:
            return before
        try:
            await self._desk.may_attach(visit.officer, ticket_id, len(visit.files))
            taken = [await self._attached(visit, ticket_id, each) for each in visit.files]
        except TooManyFilesError as error:
            raise IncompleteError("too_many_files") from error
        return (*before, *(each.id for each in taken))

    async def _attached(self, visit: Visit, ticket_id: int, file: UploadFile) -> StoredFile:
        taken = await self._uploads.accept(
            _parts(file), name=file.filename, declared=file.content_type, sound=False
        )
        if isinstance(taken, Problem):
            raise RefusedFileError(file.filename or "", taken)
        await self._desk.attach(visit.officer, ticket_id, taken)
        return taken

    async def detach(self, visit: Visit, ticket_id: int) -> None:
        await self._desk.detach(visit.officer, ticket_id, row_id(visit.form.get("go", "0")))


def seen(visit: Visit) -> tuple[int, ...]:
    return tuple(row_id(each) for each in visit.form.get(SEEN, "").split(",") if each)


async def _parts(file: UploadFile) -> AsyncIterator[bytes]:
    while part := await file.read(CHUNK):
        yield part
