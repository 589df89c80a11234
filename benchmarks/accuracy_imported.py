"""What `motcua evaluate` would say of an imported catalog, with the time and memory it takes:

    python -m benchmarks.accuracy_imported FOLDER QUESTIONS

FOLDER: where `motcua catalog import` wrote to. QUESTIONS: JSON lines with `text`, `expect` and `kind`; rows whose codes
the catalog does not hold, and rows of kind `unmapped`, are counted as skipped.
"""

import argparse
import json
import time
from pathlib import Path

from benchmarks.memory import resident_mb
from benchmarks.phrases import rows
from intents import loader
from intents.matcher import Matcher
from intents.scoring import evaluate


def measured(folder: Path, questions: Path) -> dict[str, object]:
    """The report of `intents.scoring`, entries and phrases of the catalog, and what its index cost."""
    catalog = loader.load(loader.find_head(folder))
    before = resident_mb()
    begin = time.perf_counter()
    matcher = Matcher(catalog)
    build_s = time.perf_counter() - begin
    cost = {"build_s": round(build_s, 2), "memory_mb": round(resident_mb() - before, 1)}
    size = {"entries": len(matcher.procedures), "phrases": len(matcher.phrases)}
    return {**size, **cost, **evaluate(matcher, rows(questions)).as_json()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("questions", type=Path)
    chosen = parser.parse_args()
    print(json.dumps(measured(chosen.folder, chosen.questions), ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
