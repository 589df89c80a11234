"""The worked example of docs/catalog.vi.md, done as it says, on the shipped catalog."""

import re
import shutil
from datetime import date
from pathlib import Path

from intents import loader
from intents.checks import check
from intents.matcher import Matcher
from intents.scoring import overmatches

GUIDE = Path(__file__).parents[2] / "docs" / "catalog.vi.md"


def example() -> str:
    text = GUIDE.read_text(encoding="utf-8")
    steps = text.partition("## Thêm một thủ tục")[2].partition("\n## ")[0]
    return "".join(re.findall(r"```yaml\n(.*?)```", steps, re.DOTALL))


def test_the_worked_example_passes_the_check_it_names(tmp_path: Path) -> None:
    shipped = loader.SHIPPED[-1]
    shutil.copy(shipped, tmp_path)
    shutil.copytree(shipped.parent / "catalog", tmp_path / "catalog")
    with (tmp_path / "catalog" / "tu_phap.yaml").open("a", encoding="utf-8") as file:
        file.write(example())
    loaded = loader.read(tmp_path / loader.HEAD)
    found = check(loaded, date(2026, 11, 22), lambda catalog: overmatches(Matcher(catalog)))
    assert list(map(str, found)) == []
    assert loaded.catalog and "2.000930" in loaded.catalog.by_code
    answer = Matcher(loaded.catalog).match("tui muon rut ten khoi to hoa giai")
    assert answer.candidates[0].code == "2.000930"
