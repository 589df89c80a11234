"""Who says just what an entry is called, or just one of its wordings, means that entry: no guessing needed.

What is compared are the words that name something, in order. Marks count where both sides carry them.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np

from intents.rows import Ints
from intents.sayings import Kind, Saying
from intents.spoken import folded
from intents.words import light_words, words_of

_LEAST_WORDS = 2  # of what is left; one word is too little to be sure
_IN_FULL = 4  # words of a whole phrase that is its owner's, however common each of them is
_COMMON, _FEW = (
    0.2,
    5,
)  # a word that more than this share of the entries carry (and more than a few) names none of them
_NAMING = frozenset({"lại", "bằng", "thêm"})  # light elsewhere, here they tell entries apart
# Without marks these may be words that name something: nhà, bản, mã, hội, cổ.
_BOTH = frozenset(["nha", "ban", "ma", "hoi", "co", "chi", "sao", "bang", "tu", "dang", "den"])
_COUNTED = frozenset({"tiền", "tien", "ngày", "ngay", "bữa", "bua", "phí", "phi"})  # after "bao nhiêu", "mấy"
_HOW_MANY = frozenset({"nhiêu", "nhieu", "mấy", "may"})
# For whom something is done, at the end of a message: "đăng ký khai tử cho ba tui".
_PEOPLE = frozenset(
    words_of(
        "ba má mẹ cha ông bà nội ngoại vợ chồng con cháu bé em anh chị cô chú bác dì cậu mợ út hai tôi mình"
        " me vo chong chau be di toi minh"
    )
)
_MOST_PEOPLE = 3  # words after "cho"
_LEAST_BEGUN, _MOST_BEGUN = 4, 6  # words of a name that is not said to its end

Telling = tuple[str, ...]


def _plain_end(words: Sequence[str]) -> Sequence[str]:
    """Without how much is asked, and without for whom, at the end."""
    while len(words) > 1 and _is_light(words, len(words) - 1):
        words = words[:-1]
    if len(words) > 2 and words[-1] in _COUNTED and words[-2] in _HOW_MANY:
        words = words[:-2]
    for place in range(len(words) - 1, max(0, len(words) - 2 - _MOST_PEOPLE), -1):
        if words[place] == "cho" and all(word in _PEOPLE for word in words[place + 1 :]):
            return words[:place]
    return words


def _telling(words: Sequence[str]) -> Telling:
    light = _always_light()
    return tuple(
        [
            word
            for place, word in enumerate(words)
            if word not in light and (word not in _SOMETIMES_LIGHT or not _is_light(words, place))
        ]
    )


_SOMETIMES_LIGHT = frozenset(["sao", "bao", "thành", "thanh"])


@cache
def _always_light() -> frozenset[str]:
    return light_words() - _NAMING - _BOTH - _SOMETIMES_LIGHT


def _is_light(words: Sequence[str], place: int) -> bool:
    """Whether the word says nothing of the entry here; "sao" does in "bản sao", and asks elsewhere."""
    word = words[place]
    if word == "sao":
        return place == 0 or words[place - 1] not in ("bản", "ban")
    if word == "bao":
        return next(iter(words[place + 1 :]), "") in ("nhiêu", "nhieu", "lâu", "lau")
    if word in ("thành", "thanh"):  # "hòa giải không thành" is not "hòa giải"
        return place == 0 or words[place - 1] not in ("không", "khong")
    return word in _always_light()


def _agree(typed: Telling, said: Telling) -> bool:
    """Whether both say the same, and do not contradict each other where both have marks."""
    plain = folded(typed)
    return plain == folded(said) and all(
        one == other or bare in (one, other) for one, other, bare in zip(typed, said, plain, strict=True)
    )


class Outright:
    """The names and wordings of a catalog by what they say, and who carries them."""

    def __init__(self, phrases: Sequence[Saying], owners: Ints, entries: int) -> None:
        """`owners`: of each phrase; those from `entries` on are no procedures."""
        self._phrases, self._owners = phrases, owners
        said: list[tuple[int, int]] = []
        begun: list[tuple[int, int]] = []
        carriers = Carriers()
        for number, (owner, saying) in enumerate(zip(owners.tolist(), phrases, strict=True)):
            if not saying.is_a_name:
                continue
            carriers.add(owner, saying.words)
            telling = _telling(saying.words)
            if len(telling) >= _LEAST_WORDS:
                said += [(_print(folded(whole)), number) for whole in {saying.words, telling}]
            if len(short := _telling(_plain_end(saying.words))) >= _LEAST_WORDS and short != telling:
                said.append((_print(folded(short)), number))
            if _is_called(saying):
                for count in range(_LEAST_BEGUN, min(_MOST_BEGUN, len(telling)) + 1):
                    begun.append((_print(folded(telling[:count])), number))
        self._said = ByPrint(
            said
        )  # numbers of the phrases that say just this, word for word or in what they name
        self._begun = ByPrint(begun)  # and of the names that begin so
        most = max(_FEW, round(entries * _COMMON))
        self._common = carriers.more_than(most)

    def owners(self, words: Sequence[str]) -> dict[int, int]:
        """Who is called just that or asked for in just these words, and the number of the phrase.

        Of several, those who say it word for word come before those who are called so, and these before the rest.
        """
        whole, begin = _telling(words), _plain_end(words)
        end = whole if len(begin) == len(words) else _telling(begin)
        # Word for word first: without marks many a light word looks like one that names something.
        for said in dict.fromkeys((tuple(words), whole, end)):
            fitting = [
                number for number in self._said.numbers(_print(folded(said))) if self._says(number, said)
            ]
            in_full = said == tuple(words) and len(said) >= _IN_FULL
            if fitting and (in_full or not self._common.issuperset(folded(_telling(said)))):
                return self._closest(fitting, folded(words))
        return self._only_one_begins(end)

    def _says(self, number: int, typed: Telling) -> bool:
        """Whether the marks of the phrase, all or without its end, agree with what was typed."""
        words = self._phrases[number].words
        return any(_agree(typed, said) for said in (words, _telling(words), _telling(_plain_end(words))))

    def _only_one_begins(self, telling: Telling) -> dict[int, int]:
        """The one entry whose name goes on from these words, if no other's does."""
        found = {}
        for number in self._begun.numbers(_print(folded(telling))):
            if _agree(telling, _telling(self._phrases[number].words)[: len(telling)]):
                found[int(self._owners[number])] = number
        return found if len(found) == 1 else {}

    def _closest(self, fitting: Sequence[int], plain: Sequence[str]) -> dict[int, int]:
        to_the_word = [number for number in fitting if folded(self._phrases[number].words) == plain]
        called = [number for number in fitting if _is_called(self._phrases[number])]
        return {int(self._owners[number]): number for number in reversed(to_the_word or called or fitting)}


class Carriers:
    """In the names and wordings of how many entries each word stands."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._owner, self._of_owner = -1, set[str]()

    def add(self, owner: int, words: Sequence[str]) -> None:
        """The phrases of an owner come one after another."""
        if owner != self._owner:
            self._counts.update(self._of_owner)
            self._owner, self._of_owner = owner, set()
        self._of_owner.update(folded(words))

    def more_than(self, count: int) -> frozenset[str]:
        """Words that more entries carry."""
        self._counts.update(self._of_owner)
        self._of_owner = set()
        return frozenset(word for word, carriers in self._counts.items() if carriers > count)


def _is_called(saying: Saying) -> bool:
    """Whether it is a name, not just a way to ask."""
    return saying.is_a_name and saying.kind is not Kind.WORDING


def _print(words: Sequence[str]) -> int:
    return hash(" ".join(words))


class ByPrint:
    """Phrases by the print of their words, in two arrays: a tenth of the memory that a dictionary of texts takes.

    Two texts may have one print: whoever looks here compares the words as well.
    """

    def __init__(self, printed: Sequence[tuple[int, int]]) -> None:
        """Pairs of a print and the number of a phrase."""
        prints = np.array([each for each, _ in printed], dtype=np.int64)
        order = prints.argsort(kind="stable")
        self._prints: Sequence[int] = memoryview(prints[order].data)
        self._numbers = np.array([number for _, number in printed], dtype=np.int32)[order]

    def numbers(self, wanted: int) -> list[int]:
        begin = bisect_left(self._prints, wanted)
        end = bisect_right(self._prints, wanted, begin)
        found: list[int] = self._numbers[begin:end].tolist()
        return found
