"""Taking a file in, handing it out, and letting go of what nobody needs."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterable, Sequence
from datetime import timedelta

import structlog

from bot.files import sniff
from bot.files.decoder import Decoder
from bot.files.made import Made
from bot.files.problems import Problem, Reason
from bot.files.vault import Vault, digest_of
from bot.ports import Clock
from storage.database import Database
from storage.errors import NotFoundError
from storage.records import AddressKey, StoredFile
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE  # bytes: what Zalo and Telegram let people send
AT_ONCE = 6  # files in memory; further senders wait, unread
READING = 120.0  # seconds a sender may take
ORPHAN = timedelta(hours=1)  # a blob this old without a row was left by a process that was killed
MOST_FILES = 200  # a day from one address
MOST_BYTES = 1024 * MEGABYTE
LONGEST_NAME = 120
Stream = bytes | AsyncIterable[bytes]


class Uploads:
    """`hours`: how long a file lives that nothing keeps."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Clock,
        *,
        decoder: Decoder | None = None,
        hours: int = 24,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._decoder = decoder or Decoder()
        self._hours = timedelta(hours=hours)
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def accept(
        self,
        stream: Stream,
        *,
        name: str | None,
        declared: str | None = None,
        owner: AddressKey | None = None,
        sound: bool = True,
        spoken: bool = False,
    ) -> StoredFile | Problem:
        """Take in one file; see the package. `sound`: whether speech is taken too; `spoken`: it is said to be
        nothing else. Raises UnavailableError."""
        async with self._slots:
            try:
                content = await asyncio.wait_for(_whole(stream), READING)
            except TimeoutError:
                return Problem(Reason.EMPTY)
            if isinstance(content, Problem):
                return content
            return await self._accept(content, name, declared, owner, sound=sound, spoken=spoken)

    async def _accept(
        self,
        content: bytes,
        name: str | None,
        declared: str | None,
        owner: AddressKey | None,
        *,
        sound: bool,
        spoken: bool,
    ) -> StoredFile | Problem:
        kind = sniff.media_type(content[: sniff.HEAD], spoken=spoken)
        if kind is None or (kind in sniff.SOUND and not sound):
            log.info("files.refused", reason=Reason.UNKNOWN_KIND.value, declared=(declared or "")[:60])
            return Problem(Reason.UNKNOWN_KIND)
        source = hashlib.sha256(content).hexdigest()
        if owner is not None:
            before = await self._before(owner, source)
            if before is not None:
                return before
        made = Made(kind, None) if kind in sniff.SOUND else await self._decoder.make(content, kind)
        if isinstance(made, Problem):
            log.info("files.refused", reason=made.reason.value, kind=kind)
            return made
        return await self._keep(content, made, source, name, owner)

    async def _before(self, owner: AddressKey, source: str) -> StoredFile | Problem | None:
        """The same file, sent before; or too many of them."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            contact = await uow.citizens.find(owner)
            if contact is None:
                return None
            known = await uow.files.known(contact.address_id, source)
            if known is not None:
                await uow.files.lives_until(known.id, now + self._hours)
                await uow.commit()
                return await self._reading(known.id)
            count, size = await uow.files.since(contact.address_id, now - timedelta(days=1))
        too_many = count >= MOST_FILES or size >= MOST_BYTES
        return Problem(Reason.TOO_MANY_TODAY, {"files": MOST_FILES}) if too_many else None

    async def _reading(self, file_id: int) -> StoredFile | None:
        async with self._database.reading() as uow:
            return await uow.files.get(file_id)

    async def _keep(
        self, content: bytes, made: Made, source: str, name: str | None, owner: AddressKey | None
    ) -> StoredFile:
        """Bytes first, then the row: a kill between the two leaves a blob that `purge` finds."""
        main = content if made.main is None else made.main
        blobs = [main, *([made.preview] if made.preview else []), *made.pages]
        digests = [await self._vault.put(blob) for blob in blobs]
        now = self._clock.now()
        preview = digests[1] if made.preview else None
        pages = digests[2:] or (digests[:1] if made.media_type.startswith("image/") else [])
        async with self._database.unit_of_work() as uow:
            await self._still_there(uow, dict(zip(digests, blobs, strict=True)))
            contact = await uow.citizens.resolve(owner, now) if owner else None
            stored = await uow.files.add(
                digest=digests[0],
                media_type=made.media_type,
                size=len(main),
                name=_tidy(name),
                address_id=contact.address_id if contact else None,
                created_at=now,
                keep_until=now + self._hours,
                source_digest=source,
                preview=preview,
                pages=pages,
                remarks=made.remarks,
            )
            await uow.commit()
        return stored

    async def _still_there(self, uow: UnitOfWork, blobs: dict[str, bytes]) -> None:
        """`purge` removes a blob only while it holds the same lock: from here on it sees our row."""
        await uow.files.lock_blobs(list(blobs))
        for digest, blob in blobs.items():
            if await self._vault.put(blob) != digest:
                raise AssertionError(digest)

    async def read(self, stored: StoredFile) -> bytes:
        """The clean bytes, of `stored.media_type`. Raises NotFoundError, UnavailableError."""
        return await self._vault.get(stored.digest)

    async def page(self, stored: StoredFile, number: int) -> bytes | None:
        """A JPEG of one page, from 0; a photo has one, sound has none."""
        return await self._vault.get(stored.pages[number]) if number < len(stored.pages) else None

    async def preview(self, stored: StoredFile) -> bytes | None:
        """A small JPEG on which nothing can be read."""
        return await self._vault.get(stored.preview) if stored.preview else None

    async def redacted(
        self, stored: StoredFile, number: int, boxes: Sequence[tuple[int, int, int, int]]
    ) -> StoredFile:
        """A new file, one page of which is black inside `boxes` (left, top, right, bottom in thousandths).

        The pixels under a box are gone from the copy, its preview too. Raises NotFoundError for no such page.
        """
        page = await self.page(stored, number)
        if page is None:
            raise NotFoundError(f"page {number} of file {stored.id}")
        async with self._slots:
            black, preview = await asyncio.to_thread(_blackened, page, boxes)
        pages = [await self._vault.get(each) for each in stored.pages]
        pages[number] = black
        if number:
            preview = (await self.preview(stored)) or preview
        made = Made("image/jpeg", pages[0], tuple(pages), preview, stored.remarks)
        return await self._keep(pages[0], made, digest_of(black), stored.name, None)

    async def purge(self) -> int:
        """Files whose time is over, then blobs without a row; how many blobs went. At any moment, from anywhere."""
        now, gone = self._clock.now(), 0
        while True:
            async with self._database.unit_of_work() as uow:
                over = await uow.files.expired(now)
                freed = await uow.files.remove([each.id for each in over])
                await uow.commit()
            gone += await self._remove(sorted(freed))
            if not over:
                break
        waiting: list[str] = []
        async for digest in self._vault.digests(now - ORPHAN):
            waiting.append(digest)
            if len(waiting) == 100:
                gone += await self._remove(waiting)
                waiting = []
        return gone + await self._remove(waiting)

    async def _remove(self, digests: Sequence[str]) -> int:
        """In the transaction that knows them unused: see `_still_there`."""
        if not digests:
            return 0
        async with self._database.unit_of_work() as uow:
            await uow.files.lock_blobs(digests)
            unused = await uow.files.unused(digests)
            for digest in unused:
                await self._vault.remove(digest)
            await uow.commit()
        return len(unused)

    async def close(self) -> None:
        await self._decoder.close()
        await self._vault.close()


async def _whole(stream: Stream) -> bytes | Problem:
    if isinstance(stream, bytes):
        content = stream
    else:
        parts = bytearray()
        async for part in stream:
            parts += part
            if len(parts) > LARGEST:
                return Problem(Reason.TOO_LARGE, {"megabytes": LARGEST // MEGABYTE})
        content = bytes(parts)
    if len(content) > LARGEST:
        return Problem(Reason.TOO_LARGE, {"megabytes": LARGEST // MEGABYTE})
    return content or Problem(Reason.EMPTY)


def turned(page: bytes, degrees: int) -> bytes:
    """A page of ours, turned clockwise by a multiple of 90 degrees."""
    from PIL import Image

    from bot.files.decoding import encoded

    ways = {
        90: Image.Transpose.ROTATE_270,
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }
    if degrees not in ways:
        return page
    return encoded(Image.open(io.BytesIO(page)).convert("RGB").transpose(ways[degrees]))


def _blackened(page: bytes, boxes: Sequence[tuple[int, int, int, int]]) -> tuple[bytes, bytes]:
    """`page` is a JPEG of our own making: it needs no limits."""
    from PIL import Image, ImageDraw

    from bot.files.decoding import encoded, preview_of

    image = Image.open(io.BytesIO(page)).convert("RGB")
    draw = ImageDraw.Draw(image)
    for left, top, right, bottom in boxes:
        across, down = image.width / 1000, image.height / 1000
        draw.rectangle((left * across, top * down, right * across, bottom * down), fill="black")
    return encoded(image), preview_of(image)


def _tidy(name: str | None) -> str | None:
    """A name is shown, never used as a path."""
    if not name:
        return None
    plain = "".join(letter for letter in name if letter.isprintable()).replace("\\", "/")
    return plain.rsplit("/", 1)[-1].strip()[-LONGEST_NAME:] or None
