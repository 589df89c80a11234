"""What is known of stored files. Their bytes lie outside the database, named by their digest."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, insert, select, update
from sqlalchemy import text as sql

from storage.link import Link
from storage.records import StoredFile
from storage.tables import (
    draft_files,
    file_pages,
    files,
    messages,
    petition_files,
    received_files,
    sent_files,
    submission_parts,
)

_PREVIEW = 0  # its number among the pages; pages to look at count from 1


class Files:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(
        self,
        *,
        digest: str,
        media_type: str,
        size: int,
        name: str | None,
        address_id: int | None,
        created_at: datetime,
        keep_until: datetime | None,
        source_digest: str | None = None,
        preview: str | None = None,
        pages: Sequence[str] = (),
        remarks: Sequence[str] = (),
    ) -> StoredFile:
        values = {
            "digest": digest,
            "media_type": media_type,
            "size": size,
            "name": name,
            "address_id": address_id,
            "created_at": created_at,
            "keep_until": keep_until,
            "source_digest": source_digest,
            "remarks": " ".join(remarks),
        }
        file_id = await self._link.scalar(insert(files).values(**values).returning(files.c.id))
        numbered = [*([(_PREVIEW, preview)] if preview else []), *enumerate(pages, 1)]
        if numbered:
            rows = [{"file_id": file_id, "number": number, "digest": each} for number, each in numbered]
            await self._link.run(insert(file_pages).values(rows))
        return (await self._records(files.c.id == file_id))[0]

    async def get(self, file_id: int) -> StoredFile | None:
        return next(iter(await self._records(files.c.id == file_id)), None)

    async def those(self, file_ids: Collection[int]) -> dict[int, StoredFile]:
        """By id; what is gone is left out."""
        return {each.id: each for each in await self._records(files.c.id.in_(file_ids))}

    async def of_address(self, address_id: int) -> tuple[StoredFile, ...]:
        """Oldest first."""
        return await self._records(files.c.address_id == address_id)

    async def known(self, address_id: int, source_digest: str) -> StoredFile | None:
        """The same bytes from the same address, as they came before."""
        same = (files.c.address_id == address_id) & (files.c.source_digest == source_digest)
        return next(iter(await self._records(same)), None)

    async def since(self, address_id: int, at: datetime) -> tuple[int, int]:
        """How many files and bytes came from there since then."""
        recent = (files.c.address_id == address_id) & (files.c.created_at >= at)
        sizes = [int(row.size) for row in await self._link.rows(select(files.c.size).where(recent))]
        return len(sizes), sum(sizes)

    async def lives_until(self, file_id: int, at: datetime) -> None:
        """Sent again: its time begins anew, unless something keeps it anyway."""
        await self._link.run(
            update(files).where(files.c.id == file_id, files.c.keep_until < at).values(keep_until=at)
        )

    async def keep(self, file_ids: Collection[int]) -> None:
        """Something needs them now: they do not expire."""
        await self._link.run(update(files).where(files.c.id.in_(file_ids)).values(keep_until=None))

    async def let_go(self, file_ids: Collection[int], at: datetime) -> None:
        """Whoever calls needs them no longer: they may go from `at` on, but for what a petition or a ticket has too."""
        told = exists().where(petition_files.c.file_id == files.c.id)
        asked = exists().where(
            received_files.c.file_id == files.c.id,
            received_files.c.message_id == messages.c.id,
            messages.c.ticket_id.is_not(None),
        )
        free = files.c.id.in_(file_ids) & ~told & ~asked
        await self._link.run(update(files).where(free).values(keep_until=at))

    async def expired(self, now: datetime, limit: int = 100) -> tuple[StoredFile, ...]:
        """Past their time, part of no submission, of no draft and of no message that is kept."""
        unused = (
            ~exists().where(each.c.file_id == files.c.id)
            for each in (submission_parts, draft_files, sent_files)
        )
        return await self._records(and_(files.c.keep_until <= now, *unused), limit)

    async def remove(self, file_ids: Sequence[int]) -> frozenset[str]:
        """Forget these; returns the digests that no other file shares, whose bytes may go."""
        ids = list(file_ids)
        blobs = set(await self._column(file_pages.c.digest, file_pages.c.file_id.in_(ids)))
        blobs |= set(await self._column(files.c.digest, files.c.id.in_(ids)))
        await self._link.run(
            update(received_files)
            .where(received_files.c.file_id.in_(ids))
            .values(file_id=None, reason="deleted")
        )
        await self._link.run(delete(petition_files).where(petition_files.c.file_id.in_(ids)))
        await self._link.run(delete(file_pages).where(file_pages.c.file_id.in_(ids)))
        await self._link.run(delete(files).where(files.c.id.in_(ids)))
        return frozenset(await self.unused(sorted(blobs)))

    async def unused(self, digests: Sequence[str]) -> tuple[str, ...]:
        """Those that belong to no file."""
        used = set(await self._column(files.c.digest, files.c.digest.in_(digests)))
        used |= set(await self._column(file_pages.c.digest, file_pages.c.digest.in_(digests)))
        return tuple(digest for digest in digests if digest not in used)

    async def lock_blobs(self, digests: Sequence[str]) -> None:
        """Until this unit of work ends nobody else adds or removes these. (SQLite has one writer anyway.)"""
        if self._link.on_postgres:
            lock = sql("SELECT pg_advisory_xact_lock(hashtextextended(:digest, 0))")
            for digest in sorted(set(digests)):
                await self._link.run(lock.bindparams(digest=digest))

    async def _column(self, column: Any, condition: ColumnElement[bool]) -> list[str]:
        return [str(row[0]) for row in await self._link.rows(select(column).where(condition))]

    async def _records(
        self, condition: ColumnElement[bool], limit: int | None = None
    ) -> tuple[StoredFile, ...]:
        rows = await self._link.rows(select(files).where(condition).order_by(files.c.id).limit(limit))
        if not rows:
            return ()
        pages = await self._link.rows(
            select(file_pages)
            .where(file_pages.c.file_id.in_([row.id for row in rows]))
            .order_by(file_pages.c.number)
        )
        by_file: dict[int, list[Row[Any]]] = defaultdict(list)
        for page in pages:
            by_file[page.file_id].append(page)
        return tuple(_record(row, by_file[row.id]) for row in rows)


def _record(row: Row[Any], pages: Sequence[Row[Any]]) -> StoredFile:
    return StoredFile(
        **dict(row._mapping) | {"remarks": tuple(row.remarks.split())},
        preview=next((page.digest for page in pages if page.number == _PREVIEW), None),
        pages=tuple(page.digest for page in pages if page.number != _PREVIEW),
    )
