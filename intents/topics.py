"""Things people ask that are not procedures: hours, addresses, another body's business."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from intents.catalog import Procedure, Topic
from intents.index import Index, Query
from intents.spoken import Spoken, folded
from intents.vocabulary import PAIRED, WORD
from intents.weighing import LEAST, weighed
from intents.words import light_words, words_of

_LEAST = 0.45  # below it no topic is named at all
_LOOKED_AT = 8  # phrases
# A topic must be said by a word or a pair of words that few procedures use; else nearly all of its phrase is needed,
# also the light words: of "mấy giờ mở cửa" it is they that tell it from "mở cửa hàng gas".
_RARE_WORD, _RARE_PAIR = 0.03, 0.006  # share of the procedures that use it
_FEW = 2  # procedures; what no more use is rare in a small catalog too
_NEARLY_ALL, _NEARLY_IN_FULL = 0.8, 0.7


class Topics:
    """Finds the topic a message is about, with a score of 0..1: how much of each is covered by the other."""

    def __init__(self, topics: Sequence[Topic], procedures: Sequence[Procedure] = ()) -> None:
        said = [(topic.id, words) for topic in topics for text in topic.wordings if (words := words_of(text))]
        self._ids = [name for name, _ in said]
        self._index = Index([words for _, words in said], list(range(len(said)))) if said else None
        used = _used(procedures)
        self._words = [frozenset(folded(words)) for _, words in said]
        self._own = [_own(words, used, len(procedures)) for _, words in said]

    def best(self, said: Spoken) -> tuple[str | None, float]:
        if self._index is None or not said.words:
            return None, 0.0
        index = self._index
        query = index.query(said)
        top = index.best_phrases(index.scores((query,))[0], _LOOKED_AT)
        if not len(top):
            return None, 0.0
        message = weighed(index, (query,), Query(frozenset(), 0.0))
        words, pairs = message.covered(index.terms, [top])[: PAIRED + 1]
        of_phrase = words * message.wholes[WORD] / np.maximum(index.masses[top], LEAST)
        covered = 0.4 * words + 0.4 * of_phrase + 0.2 * np.minimum(pairs, 1.0)
        covered = np.where(
            self._said_by_its_own(said.words, top.tolist())
            | (of_phrase >= _NEARLY_ALL) & self._said_in_full(said.plain, top.tolist()),
            covered,
            0.0,
        )
        at = int(covered.argmax())
        score = round(float(covered[at]), 3)
        return (self._ids[top[at]], score) if score >= _LEAST else (None, 0.0)

    def _said_by_its_own(self, words: Sequence[str], phrases: Sequence[int]) -> NDArray[np.bool_]:
        typed = _parts(words)
        return np.array([not self._own[phrase].isdisjoint(typed) for phrase in phrases])

    def _said_in_full(self, plain: Sequence[str], phrases: Sequence[int]) -> NDArray[np.bool_]:
        typed = frozenset(plain)
        shares = [len(self._words[phrase] & typed) / len(self._words[phrase]) for phrase in phrases]
        return np.array(shares) >= _NEARLY_IN_FULL


def _parts(words: Sequence[str]) -> set[str]:
    """Folded words that name something, and pairs of such."""
    plain, light = folded(words), light_words()
    naming = {bare for word, bare in zip(words, plain, strict=True) if word not in light}
    pairs = {f"{one} {two}" for one, two in pairwise(plain) if one in naming and two in naming}
    return naming | pairs


def _used(procedures: Iterable[Procedure]) -> Counter[str]:
    """In how many procedures each word and pair of words stands."""
    used: Counter[str] = Counter()
    for each in procedures:
        parts: set[str] = set()
        for text in (each.name, each.title, *each.everyday_names, *each.wordings):
            parts |= _parts(words_of(text))
        used.update(parts)
    return used


def _own(words: Sequence[str], used: Counter[str], count: int) -> set[str]:
    def rare(part: str) -> bool:
        share = _RARE_PAIR if " " in part else _RARE_WORD
        return used[part] <= max(_FEW, share * count)

    return {part for part in _parts(words) if rare(part)}
