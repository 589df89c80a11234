"""Ours and its peers side by side, as a table and a chart: `make bench`, or

    python -m benchmarks.matching [--engines ours,fts5] [--sizes shipped,3000] [--seconds 20] [--save FILE]
    python -m benchmarks.matching --load FILE     # the document again from figures saved before

Each engine at each size runs in a process of its own, one after another. A peer that is not installed is named as
absent.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import document, node
from benchmarks.engines import PEERS
from benchmarks.machine import described
from benchmarks.phrases import ROOT, SHIPPED, WORDED, Phrases, catalog_of
from benchmarks.results import OURS, Absence, Loading, Results, Trial

SIZES = (SHIPPED, "3000", f"3000{WORDED}", "30000", "170000")
LOADED_SIZES = ("3000", "30000")
ENGINES = (OURS, *PEERS, node.NAME)


@dataclass(frozen=True)
class Limits:
    """`questions_s` for the questions of one engine at one size; `build_s` for all that comes before them.

    Sized so that a whole run ends within half an hour on two cores.
    """

    questions: int = 1_000
    questions_s: float = 8
    build_s: float = 240


def absent(engine: str) -> str | None:
    """Why an engine cannot take part; None where it can."""
    if engine == node.NAME:
        return node.missing()
    return None if engine == OURS or PEERS[engine].installed else "not installed: pip install -e '.[bench]'"


def trials(engines: Sequence[str], sizes: Sequence[str], limits: Limits) -> Iterator[Trial | Absence]:
    gone: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            phrases = Path(folder, f"{size}.tsv")
            Phrases.of(catalog_of(size)).write(phrases)
            for engine in engines:
                reason = gone.get(engine) or absent(engine)
                done = Absence(engine, size, reason) if reason else _one(engine, size, phrases, limits)
                if isinstance(done, Absence) and not reason:
                    gone[engine] = f"not tried: {done.reason} at {size}"
                yield done


def _one(engine: str, size: str, phrases: Path, limits: Limits) -> Trial | Absence:
    asked = ["--questions", str(limits.questions), "--seconds", str(limits.questions_s)]
    done = _in_own_process(["benchmarks.trial", engine, size, str(phrases), *asked], limits)
    return Trial(**json.loads(done)) if done.startswith("{") else Absence(engine, size, done)


def loadings(sizes: Sequence[str], limits: Limits) -> Iterator[Loading]:
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            _in_own_process(["benchmarks.loading", "write", folder, size], limits)
            yield Loading(**json.loads(_in_own_process(["benchmarks.loading", "read", folder], limits)))


def _in_own_process(command: Sequence[str], limits: Limits) -> str:
    """What the process printed, or why it did not finish. Libraries that want more threads get one."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
    with subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, **threads},
        text=True,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            printed, _ = process.communicate(timeout=limits.build_s + 1.5 * limits.questions_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # Node, too, where it was started
            return f"not ready in {limits.build_s:.0f} s"
    return printed.strip() if process.returncode == 0 else f"ended with code {process.returncode}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--sizes", default=",".join(SIZES))
    parser.add_argument("--loaded-sizes", default=",".join(LOADED_SIZES))
    parser.add_argument("--only-loadings", action="store_true", help="only reading and checking catalogs")
    parser.add_argument("--questions", type=int, default=Limits.questions)
    parser.add_argument("--seconds", type=float, default=Limits.questions_s)
    parser.add_argument("--build-seconds", type=float, default=Limits.build_s)
    parser.add_argument("--save", type=Path, help="write the figures as JSON, too")
    parser.add_argument("--load", type=Path, help="write the document from these figures; measure nothing")
    parser.add_argument("--into", type=Path, default=ROOT / "docs")
    chosen = parser.parse_args()
    if chosen.only_loadings:
        found = list(loadings(_listed(chosen.loaded_sizes), Limits(build_s=chosen.build_seconds)))
        print(document.write_loadings(Results(described(), 0, [], [], found), chosen.into))
        return
    results = Results.read(chosen.load) if chosen.load else _measured(chosen)
    if chosen.save:
        results.write(chosen.save)
    print(document.write(results, chosen.into))


def _measured(chosen: argparse.Namespace) -> Results:
    limits = Limits(chosen.questions, chosen.seconds, chosen.build_seconds)
    found: list[Trial] = []
    missing: list[Absence] = []
    for each in trials(_listed(chosen.engines), _listed(chosen.sizes), limits):
        print(json.dumps(asdict(each)), file=sys.stderr, flush=True)
        found.append(each) if isinstance(each, Trial) else missing.append(each)
    loaded = list(loadings(_listed(chosen.loaded_sizes), limits))
    return Results(described(), limits.questions_s, found, missing, loaded)


def _listed(text: str) -> list[str]:
    return [each for each in text.split(",") if each]


if __name__ == "__main__":
    main()
