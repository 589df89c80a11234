"""A photo or a PDF that a citizen sends from the page. Acknowledged only once file and message are kept."""

from collections.abc import AsyncIterator

from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from bot.channels.web.channel import address
from bot.channels.web.inlet import BadMessageError, check_identity, file_entry
from bot.files import Problem, Uploads
from bot.files.uploads import LARGEST
from bot.intake import Intake
from bot.pages.forms import TooLargeError
from bot.ports import Clock
from storage.records import InboxEntry

ENVELOPE = 64 * 1024  # bytes: the fields and the borders around a file
CHUNK = 256 * 1024


class FileInlet:
    def __init__(self, uploads: Uploads, intake: Intake, clock: Clock) -> None:
        self._uploads = uploads
        self._intake = intake
        self._clock = clock

    async def receive(self, request: Request, session_id: str, ip: str | None) -> Problem | None:
        """None when it is kept. Raises BadMessageError, TooLargeError, UnavailableError."""
        if int(request.headers.get("content-length") or 0) > LARGEST + ENVELOPE:
            raise TooLargeError  # said before twenty megabytes have gone over a slow line
        try:
            async with request.form(max_files=1, max_fields=10) as form:
                identity = check_identity(str(form.get("client_message_id", "")))
                file = form.get("file")
                if not isinstance(file, UploadFile) or not file.filename:
                    raise BadMessageError("no_file")
                taken = await self._uploads.accept(
                    _parts(file), name=file.filename, declared=file.content_type, owner=address(session_id)
                )
        except (FormParserError, HTTPException, ClientDisconnect) as error:
            raise BadMessageError("unreadable") from error
        if isinstance(taken, Problem):
            return taken
        entry: InboxEntry = file_entry(taken, identity, session_id, self._clock.now(), ip)
        await self._intake.receive([entry])
        return None


async def _parts(file: UploadFile) -> AsyncIterator[bytes]:
    while part := await file.read(CHUNK):
        yield part
