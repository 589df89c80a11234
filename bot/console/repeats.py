"""One press, one answer: a form that comes again as it stands is told what the first one was told (R28).

The verbs do nothing twice, they refuse; but whoever pressed twice sees the answer to the second press only, and
"somebody was faster" or "no such page" about one's own press is wrong. Each press is tried; only its refusal gives
way to the answer of the same press a moment before. That answer lies in the database, since the second press may
come to another process; it is sealed with the press itself, which holds the session's secret: only whoever pressed
can read it.
"""

import asyncio
import contextlib
import json
import time
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import sha256
from weakref import WeakValueDictionary

from cryptography.fernet import Fernet
from starlette.responses import Response

from bot.pages.forms import Form
from bot.ports import Clock
from storage.database import Database
from storage.errors import UnavailableError
from storage.records import Pressed

KEPT = timedelta(minutes=2)  # later a refusal is news
PATIENCE = 5.0  # seconds for the same press at another process; one that died leaves its mark
LOOK_AGAIN = 0.05  # seconds
CHUNK = 256 * 1024  # bytes


class Repeats:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._running: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    async def answer(
        self, press: bytes, act: Callable[[], Awaitable[Response]], *, once: bool = False
    ) -> Response:
        """What `act` says, or what it said to the same press before. The second waits for the first.

        `once`: the second is not even tried, since trying takes what came with it a second time.
        """
        async with self._running.setdefault(press, asyncio.Lock()):
            first = await self._begin(press)
            if not first:
                await self._others(press)
            if once and not first and (before := await self.before(press)):
                return before
            try:
                response = await act()
            except BaseException:
                await self._forget(press)
                raise
            if response.status_code < 400:
                await self._keep(press, response)
                return response
            if before := await self.before(press):
                return before
            await self._forget(press)
            return response

    async def _begin(self, press: bytes) -> bool:
        """Without the database there is no memory either: each press is then a first one."""
        with contextlib.suppress(UnavailableError):
            async with self._database.unit_of_work() as uow:
                first = await uow.presses.begin(_name(press), self._clock.now())
                await uow.commit()
            return first
        return True

    async def _others(self, press: bytes) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = await self._found(press)
            if found is None or found.answer is not None:
                return
            await asyncio.sleep(LOOK_AGAIN)

    async def before(self, press: bytes) -> Response | None:
        """What was answered to it, if that was a moment ago."""
        found = await self._found(press)
        if found is None or found.answer is None or self._clock.now() - found.at >= KEPT:
            return None
        return _opened(press, found.answer)

    async def _found(self, press: bytes) -> Pressed | None:
        with contextlib.suppress(UnavailableError):
            async with self._database.reading() as uow:
                return await uow.presses.get(_name(press))
        return None

    async def _keep(self, press: bytes, response: Response) -> None:
        with contextlib.suppress(UnavailableError):
            async with self._database.unit_of_work() as uow:
                await uow.presses.answered(_name(press), _closed(press, response), self._clock.now())
                await uow.commit()

    async def _forget(self, press: bytes) -> None:
        with contextlib.suppress(UnavailableError):
            async with self._database.unit_of_work() as uow:
                await uow.presses.forget(_name(press))
                await uow.commit()


async def press_of(session: str, path: str, form: Form) -> bytes:
    """The same session, place and content; as a digest, since people type into forms."""
    press = sha256(repr((session, path, sorted(form.fields.items()))).encode())
    for file in form.files:
        press.update(repr((file.filename, file.size)).encode())
        while part := await file.read(CHUNK):
            press.update(part)
        await file.seek(0)
    return press.digest()


def _name(press: bytes) -> str:
    """As it is known in the database: nobody can make the press out of it."""
    return sha256(press).hexdigest()


def _closed(press: bytes, response: Response) -> str:
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers]
    told = json.dumps([response.status_code, headers, bytes(response.body).decode()])
    return _seal(press).encrypt(zlib.compress(told.encode())).decode()


def _opened(press: bytes, sealed: str) -> Response:
    status, headers, body = json.loads(zlib.decompress(_seal(press).decrypt(sealed.encode())))
    response = Response(body, status)
    response.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return response


def _seal(press: bytes) -> Fernet:
    return Fernet(urlsafe_b64encode(press))
