"""What every engine is given: the phrases that the matcher indexes, folded, and who owns each."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from benchmarks.invented import names_only, whole
from intents import loader
from intents.catalog import Catalog
from intents.sayings import decoys, sayings
from intents.text import fold

ROOT = Path(__file__).parent.parent
SENTENCES = ROOT / "tests" / "sentences"
SHIPPED = "shipped"  # the catalog as it is
WORDED = "+wordings"  # `3000+wordings`: that many entries, each with as many wordings as a shipped one


def catalog_of(size: str) -> Catalog:
    """The shipped catalog, or one of `size` entries: by name only, or with wordings."""
    shipped = loader.load(loader.SHIPPED[-1])
    if size == SHIPPED:
        return shipped
    count = int(size.removesuffix(WORDED))
    return whole(shipped, count) if size.endswith(WORDED) else names_only(shipped, count)


@dataclass(frozen=True)
class Phrases:
    """Phrase i is `texts[i]`; owners below `entries` are procedures, the others talk that no procedure answers."""

    texts: list[str]
    owners: list[int]
    entries: int

    @classmethod
    def of(cls, catalog: Catalog) -> Self:
        owned = [*map(sayings, catalog.procedures), *decoys(catalog.topics)]
        pairs = [(fold(saying.text), number) for number, each in enumerate(owned) for saying in each]
        return cls([text for text, _ in pairs], [number for _, number in pairs], len(catalog.procedures))

    def write(self, path: Path) -> None:
        with path.open("w", encoding="utf-8") as file:
            file.write(f"{self.entries}\n")
            file.writelines(f"{owner}\t{text}\n" for owner, text in zip(self.owners, self.texts, strict=True))

    @classmethod
    def read(cls, path: Path) -> Self:
        texts: list[str] = []
        owners: list[int] = []
        with path.open(encoding="utf-8") as file:
            entries = int(next(file))
            for line in file:
                owner, _, text = line.rstrip("\n").partition("\t")
                owners.append(int(owner))
                texts.append(text)
        return cls(texts, owners, entries)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def questions() -> list[dict[str, Any]]:
    """Questions by people who had no part in tuning; one procedure or more answers each."""
    return rows(SENTENCES / "measure" / "independent.jsonl")


def warming() -> list[str]:
    """Questions that are asked before the clock runs, as a running service has heard others before."""
    return [row["text"] for row in rows(SENTENCES / "train" / "independent_1.jsonl")]
