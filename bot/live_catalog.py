"""The catalog in use: one immutable snapshot with its matcher and reader; the last good one stays on errors."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import structlog

from bot.texts import VIETNAM
from intents.catalog import Catalog
from intents.checks import load_checked
from intents.matcher import Matcher
from intents.problems import CatalogError, Problem
from intents.reading import Reader

log = structlog.get_logger()


@dataclass(frozen=True)
class Snapshot:
    """What one turn works with: nothing in an answer mixes two versions."""

    catalog: Catalog
    matcher: Matcher
    reader: Reader

    @classmethod
    def of(cls, catalog: Catalog) -> "Snapshot":
        return cls(catalog, Matcher(catalog), Reader(catalog))


class LiveCatalog:
    """Holds the current snapshot and replaces it when the files change."""

    def __init__(self, head: Path, snapshot: Snapshot, files: tuple[Path, ...]) -> None:
        self.head = head
        self._snapshot = snapshot
        self._files = files
        self.problems: tuple[Problem, ...] = ()

    @classmethod
    def open(cls, head: Path) -> "LiveCatalog":
        """Raises CatalogError with every problem: a server does not start on a broken catalog."""
        catalog, files = load_checked(head, _today())
        return cls(head, Snapshot.of(catalog), files)

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    def reload(self) -> bool:
        """Read the files again; True when something new is in use."""
        try:
            catalog, self._files = load_checked(self.head, _today())
        except CatalogError as error:
            self.problems = error.problems
            for problem in error.problems:
                log.error("catalog.refused", problem=str(problem))
            return False
        self.problems = ()
        if catalog.version == self._snapshot.catalog.version:
            return False
        self._snapshot = Snapshot.of(catalog)
        log.info("catalog.reloaded", version=catalog.version, procedures=len(catalog.procedures))
        return True

    async def watch(self, changed: Callable[[], None] | None = None) -> None:
        """Reload when a file of the catalog changes, or one comes or goes beside them; runs until cancelled."""
        while True:
            folders = self._folders()
            async for _ in self._changes(folders):
                if await asyncio.to_thread(self.reload) and changed:
                    changed()
                if self._folders() != folders:
                    break  # an include now names files elsewhere

    def _folders(self) -> frozenset[Path]:
        return frozenset(file.parent.resolve() for file in (self.head, *self._files))

    async def _changes(self, folders: frozenset[Path]) -> AsyncIterator[None]:
        """One item for each burst of changes; a half-written file gives two, and the first is refused."""
        from watchfiles import awatch

        async for changes in awatch(*folders, recursive=False, step=200):
            if any(path.endswith((".yaml", ".yml")) for _, path in changes):
                yield


def _today() -> date:
    return datetime.now(VIETNAM).date()
