"""Content-addressed and sealed: bytes in, their SHA-256 out; the store underneath sees ciphertext only."""

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime

from bot.files.sealing import Seal
from bot.ports import FileStore


class Vault:
    def __init__(self, store: FileStore, seal: Seal) -> None:
        self._store = store
        self._seal = seal

    async def put(self, content: bytes) -> str:
        """Keep it, once; returns its digest. Raises UnavailableError."""
        digest = digest_of(content)
        if not await self._store.has(digest):
            await self._store.put(digest, self._seal.close(digest, content))
        return digest

    async def get(self, digest: str) -> bytes:
        """Raises NotFoundError, SealBrokenError, UnavailableError."""
        return self._seal.open(digest, await self._store.get(digest))

    async def remove(self, digest: str) -> None:
        await self._store.remove(digest)

    async def close(self) -> None:
        await self._store.close()

    def digests(self, older_than: datetime) -> AsyncIterator[str]:
        return self._store.names(older_than)


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
