"""Papers named one after another that share what is to be done: "mất căn cước, bằng lái với cà vẹt xe"."""

import re
from collections.abc import Callable
from functools import cache

from intents.text import clean, fold, keep_accents
from intents.words import table

# What is done to a paper, or came over it: right before the list, or right after it.
_BEFORE = "mất|rớt|rơi|lạc|trôi|cháy|ướt|trộm|giật|làm|làm lại|cấp lại|cấp|đổi|xin|xin lại|sửa|gia hạn"
_AFTER = "mất|bị mất|rớt|bị rớt|bị trộm|bị giật|ướt|bị ướt|bị cháy|hết hạn|hư|bị hư|thất lạc"
_BETWEEN = "hết|sạch|luôn|cả|cái|lại|mới|thẻ|ví|bóp|giỏ|túi|cặp|xách|có|trong|đó"
_BRINGING = "cần|kèm|mang|đem|theo|phải có|nộp thêm|nộp"
_JOINING = "và|với|lẫn|cùng|luôn|rồi"


def one_each(text: str) -> list[str]:
    """The message once for each of two or more papers that it lists, as if it named that one alone; else nothing."""
    line = clean(text)
    listed, paper, _ = _patterns_for(line)
    if not (found := listed.search(line)):
        return []
    begin, end = found.span("before" if found["before"] else "after")
    papers = dict.fromkeys(paper.findall(line[begin:end]))
    return [f"{line[:begin]}{each}{line[end:]}" for each in papers]


def asks_for_a_paper(text: str) -> bool:
    """Whether a message ends with a paper to bring ("làm hộ chiếu cần căn cước"): what is named next is another."""
    line = clean(text)
    return _patterns_for(line)[2].search(line) is not None


def _patterns_for(line: str) -> tuple[re.Pattern[str], ...]:
    return _patterns(fold if fold(line) == keep_accents(line) else str)


@cache
def _patterns(form: Callable[[str], str]) -> tuple[re.Pattern[str], ...]:
    """A list with what is done to it; one paper of a list; one to bring, at the end."""

    def any_of(words: str) -> str:
        return f"(?:{'|'.join(map(form, words.split('|')))})"

    names = sorted((form(name) for (name,) in table("held_papers.tsv")), key=len, reverse=True)
    paper, between = rf"\b(?:{'|'.join(names)})\b", rf"(?:{any_of(_BETWEEN)}\s+)*"
    # Who speaks to the phone says no comma.
    joint = rf"(?:\s*[,;+&]\s*|\s+)(?:{any_of(_JOINING)}\s+)?{between}"
    several = rf"{paper}(?:{joint}{paper})+"
    listed = (
        rf"\b{any_of(_BEFORE)}\s+{between}(?P<before>{several})|(?P<after>{several})\s+{any_of(_AFTER)}\b"
    )
    brought = rf"\b{any_of(_BRINGING)}\s+{between}{paper}$"
    return tuple(re.compile(each, re.IGNORECASE) for each in (listed, paper, brought))
