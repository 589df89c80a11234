"""Reading and checking a catalog folder, each step in a process of its own:

python -m benchmarks.loading write FOLDER 3000
python -m benchmarks.loading read FOLDER          # prints a `Loading` as JSON
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks.invented import whole
from benchmarks.memory import resident_mb
from benchmarks.results import Loading
from bot.live_catalog import Snapshot
from intents import checks, loader
from intents.tables import folder

T = TypeVar("T")


def write_folder(path: Path, size: int) -> Path:
    """A folder as `motcua catalog import` writes it; the path of its head."""
    shipped = loader.load(loader.SHIPPED[-1])
    folder.write(path, whole(shipped, size).procedures, folder.directory_of(folder.prepare(path)))
    return path / loader.HEAD


def loading(head: Path) -> Loading:
    """Read and check as `motcua catalog check` does, then index."""
    before = resident_mb()
    loaded, load_s, load_busy_s = _timed(partial(loader.read, head))
    problems, check_s, check_busy_s = _timed(partial(checks.check, loaded, datetime.now(UTC).date()))
    if loaded.catalog is None:
        raise SystemExit("\n".join(map(str, problems[:20])))
    catalog, files = loaded.catalog, loaded.files
    bytes_ = sum(path.stat().st_size for path in files)
    del loaded  # a server keeps the catalog, not the lines it stands on
    memory_mb = resident_mb() - before
    snapshot, matcher_s, matcher_busy_s = _timed(partial(Snapshot.of, catalog))
    return Loading(
        entries=len(snapshot.matcher.procedures),
        files=len(files),
        megabytes=round(bytes_ / 1e6, 1),
        load_s=round(load_s, 2),
        check_s=round(check_s, 2),
        problems=len(problems),
        memory_mb=round(memory_mb, 1),
        matcher_s=round(matcher_s, 2),
        matcher_mb=round(resident_mb() - before - memory_mb, 1),
        busy_s=round(load_busy_s + check_busy_s + matcher_busy_s, 2),
        load_busy_s=round(load_busy_s, 2),
        check_busy_s=round(check_busy_s, 2),
        matcher_busy_s=round(matcher_busy_s, 2),
    )


def _timed(step: Callable[[], T]) -> tuple[T, float, float]:
    """What the step gave, the seconds that passed and those of the processor."""
    begin, begin_busy = time.perf_counter(), time.process_time()
    given = step()
    return given, time.perf_counter() - begin, time.process_time() - begin_busy


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step", choices=["write", "read"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("size", type=int, nargs="?", default=3_000)
    chosen = parser.parse_args()
    if chosen.step == "write":
        write_folder(chosen.folder, chosen.size)
    else:
        print(json.dumps(asdict(loading(chosen.folder / loader.HEAD))))


if __name__ == "__main__":
    main()
