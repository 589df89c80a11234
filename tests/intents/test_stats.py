"""The figures of a catalog."""

from pathlib import Path

from intents import loader
from intents.catalog import Tag
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


ESSENTIAL = {  # Decision 06/QĐ-TTg (Project 06): eleven of the police, fourteen of others
    "the old identity number confirmed": {"1.012566"},
    "identity card renewed, replaced": {"1.014063", "1.014064"},
    "permanent residence": {"1.004222"},
    "temporary residence": {"1.004194"},
    "temporary absence": {"1.003677"},
    "overnight stay": {"2.001159"},
    "vehicle registered": {"1.012575", "1.013067"},
    "traffic fine paid": {"1.004652"},
    "passport": {"1.001456"},
    "new seal": {"2.001428"},
    "embossed, small, wax seal": {"DP-CON-DAU-NHO"},
    "birth": {"1.001193"},
    "death": {"1.000656"},
    "marriage": {"1.000894"},
    "birth bundle": {"3.000722"},
    "death bundle": {"2.002913"},
    "household health insurance": {"1.001939"},
    "tax number, first and changed": {"1.008498", "1.008503"},
    "change of the holder's particulars on a land certificate": {"1.013833"},
    "driving licence renewed, replaced": {"3.000347", "3.000348"},
    "school-leaving exam, university entrance": {"1.005142", "1.001942"},
    "criminal record": {"3.000333"},
    "unemployment benefit": {"1.014748"},
    "new power connection": {"3.000001"},
    "another party to a power contract": {"DP-DIEN-SANG-TEN"},
}


def test_each_essential_service_is_tagged_in_the_shipped_catalog_and_nothing_else() -> None:
    assert len(ESSENTIAL) == 25
    tagged = {each.code for each in loader.load(loader.SHIPPED[-1]).procedures if Tag.ESSENTIAL in each.tags}
    assert tagged == set().union(*ESSENTIAL.values())
