"""The figures of a catalog."""

from pathlib import Path

from intents import loader
from intents.stats import stats
from tests.small_catalogs import entry, folder


def test_the_figures_count_what_is_there(tmp_path: Path) -> None:
    head = folder(
        tmp_path,
        entry("1.000001", "khai sinh", "    tags: [essential]\n    unconfirmed: [fee, time]\n"),
        entry("1.000002", "khai tử").replace("      - xin khai tử ở đâu\n", ""),
    )
    figures = stats(loader.load(head))
    assert (figures["procedures"], figures["wordings"], figures["min_wordings"]) == (2, 11, 5)
    assert (figures["fields"], figures["unconfirmed"], figures["unconfirmed_facts"]) == (1, 1, 2)
    assert (figures["topics"], figures["offices"], figures["essential"]) == (0, 0, 1)
    assert figures["unconfirmed_by_fact"] == {"fee": 1, "time": 1}
    assert figures["by_field"] == {"ho_tich": 2}
    assert figures["by_level"] == {"commune": 2, "province": 0, "ministry": 0}


def test_an_empty_catalog_has_figures_too(tmp_path: Path) -> None:
    head = folder(tmp_path)
    (tmp_path / "catalog/ho_tich.yaml").write_text("field: ho_tich\nprocedures: []\n", encoding="utf-8")
    assert stats(loader.load(head))["min_wordings"] == 0
