"""Blobs in a bucket of an S3-compatible store (MinIO, Ceph, a province's own cloud): path-style addresses."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from html import unescape
from urllib.parse import quote, urlsplit

import httpx

from bot.files.sigv4 import Access, query_of, signed
from bot.ports import Clock
from storage.errors import NotFoundError, UnavailableError

_SECONDS = 30.0
_KEY = re.compile(r"<Key>([^<]+)</Key>")
_MODIFIED = re.compile(r"<LastModified>([^<]+)</LastModified>")
_NEXT = re.compile(r"<NextContinuationToken>([^<]+)</NextContinuationToken>")
_ENTRY = re.compile(r"<Contents>(.*?)</Contents>", re.DOTALL)


class BucketStore:
    """`endpoint` is `https://host[:port]`; blobs are named `<prefix><name>` in `bucket`."""

    def __init__(
        self,
        endpoint: str,
        bucket: str,
        access: Access,
        clock: Clock,
        *,
        prefix: str = "",
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._host = urlsplit(endpoint).netloc
        self._bucket = bucket
        self._access = access
        self._clock = clock
        self._prefix = prefix
        self._client = httpx.AsyncClient(timeout=_SECONDS, transport=transport)

    async def put(self, name: str, content: bytes) -> None:
        await self._call("PUT", self._path(name), content=content)

    async def get(self, name: str) -> bytes:
        answer = await self._call("GET", self._path(name), absent_ok=True)
        if answer.status_code == 404:
            raise NotFoundError(f"blob {name[:12]}")
        return answer.content

    async def has(self, name: str) -> bool:
        answer = await self._call("HEAD", self._path(name), absent_ok=True)
        return answer.status_code != 404

    async def remove(self, name: str) -> None:
        await self._call("DELETE", self._path(name), absent_ok=True)

    async def names(self, older_than: datetime) -> AsyncIterator[str]:
        query = {"list-type": "2", "prefix": self._prefix}
        while True:
            answer = await self._call("GET", f"/{quote(self._bucket)}", query=query)
            for entry in _ENTRY.findall(answer.text):
                key, modified = _KEY.search(entry), _MODIFIED.search(entry)
                if key and modified and datetime.fromisoformat(modified[1]) < older_than:
                    yield unescape(key[1]).removeprefix(self._prefix)
            further = _NEXT.search(answer.text)
            if further is None:
                return
            query["continuation-token"] = unescape(further[1])

    async def close(self) -> None:
        await self._client.aclose()

    def _path(self, name: str) -> str:
        return f"/{quote(self._bucket)}/{quote(self._prefix + name, safe='/')}"

    async def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        content: bytes = b"",
        absent_ok: bool = False,
    ) -> httpx.Response:
        query = query or {}
        headers = signed(method, self._host, path, query, content, self._access, self._clock.now())
        url = f"{self._endpoint}{path}" + (f"?{query_of(query)}" if query else "")
        try:
            answer = await self._client.request(method, url, headers=headers, content=content)
        except httpx.HTTPError as error:
            raise UnavailableError(f"file store: {type(error).__name__}") from error
        if answer.is_success or (absent_ok and answer.status_code == 404):
            return answer
        raise UnavailableError(f"file store: {method} answered {answer.status_code}")
