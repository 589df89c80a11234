"""docs/benchmarks.md and its chart, from the figures of a run."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import chart, node
from benchmarks.engines import PEERS
from benchmarks.marks import Mark, marks, reading_marks
from benchmarks.phrases import SHIPPED, WORDED
from benchmarks.results import OURS, Loading, Results, Trial

PAGE, CHART = "benchmarks.md", "images/benchmarks.svg"
TITLES = {
    OURS: "**Một Cửa**, whole `match`",
    **{name: each.title for name, each in PEERS.items()},
    node.NAME: "NLP.js",
}
COLUMNS = (
    "engine",
    "first",
    "within three",
    "questions/s",
    "median ms",
    "p99 ms",
    "CPU median / p99 ms",
    "build s",
    "memory MB",
    "asked",
)
ENOUGH = 100  # answers, for accuracy to be given

_HEAD = """\
# Benchmarks

The officers' desk has a page of its own: [benchmarks-desk.md](benchmarks-desk.md). This one is about understanding.

Made by `make bench` (`python -m benchmarks.matching`); do not edit by hand. NLP.js takes part where Node is there and
`MOTCUA_PEERS` names a folder in which `npm install @nlpjs/basic` was done.

Machine: {machine}.

One question at a time on one core, each engine at each size in a process of its own, {seconds:g} s for its questions
after a warm-up with others; a slow engine answers fewer (column "asked"). Every engine gets the same phrases (official
names, what people call an entry, wordings, and the short forms that are made from a name by rule), folded to lower case
without marks; questions are folded within the time measured. An answer is the first five procedures; `extractOne` names
only one, and stops at a score of 100, which token_set gives to any phrase whose words all stand in the question (hence
its speed in large catalogs). "CPU" is time of the processor alone: on a machine that others use it says more than the
time that passed. Memory is what the process grew by from before the build to the last answer; libraries, and for ours
the language's own tables, are read before. Accuracy (the right procedure in the first place, or among the first three)
stands where an engine answered at least {enough} questions.

Questions: `tests/sentences/measure/independent.jsonl`, by people who had no part in tuning. The larger catalogs hold
the shipped entries and invented ones (`benchmarks/invented.py`, seeded: pieces of real names put together anew), by
official name only, as an import brings them, or with as many wordings as the shipped ones have. Accuracy there compares
engines among such neighbours; it is no forecast for a real list of that size.
"""

_LOADING = """
## Reading and checking a catalog

`python -m benchmarks.matching --only-loadings` makes this section anew. Folders as `motcua catalog import` writes them,
every entry with all its parts and its wordings. Seconds are those that passed / those of the processor. Memory is what
the process grew by: for the catalog alone, and on top of it for what a server looks things up with.

Machine: {machine}.

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
    yield _HEAD.format(machine=results.machine, seconds=results.seconds, enough=ENOUGH)
    sizes = [*(each.size for each in results.trials), *(each.size for each in results.absences)]
    for size in dict.fromkeys(sizes):
        yield from _table(results, size)
    if drawn:
        yield f"\n![Median time by size]({CHART})\n"
    yield "\n## The marks\n\n| mark | wanted | found | |\n|---|---|---|---|\n"
    yield from (f"{_mark(each)}\n" for each in marks(results))
    if results.loadings:
        yield from _loading_section(results)


def _loading_section(results: Results) -> Iterator[str]:
    yield _LOADING.format(machine=results.machine)
    yield from map(_loaded, results.loadings)


def write_loadings(results: Results, into: Path) -> str:
    """Only that section, and its mark, anew in the page that is there; the section."""
    path = into / PAGE
    page = path.read_text(encoding="utf-8").partition(_LOADING.partition("`")[0])[0]
    for mark in reading_marks(results):
        lines = page.split("\n")
        page = "\n".join(_mark(mark) if line.startswith(f"| {mark.what} |") else line for line in lines)
    section = "".join(_loading_section(results))
    path.write_text(page + section, encoding="utf-8")
    return section


def _table(results: Results, size: str) -> Iterator[str]:
    rows = [each for each in results.trials if each.size == size]
    if rows:
        what = "with wordings" if size == SHIPPED or size.endswith(WORDED) else "by name only"
        yield f"\n## {rows[0].entries:,} entries {what} ({rows[0].phrases:,} phrases)\n\n"
    else:
        yield f"\n## {size} entries\n\n"
    yield f"| {' | '.join(COLUMNS)} |\n|---|{'---:|' * (len(COLUMNS) - 1)}\n"
    yield from (_row(each) for each in sorted(rows, key=_place))
    missing = [each for each in results.absences if each.size == size]
    yield from (f"| {TITLES[each.engine]} | {each.reason} | | | | | | | | |\n" for each in missing)


def _place(trial: Trial) -> int:
    return list(TITLES).index(trial.engine)


def _row(trial: Trial) -> str:
    few = trial.asked < ENOUGH
    first, three = (_share(None if few else each) for each in (trial.first, trial.within_three))
    cells: Sequence[str] = (
        TITLES[trial.engine],
        first,
        three,
        f"{trial.per_second:,.0f}" if trial.per_second >= 10 else f"{trial.per_second:.1f}",
        f"{trial.p50_ms:.3f}",
        f"{trial.p99_ms:.3f}",
        f"{trial.busy_p50_ms:.3f} / {trial.busy_p99_ms:.3f}",
        f"{trial.build_s:.2f}",
        f"{trial.memory_mb:.0f}",
        str(trial.asked),
    )
    return f"| {' | '.join(cells)} |\n"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _line(results: Results, engine: str) -> list[tuple[float, float]]:
    return [
        (each.entries, each.p50_ms)
        for each in results.trials
        if each.engine == engine and each.size.isdecimal()
    ]


def _plain(engine: str) -> str:
    return TITLES[engine].replace("*", "").replace("`", "")


def _mark(each: Mark) -> str:
    return f"| {each.what} | {each.wanted} | {each.found} | {'✓' if each.met else '✗'} |"


def _loaded(each: Loading) -> str:
    return (
        f"| {each.entries:,} | {each.files} | {each.megabytes} | {each.load_s} / {each.load_busy_s} "
        f"| {each.check_s} / {each.check_busy_s} | {each.memory_mb:.0f} "
        f"| {each.matcher_s} / {each.matcher_busy_s} | {each.matcher_mb:.0f} | {each.busy_s} |\n"
    )
