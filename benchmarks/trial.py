"""One engine at one size, in a process of its own on one core: `python -m benchmarks.trial ENGINE SIZE ...`.

Prints one JSON object, a `Trial`. The process is new each time, so that no engine sees another's memory or caches.
"""

import argparse
import importlib
import json
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks import node
from benchmarks.engines import PEERS, Answer
from benchmarks.invented import SEED
from benchmarks.memory import resident_mb
from benchmarks.phrases import SHIPPED, Phrases, catalog_of, questions, warming
from benchmarks.results import OURS, Trial
from intents import language
from intents.catalog import Catalog
from intents.matcher import Matcher

WARM_SHARE = 0.2  # of the time for questions, at most, goes to warming up


@dataclass(frozen=True)
class Run:
    """What was timed: seconds of each question in the order asked, and the owners each answer named."""

    build_s: float
    build_busy_s: float
    memory_mb: float
    seconds: list[float]
    busy: list[float]  # seconds of the processor; the rest was waiting for it
    answers: list[list[int]]


def run(build: Callable[[], Answer], asked: Sequence[str], warm: Sequence[str], limit_s: float) -> Run:
    before = resident_mb()
    begin, begin_busy = time.perf_counter(), time.process_time()
    answer = build()
    build_busy_s, build_s = time.process_time() - begin_busy, time.perf_counter() - begin
    _warm_up(answer, warm, limit_s * WARM_SHARE)
    seconds, busy, answers = [], [], []
    end = time.perf_counter() + limit_s
    for question in asked:
        begin, begin_busy = time.perf_counter(), time.process_time()
        found = answer(question)
        done_busy, done = time.process_time(), time.perf_counter()
        seconds.append(done - begin)
        busy.append(done_busy - begin_busy)
        answers.append(found)
        if done > end:
            break
    return Run(build_s, build_busy_s, resident_mb() - before, seconds, busy, answers)


def _warm_up(answer: Answer, questions: Sequence[str], limit_s: float) -> None:
    end = time.perf_counter() + limit_s
    for question in questions:
        answer(question)
        if time.perf_counter() > end:
            return


def ours(catalog: Catalog) -> Answer:
    """The whole `match`, as the assistant calls it."""
    matcher = Matcher(catalog)
    number = {each.code: place for place, each in enumerate(catalog.procedures)}
    return lambda question: [number[each.code] for each in matcher.match(question).candidates]


def trial(engine: str, size: str, phrases_file: Path, count: int, limit_s: float) -> Trial:
    rows = questions()
    random.Random(SEED).shuffle(rows)  # so that the few which a slow engine answers are a fair part of them
    rows = rows[:count]
    asked = [row["text"] for row in rows]
    phrases = Phrases.read(phrases_file)
    total, entries = len(phrases.texts), phrases.entries
    if engine == OURS:
        del phrases
        catalog = catalog_of(size)
        language.read()  # once in a process, whatever the catalog: as the libraries of others are imported
        done = run(lambda: ours(catalog), asked, warming(), limit_s)
    elif engine == node.NAME:
        done = Run(**node.run(phrases_file, asked, warming(), limit_s, WARM_SHARE))
    else:
        importlib.import_module(PEERS[engine].module)
        done = run(lambda: PEERS[engine].build(phrases), asked, warming(), limit_s)
    right = right_owners(rows[: len(done.answers)])
    single = engine in PEERS and PEERS[engine].single
    return Trial(
        engine=engine,
        size=size,
        entries=entries,
        phrases=total,
        build_s=round(done.build_s, 3),
        build_busy_s=round(done.build_busy_s, 3),
        memory_mb=round(done.memory_mb, 1),
        asked=len(done.seconds),
        per_second=round(len(done.seconds) / sum(done.seconds), 2),
        p50_ms=_percentile(done.seconds, 0.5),
        p99_ms=_percentile(done.seconds, 0.99),
        busy_p50_ms=_percentile(done.busy, 0.5),
        busy_p99_ms=_percentile(done.busy, 0.99),
        first=within(done.answers, right, 1),
        within_three=None if single else within(done.answers, right, 3),
    )


def right_owners(rows: Sequence[dict[str, Any]]) -> list[set[int]]:
    """The owners that answer each question; entries of the shipped catalog come first at every size."""
    number = {each.code: place for place, each in enumerate(catalog_of(SHIPPED).procedures)}
    return [{number[code] for code in row["expect"] if code in number} for row in rows]


def within(answers: Sequence[list[int]], right: Sequence[set[int]], places: int) -> float:
    hits = sum(
        bool(wanted.intersection(found[:places])) for found, wanted in zip(answers, right, strict=True)
    )
    return round(hits / len(answers), 4)


def _percentile(seconds: Sequence[float], share: float) -> float:
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 4)


def stay_on_one_core() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=[OURS, *PEERS, node.NAME])
    parser.add_argument("size")
    parser.add_argument("phrases", type=Path)
    parser.add_argument("--questions", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    chosen = parser.parse_args()
    stay_on_one_core()
    done = trial(chosen.engine, chosen.size, chosen.phrases, chosen.questions, chosen.seconds)
    print(json.dumps(asdict(done)))


if __name__ == "__main__":
    main()
