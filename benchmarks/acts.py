"""How often a message is heard for what it means, where that is no procedure:

    python -m benchmarks.acts [FILE]

FILE: JSON lines with `text` and `act` (a label of `intents.gist`, or `none`), by default
`tests/sentences/measure_acts.jsonl`, which nothing learns from. The whole road is measured, patterns and vote.
"""

import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bot.conversation.acts import name_of
from bot.conversation.understand import Situation, understand
from bot.live_catalog import Snapshot
from bot.messages import Incoming, Kind
from intents import loader
from intents.gist import NOTHING, Gist
from storage.records import AddressKey

MEASURED = Path(__file__).parent.parent / "tests" / "sentences" / "measure_acts.jsonl"
DANGERS = (Gist.FIRE, Gist.POLICE, Gist.AMBULANCE, Gist.CHILD, Gist.SEA_RESCUE, Gist.SUICIDE)
# What answers a message of each label well. A broken lamp may be answered by the topic that says whom to call.
ANSWERS: dict[str, set[str]] = {
    **{each: {"warn_emergency"} for each in DANGERS},
    Gist.SCAM: {"check_scam"},
    Gist.FILE_PETITION: {"file_petition", "show_topic", "name_other_body", "explain_complaint"},
    Gist.COMPLAIN_OFFICER: {"file_petition", "explain_complaint"},
    Gist.LOOK_UP_DOSSIER: {"look_up_dossier"},
    Gist.PETITION_STATE: {"ask_petition_state"},
    Gist.PRAISE: {"thank", "record_rating"},
    Gist.RATE: {"record_rating", "thank"},
    Gist.ASK_PERSON: {"escalate"},
}
MISLED = frozenset(
    {
        *("warn_emergency", "check_scam", "file_petition", "look_up_dossier"),
        *("ask_petition_state", "record_rating", "escalate"),
    }
)


def heard(rows: list[dict[str, str]], snapshot: Snapshot) -> dict[str, tuple[int, int]]:
    """Of each label: how many are answered well (of `none`: not misled), of how many."""
    right, counted = Counter[str](), Counter[str]()
    for row in rows:
        key = AddressKey("benchmark", "benchmark", "1")
        incoming = Incoming(key, "1", datetime.now(UTC), Kind.TEXT, text=row["text"])
        act = name_of(understand(incoming, Situation(), snapshot).act)
        label = row["act"]
        counted[label] += 1
        right[label] += act not in MISLED if label == NOTHING else act in ANSWERS[label]
    return {label: (right[label], counted[label]) for label in counted}


def read(path: Path = MEASURED) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else MEASURED
    for label, (right, count) in heard(read(path), Snapshot.of(loader.load(loader.SHIPPED[-1]))).items():
        print(f"{label:18}{count:5}  {right / count:.3f}")


if __name__ == "__main__":
    main()
