"""What speed and memory are to be, and what a run found."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.phrases import WORDED
from benchmarks.results import OURS, Results

SMALL, WORDED_SMALL, LARGE = "3000", f"3000{WORDED}", "170000"


@dataclass(frozen=True)
class Mark:
    what: str
    wanted: str
    found: str
    met: bool


def marks(results: Results) -> Iterator[Mark]:
    """The marks that this run has the figures for."""
    ours = results.of(OURS, SMALL)
    if not ours:
        return
    yield Mark(
        "median of a question at 3,000", "≤ 1 ms", _both(ours.p50_ms, ours.busy_p50_ms), ours.p50_ms <= 1
    )
    yield Mark("p99 of a question at 3,000", "≤ 3 ms", _both(ours.p99_ms, ours.busy_p99_ms), ours.p99_ms <= 3)
    found = f"{ours.build_s:.2f} s ({ours.build_busy_s:.2f} s of CPU)"
    yield Mark("build at 3,000", "≤ 1 s", found, ours.build_s <= 1)
    yield Mark("memory at 3,000", "< 60 MB", f"{ours.memory_mb:.0f} MB", ours.memory_mb < 60)
    for size, what in ((SMALL, "3,000"), (WORDED_SMALL, "3,000 with wordings")):
        yield from _beside(results, "wratio", size, f"extractOne(WRatio) at {what}", 100)
        yield from _beside(results, "bm25s", size, f"bare bm25s at {what} (stretch)", 0.5)
    if large := results.of(OURS, LARGE):
        growth = large.p50_ms / ours.p50_ms
        found = f"{growth:.1f}× ({large.busy_p50_ms / ours.busy_p50_ms:.1f}× by CPU)"
        yield Mark("median from 3,000 to 170,000", "≤ 20×", found, growth <= 20)
    yield from reading_marks(results)


def _beside(results: Results, engine: str, size: str, name: str, least: float) -> Iterator[Mark]:
    ours, peer = results.of(OURS, size), results.of(engine, size)
    if ours and peer:
        ratio = ours.per_second / peer.per_second
        found = f"{ratio:.3g}× ({peer.busy_p50_ms / ours.busy_p50_ms:.3g}× by CPU medians)"
        yield Mark(f"questions/s beside {name}", f"≥ {least:g}×", found, ratio >= least)


def reading_marks(results: Results) -> Iterator[Mark]:
    small = next((each for each in results.loadings if each.entries == 3_000), None)
    if small:
        seconds, busy = small.load_s + small.check_s, small.load_busy_s + small.check_busy_s
        found = f"{seconds:.2f} s ({busy:.2f} s of CPU)"
        yield Mark("reading and checking 3,000 entries", "< 3 s", found, seconds < 3)


def _both(ms: float, busy_ms: float) -> str:
    return f"{ms:.2f} ms ({busy_ms:.2f} ms of CPU)"
