"""The benchmark at tiny sizes, with the engines that every installation has."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from benchmarks import chart, document, matching, node
from benchmarks.accuracy_imported import measured
from benchmarks.invented import names, names_only, whole
from benchmarks.loading import loading, write_folder
from benchmarks.marks import marks
from benchmarks.matching import Limits, loadings, trials
from benchmarks.phrases import SHIPPED, Phrases, catalog_of, questions
from benchmarks.results import OURS, Absence, Results, Trial
from benchmarks.strangers import among_strangers
from benchmarks.trial import right_owners, within
from intents import loader
from intents.matcher import Matcher

ENGINES = (OURS, "wratio", "fts5")
QUICK = Limits(questions=40, questions_s=3, build_s=60)


@pytest.fixture(scope="module")
def results() -> Results:
    """One run at two sizes, each engine in a process of its own, as `make bench` has it."""
    done = list(trials(ENGINES, (SHIPPED, "560"), QUICK))
    assert not [each for each in done if isinstance(each, Absence)], done
    found = [each for each in done if isinstance(each, Trial)]
    return Results("two cores", QUICK.questions_s, found, [Absence(node.NAME, "560", "no Node.js")], [])


def test_every_engine_answers_the_same_questions_over_the_same_phrases(results: Results) -> None:
    for size in (SHIPPED, "560"):
        here = [each for each in results.trials if each.size == size]
        assert [each.engine for each in here] == list(ENGINES)
        assert len({(each.entries, each.phrases) for each in here}) == 1
        assert all(0 < each.p50_ms <= each.p99_ms and each.asked > 0 for each in here)


def test_the_answers_count(results: Results) -> None:
    ours, fts5, wratio = (results.of(engine, SHIPPED) for engine in (OURS, "fts5", "wratio"))
    assert ours is not None
    assert fts5 is not None
    assert wratio is not None
    assert ours.asked == 40
    assert ours.first > 0.6
    assert fts5.first > 0.5  # words alone find most of what was worded by hand
    assert wratio.within_three is None  # extractOne names one phrase, no second


def test_the_page_names_every_engine_and_why_one_is_missing(results: Results, tmp_path: Path) -> None:
    page = document.write(results, tmp_path)
    assert (tmp_path / document.PAGE).read_text("utf-8") == page
    assert page.count("| SQLite FTS5 |") == 2
    assert "| NLP.js | no Node.js |" in page
    assert "560 entries by name only" in page
    drawing = (tmp_path / document.CHART).read_text("utf-8")
    assert drawing.count("<polyline") == len(ENGINES)


def test_figures_survive_a_file(results: Results, tmp_path: Path) -> None:
    results.write(tmp_path / "figures.json")
    assert Results.read(tmp_path / "figures.json") == results


def test_a_peer_that_is_not_there_is_an_absence_at_every_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOTCUA_PEERS", raising=False)
    done = list(trials((node.NAME,), ("20", "30"), QUICK))
    assert [(each.size, type(each)) for each in done] == [("20", Absence), ("30", Absence)]


def test_an_engine_that_was_not_ready_in_time_is_not_tried_at_larger_sizes() -> None:
    first, second = trials(("fts5",), ("20", "30"), Limits(1, 0.01, 0.01))
    assert isinstance(first, Absence)
    assert first.reason.startswith("not ready")
    assert isinstance(second, Absence)
    assert second.reason == f"not tried: {first.reason} at 20"


def test_the_marks_are_judged_by_the_figures() -> None:
    slow = _trial(OURS, per_second=500.0, p50_ms=2.0)
    found = {each.what: each.met for each in marks(_results(slow, _trial("wratio", per_second=10.0)))}
    assert found["median of a question at 3,000"] is False
    assert found["questions/s beside extractOne(WRatio) at 3,000"] is False
    quick = _trial(OURS, per_second=5_000.0, p50_ms=0.2)
    found = {each.what: each.met for each in marks(_results(quick, _trial("wratio", per_second=10.0)))}
    assert found["median of a question at 3,000"] is True
    assert found["questions/s beside extractOne(WRatio) at 3,000"] is True


def _trial(engine: str, *, per_second: float, p50_ms: float = 1.0) -> Trial:
    return Trial(
        engine=engine,
        size="3000",
        entries=3_000,
        phrases=6_000,
        build_s=0.5,
        build_busy_s=0.5,
        memory_mb=10.0,
        asked=9,
        per_second=per_second,
        p50_ms=p50_ms,
        p99_ms=p50_ms,
        busy_p50_ms=p50_ms,
        busy_p99_ms=p50_ms,
        first=1.0,
        within_three=1.0,
    )


def _results(*found: Trial) -> Results:
    return Results("two cores", 1.0, list(found), [], [])


def test_invented_names_are_the_same_for_a_seed_and_never_repeat() -> None:
    real = [each.name for each in catalog_of(SHIPPED).procedures]

    def some(seed: int) -> list[str]:
        made: Iterator[str] = names(real, ["Phường An Xuyên"], seed)
        return list(islice(made, 500))

    assert some(1) == some(1) != some(2)
    assert len({*some(1), *real}) == 500 + len(set(real))


def test_larger_catalogs_begin_with_the_real_entries() -> None:
    shipped = catalog_of(SHIPPED)
    larger = names_only(shipped, len(shipped.procedures) + 30)
    assert [each.code for each in larger.procedures[:-30]] == [each.code for each in shipped.procedures]
    assert not any(each.wordings for each in larger.procedures)
    assert all(len(each.wordings) >= 6 for each in whole(shipped, 520).procedures)
    asked = questions()[:50]
    assert all(right_owners(asked))


def test_peers_get_the_phrases_of_the_matcher(tmp_path: Path) -> None:
    catalog = catalog_of("40")
    phrases = Phrases.of(catalog)
    assert len(phrases.texts) == len(Matcher(catalog).phrases)
    phrases.write(tmp_path / "phrases.tsv")
    assert Phrases.read(tmp_path / "phrases.tsv") == phrases


def test_a_folder_of_a_size_is_read_checked_and_evaluated(tmp_path: Path) -> None:
    head = write_folder(tmp_path / "folder", 30)
    found = loading(head)
    assert found.entries == 30
    assert found.problems == 0
    asked = tmp_path / "asked.jsonl"
    entry = catalog_of("30").procedures[4]
    asked.write_text(
        json.dumps({"text": entry.name, "expect": [entry.code], "kind": "procedure"}), encoding="utf-8"
    )
    assert measured(head.parent, asked)["top1"] == 1.0


def test_loading_runs_in_its_own_process() -> None:
    (found,) = loadings(("25",), QUICK)
    assert found.entries == 25


def test_within_counts_places() -> None:
    answers, right = [[3, 1], [2], []], [{1}, {2}, {5}]
    assert within(answers, right, 1) == pytest.approx(1 / 3, abs=1e-3)
    assert within(answers, right, 3) == pytest.approx(2 / 3, abs=1e-3)


def test_a_chart_of_one_size_can_be_drawn() -> None:
    assert "<polyline" in chart.svg({"one": [(10.0, 0.5)]}, "Title")


def test_the_shipped_engines_have_titles() -> None:
    assert set(matching.ENGINES) == set(document.TITLES)


def test_strangers_are_each_once_and_the_same_every_time() -> None:
    shipped = loader.load(loader.SHIPPED[-1])
    among = among_strangers(shipped, 1500)
    strangers = among.procedures[len(shipped.procedures) :]
    assert len({each.name for each in strangers} - {each.name for each in shipped.procedures}) == 1500
    assert not any(each.wordings for each in strangers)
    assert among_strangers(shipped, 1500).procedures[-1] == strangers[-1]
