"""The catalog in use: one immutable snapshot with its matcher and reader; the last good one stays on errors."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from intents.catalog import Catalog
from intents.loader import load
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

    def __init__(self, head: Path, snapshot: Snapshot) -> None:
        self.head = head
        self._snapshot = snapshot
        self.problems: tuple[Problem, ...] = ()

    @classmethod
    def open(cls, head: Path) -> "LiveCatalog":
        """Raises CatalogError with every problem: a server does not start on a broken catalog."""
        return cls(head, Snapshot.of(load(head)))

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    def reload(self) -> bool:
        """Read the files again; True when something new is in use."""
        try:
            catalog = load(self.head)
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
        """Reload whenever a YAML file below the head's folder changes; runs until cancelled."""
        from watchfiles import awatch

        async for changes in awatch(self.head.parent.resolve(), recursive=True, step=200):
            if any(path.endswith((".yaml", ".yml")) for _, path in changes) and await asyncio.to_thread(self.reload):
                if changed:
                    changed()

