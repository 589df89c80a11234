"""Repairs of what was typed: Telex left-overs (`ddawng kys`), slips of one letter, words run together.

A word is touched only where nothing known is spelled like it, so that a right word never changes.
"""

import re
from functools import cache, lru_cache

from intents.index import Index
from intents.spoken import Spoken
from intents.text import fold_words, keep_accents
from intents.words import expand, light_words, table

_TELEX_VOWELS = (("aa", "â"), ("aw", "ă"), ("ee", "ê"), ("oo", "ô"), ("ow", "ơ"), ("uw", "ư"), ("dd", "đ"))
_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_TELEX = re.compile(r"^[a-zđ]{2,9}$")


@cache
def common_words() -> frozenset[str]:
    """Folded words of the language that no catalog need contain."""
    known = set(light_words())
    for name in ("shorthand.tsv", "synonyms.tsv", "needs.tsv"):
        for row in table(name):
            for cell in row:
                known.update(expand(keep_accents(cell).split()))
    return frozenset(map(fold_words, known))


@lru_cache(maxsize=20_000)
def telex(word: str) -> str:
    """The word that Telex keys would have made: `ddawng` -> đăng, `kys` -> ký; unchanged where they make none."""
    if not _TELEX.match(word):
        return word
    made, tone = word, ""
    for keys, letter in _TELEX_VOWELS:
        made = made.replace(keys, letter)
    made = re.sub(r"uơ|ưo(?=.)", "ươ", made)
    if len(made) > 1 and made[-1] in _TELEX_TONES and re.search(r"[aeiouyăâêôơư]", made[:-1]):
        made, tone = made[:-1], _TELEX_TONES[made[-1]]
    elif inner := re.match(r"^([^aeiouyăâêôơư]*[aeiouyăâêôơư]+)([sfrxj])([a-zđ]*)$", made):
        made, tone = inner[1] + inner[3], _TELEX_TONES[inner[2]]
    return _with_tone(made, tone) if made != word else word


def _with_tone(word: str, tone: str) -> str:
    """The tone on the vowel that carries it: a marked one, else the last but one before an end, else the last."""
    vowels = [at for at, letter in enumerate(word) if letter in "aeiouyăâêôơư"]
    if not tone or not vowels:
        return word
    marked = [at for at in vowels if word[at] in "ăâêôơư"]
    closed = vowels[-1] < len(word) - 1
    at = marked[-1] if marked else vowels[-1] if closed or len(vowels) == 1 else vowels[-2]
    return keep_accents(word[: at + 1] + tone + word[at + 1 :])


def _shortened(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


_LONGEST = 30  # letters of a word that is repaired; what is longer is no word


class Repair:
    """Knows the words of a catalog and of the language. Safe to share between threads."""

    def __init__(self, index: Index) -> None:
        self._rarity = {word: index.rarity(number) for word, number in index.vocabulary.words.items()}
        self._known = self._rarity.keys() | common_words()
        self._remembered = lru_cache(maxsize=10_000)(self._repaired)  # the same slips come again and again
        self._by_shortened: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= 3 and word.isalpha():
                for short in _shortened(word) | {word}:
                    self._by_shortened.setdefault(short, []).append(word)

    def words(self, said: Spoken) -> Spoken:
        """The words, each unknown one repaired where there is one likely reading; the same object where none is."""
        if self._known.issuperset(said.plain):
            return said
        repaired: list[str] = []
        for word, plain in zip(said.words, said.plain, strict=True):
            if plain in self._known or not plain.isalpha() or len(plain) > _LONGEST:
                repaired.append(word)
            else:
                repaired += self._remembered(word, plain)
        return Spoken.of(repaired)

    def _repaired(self, word: str, plain: str) -> list[str]:
        keyed = telex(word)
        if keyed != word and fold_words(keyed) in self._known:
            return expand([keyed])
        if halves := self._halves(plain):
            return expand(halves)
        near = self._near(plain)
        return [near] if near else [word]

    def _halves(self, plain: str) -> list[str] | None:
        """Two known words run together: khaisinh."""
        for at in range(2, len(plain) - 1):
            first, second = plain[:at], plain[at:]
            if first in self._rarity and second in self._rarity and len(plain) >= 6:
                return [first, second]
        return None

    def _near(self, plain: str) -> str | None:
        """The commonest known word one letter away (added, left out, changed or swapped)."""
        if len(plain) < 3:
            return None
        near = set(self._by_shortened.get(plain, ()))
        for short in _shortened(plain):
            near.update(
                word for word in self._by_shortened.get(short, ()) if abs(len(word) - len(plain)) <= 1
            )
        likely = [word for word in near if word in self._rarity]
        return min(likely, key=lambda word: (word[0] != plain[0], self._rarity[word], word), default=None)
