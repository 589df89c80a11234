"""Blobs in a local folder: written beside, synced, renamed. What `put` acknowledged survives a power cut."""

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

from storage.errors import NotFoundError, UnavailableError

_UNFINISHED = ".part"


class FolderStore:
    """`<folder>/ab/abcdef...`: at most 256 folders, so that none grows too long to list."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, name: str, content: bytes) -> None:
        await asyncio.to_thread(self._put, name, content)

    async def get(self, name: str) -> bytes:
        return await asyncio.to_thread(self._get, name)

    async def has(self, name: str) -> bool:
        return await asyncio.to_thread(self._path(name).exists)

    async def remove(self, name: str) -> None:
        await asyncio.to_thread(self._path(name).unlink, missing_ok=True)

    async def names(self, older_than: datetime) -> AsyncIterator[str]:
        found = await asyncio.to_thread(lambda: list(self._names(older_than)))
        for name in found:
            yield name

    async def close(self) -> None:
        """A folder holds no connections."""

    def _path(self, name: str) -> Path:
        if not name.isalnum():
            raise ValueError(f"no name of a blob: {name[:80]!r}")
        return self._folder / name[:2] / name

    def _put(self, name: str, content: bytes) -> None:
        path = self._path(name)
        beside = path.with_name(f"{name}.{secrets.token_hex(4)}{_UNFINISHED}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.ExitStack() as undone:
                undone.callback(beside.unlink, missing_ok=True)
                _write(beside, content)
                beside.replace(path)
                undone.pop_all()
            _sync(path.parent)
            _sync(self._folder)
        except OSError as error:  # disk full, read-only, gone: the sender tries again
            raise UnavailableError(f"file store: {error.strerror}") from error

    def _get(self, name: str) -> bytes:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError(f"blob {name[:12]}") from error
        except OSError as error:
            raise UnavailableError(f"file store: {error.strerror}") from error

    def _names(self, older_than: datetime) -> Iterator[str]:
        """Also sweeps away what a killed process left half-written."""
        for path in self._folder.glob("??/*"):
            with contextlib.suppress(FileNotFoundError):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) >= older_than:
                    continue
                if path.suffix == _UNFINISHED:
                    path.unlink()
                else:
                    yield path.name


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """A rename is on disk once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
