"""Learn `intents/data/gist.json` from the sentences in tests/sentences/gist.

    python -m benchmarks.learn_gist [--dry-run]

Softmax regression over the parts of a message, its weights kept small by a penalty on their squares; by accelerated
gradient (Nesterov 1983). NumPy only. Of the questions about procedures only those teach that the matcher does not
find: the vote is asked about no others. What each label needs to be believed is set on held-out folds.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from benchmarks.learn_weights import sentences
from intents import loader
from intents.civil import civil
from intents.gist import NOTHING, Gist, parts_of
from intents.matcher import Matcher
from intents.matches import Found
from intents.reading import Reader
from intents.spoken import Spoken
from intents.words import words_of

ROOT = Path(__file__).parent.parent
TAUGHT = ROOT / "tests" / "sentences" / "gist"
LABELLED = ROOT / "tests" / "sentences" / "intents.yaml"
WEIGHTS = ROOT / "intents" / "data" / "gist.json"
FOLDS = 4
ROUNDS = 400
PENALTY = 0.25  # on the squares, for the sum over all sentences
HEARD = 3  # sentences in which a part must stand
LEAST = 0.1  # a smaller weight is not written
TAKEN_WRONGLY = 0.007  # share of the sentences that mean none of the acts and may be taken for one label
NEEDED_LEAST = 0.5
LABELS = [NOTHING, *Gist]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Taught:
    """Sentences as parts: of sentence i `parts[starts[i]:starts[i+1]]`; `told`: which told sentence it is."""

    parts: NDArray[np.int64]
    starts: NDArray[np.int64]
    labels: NDArray[np.int64]
    told: NDArray[np.int64]

    def only(self, chosen: Sequence[int]) -> "Taught":
        pieces = [self.parts[self.starts[each] : self.starts[each + 1]] for each in chosen]
        starts = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])])
        return Taught(np.concatenate(pieces), starts, self.labels[list(chosen)], self.told[list(chosen)])

    def sums(self, weights: Array) -> Array:
        """What the parts of each sentence say for each label; the last row of `weights` is the bias."""
        return np.asarray(np.add.reduceat(weights[self.parts], self.starts[:-1]) + weights[-1])


def heard(text: str) -> list[list[str]]:
    """The parts of a message as written, and as typed without marks, where that is another."""
    written = list(parts_of(civil(Spoken.of(words_of(text)))))
    bare = [part for part in written if not part.startswith("=")]
    return [written] if len(bare) == len(written) else [written, bare]


def rows() -> list[tuple[str, str]]:
    """Text and label. What asks about procedures, or about nothing here, is taken from the other sentences."""
    taught = [
        (row["text"], row["act"])
        for path in sorted(TAUGHT.glob("*.jsonl"))
        for row in map(json.loads, path.read_text("utf-8").splitlines())
    ]
    taught += _labelled()
    catalog = loader.load(loader.SHIPPED[-1])
    reader, matcher = Reader(catalog), Matcher(catalog)
    known = {text for text, _ in taught}
    for text in dict.fromkeys(row["text"] for row in sentences()):
        reading = reader.read(text)
        if text in known or reading.intent or reading.danger or reading.scam:
            continue
        if not isinstance(matcher.match(text), Found):
            taught.append((text, NOTHING))
    return taught


def _labelled() -> list[tuple[str, str]]:
    """What the reader must see in tests/sentences/intents.yaml, where a label is an act of ours."""
    sections: dict[str, dict[str, list[str]]] = yaml.load(
        LABELLED.read_text("utf-8"), Loader=yaml.CBaseLoader
    )
    found = [
        (text, label)
        for name in ("intent", "danger")
        for label, texts in sections[name].items()
        for text in texts
    ]
    found += [
        (text, "scam" if label == "yes" else NOTHING)
        for label, texts in sections["scam"].items()
        for text in texts
    ]
    return [(text, label if label in set(Gist) else NOTHING) for text, label in found]


def counted(taught: Sequence[tuple[str, str]]) -> tuple[list[str], Taught]:
    said = [heard(text) for text, _ in taught]
    used = Counter(part for forms in said for part in forms[0])
    messages = [message for forms in said for message in forms]
    told = np.repeat(np.arange(len(said)), list(map(len, said)))
    vocabulary = sorted(part for part, count in used.items() if count >= HEARD)
    number = {part: place for place, part in enumerate(vocabulary)}
    strange = len(vocabulary)  # stands for all that is said too rarely
    parts = [[number[part] for part in message if part in number] or [strange] for message in messages]
    return vocabulary, Taught(
        np.concatenate([np.array(each) for each in parts]),
        np.concatenate([[0], np.cumsum(list(map(len, parts)))]),
        np.array([LABELS.index(label) for _, label in taught])[told],
        told,
    )


def learn(taught: Taught, size: int) -> Array:
    """Weights of `size` parts and, in the last row, the bias, for each label."""
    count, labels = len(taught.labels), len(LABELS)
    wanted = np.eye(labels)[taught.labels]
    weights = np.zeros((size + 1, labels))
    ahead, momentum, step = weights, 1.0, 1 / _steepest(taught, size)
    for _ in range(ROUNDS):
        off = (_believed(taught.sums(ahead)) - wanted) / count
        spread = off.repeat(np.diff(taught.starts), axis=0)
        slope = np.stack(
            [np.bincount(taught.parts, spread[:, label], size + 1) for label in range(labels)], axis=1
        )
        slope += ahead * (2 * PENALTY / count)
        slope[-1] = off.sum(axis=0)
        moved = ahead - step * slope
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = moved + (momentum - 1) / following * (moved - weights)
        weights, momentum = moved, following
    return weights


def _steepest(taught: Taught, size: int) -> float:
    """How fast the slope can change: half the largest eigenvalue of the parts' mean product (power iteration)."""
    lengths, count = np.diff(taught.starts), len(taught.labels)
    vector = np.ones(size + 1)
    value = 1.0
    for _ in range(20):
        sums = np.add.reduceat(vector[taught.parts], taught.starts[:-1]) + vector[-1]
        vector = np.bincount(taught.parts, sums.repeat(lengths), size + 1)
        vector[-1] = sums.sum()
        value = float(np.linalg.norm(vector))
        vector /= value
    return value / count / 2 + 2 * PENALTY / count


def _believed(sums: Array) -> Array:
    grown = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def held_out(taught: Taught, size: int) -> Array:
    """The shares of each sentence by weights that never saw it, with marks or without."""
    believed = np.zeros((len(taught.labels), len(LABELS)))
    fold = np.random.default_rng(0).integers(FOLDS, size=taught.told[-1] + 1)[taught.told]
    for each in range(FOLDS):
        weights = learn(taught.only(np.flatnonzero(fold != each).tolist()), size)
        inside = np.flatnonzero(fold == each)
        believed[inside] = _believed(taught.only(inside.tolist()).sums(weights))
    return believed


def needed(taught: Taught, believed: Array) -> dict[str, float]:
    nothing = taught.labels == 0
    allowed = int(nothing.sum() * TAKEN_WRONGLY)
    first = believed.argmax(axis=1)
    found = {}
    for place, label in enumerate(LABELS):
        if label == NOTHING:
            continue
        wrong = np.sort(believed[nothing & (first == place), place])[::-1]
        bound = float(wrong[allowed]) + 0.005 if len(wrong) > allowed else NEEDED_LEAST
        found[str(label)] = round(max(bound, NEEDED_LEAST), 3)
    return found


def report(taught: Taught, believed: Array, bounds: dict[str, float]) -> None:
    first = believed.argmax(axis=1)
    share = believed.max(axis=1)
    sure = np.array(
        [label > 0 and value >= bounds[LABELS[label]] for label, value in zip(first, share, strict=True)]
    )
    for place, label in enumerate(LABELS):
        mine = taught.labels == place
        if label == NOTHING:
            print(f"{label:18} {mine.sum():6} taken for an act {(mine & sure).sum():4}")
            continue
        right = mine & sure & (first == place)
        other = ~mine & sure & (first == place) & (taught.labels > 0)
        print(
            f"{label:18} {mine.sum():6} heard {right.sum() / max(mine.sum(), 1):.3f}"
            f"  other acts taken for it {other.sum():3}  needs {bounds[label]:.3f}"
        )


def written(vocabulary: Sequence[str], weights: Array, bounds: dict[str, float]) -> str:
    lines = []
    for part, row in zip(vocabulary, weights, strict=False):
        said = {
            LABELS[place]: round(float(row[place]), 2)
            for place in np.flatnonzero(np.abs(row) >= LEAST).tolist()
        }
        if said:
            lines.append(f"  {json.dumps(part, ensure_ascii=False)}: {json.dumps(said)}")
    bias = {label: round(float(weights[-1, place]), 3) for place, label in enumerate(LABELS)}
    body = ",\n".join(lines)
    return f'{{"bias": {json.dumps(bias)},\n"needed": {json.dumps(bounds)},\n"weights": {{\n{body}\n}}}}\n'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--dry-run", action="store_true", help="measure on held-out folds, write nothing")
    chosen = parser.parse_args()
    vocabulary, taught = counted(rows())
    size = len(vocabulary) + 1  # and one for what is not in it
    believed = held_out(taught, size)
    bounds = needed(taught, believed)
    report(taught, believed, bounds)
    if not chosen.dry_run:
        WEIGHTS.write_text(written(vocabulary, learn(taught, size), bounds), "utf-8")


if __name__ == "__main__":
    main()
