"""What is known of stored files. Their bytes lie outside the database, named by their digest."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from storage.link import Link
from storage.records import StoredFile
from storage.tables import files, submission_parts


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
    ) -> StoredFile:
        values = {
            "digest": digest,
            "media_type": media_type,
            "size": size,
            "name": name,
            "address_id": address_id,
            "created_at": created_at,
            "keep_until": keep_until,
        }
        row = await self._link.row(insert(files).values(**values).returning(*files.c))
        assert row is not None
        return StoredFile(**row._mapping)

    async def get(self, file_id: int) -> StoredFile | None:
        row = await self._link.row(select(files).where(files.c.id == file_id))
        return None if row is None else StoredFile(**row._mapping)

    async def of_address(self, address_id: int) -> tuple[StoredFile, ...]:
        """Oldest first."""
        rows = await self._link.rows(
            select(files).where(files.c.address_id == address_id).order_by(files.c.id)
        )
        return tuple(StoredFile(**row._mapping) for row in rows)

    async def expired(self, now: datetime, limit: int = 100) -> tuple[StoredFile, ...]:
        """Past their time and part of no submission."""
        used = select(submission_parts.c.file_id)
        statement = select(files).where(files.c.keep_until <= now, files.c.id.not_in(used))
        rows = await self._link.rows(statement.order_by(files.c.id).limit(limit))
        return tuple(StoredFile(**row._mapping) for row in rows)

    async def remove(self, file_ids: Sequence[int]) -> frozenset[str]:
        """Forget these; returns the digests that no other file shares, whose bytes may go."""
        gone = set(
            (
                await self._link.run(delete(files).where(files.c.id.in_(file_ids)).returning(files.c.digest))
            ).scalars()
        )
        shared = await self._link.rows(select(files.c.digest).where(files.c.digest.in_(gone)))
        return frozenset(gone - {row.digest for row in shared})
