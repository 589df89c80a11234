"""The worked example of the guides, done as they say, on the shipped catalog."""

import re
import shutil
from datetime import date
from pathlib import Path

from intents import loader
from intents.checks import check
from intents.matcher import Matcher
from intents.scoring import overmatches
from intents.tables import folder
from intents.yaml_strict import read

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = (("catalog.vi.md", "## Thêm một thủ tục"), ("catalog.md", "## A procedure in ten minutes"))


def example(guide: str, heading: str) -> str:
    text = (DOCS / guide).read_text(encoding="utf-8")
    steps = text.partition(heading)[2].partition("\n## ")[0]
    return "".join(re.findall(r"```yaml\n(.*?)```", steps, re.DOTALL))


def test_both_guides_work_the_same_example() -> None:
    english, vietnamese = (example(*each) for each in GUIDES)
    assert tree(english) == tree(vietnamese)


def tree(yaml: str) -> object:
    return read(f"procedures:\n{yaml}".encode(), "").tree


def test_the_worked_example_passes_the_check_it_names(tmp_path: Path) -> None:
    shipped = loader.SHIPPED[-1]
    shutil.copy(shipped, tmp_path)
    shutil.copytree(shipped.parent / "catalog", tmp_path / "catalog")
    with (tmp_path / "catalog" / "tu_phap.yaml").open("a", encoding="utf-8") as file:
        file.write(example(*GUIDES[0]))
    loaded = loader.read(tmp_path / loader.HEAD)
    found = check(loaded, date(2026, 11, 22), lambda catalog: overmatches(Matcher(catalog)))
    assert list(map(str, found)) == []
    assert loaded.catalog
    assert "2.000930" in loaded.catalog.by_code
    answer = Matcher(loaded.catalog).match("tui muon rut ten khoi to hoa giai")
    assert answer.candidates[0].code == "2.000930"


def test_every_file_names_its_schema_for_the_editor(tmp_path: Path) -> None:
    """Shipped and imported alike: an editor that follows the first line finds a schema there."""
    shipped = loader.read(loader.SHIPPED[-1]).catalog
    assert shipped
    head = folder.prepare(tmp_path)
    folder.write(tmp_path, shipped.procedures[:3], folder.directory_of(head))
    for home in (loader.SHIPPED[-1].parent, tmp_path):
        for file in (home / loader.HEAD, *home.glob("catalog/**/*.yaml")):
            first = file.read_text(encoding="utf-8").partition("\n")[0]
            named = first.removeprefix("# yaml-language-server: $schema=")
            expected = "catalog.schema.json" if file.name == loader.HEAD else "catalog-part.schema.json"
            assert (file.parent / named).resolve() == (home / "docs" / expected).resolve(), file
            assert (file.parent / named).is_file()
