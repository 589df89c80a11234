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
from intents.text import clean
from intents.words import words_of
from storage.records import AddressKey

SHOWN = 5


# Labels of patterns that make an act by themselves; the rest (parts, pronouns, courtesies) only colours it.
_DECIDING = ("danger.", "scam.", "petition_kinds.", "name_now.", "accusation.")


@dataclass(frozen=True)
class Answer:
    text: str
    understood: Understood
    why: tuple[tuple[str, str], ...] = ()  # labels of patterns, and the words that each hit

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
    return Answer(text, understood, tuple(snapshot.reader.why(clean(text))))


def told(answer: Answer) -> str:
    lines = [f"act: {name_of(answer.understood.act)}", f"outcome: {answer.understood.outcome}"]
    lines += _because(answer)
    if answer.understood.reading and (vote := answer.understood.reading.vote):
        spoke = shipped_voting().reasons(civil(Spoken.of(words_of(answer.text))), vote.gist)
        because = ", ".join(f"{part} {weight:+.2f}" for part, weight in spoke)
        lines.append(f"voted: {vote.gist} {vote.share:.2f}  [{because}]")
    if answer.understood.match:
        lines.append(explain(answer.understood.match))
    return "\n".join(lines)


def _because(answer: Answer) -> list[str]:
    """The patterns and the topic behind an act that no procedure made."""
    reading = answer.understood.reading
    if reading is None:
        return []
    deciding = (*_DECIDING, f"intents.{reading.intent}.")
    heard = [(label, words) for label, words in answer.why if label.startswith(deciding)]
    meant = {_without_role(label) for label, _ in heard if not label.endswith(".unless")}
    told = [f"heard: {label}  [{words}]" for label, words in heard if _without_role(label) in meant]
    if reading.topic:
        told.append(f"topic: {reading.topic} {reading.topic_score:.2f}")
    if reading.renamed:
        told.append(f"place: {reading.renamed}")
    return told


def _without_role(label: str) -> str:
    return label.rpartition(".")[0]


def evaluated(file: Path, catalog: Path | None) -> dict[str, Any]:
    snapshot = Snapshot.of(load(find_head(catalog)))
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return evaluate(snapshot.matcher, rows).as_json()
