"""Pictures and files to Zalo: uploaded once, sent by reference until that expires.

Pictures: JPEG or PNG of at most 1 MB; files: PDF, DOC, DOCX of at most 5 MB (docs/channels/zalo-oa.vi.md).
"""

import asyncio
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from bot.channels.received import word
from bot.channels.zalo_oa.calls import Calls
from bot.channels.zalo_oa.client import RefusedError
from bot.channels.zalo_oa.errors import EXPIRED_UPLOAD, SHAPE, meaning
from bot.channels.zalo_oa.tokens import CHANNEL
from bot.messages import FileContent
from bot.ports import Clock, TryLaterError, UndeliverableError
from storage.database import Database
from storage.errors import UnavailableError

LIFE = timedelta(days=6, hours=12)  # Zalo keeps uploads for seven days
IMAGE, FILE = "image", "file"
MOST = {IMAGE: 1_048_576, FILE: 5 * 1_048_576}  # bytes
_SIDES = (2048, 1600, 1280, 1024)  # pixels of the long side, tried in this order
_KINDS = {
    "image/jpeg": IMAGE,
    "image/png": IMAGE,
    "application/pdf": FILE,
    "application/msword": FILE,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": FILE,
}


class Uploading:
    def __init__(self, database: Database, calls: Calls, clock: Clock, account: str) -> None:
        self._database = database
        self._calls = calls
        self._clock = clock
        self._account = account

    async def message(self, content: FileContent) -> Mapping[str, Any]:
        """The message that shows it. Raises UndeliverableError("file_refused") for what Zalo does not take."""
        content = await asyncio.to_thread(_fitting, content)
        kind = _KINDS.get(content.media_type)
        if kind is None or len(content.content) > MOST[kind]:
            raise UndeliverableError("file_refused", f"{content.media_type}, {len(content.content)} bytes")
        reference = await self._known(kind, content) or await self._uploaded(kind, content)
        return _attached(kind, reference)

    async def forget(self, message: Mapping[str, Any]) -> None:
        """Zalo does not know it any more: it is uploaded again."""
        async with self._database.unit_of_work() as uow:
            await uow.uploads.forget(CHANNEL, self._account, _reference(message))
            await uow.commit()

    async def _known(self, kind: str, content: FileContent) -> str | None:
        try:
            async with self._database.reading() as uow:
                return await uow.uploads.find(
                    CHANNEL, self._account, _digest(content), kind, self._clock.now()
                )
        except UnavailableError as error:
            raise TryLaterError(str(error)) from error

    async def _uploaded(self, kind: str, content: FileContent) -> str:
        now = self._clock.now()
        try:
            data = await self._calls.upload(
                f"/v2.0/oa/upload/{kind}", content.name, content.media_type, content.content
            )
        except RefusedError as error:
            if error.code in SHAPE:
                raise UndeliverableError("file_refused", str(error)) from error
            raise meaning(error, now) from error
        reference = word(data.get("attachment_id")) or word(data.get("token"))
        if not reference:
            raise TryLaterError("zalo named no upload")
        async with self._database.unit_of_work() as uow:
            await uow.uploads.keep(CHANNEL, self._account, _digest(content), kind, reference, now + LIFE)
            await uow.commit()
        return reference


def _fitting(content: FileContent) -> FileContent:
    """A photo of ours, smaller where Zalo takes it only so: page by page it can still be read."""
    if _KINDS.get(content.media_type) != IMAGE or len(content.content) <= MOST[IMAGE]:
        return content
    from PIL import Image

    with Image.open(io.BytesIO(content.content)) as opened:
        picture = opened.convert("RGB")
    for side in _SIDES:
        picture.thumbnail((side, side))
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=80)
        if out.tell() <= MOST[IMAGE]:
            break
    return replace(content, media_type="image/jpeg", content=out.getvalue())


def expired(error: RefusedError) -> bool:
    return error.code == EXPIRED_UPLOAD


def _digest(content: FileContent) -> str:
    return sha256(content.content).hexdigest()


def _attached(kind: str, reference: str) -> Mapping[str, Any]:
    if kind == FILE:
        return {"attachment": {"type": "file", "payload": {"token": reference}}}
    element = {"media_type": "image", "attachment_id": reference}
    return {
        "attachment": {
            "type": "template",
            "payload": {"template_type": "media", "elements": [element]},
        }
    }


def _reference(message: Mapping[str, Any]) -> str:
    payload = message["attachment"]["payload"]
    return str(payload.get("token") or payload["elements"][0]["attachment_id"])
