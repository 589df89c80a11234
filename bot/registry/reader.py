"""Polls the one-stop system: one process at a time, from where it was read last, and less often while it fails.

Everything that must hold across processes and restarts is a row: the cursor, the page, the failures in a row, when
to ask again. That row is the circuit breaker too; a library's would forget with its process.
"""

import asyncio
import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.actions import mirror
from bot.actions.freshness import NAME
from bot.ports import Clock
from bot.registry.client import ATTEMPTS, Client, Page, RegistryError
from bot.registry.connection import Connection
from bot.registry.keeping import dossiers_of, greatest
from storage.database import Database
from storage.errors import StaleStateError, UnavailableError
from storage.records import Source

log = structlog.get_logger()

LEASE_SECONDS = 120.0  # longer than the attempts at one page
OPEN_AFTER = 5  # failures in a row: from then on one attempt only, ever more rarely
LONGEST_PAUSE = timedelta(minutes=15)
MOST_PAGES = 50_000
PAUSE = 1.0  # seconds between two looks whether it is time


@dataclass(frozen=True)
class _Place:
    """Where in a reading: the page to ask for, and the greatest change seen so far."""

    page: str | None = None
    high: str | None = None
    seen: str = ""  # names the page before: one that repeats would never end

    def to_json(self) -> str:
        return json.dumps({"page": self.page, "high": self.high, "seen": self.seen})

    @classmethod
    def of(cls, source: Source) -> "_Place":
        if source.page is None:
            return cls(high=source.cursor)
        return cls(**json.loads(source.page))


class Reader:
    def __init__(
        self, database: Database, connection: Connection, client: Client, secret: bytes, clock: Clock
    ) -> None:
        self._database = database
        self._connection = connection
        self._client = client
        self._secret = secret
        self._clock = clock
        self._name = f"registry-{uuid.uuid4().hex[:8]}"

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self.step()
            except (UnavailableError, StaleStateError) as error:
                log.warning("registry.put_off", error=str(error))
            except Exception:  # one odd answer must not end the reading for good
                log.exception("registry.failed")
            await asyncio.sleep(PAUSE)

    async def step(self) -> bool:
        """Read what is new, if it is time and nobody else does; whether it was."""
        async with self._database.unit_of_work() as uow:
            source = await uow.sources.take(NAME, self._name, self._clock.now(), LEASE_SECONDS)
            await uow.commit()
        if source is None:
            return False
        began = self._clock.now()
        try:
            await self._read(source)
        except RegistryError as error:
            await self._failed(source, error)
            return True
        async with self._database.unit_of_work() as uow:
            due = began + timedelta(seconds=self._connection.every)
            await uow.sources.answered(NAME, self._name, began, due)
            await uow.commit()
        if source.failures:
            log.info("registry.answers_again", after=source.failures)
        return True

    async def _read(self, source: Source) -> None:
        place = _Place.of(source)
        attempts = ATTEMPTS if source.failures < OPEN_AFTER else 1
        for _ in range(MOST_PAGES):
            page = await self._client.page(source.cursor, place.page, attempts=attempts)
            seen = _name_of(page)
            if page.items and seen == place.seen:
                raise RegistryError("circle")
            place = _Place(page.next, greatest(page.items, self._connection, place.high), seen)
            await self._keep(page, place, source)
            if page.next is None:
                return
        raise RegistryError("circle")

    async def _keep(self, page: Page, place: _Place, source: Source) -> None:
        """A page and how far it brings us: one commit. The cursor moves when the last page is there."""
        now = self._clock.now()
        dossiers, rejected = dossiers_of(page.items, self._connection, self._secret, now)
        end = page.next is None
        async with self._database.unit_of_work() as uow:
            await mirror.keep(uow, dossiers, now)
            await uow.sources.read(
                NAME,
                self._name,
                now,
                LEASE_SECONDS,
                cursor=place.high if end else source.cursor,
                page=None if end else place.to_json(),
                taken=len(dossiers),
                rejected=len(rejected),
            )
            await uow.commit()

    async def _failed(self, source: Source, error: RegistryError) -> None:
        failures = source.failures + 1
        due = self._clock.now() + pause_after(failures, self._connection.every)
        log.warning("registry.no_answer", problem=error.problem, detail=error.detail, failures=failures)
        async with self._database.unit_of_work() as uow:
            await uow.sources.failed(NAME, self._name, error.problem, failures, due)
            await uow.commit()


def pause_after(failures: int, every: int) -> timedelta:
    """As often as ever at first, then twice as long each time."""
    doubled = max(0, failures - OPEN_AFTER + 1)
    longest = max(LONGEST_PAUSE, timedelta(seconds=every))
    return min(timedelta(seconds=every * (1 << min(doubled, 12))), longest)


def _name_of(page: Page) -> str:
    whole = json.dumps(page.items, sort_keys=True, default=str)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:16]
