"""`motcua ask` and `motcua evaluate`: what the assistant would understand, without a database."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.conversation.acts import name_of
from bot.conversation.understand import Situation, Understood, understand
from bot.live_catalog import Snapshot
from bot.messages import Incoming, Kind
from intents.civil import civil
from intents.gist import shipped_voting
from intents.loader import find_head, load
from intents.scoring import evaluate, explain
from intents.spoken import Spoken
from intents.words import words_of
from storage.records import AddressKey

SHOWN = 5


@dataclass(frozen=True)
class Answer:
    text: str
    understood: Understood

    def as_json(self) -> dict[str, Any]:
        """The format of docs/formats.md: `outcome` and `candidates` speak of procedures only."""
        return {
            "text": self.text,
            "outcome": self.understood.outcome,
            "act": name_of(self.understood.act),
            "candidates": [
                {"code": each.code, "name": each.name, "score": round(each.score, 4)}
                for each in self.understood.candidates[:SHOWN]
            ],
        }


def asked(text: str, catalog: Path | None) -> Answer:
    snapshot = Snapshot.of(load(find_head(catalog)))
    key = AddressKey("ask", "ask", "ask")
    incoming = Incoming(key, "ask", datetime.now(UTC), Kind.TEXT, text=text)
    understood = understand(incoming, Situation(), snapshot)
    if (
        understood.match is None
    ):  # an act that needs no procedure: say all the same what would have been found
        understood = Understood(
            understood.act, understood.text, snapshot.matcher.match(text), understood.reading
        )
    return Answer(text, understood)


def told(answer: Answer) -> str:
    lines = [f"act: {name_of(answer.understood.act)}", f"outcome: {answer.understood.outcome}"]
    if answer.understood.reading and (vote := answer.understood.reading.vote):
        spoke = shipped_voting().reasons(civil(Spoken.of(words_of(answer.text))), vote.gist)
        because = ", ".join(f"{part} {weight:+.2f}" for part, weight in spoke)
        lines.append(f"voted: {vote.gist} {vote.share:.2f}  [{because}]")
    if answer.understood.match:
        lines.append(explain(answer.understood.match))
    return "\n".join(lines)


def evaluated(file: Path, catalog: Path | None) -> dict[str, Any]:
    snapshot = Snapshot.of(load(find_head(catalog)))
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return evaluate(snapshot.matcher, rows).as_json()
