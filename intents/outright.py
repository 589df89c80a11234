"""Who says just what an entry is called, or just one of its wordings, means that entry: no guessing needed.

What is compared are the words that name something, in order. Marks count where both sides carry them.
"""

from collections.abc import Iterable, Sequence

from intents.index import folded
from intents.sayings import Kind, Saying
from intents.words import light_words, words_of

_LEAST_WORDS = 2  # of what is left; one word is too little to be sure
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
    return tuple(word for place, word in enumerate(words) if not _is_light(words, place))


def _is_light(words: Sequence[str], place: int) -> bool:
    """Whether the word says nothing of the entry here; "sao" does in "bản sao", and asks elsewhere."""
    word = words[place]
    if word == "sao":
        return place == 0 or words[place - 1] not in ("bản", "ban")
    if word == "bao":
        return next(iter(words[place + 1 :]), "") in ("nhiêu", "nhieu", "lâu", "lau")
    return word in light_words() and word not in _NAMING and word not in _BOTH


def _agree(typed: Telling, said: Telling) -> bool:
    """Both are the same without marks; do they contradict each other where both have some?"""
    plain = folded(typed)
    return all(
        one == other or bare in (one, other) for one, other, bare in zip(typed, said, plain, strict=True)
    )


class Outright:
    """The names and wordings of a catalog by what they say, and who carries them."""

    def __init__(self, phrases: Iterable[tuple[int, Saying]], entries: int) -> None:
        """`phrases`: the owner of each saying, and the saying, in the order of their numbers.

        Owners from `entries` on are no procedures.
        """
        self._said: dict[Telling, list[tuple[int, int, Telling]]] = {}
        self._whole: dict[int, Telling] = {}
        self._called: set[int] = set()
        self._begun: dict[Telling, list[tuple[int, int, Telling]]] = {}  # how names begin
        self._carriers: dict[str, set[int]] = {}
        for number, (owner, saying) in enumerate(phrases):
            if not saying.is_a_name:
                continue
            self._whole[number] = tuple(folded(saying.words))
            for word in self._whole[number]:
                self._carriers.setdefault(word, set()).add(owner)
            if saying.kind is not Kind.WORDING:
                self._called.add(number)
                telling = _telling(saying.words)
                for count in range(_LEAST_BEGUN, min(_MOST_BEGUN, len(telling)) + 1):
                    begun = telling[:count]
                    self._begun.setdefault(tuple(folded(begun)), []).append((owner, number, begun))
            for telling in {_telling(saying.words), _telling(_plain_end(saying.words))}:
                if len(telling) >= _LEAST_WORDS:
                    self._said.setdefault(tuple(folded(telling)), []).append((owner, number, telling))
        self._most = max(_FEW, round(entries * _COMMON))

    def owners(self, words: Sequence[str]) -> dict[int, int]:
        """Who is called just that or asked for in just these words, and the number of the phrase.

        Of several, those who say it word for word come before those who are called so, and these before the rest.
        """
        for telling in dict.fromkeys((_telling(words), _telling(_plain_end(words)))):
            rows = self._said.get(tuple(folded(telling)), ())
            fitting = [(owner, number) for owner, number, said in rows if _agree(telling, said)]
            if fitting and any(len(self._carriers[word]) <= self._most for word in folded(telling)):
                return self._closest(fitting, tuple(folded(words)))
        return self._only_one_begins(_telling(_plain_end(words)))

    def _only_one_begins(self, telling: Telling) -> dict[int, int]:
        """The one entry whose name goes on from these words, if no other's does."""
        rows = self._begun.get(tuple(folded(telling)), ())
        found = {owner: number for owner, number, said in rows if _agree(telling, said)}
        return found if len(found) == 1 else {}

    def _closest(self, fitting: Sequence[tuple[int, int]], words: Telling) -> dict[int, int]:
        to_the_word = [(owner, number) for owner, number in fitting if self._whole[number] == words]
        called = [(owner, number) for owner, number in fitting if number in self._called]
        return dict(reversed(to_the_word or called or fitting))
