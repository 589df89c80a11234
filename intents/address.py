"""What only addresses and softens ("ad ơi cho em hỏi", "dạ", "... nha", "... vậy em") is no part of what is said."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from intents.text import clean, fold, keep_accents

_WHO = (
    "em|anh|chị|ad|add|admin|bạn|cô|chú|bác|con|cháu|cưng|shop|bot|trợ lý|cán bộ|anh chị|các anh|các chị|mấy anh"
    "|mấy chị|mấy em|cả nhà|mọi người|quý cơ quan|e|a|c|mn"
)
_CALL = "ơi|oi|à|ah|ui|ưi|êi|hỡi"
_SELF = "em|tui|tôi|mình|con|cháu|anh|chị|e|t|m|mik|mk|a|c"
_A_BIT = "chút|xíu|tí|một chút|một tí|một xíu|thăm|với|là|rằng|cái này|vụ này"
_SOFT = "ạ|ạh|nha|nhé|nhe|nghen|nhen|hen|hén|dạ"
_BEFORE_SOMEBODY = "vậy|thế|nha|hả|dạ|ạ|nhé|nghen|hen"
# Without marks "nha" is "nhà" as well, "da" is "đã", "vay" is "vay": there somebody must be spoken to beside them.
_SOFT_UNMARKED = "a|nhe|nghen|nhen"
_TO = "em|anh|chị|ad|add|admin|bạn|cô|chú|bác|con|cháu|cưng|shop|e"
# "Chồng đánh em ơi", "làm cho em ạ": who stands there is no one spoken to.
_WHOM = "đánh|giết|cứu|chém|dọa|cho|của|với|giúp|đập|hại|hiếp|ép|là|bắt|nhốt|anh|chị|ra"
_ASKS = "không|hông|chưa|gì|nào|đâu|nhiêu|lâu|được|mấy"
_NOTHING = frozenset(
    fold("em anh chị ad add admin bạn cô chú bác con cháu cưng shop ơi ạ dạ nha vậy hỏi cho xin").split()
)


def unaddressed(text: str) -> str:
    """The message without the words around it; as it was where nothing else would be left."""
    line = clean(text)
    around = _around(fold(line) == keep_accents(line))
    rest = line
    if end := around.after.search(rest):
        rest = _if_it_says_more(rest[: end.start()] + end["sign"], rest)
    if begin := around.before.match(rest):
        rest = _if_it_says_more(rest[begin.end() :], rest)
    return text if rest == line else rest


def _if_it_says_more(less: str, line: str) -> str:
    return line if _NOTHING.issuperset(fold(less).split()) else less


class _Around(NamedTuple):
    before: re.Pattern[str]
    after: re.Pattern[str]


@cache
def _around(unmarked: bool) -> _Around:
    def forms(words: str) -> Iterator[str]:
        return map(fold if unmarked else str, words.split("|"))

    def any_of(words: str) -> str:
        return f"(?:{'|'.join(sorted(forms(words), key=len, reverse=True))})"

    who, call, one, a_bit, to = map(any_of, (_WHO, _CALL, _SELF, _A_BIT, _TO))
    yes = rf"{any_of('dạ')}(?=\s+(?:{one}|{any_of('cho|là|muốn|thưa')})\b)" if unmarked else "dạ vâng|dạ|vâng"
    before = "|".join(
        (
            yes,
            rf"{who}\s+{call}",
            "ad|add|admin",
            rf"(?:{any_of('xin|làm ơn')}\s+)?cho\s+(?:{one}\s+)?(?:xin\s+)?{any_of('hỏi')}(?:\s+{a_bit})*",
            rf"{one}\s+(?:{any_of('muốn|xin|cần')}\s+)?{any_of('hỏi')}(?:\s+{a_bit})+",
        )
    )
    no_whom = "".join(rf"(?<!\b{each} )" for each in forms(_WHOM))
    after = "|".join(
        (
            rf"{any_of(_BEFORE_SOMEBODY)}\s+{to}(?:\s+{any_of('ơi|ạ')})?",
            rf"{no_whom}{to}\s+{any_of('ơi|ạ')}",
            any_of(_SOFT_UNMARKED if unmarked else _SOFT),
            *(rf"(?<=\b{each} ){any_of('vậy')}" for each in forms(_ASKS)),
        )
    )
    gap = r"[\s,.:;!~…\"“”-]"
    return _Around(
        re.compile(rf"(?:{gap}*(?:{before})(?![^\W_]))+{gap}*", re.IGNORECASE),
        re.compile(rf"(?:{gap}+(?:{after}))+(?P<sign>[\s.?!…~\"”]*)$", re.IGNORECASE),
    )
