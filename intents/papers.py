"""Which of a procedure's papers somebody means by what they call it ("giấy sức khoẻ", "hôn thú", "cà vẹt")."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from intents.procedure import Procedure, RequiredDocument
from intents.spoken import folded
from intents.words import light_words, table, words_of

ENOUGH = 0.6  # share of the words said that the paper's name must have, side by side
SHORT = 2  # words of a paper's name of which one alone is enough


def named(said: Sequence[str], procedure: Procedure) -> RequiredDocument | None:
    """The paper whose name has most of what was said; of several one that says what else to do, else None."""
    readings = [_naming(words) for words in _readings(said)]
    best: tuple[tuple[float, int, bool, int], RequiredDocument] | None = None
    for item in (item for case in procedure.documents for item in case.items):
        name = _naming(words_of(item.name))
        share, length = max(((_share(each, name), len(each)) for each in readings if each), default=(0.0, 0))
        rank = (share, length, item.if_missing is not None, -len(name))
        if share >= ENOUGH and (best is None or rank > best[0]):
            best = (rank, item)
    return best[1] if best else None


def is_paper(said: Sequence[str]) -> bool:
    """Whether it is called as papers are: giấy, sổ, bằng, hộ khẩu..."""
    return not _of_all("kind").isdisjoint(folded(said))


def _share(reading: Sequence[str], name: Sequence[str]) -> float:
    """How much of the reading stands in the name as it was said: neighbours as neighbours."""
    if len(reading) == 1:
        return float(reading[0] in name and len(name) <= SHORT)
    together = set(pairwise(name))
    held = {at + side for at, pair in enumerate(pairwise(reading)) if pair in together for side in (0, 1)}
    return len(held) / len(reading)


def _naming(words: Iterable[str]) -> tuple[str, ...]:
    light, every = light_words(), _of_all("every")
    return tuple(word for word in folded([each for each in words if each not in light]) if word not in every)


def _readings(said: Sequence[str]) -> list[Sequence[str]]:
    """As it was said, and as the same paper is called otherwise."""
    bare = _bare(said)
    alike = [other for group in _alike() if any(_bare(name) in bare for name in group) for other in group]
    return [said, *alike]


def _bare(words: Sequence[str]) -> str:
    """Without marks, between spaces, so that one name can be looked for in another."""
    return f" {' '.join(folded(words))} "


@cache
def _of_all(role: str) -> frozenset[str]:
    """Folded words. `every`: most papers have them, they tell none from another; `kind`: they call it a paper."""
    words = (words for each, words in table("paper_words.tsv") if each == role)
    return frozenset(word for line in words for word in folded(words_of(line)))


@cache
def _alike() -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Groups of names, each in words."""
    return tuple(
        tuple(tuple(words_of(name)) for name in line.split(" ; ")) for (line,) in table("papers_alike.tsv")
    )
