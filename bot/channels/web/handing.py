"""A file that an officer sent, for the browser in whose conversation it was said; for any other it does not exist."""

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.channel import address
from bot.files import Uploads
from bot.files.serving import handed_out
from storage.database import Database
from storage.errors import NotFoundError
from storage.records import StoredFile

FILE = "/chat/tep/{file:int}"
_LONGEST = 15  # digits of a number that a row can have


class FileOutlet:
    """`session_of` says whose request it is; None for a browser that has no conversation."""

    def __init__(
        self, database: Database, uploads: Uploads, session_of: Callable[[Request], str | None]
    ) -> None:
        self._database = database
        self._uploads = uploads
        self._session_of = session_of

    async def file(self, request: Request) -> Response:
        """Raises HTTPException 404, UnavailableError."""
        session_id, file_id = self._session_of(request), int(request.path_params["file"])
        try:
            known = session_id is not None and len(str(file_id)) <= _LONGEST
            stored = await self._theirs(session_id or "", file_id) if known else None
            if stored is None:
                raise HTTPException(404)
            return handed_out(stored, await self._uploads.read(stored))
        except NotFoundError as error:
            raise HTTPException(404) from error

    async def _theirs(self, session_id: str, file_id: int) -> StoredFile | None:
        async with self._database.reading() as uow:
            contact = await uow.citizens.find(address(session_id))
            if contact is None:
                return None
            return await uow.answer_files.sent_to(contact.conversation_id, file_id)
