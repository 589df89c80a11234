"""What strangers mean, in sentences that nothing was learned from: shares that must hold (benchmarks/acts.py)."""

import json
from pathlib import Path

from benchmarks import acts
from bot.live_catalog import Snapshot
from intents.gist import NOTHING
from intents.text import fold
from tests.house import shipped

TAUGHT = Path(__file__).parent.parent / "sentences" / "gist"
DANGER_HEARD = 0.82
ALL_HEARD = 0.78
MISLED = 0.05


def test_most_of_what_strangers_mean_is_heard() -> None:
    found = acts.heard(acts.read(), Snapshot.of(shipped().snapshot.catalog))
    danger = [found[each] for each in acts.DANGERS]
    meant = [counts for label, counts in found.items() if label != NOTHING]
    right, asked = found[NOTHING]
    assert _share(danger) >= DANGER_HEARD, found
    assert _share(meant) >= ALL_HEARD, found
    assert 1 - right / asked <= MISLED, found


def test_none_of_it_was_learned() -> None:
    learned = {
        fold(json.loads(line)["text"])
        for path in TAUGHT.glob("*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    }
    assert [row["text"] for row in acts.read() if fold(row["text"]) in learned] == []


def _share(counts: list[tuple[int, int]]) -> float:
    return sum(right for right, _ in counts) / sum(count for _, count in counts)
