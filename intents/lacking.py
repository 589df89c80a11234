"""A paper that somebody has not got: which one, and whether they ask what then ("không có giấy chứng sinh thì sao").

The words are data (`phrases/vi.yaml`, section `lacking`); what the paper is called in a catalog, `papers` finds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intents.text import fold_words
from intents.words import light_words

_FIRST = frozenset(("giay", "bang", "hop"))  # light words with which the name of a paper begins


@dataclass(frozen=True)
class Lacking:
    """`paper` is empty where it is only pointed at ("không có giấy đó"). `lost`: they had it once."""

    paper: tuple[str, ...]
    lost: bool = False
    asks: bool = False


@dataclass(frozen=True)
class Span:
    """Where a phrase stands in the words, each with one space before it; `role` as in the file."""

    role: str
    start: int
    end: int


def lacking(spans: Iterable[Span], words: Sequence[str]) -> Lacking | None:
    """The paper named between "I have no" and what is asked about it."""
    found = sorted(spans, key=lambda span: (span.start, -span.end))
    told = next((span for span in found if span.role in ("none", "lost")), None)
    if told is None:
        return None
    after = [span for span in found if span.start >= told.end - 1]
    stops = [span.start for span in after if span.role in ("asks", "stops")]
    paper = _between(words, told.end, min(stops, default=None))
    asks = any(span.role == "asks" for span in after)
    if not paper and not asks:
        return None
    return Lacking(paper, told.role == "lost", asks)


def _between(words: Sequence[str], start: int, stop: int | None) -> tuple[str, ...]:
    """The words of the paper's name, without those of politeness at either end."""
    found, position = [], 0
    for word in words:
        if position >= start - 1 and (stop is None or position < stop):
            found.append(word)
        position += len(word) + 1
    while found and _is_light(found[-1]):
        found.pop()
    while found and _is_light(found[0]) and fold_words(found[0]) not in _FIRST:
        found.pop(0)
    return tuple(found) if any(not _is_light(word) for word in found) else ()


def _is_light(word: str) -> bool:
    return word in light_words()
