"""What people say and what it is called officially: everyday names, and needs that never name the procedure.

`data/synonyms.tsv` and `data/needs.tsv` hold patterns (see `patterns`) and the official words they stand for. They
belong to the language, not to one catalog. A message is then read twice: as typed, and as meant.
"""

from collections.abc import Sequence
from functools import cache

from intents.patterns import Hit, PatternSet
from intents.spoken import Spoken
from intents.words import table, words_of


@cache
def _patterns() -> PatternSet[tuple[str, ...]]:
    rows = (row for name in ("synonyms.tsv", "needs.tsv") for row in table(name))
    return PatternSet(
        (form, tuple(words_of(official))) for said, official in rows for form in said.split(" ; ")
    ).compiled()


def meant(said: Spoken) -> Spoken:
    """The words with everyday names and needs replaced by official ones; the same object where nothing is known.

    Of two that overlap the longer wins; of two of equal place both stand, side by side, where each says more.
    """
    hits = _patterns().find(said)
    return Spoken.of(_replaced(said.words, _longest(hits))) if hits else said


def _longest(hits: Sequence[Hit[tuple[str, ...]]]) -> list[Hit[tuple[str, ...]]]:
    kept: list[Hit[tuple[str, ...]]] = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start, -len(hit.payload), hit.payload)):
        if all(_apart(hit, other) or (_same(hit, other) and _adds(hit, other)) for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: (hit.start, hit.payload))


def _apart(hit: Hit[tuple[str, ...]], other: Hit[tuple[str, ...]]) -> bool:
    return hit.end <= other.start or hit.start >= other.end


def _same(hit: Hit[tuple[str, ...]], other: Hit[tuple[str, ...]]) -> bool:
    return (hit.start, hit.end) == (other.start, other.end)


def _adds(hit: Hit[tuple[str, ...]], other: Hit[tuple[str, ...]]) -> bool:
    """Whether it says anything that the other, longer one does not."""
    return not set(hit.payload) <= set(other.payload)


def _replaced(words: Sequence[str], hits: Sequence[Hit[tuple[str, ...]]]) -> list[str]:
    """Positions of hits are in the text with one space before each word."""
    replaced: list[str] = []
    position, at, done = 0, 0, 0
    for hit in hits:
        while at < len(words) and position < hit.start:
            if position >= done:
                replaced.append(words[at])
            position += len(words[at]) + 1
            at += 1
        replaced += hit.payload
        done = max(done, hit.end)
    while at < len(words):
        if position >= done:
            replaced.append(words[at])
        position += len(words[at]) + 1
        at += 1
    return replaced
