"""Words in the forms in which they are looked for: as written, without marks, and in pairs of neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Self

from intents.text import fold_words

_folded = lru_cache(maxsize=50_000)(fold_words)  # words repeat, from message to message and in a catalog


def folded(words: Sequence[str]) -> list[str]:
    return list(map(_folded, words))


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of a message or phrase. `pairs` are of words without marks, a space between."""

    words: Sequence[str]
    plain: list[str]
    pairs: list[str]

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        plain = folded(words)
        return cls(words, plain, list(map(" ".join, pairwise(plain))))

    @property
    def marked(self) -> list[str]:
        """The words that carry marks."""
        return [word for word, bare in zip(self.words, self.plain, strict=True) if word != bare]
