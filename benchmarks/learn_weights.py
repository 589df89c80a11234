"""Learn `intents/data/weights.json` from the sentences in tests/sentences/train and the wordings of the catalog.

    python -m benchmarks.learn_weights [--catalog PATH] [--dry-run]

Several regimes, so that the weights serve them all: the catalog as it is; with names only, among many entries that
nobody asks for (as an import brings it); as it is, among such; and without a fifth of its wordings, which are then
asked for. Two sets of weights come out, for catalogs with wordings and for those that are mostly names. Ranking is
learned by softmax regression over the candidates of each sentence, confidence by logistic regression on rankings made
with weights that never saw the procedure (five folds, grouped by procedure). NumPy only.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.strangers import among_strangers
from intents import loader
from intents.catalog import Catalog, Procedure
from intents.features import NAMES
from intents.fusion import DOUBTS, NAMED, WORDED, Weights, doubts, probability
from intents.matcher import Matcher
from intents.matches import SHOWN
from intents.ranking import Ranking
from intents.spoken import Spoken
from intents.words import words_of

ROOT = Path(__file__).parent.parent
TRAIN = ROOT / "tests" / "sentences" / "train"
WEIGHTS = ROOT / "intents" / "data" / "weights.json"
FOLDS = 5
# What the thresholds must keep on held-out sentences. Strangers' questions come out a point or two worse than more
# sentences of the same writers, so more is asked here than is wanted in use.
NOTHING_ANSWERED = 0.01
NOTHING_ASKED = 0.08
NOTHING = 1.5  # weight of a sentence that no procedure answers
ABSENT = 0.05  # weight of a sentence whose procedure is taken out of the catalog
STRANGERS = 1500  # entries that an import brings beside those which people of a province ask for
# Regimes: the catalog as it is; by name only, among strangers; with its wordings, among strangers; asked for by the
# names of its entries; asked for by wordings that it does not hold. What each counts for either kind of
# catalog, which of them sets the thresholds, and how often an answer must be right there.
AS_IT_IS, IMPORTED, MIXED, OF_NAMES, OF_WORDINGS = "as it is", "imported", "mixed", "of names", "of wordings"
FOCUS = {
    WORDED: ({AS_IT_IS: 1.0, IMPORTED: 0.05, MIXED: 0.3, OF_NAMES: 0.2, OF_WORDINGS: 0.3}, AS_IT_IS, 0.983),
    NAMED: ({AS_IT_IS: 0.2, IMPORTED: 1.0, MIXED: 0.3, OF_NAMES: 0.2, OF_WORDINGS: 0.2}, IMPORTED, 0.935),
}
RIVALS = 16  # candidates to learn from; more than are weighed in use, for the sake of near misses
DECOY = NAMES.index("decoy")

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """One sentence, ranked in one regime. `right`: places of right candidates; `group`: the procedure it asks for."""

    ranking: Ranking
    right: tuple[int, ...]
    group: str
    regime: str
    weight: float = 1.0

    @property
    def rows(self) -> Array:
        return np.asarray(self.ranking.rows, dtype=np.float64)


def sentences(folder: Path = TRAIN) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


def names_only(catalog: Catalog) -> Catalog:
    """As `motcua catalog import` would bring it: nothing written by hand."""
    bare = {"wordings": (), "everyday_names": (), "short_name": None, "summary": None}
    return catalog.model_copy(
        update={"procedures": tuple(each.model_copy(update=bare) for each in catalog.procedures)}
    )


def without_fifth(catalog: Catalog, fold: int) -> tuple[Catalog, list[dict[str, Any]]]:
    """The catalog without every fifth wording, and those wordings as questions."""
    kept: list[Procedure] = []
    asked = []
    for procedure in catalog.procedures:
        wordings = [text for number, text in enumerate(procedure.wordings) if number % FOLDS != fold]
        left_out = [text for number, text in enumerate(procedure.wordings) if number % FOLDS == fold]
        kept.append(procedure.model_copy(update={"wordings": tuple(wordings)}))
        asked += [{"text": text, "expect": [procedure.code]} for text in left_out]
    return catalog.model_copy(update={"procedures": tuple(kept)}), asked


def examples(catalog: Catalog, rows: Sequence[dict[str, Any]], regime: str) -> Iterator[Example]:
    matcher = Matcher(catalog, considered=RIVALS)
    code_of = [each.code for each in catalog.procedures]
    for row in rows:
        expect = [code for code in row["expect"] if code in catalog.by_code]
        if row["expect"] and not expect:
            continue
        heard = matcher.ranker.hear(Spoken.of(words_of(row["text"])))
        ranking = matcher.ranker.rank(heard)
        if ranking is None:
            continue
        right = tuple(
            place for place, number in enumerate(ranking.candidates) if _right(number, code_of, expect)
        )
        yield Example(ranking, right, expect[0] if expect else "", regime)


def _right(number: int, code_of: Sequence[str], expect: Sequence[str]) -> bool:
    """For a sentence that no procedure answers, any decoy is right."""
    return code_of[number] in expect if number < len(code_of) else not expect


def learn_ranking(
    found: Sequence[Example], start: Array | None = None, rounds: int = 8, penalty: float = 2e-4
) -> Array:
    """Softmax regression over the candidates of each example, by Newton's method; from `start` on few rounds do."""
    usable = [each for each in found if each.right]
    rows = np.concatenate([each.rows for each in usable])
    counts = np.array([len(each.rows) for each in usable])
    begins = np.concatenate([[0], np.cumsum(counts)[:-1]])
    wanted = np.zeros(len(rows))
    for begin, each in zip(begins, usable, strict=True):
        wanted[[begin + place for place in each.right]] = 1.0
    importance = np.array([each.weight for each in usable])
    importance /= importance.sum()
    weights = np.zeros(rows.shape[1]) if start is None else start.copy()
    for _ in range(rounds):
        ranks = rows @ weights
        grown = np.exp(ranks - np.repeat(np.maximum.reduceat(ranks, begins), counts))
        believed = grown / np.repeat(np.add.reduceat(grown, begins), counts)
        chosen = grown * wanted
        chosen /= np.repeat(np.maximum(np.add.reduceat(chosen, begins), 1e-12), counts)
        spread = np.repeat(importance, counts)
        slope = rows.T @ ((believed - chosen) * spread) + penalty * weights
        means = np.add.reduceat(rows * believed[:, None], begins)
        curve = (rows * (believed * spread)[:, None]).T @ rows - (means * importance[:, None]).T @ means
        weights -= np.linalg.solve(curve + penalty * np.eye(len(weights)), slope)
    return weights


def learn_doubt(values: Array, sure: Array, importance: Array, penalty: float = 1e-3) -> Array:
    """Logistic regression by Newton's method."""
    weights = np.zeros(values.shape[1])
    importance = importance / importance.sum()
    for _ in range(50):
        believed = 1 / (1 + np.exp(-(values @ weights)))
        slope = values.T @ ((believed - sure) * importance) + penalty * weights
        curve = (values * (importance * believed * (1 - believed))[:, None]).T @ values
        weights -= np.linalg.solve(curve + penalty * np.eye(len(weights)), slope)
    return weights


@dataclass(frozen=True)
class Judged:
    """What the second model sees of one ranking, and how it came out. `place` of the right one from 1, 0: not there."""

    values: Array
    place: int
    outside: bool
    absent: bool  # its procedure was taken out of the catalog
    regime: str
    weight: float


def judged(each: Example, weights: Array, drop_right: bool = False) -> Judged:
    """The ranking made with `weights`; with `drop_right` as if the procedure were not in the catalog."""
    keep = [place for place in range(len(each.rows)) if not (drop_right and place in each.right)]
    ranks = each.rows[keep] @ weights
    order = np.argsort(-ranks, kind="stable")
    rows = each.rows[keep][order].astype(np.float32)
    right = {keep.index(place) for place in each.right if place in keep} if each.group else set()
    shown = [at for at in order.tolist() if not each.rows[keep[at]][DECOY]]
    place = next((number for number, at in enumerate(shown, 1) if at in right), 0)
    values = doubts(rows, ranks[order].astype(np.float32), each.ranking.manner)
    outside = drop_right or not each.group
    weight = each.weight * (ABSENT if drop_right else NOTHING if not each.group else 1.0)
    return Judged(np.asarray(values, dtype=np.float64), place, outside, drop_right, each.regime, weight)


def cross_fitted(found: Sequence[Example], start: Array) -> list[Judged]:
    groups = {group: number % FOLDS for number, group in enumerate(sorted({each.group for each in found}))}
    done = []
    for fold in range(FOLDS):
        weights = learn_ranking([each for each in found if groups[each.group] != fold], start, rounds=4)
        for each in found:
            if groups[each.group] == fold:
                done.append(judged(each, weights))
                if each.group and each.right and (each.rows[:, DECOY] == 0).sum() > len(each.right):
                    done.append(judged(each, weights, drop_right=True))
    return done


def thresholds(rows: Sequence[Judged], doubt: Array, precision: float) -> tuple[float, float]:
    """The lowest confidence from which answers are right often enough, and from which asking back is worth it."""
    sure = np.array([probability(doubt.astype(np.float32), each.values.astype(np.float32)) for each in rows])
    inside = np.array([not each.outside for each in rows])
    right = np.array([each.place == 1 for each in rows])
    nothing = ~inside
    answer = 0.99
    for threshold in np.arange(0.3, 0.99, 0.005):
        answered = inside & (sure >= threshold)
        if right[answered].mean() >= precision and (sure[nothing] >= threshold).mean() <= NOTHING_ANSWERED:
            answer = float(threshold)
            break
    ask = float(np.quantile(sure[nothing], 1 - NOTHING_ASKED))
    return round(answer, 3), round(min(ask, answer / 2), 3)


def summary(rows: Sequence[Judged], doubt: Array, answer: float, ask: float) -> str:
    inside = [each for each in rows if not each.outside]
    sure = [probability(doubt.astype(np.float32), each.values.astype(np.float32)) for each in inside]
    answered = [each for each, p in zip(inside, sure, strict=True) if p >= answer]
    asked = [each for each, p in zip(inside, sure, strict=True) if ask <= p < answer]
    return (
        f"held out: {len(inside)} sentences, first {np.mean([e.place == 1 for e in inside]):.3f}, "
        f"three {np.mean([0 < e.place <= SHOWN for e in inside]):.3f}, answered {len(answered) / len(inside):.3f} "
        f"(right {np.mean([e.place == 1 for e in answered]):.3f}), asked back {len(asked) / len(inside):.3f} "
        f"(shown {np.mean([0 < e.place <= SHOWN for e in asked]):.3f})"
    )


def pool(catalog: Catalog) -> list[Example]:
    """Every sentence in every regime."""
    rows = sentences()
    named = [
        {"text": name, "expect": [each.code]}
        for each in catalog.procedures
        for name in (each.name, each.title)
    ]
    found = [
        *examples(catalog, rows, AS_IT_IS),
        *examples(among_strangers(names_only(catalog), STRANGERS), rows, IMPORTED),
        *examples(among_strangers(catalog, STRANGERS), rows, MIXED),
        *examples(catalog, named, OF_NAMES),
    ]
    for fold in range(FOLDS):
        reduced, asked = without_fifth(catalog, fold)
        found += examples(reduced, asked, OF_WORDINGS)
    return found


def learn(
    found: Sequence[Example], importance: Mapping[str, float], aim: str, precision: float
) -> tuple[dict[str, Any], str]:
    """Weights for the regime `aim`, and how they do on sentences they never saw."""
    found = [replace(each, weight=importance[each.regime]) for each in found]
    ranking = learn_ranking(found)
    held_out = cross_fitted(found, ranking)
    values = np.array([each.values for each in held_out])
    sure = np.array([float(each.place == 1) for each in held_out])
    # squared: how sure to be is settled mostly on what is aimed at
    doubt = learn_doubt(values, sure, np.array([each.weight**2 for each in held_out]))
    judged_on = [each for each in held_out if each.regime == aim and not each.absent]
    answer, ask = thresholds(judged_on, doubt, precision)
    content = {
        "ranking": {name: round(float(value), 3) for name, value in zip(NAMES, ranking, strict=True)},
        "doubt": {name: round(float(value), 3) for name, value in zip(DOUBTS, doubt, strict=True)},
        "thresholds": {"answer": answer, "ask": ask},
    }
    return content, summary(judged_on, doubt, answer, ask)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--catalog", help="head file or its folder; the shipped one by default")
    parser.add_argument("--dry-run", action="store_true", help="say what came out, write nothing")
    chosen = parser.parse_args()
    found = pool(loader.load(loader.find_head(chosen.catalog)))
    content: dict[str, Any] = {"command": "python -m benchmarks.learn_weights"}
    for name, (importance, aim, precision) in FOCUS.items():
        content[name], said = learn(found, importance, aim, precision)
        Weights.of(content[name])
        print(f"{name}: {said}")
    if not chosen.dry_run:
        WEIGHTS.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
