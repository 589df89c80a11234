"""Things people ask that are not procedures: hours, addresses, another body's business."""

from collections.abc import Sequence

import numpy as np

from intents.catalog import Topic
from intents.features import weighed
from intents.index import PAIRED, WORD, Index, shared_weights
from intents.words import words_of

_LEAST = 0.45  # below it no topic is named at all
_LOOKED_AT = 8  # phrases


class Topics:
    """Finds the topic a message is about, with a score of 0..1: how much of each is covered by the other."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        said = [(topic.id, words) for topic in topics for text in topic.wordings if (words := words_of(text))]
        self._ids = [name for name, _ in said]
        self._index = Index([words for _, words in said], list(range(len(said)))) if said else None
        self._masses = self._index.masses(self._index.phrase_terms) if self._index else np.zeros(0)

    def best(self, words: Sequence[str]) -> tuple[str | None, float]:
        if self._index is None or not words:
            return None, 0.0
        index = self._index
        query = index.query(words)
        top = index.best_phrases(index.scores(query), _LOOKED_AT).tolist()
        if not top:
            return None, 0.0
        terms, weights = weighed(index, (query,), query)
        shared = shared_weights(index.phrase_terms.parts(top), terms, weights)
        of_message = shared[:, WORD] / max(1e-6, query.masses[WORD] + query.unknown)
        of_phrase = shared[:, WORD] / np.maximum(self._masses[top], 1e-6)
        pairs = shared[:, PAIRED] / max(1e-6, query.masses[PAIRED])
        covered = 0.4 * of_message + 0.4 * of_phrase + 0.2 * np.minimum(pairs, 1.0)
        at = int(covered.argmax())
        score = round(float(covered[at]), 3)
        return (self._ids[top[at]], score) if score >= _LEAST else (None, 0.0)
