"""Reading and checking a catalog folder, each step in a process of its own:

python -m benchmarks.loading write FOLDER 3000
python -m benchmarks.loading read FOLDER          # prints a `Loading` as JSON
"""

import argparse
import json
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.invented import whole
from benchmarks.memory import resident_mb
from benchmarks.results import Loading
from intents import checks, loader
from intents.matcher import Matcher
from intents.tables import folder


def write_folder(path: Path, size: int) -> Path:
    """A folder as `motcua catalog import` writes it; the path of its head."""
    shipped = loader.load(loader.SHIPPED[-1])
    folder.write(path, whole(shipped, size).procedures, folder.directory_of(folder.prepare(path)))
    return path / loader.HEAD


def loading(head: Path) -> Loading:
    """Read and check as `motcua catalog check` does, then index."""
    before = resident_mb()
    begin, begin_busy = time.perf_counter(), time.process_time()
    loaded = loader.read(head)
    read = time.perf_counter()
    problems = checks.check(loaded, datetime.now(UTC).date())
    checked = time.perf_counter()
    if loaded.catalog is None:
        raise SystemExit("\n".join(map(str, problems[:20])))
    catalog, files = loaded.catalog, loaded.files
    bytes_ = sum(path.stat().st_size for path in files)
    del loaded  # a server keeps the catalog, not the lines it stands on
    memory_mb = resident_mb() - before
    begin_matcher = time.perf_counter()
    matcher = Matcher(catalog)
    return Loading(
        entries=len(matcher.procedures),
        files=len(files),
        megabytes=round(bytes_ / 1e6, 1),
        load_s=round(read - begin, 2),
        check_s=round(checked - read, 2),
        problems=len(problems),
        memory_mb=round(memory_mb, 1),
        matcher_s=round(time.perf_counter() - begin_matcher, 2),
        matcher_mb=round(resident_mb() - before - memory_mb, 1),
        busy_s=round(time.process_time() - begin_busy, 2),
    )


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
