"""docs/benchmarks.md and its chart, from the figures of a run."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import chart, node
from benchmarks.engines import PEERS
from benchmarks.marks import marks
from benchmarks.phrases import SHIPPED
from benchmarks.results import OURS, Loading, Results, Trial

PAGE, CHART = "benchmarks.md", "images/benchmarks.svg"
TITLES = {OURS: "**Một Cửa**, whole `match`", **{name: each.title for name, each in PEERS.items()}, node.NAME: "NLP.js"}

_HEAD = """\
# Benchmarks

Made by `make bench` (`python -m benchmarks.matching`); do not edit by hand. NLP.js takes part where Node is there and
`MOTCUA_PEERS` names a folder in which `npm install @nlpjs/basic` was done.

Machine: {machine}.

One question at a time on one core, each engine at each size in a process of its own, {seconds:g} s for its questions after a
warm-up with others; a slow engine answers fewer (column "asked"). Every engine gets the same phrases (official names, what
people call an entry, wordings, and the short forms that are made from a name by rule), folded to lower case without marks;
questions are folded within the time measured. An answer is the first five procedures; `extractOne` names only one. "CPU" is
time of the processor alone: on a machine that others use it says more than the time that passed.

Questions: `tests/sentences/measure/independent.jsonl`, by people who had no part in tuning. The larger catalogs hold the
shipped entries by official name only, and invented ones (`benchmarks/invented.py`, seeded: pieces of real names put together
anew). Accuracy there compares engines among such neighbours; it is no forecast for a real list of that size.
"""

_LOADING = """
## Reading and checking a catalog

Folders as `motcua catalog import` writes them, every entry with all its parts and its wordings. Memory is what the
process grew by: for the catalog alone, and on top of it for its matcher.

| entries | files | MB of YAML | read s | check s | catalog MB | index s | index MB | CPU s in all |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|
"""


def write(results: Results, into: Path) -> str:
    """Write page and chart; the page."""
    (into / CHART).parent.mkdir(parents=True, exist_ok=True)
    lines = {_plain(name): line for name in TITLES if (line := _line(results, name))}
    title = "Median time of one question by entries in the catalog (names only)"
    drawn = bool(lines)
    if drawn:
        (into / CHART).write_text(chart.svg(lines, title), encoding="utf-8")
    page = "".join(_page(results, drawn=drawn))
    (into / PAGE).write_text(page, encoding="utf-8")
    return page


def _page(results: Results, *, drawn: bool) -> Iterator[str]:
    yield _HEAD.format(machine=results.machine, seconds=results.seconds)
    sizes = list(dict.fromkeys(each.size for each in (*results.trials, *results.absences)))
    for size in sizes:
        yield from _table(results, size)
    if drawn:
        yield f"\n![Median time by size]({CHART})\n"
    yield "\n## The marks\n\n| mark | wanted | found | |\n|---|---|---|---|\n"
    yield from (f"| {each.what} | {each.wanted} | {each.found} | {'✓' if each.met else '✗'} |\n" for each in marks(results))
    if results.loadings:
        yield _LOADING
        yield from map(_loaded, results.loadings)


def _table(results: Results, size: str) -> Iterator[str]:
    rows = [each for each in results.trials if each.size == size]
    if rows:
        what = "with their wordings" if size == SHIPPED else "by name only"
        yield f"\n## {rows[0].entries:,} entries {what} ({rows[0].phrases:,} phrases)\n\n"
    else:
        yield f"\n## {size} entries\n\n"
    yield "| engine | first | within three | questions/s | median ms | p99 ms | CPU median / p99 ms | build s | memory MB | asked |\n"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
    yield from (_row(each) for each in sorted(rows, key=_place))
    missing = [each for each in results.absences if each.size == size]
    yield from (f"| {TITLES[each.engine]} | {each.reason} | | | | | | | | |\n" for each in missing)


def _place(trial: Trial) -> int:
    return list(TITLES).index(trial.engine)


def _row(trial: Trial) -> str:
    three = "–" if trial.within_three is None else f"{trial.within_three:.3f}"
    cells: Sequence[str] = (
        TITLES[trial.engine], f"{trial.first:.3f}", three, f"{trial.per_second:,.0f}" if trial.per_second >= 10 else f"{trial.per_second:.1f}",
        f"{trial.p50_ms:.3f}", f"{trial.p99_ms:.3f}", f"{trial.busy_p50_ms:.3f} / {trial.busy_p99_ms:.3f}",
        f"{trial.build_s:.2f}", f"{trial.memory_mb:.0f}", str(trial.asked),
    )
    return f"| {' | '.join(cells)} |\n"


def _line(results: Results, engine: str) -> list[tuple[float, float]]:
    return [(each.entries, each.p50_ms) for each in results.trials if each.engine == engine and each.size != SHIPPED]


def _plain(engine: str) -> str:
    return TITLES[engine].replace("*", "").replace("`", "")


def _loaded(each: Loading) -> str:
    return (
        f"| {each.entries:,} | {each.files} | {each.megabytes} | {each.load_s} | {each.check_s} | {each.memory_mb:.0f} "
        f"| {each.matcher_s} | {each.matcher_mb:.0f} | {each.busy_s} |\n"
    )
