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
        self._pairs = index.vocabulary.pairs.keys()
        self._marked = index.vocabulary.marked.keys()
        self._by_sound: dict[str, list[str]] = {}
        for word in sorted(self._rarity):
            self._by_sound.setdefault(_sound(word), []).append(word)
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
        return min(
            self._neighbours(plain),
            key=lambda word: (word[0] != plain[0], self._rarity[word], word),
            default=None,
        )

    def _neighbours(self, plain: str) -> list[str]:
        """Words of the catalog one letter away."""
        near = set(self._by_shortened.get(plain, ()))
        for short in _shortened(plain):
            near.update(self._by_shortened.get(short, ()))
        return [word for word in near if word in self._rarity and abs(len(word) - len(plain)) <= 1]

    def respelled(self, said: Spoken) -> Spoken | None:
        """The words as their neighbours want them: "khai sing" is "khai sinh". None where no pair asks for it.

        A word is touched where the pair as typed is unknown and exactly one known pair is near; marks that no known
        word carries ("đõ") are taken off.
        """
        left = [word if len(word) > _LONGEST else _REPEATED.sub(r"\1", word) for word in said.words]
        plain = list(map(fold_words, left))
        for place, word in enumerate(plain):
            if not 1 < len(word) <= _LONGEST or not word.isalpha():
                continue
            is_strange = left[place] not in self._marked and (left[place] != word or word not in self._known)
            if self._stands_well(plain, place, is_strange):
                left[place] = word if is_strange and word in self._rarity else left[place]
            elif meant := self._wanted(plain, place, is_strange):
                left[place] = plain[place] = meant
        return Spoken.of(left) if left != list(said.words) else None

    def _stands_well(self, plain: list[str], place: int, is_strange: bool) -> bool:
        """Whether a pair with the word is known, of a strange one each; a word of politeness always stands well."""
        pairs = _pairs_at(plain, place, plain[place], is_strange)
        if is_strange:
            return self._pairs >= set(pairs)
        return plain[place] in light_words() or any(pair in self._pairs for pair in pairs)

    def _wanted(self, plain: list[str], place: int, is_strange: bool) -> str | None:
        """The one word near that makes known pairs: rather two than one, rather by its sound than by its letters."""
        word = plain[place]
        nearest: dict[tuple[int, int], set[str]] = {}
        for other in {*self._by_sound.get(_sound(word), ()), *self._neighbours(word)} - {word}:
            made = sum(pair in self._pairs for pair in _pairs_at(plain, place, other, is_strange))
            if made and (is_strange or other not in light_words()):
                nearest.setdefault((-made, _distance(word, other)), set()).add(other)
        likeliest = nearest[min(nearest)] if nearest else set()
        return next(iter(likeliest)) if len(likeliest) == 1 else None


_REPEATED = re.compile(r"([^\W\d_])\1+$")
# Letters that sound alike to many: ends that are swallowed, beginnings that are one in the South.
_SOUNDS = tuple(
    (re.compile(written), spoken)
    for written, spoken in (
        ("nh$|ng$", "n"),
        ("t$|ch$", "c"),
        ("^x", "s"),
        ("^tr", "ch"),
        ("^gi(?=.)|^d|^v|^r", "z"),
        ("^ngh", "ng"),
        ("^gh", "g"),
        ("y", "i"),
    )
)


@lru_cache(maxsize=20_000)
def _sound(word: str) -> str:
    for written, spoken in _SOUNDS:
        word = written.sub(spoken, word)
    return word


def _pairs_at(plain: list[str], place: int, word: str, beside_any: bool) -> list[str]:
    """The pairs that the word would make with its neighbours; `beside_any`: also with those of politeness."""
    light = frozenset() if beside_any else light_words()
    return [
        *(f"{other} {word}" for other in plain[max(0, place - 1) : place] if other not in light),
        *(f"{word} {other}" for other in plain[place + 1 : place + 2] if other not in light),
    ]


def _distance(typed: str, word: str) -> int:
    """0 sounds alike, or two letters are swapped; 1 a letter left out inside; 2 another slip inside; 3 at an end."""
    if _sound(typed) == _sound(word) or sorted(typed) == sorted(word):
        return 0
    if (typed[0], typed[-1]) != (word[0], word[-1]):
        return 3
    return 1 if len(word) > len(typed) else 2
