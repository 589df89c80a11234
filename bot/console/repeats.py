"""One press, one answer: a form that comes again as it stands is told what the first one was told (R28).

The verbs do nothing twice, they refuse; but whoever pressed twice sees the answer to the second press only, and
"somebody was faster" or "no such page" about one's own press is wrong. Each press is tried; only its refusal gives
way to the answer of the same press a moment before. Known within one process: behind several, a second press
may still be told that it was done already.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from weakref import WeakValueDictionary

from starlette.responses import Response

KEPT = 120.0  # seconds; later a refusal is news
MOST = 200  # answers kept


class Repeats:
    def __init__(self) -> None:
        self._answers: dict[bytes, tuple[float, Response]] = {}
        self._running: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    async def answer(self, press: bytes, act: Callable[[], Awaitable[Response]]) -> Response:
        """What `act` says, or what it said to the same press before. The second waits for the first."""
        async with self._running.setdefault(press, asyncio.Lock()):
            response = await act()
            if response.status_code < 400:
                self._keep(press, response)
                return response
            at, before = self._answers.get(press, (0.0, response))
            return before if time.monotonic() - at < KEPT else response

    def _keep(self, press: bytes, response: Response) -> None:
        self._answers.pop(press, None)
        self._answers[press] = (time.monotonic(), response)
        while len(self._answers) > MOST:
            del self._answers[next(iter(self._answers))]


def press_of(session: str, path: str, fields: Mapping[str, str]) -> bytes:
    """The same session, place and content; kept as a digest, since people type into forms."""
    return sha256(repr((session, path, sorted(fields.items()))).encode()).digest()
