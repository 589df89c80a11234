"""The catalog in use: one immutable snapshot with its matcher and reader; the last good one stays on errors."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.texts import VIETNAM
from intents.catalog import Catalog
from intents.checks import load_checked
from intents.collecting import no_collecting
from intents.problems import CatalogError, Problem
from intents.reading import Reader

if TYPE_CHECKING:
    from intents.matcher import Matcher

log = structlog.get_logger()

LOOK_MS = 1000  # the files are looked at this often even when nothing is told


@dataclass(frozen=True)
class Snapshot:
    """What one turn works with: nothing in an answer mixes two versions."""

    catalog: Catalog

    @classmethod
    def of(cls, catalog: Catalog) -> "Snapshot":
        """Ready to be asked."""
        return cls(catalog).prepared()

    @cached_property
    def matcher(self) -> "Matcher":
        from intents.matcher import Matcher  # with numpy, which the first page does not wait for

        with no_collecting():
            return Matcher(self.catalog)

    @cached_property
    def reader(self) -> Reader:
        with no_collecting():
            return Reader(self.catalog)

    def prepared(self) -> "Snapshot":
        """With matcher and reader made, which takes seconds: whoever is asked first does not make them."""
        _ = self.matcher, self.reader
        return self


class LiveCatalog:
    """Holds the current snapshot and replaces it when the files change."""

    def __init__(self, head: Path, snapshot: Snapshot, files: tuple[Path, ...]) -> None:
        self.head = head
        self._snapshot = snapshot
        self._files = files
        self.served_since = _now()
        self.problems: tuple[Problem, ...] = ()  # why the files as they are now are not served
        self.refused_at: datetime | None = None

    @classmethod
    def open(cls, head: Path) -> "LiveCatalog":
        """Raises CatalogError with every problem: a server does not start on a broken catalog.

        The catalog is read and checked; await `ready` before questions are to be understood without a pause.
        """
        catalog, files = load_checked(head, _today())
        return cls(head, Snapshot(catalog), files)

    async def ready(self) -> None:
        """Matcher and reader are made, while the first pages are shown already."""
        await asyncio.to_thread(self._snapshot.prepared)

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    def reload(self) -> bool:
        """Read the files again; True when something new is in use."""
        try:
            catalog, self._files = load_checked(self.head, _today())
        except CatalogError as error:
            self._refuse(error.problems)
            for problem in error.problems:
                log.error("catalog.refused", problem=str(problem))
            return False
        self.problems, self.refused_at = (), None
        if catalog.version == self._snapshot.catalog.version:
            return False
        self._snapshot, self.served_since = Snapshot.of(catalog), _now()
        log.info("catalog.reloaded", version=catalog.version, procedures=len(catalog.procedures))
        return True

    async def watch(self, changed: Callable[[], None] | None = None) -> None:
        """Reload when a YAML file of the catalog changes, comes or goes; runs until cancelled.

        The kernel's word only wakes us early: what counts is how the files look. So a folder that was replaced
        by another of the same name, or a network drive that tells nothing, is noticed all the same.
        """
        from watchfiles import awatch

        seen = self._look()
        while True:
            folders = self._folders()
            if not folders:  # all of it is gone: nothing to listen to until it is back
                await asyncio.sleep(LOOK_MS / 1000)
                continue
            bursts = awatch(*folders, recursive=False, step=200, rust_timeout=LOOK_MS, yield_on_timeout=True)
            async with aclosing(bursts):
                async for _ in bursts:
                    now = await asyncio.to_thread(self._look)
                    if now != seen:
                        seen = now
                        break
            if await asyncio.to_thread(self._reload_safely) and changed:
                changed()

    def _reload_safely(self) -> bool:
        """A file that even the checks stumble over must not end the server either."""
        try:
            return self.reload()
        except Exception as error:
            log.exception("catalog.refused")
            what = f"Không đọc được danh mục ({type(error).__name__})."
            remedy = "Chạy motcua catalog check; đang dùng bản trước."
            self._refuse((Problem(self.head.name, 0, "unreadable", what, remedy),))
            return False

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self.problems, self.refused_at = problems, _now()

    def _folders(self) -> frozenset[Path]:
        folders = {self.head.parent, *(file.parent for file in self._files)}
        return frozenset(folder for folder in folders if folder.is_dir())

    def _look(self) -> frozenset[tuple[str, int, int, int]]:
        """Every YAML file where the catalog lies or could lie: name, time, size, inode."""
        found = set()
        for folder in self._folders() | _folders_in(self.head.parent):
            with suppress(OSError):  # gone meanwhile, or not ours to read
                for path in folder.iterdir():
                    if path.suffix in (".yaml", ".yml"):
                        state = path.stat()
                        found.add((str(path), state.st_mtime_ns, state.st_size, state.st_ino))
        return frozenset(found)


def _folders_in(folder: Path) -> set[Path]:
    try:
        return {each for each in folder.iterdir() if each.is_dir()}
    except OSError:
        return set()


def _now() -> datetime:
    return datetime.now(VIETNAM)


def _today() -> date:
    return _now().date()
