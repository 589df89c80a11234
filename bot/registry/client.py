"""Asks a one-stop system for one page of dossiers: within a time limit, with a few short retries."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import stamina

from bot.registry.connection import Connection
from bot.registry.rows import inside

MAX_BYTES = 20_000_000  # of one page
ATTEMPTS = 3
LONGEST_PAUSE = 2.0  # seconds between two attempts
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


class RegistryError(Exception):
    """It did not answer, or not as agreed. `problem` names it for people: `registry.problem.<problem>`."""

    def __init__(self, problem: str, detail: str = "") -> None:
        super().__init__(f"{problem}: {detail}" if detail else problem)
        self.problem = problem
        self.detail = detail


class _BusyError(RegistryError):
    """Worth another attempt at once."""


@dataclass(frozen=True)
class Page:
    """`next`: what to ask for after this one; None at the end."""

    items: tuple[Any, ...]
    next: str | None


class Client:
    def __init__(
        self, connection: Connection, token: str | None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._connection = connection
        headers = {"Accept": "application/json", **connection.headers}
        if token:
            headers[connection.token_header] = f"{connection.token_prefix}{token}"
        self._http = httpx.AsyncClient(
            headers=headers, timeout=connection.timeout, transport=transport, trust_env=False
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def page(self, cursor: str | None, page: str | None, *, attempts: int = ATTEMPTS) -> Page:
        """Raises RegistryError."""
        async for attempt in stamina.retry_context(
            on=_BusyError, attempts=attempts, wait_initial=0.2, wait_max=LONGEST_PAUSE, wait_jitter=0.2
        ):
            with attempt:
                answer = await self._asked(cursor, page)
        return self._read(answer, page)

    async def _asked(self, cursor: str | None, page: str | None) -> Any:
        given = self._connection
        query = dict(given.query)
        if given.since and (cursor or given.begin):
            query[given.since] = cursor or given.begin or ""
        if given.page:
            query[given.page] = page or str(given.first_page)
        try:
            content = await self._content(query)
        except httpx.TimeoutException as error:
            raise _BusyError("timeout") from error
        except httpx.HTTPError as error:
            raise _BusyError("unreachable", type(error).__name__) from error
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise RegistryError("not_json") from error

    async def _content(self, query: Mapping[str, str]) -> bytes:
        """Redirects are not followed: a token would go wherever they lead."""
        async with self._http.stream("GET", self._connection.url or "", params=query) as response:
            if response.status_code in BUSY:
                raise _BusyError("busy", str(response.status_code))
            if response.status_code != 200:
                raise RegistryError("refused", str(response.status_code))
            content = bytearray()
            async for some in response.aiter_bytes():
                content += some
                if len(content) > MAX_BYTES:
                    raise RegistryError("too_large")
        return bytes(content)

    def _read(self, answer: Any, page: str | None) -> Page:
        given = self._connection
        items = inside(answer, given.items) if given.items else answer
        if not isinstance(items, list):
            raise RegistryError("no_items", given.items)
        if given.page is None:
            return Page(tuple(items), None)
        if given.next is not None:
            following = inside(answer, given.next)
            named = None if following in (None, "", False) else str(following)
            return Page(tuple(items), named)
        return Page(tuple(items), str(int(page or given.first_page) + 1) if items else None)
