"""Which of two entries is the plain one, and what a few words that many names share may be about.

The plain one: the other does the same with a qualifier that its name adds.

"Đăng ký kết hôn" is plain beside "Đăng ký lại kết hôn" and "Đăng ký kết hôn lưu động".
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, takewhile

from intents.catalog import Level, Procedure, Tag
from intents.sayings import official
from intents.spoken import Spoken, folded
from intents.words import light_words, words_of

_BRACKETS = re.compile(r"[\(\[][^()\[\]]*[\)\]]?")
_REMEMBERED = 500  # entries whose names are kept as sets of words
_LEAST = 2  # words of a plain name that say what it is about
# What is done, in nearly every name: two entries that share only this are about different things.
_DONE = frozenset(
    folded(
        words_of(
            "đăng ký cấp giải quyết xác nhận công bố thông báo đề nghị giấy chứng nhận phép thủ tục việc"
        )
    )
)
_FAR = (Level.COMMUNE, Level.PROVINCE, Level.MINISTRY)
_ALIKE = 4  # words with which two names begin alike


class Plainness:
    """The names of a catalog's entries as sets of words."""

    def __init__(self, procedures: Sequence[Procedure]) -> None:
        self._procedures = procedures
        # Entries by the words of their titles and pairs of neighbours, with marks and without.
        self._holding: dict[str, list[int]] = {}
        for number, each in enumerate(procedures):
            title = Spoken.of(words_of(each.title))
            marked_pairs = map(" ".join, pairwise(title.words))
            for part in {*title.words, *title.plain, *title.pairs, *marked_pairs}:
                self._holding.setdefault(part, []).append(number)
        # Asked of the few first candidates of short messages; kept for all they would be megabytes.
        self._names = lru_cache(maxsize=_REMEMBERED)(self._named)

    def _named(self, number: int) -> tuple[frozenset[str], ...]:
        """What the official name of an entry names, and its title."""
        entry = self._procedures[number]
        name = _BRACKETS.sub(" ", official(entry.name))
        return tuple(dict.fromkeys(_naming(Spoken.of(words_of(text))) for text in (name, entry.title)))

    def is_narrower(self, other: int, plain: int, said: frozenset[str]) -> bool:
        """Whether `other` is `plain` with a qualifier of which the message says not one word."""
        return any(
            _adds(theirs - ours, said)
            for ours in self._names(plain)
            for theirs in self._names(other)
            if len(ours - _DONE) >= _LEAST and ours - _DONE <= theirs
        )

    def is_nearer(self, other: int, plain: int) -> bool:
        """Whether `other` is called as `plain` is, at least in the beginning, and done nearer to people."""
        one, two = self._procedures[other], self._procedures[plain]
        if not _is_nearer(one, two):
            return False
        alike = takewhile(
            lambda pair: pair[0] == pair[1], zip(*map(_called, (one.name, two.name)), strict=False)
        )
        return sum(1 for _ in alike) >= _ALIKE

    def is_namesake(self, other: int, plain: int) -> bool:
        """Whether both have one name, brackets aside, and `other` is done nearer to people."""
        one, two = self._procedures[other], self._procedures[plain]
        return _is_nearer(one, two) and _called(_BRACKETS.sub(" ", one.name)) == _called(
            _BRACKETS.sub(" ", two.name)
        )

    def sharing(self, words: Sequence[str], ranked: Sequence[int], most: int) -> list[int]:
        """Entries whose titles hold all the words, of as many fields as there are: what everybody needs first."""
        carrying = self._carrying(words)
        place = {number: at for at, number in enumerate(ranked)}
        carrying.sort(key=lambda number: (self._rarely_needed(number), place.get(number, len(place))))
        fields: dict[str, int] = {}
        for number in carrying:
            fields.setdefault(self._procedures[number].field, number)
        several = list(fields.values())
        return [*several, *(number for number in carrying if number not in several)][:most]

    def fields(self, words: Sequence[str]) -> int:
        """In how many fields there are entries whose titles hold all the words."""
        return len({self._procedures[number].field for number in self._carrying(words)})

    def _carrying(self, words: Sequence[str]) -> list[int]:
        if len(words) == _LEAST:
            return list(self._holding.get(" ".join(words), ()))
        holding = [self._holding.get(word, ()) for word in words]
        return sorted(set(range(len(self._procedures)) if not holding else holding[0]).intersection(*holding))

    def _rarely_needed(self, number: int) -> bool:
        return Tag.ESSENTIAL not in self._procedures[number].tags


def _is_nearer(one: Procedure, two: Procedure) -> bool:
    """Whether `one` is done nearer to people, of two that nobody gave a title of its own to tell them apart."""
    untitled = one.title == one.name and two.title == two.name
    return untitled and _FAR.index(one.level) < _FAR.index(two.level)


def _called(name: str) -> Sequence[str]:
    return words_of(official(name))


def _adds(extra: frozenset[str], said: frozenset[str]) -> bool:
    return bool(extra - _DONE) and extra.isdisjoint(said)


def _naming(said: Spoken) -> frozenset[str]:
    light = light_words()
    words = zip(said.words, said.plain, strict=True)
    return frozenset(bare for word, bare in words if word == "lại" or word not in light)
