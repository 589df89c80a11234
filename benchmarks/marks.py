"""What speed and memory are to be, and what a run found."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.results import OURS, Results

SMALL, LARGE = "3000", "170000"


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
    yield Mark("median of a question at 3,000", "≤ 1 ms", _both(ours.p50_ms, ours.busy_p50_ms), ours.p50_ms <= 1)
    yield Mark("p99 of a question at 3,000", "≤ 3 ms", _both(ours.p99_ms, ours.busy_p99_ms), ours.p99_ms <= 3)
    found = f"{ours.build_s:.2f} s ({ours.build_busy_s:.2f} s of CPU)"
    yield Mark("build at 3,000", "≤ 1 s", found, ours.build_s <= 1)
    yield Mark("memory at 3,000", "< 60 MB", f"{ours.memory_mb:.0f} MB", ours.memory_mb < 60)
    for engine, least, name in (("wratio", 100, "extractOne(WRatio)"), ("bm25s", 0.5, "bare bm25s (stretch)")):
        if peer := results.of(engine, SMALL):
            ratio = ours.per_second / peer.per_second
            busy = peer.busy_p50_ms / ours.busy_p50_ms
            found = f"{ratio:.3g} ({busy:.3g} by CPU medians)"
            yield Mark(f"questions/s beside {name} at 3,000", f"≥ {least:g}×", found, ratio >= least)
    if large := results.of(OURS, LARGE):
        growth = large.p50_ms / ours.p50_ms
        found = f"{growth:.1f}× ({large.busy_p50_ms / ours.busy_p50_ms:.1f}× by CPU)"
        yield Mark("median from 3,000 to 170,000", "≤ 20×", found, growth <= 20)
    yield from _reading(results)


def _reading(results: Results) -> Iterator[Mark]:
    small = next((each for each in results.loadings if each.entries == 3_000), None)
    if small:
        seconds = small.load_s + small.check_s
        yield Mark("reading and checking 3,000 entries", "< 3 s", f"{seconds:.2f} s", seconds < 3)


def _both(ms: float, busy_ms: float) -> str:
    return f"{ms:.2f} ms ({busy_ms:.2f} ms of CPU)"
