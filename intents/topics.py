"""Things people ask that are not procedures: hours, addresses, another body's business."""

from collections.abc import Sequence

import numpy as np

from intents.catalog import Topic
from intents.index import PAIRED, WORD, Index
from intents.words import words_of

_LEAST = 0.45  # below it no topic is named at all


class Topics:
    """Finds the topic a message is about, with a score of 0..1: how much of each is covered by the other."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        said = [(topic.id, words) for topic in topics for text in topic.wordings if (words := words_of(text))]
        self._ids = [name for name, _ in said]
        self._index = Index([words for _, words in said], list(range(len(said)))) if said else None

    def best(self, words: Sequence[str]) -> tuple[str | None, float]:
        if self._index is None or not words:
            return None, 0.0
        index = self._index
        query = index.query(words)
        scores = index.scores(query)
        top = np.argsort(-scores, kind="stable")[:8]
        shared = index.overlap(query, index.phrase_terms.gather(top.astype(np.int32)))
        of_message = shared[:, WORD] / max(1e-6, float(query.masses[WORD]) + query.unknown)
        of_phrase = shared[:, WORD] / np.maximum(index.masses(index.phrase_terms)[top], 1e-6)
        pairs = shared[:, PAIRED] / max(1e-6, float(query.masses[PAIRED]))
        covered = 0.4 * of_message + 0.4 * of_phrase + 0.2 * np.minimum(pairs, 1.0)
        at = int(covered.argmax())
        score = round(float(covered[at]), 3)
        return (self._ids[int(top[at])], score) if score >= _LEAST else (None, 0.0)
