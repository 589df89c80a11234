"""The ways an entry can be said: its names, what people call it, and variants made from the official name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from intents.catalog import Procedure, Topic
from intents.spoken import Spoken, folded
from intents.words import light_words, table, words_of


class Kind(IntEnum):
    NAME = 0
    VARIANT = 1  # made from the name by rule
    ABOUT = 2  # result and summary: about the entry, not a way to ask for it
    EVERYDAY = 3  # written by hand, like WORDING
    WORDING = 4


@dataclass(frozen=True, slots=True)
class Saying:
    kind: Kind
    text: str
    words: tuple[str, ...]
    content: str  # folded, without words of politeness and asking

    @property
    def is_a_name(self) -> bool:
        """Who says just this means the entry: not a part of its name, nor what it results in."""
        return self.kind not in (Kind.VARIANT, Kind.ABOUT)

    @property
    def handwritten(self) -> bool:
        return self.kind >= Kind.EVERYDAY


_THE_WORD = re.compile(r"^\W*thủ tục\s+(hành chính\s+)?", re.IGNORECASE)
_BRACKETS = re.compile(r"[\(\[][^()\[\]]*[\)\]]?")
# What follows narrows the name; people leave it out when they ask.
_QUALIFIER = re.compile(
    r"[,;]?\s(?:đối với|trong trường hợp|trường hợp|theo quy định|thuộc thẩm quyền|thuộc phạm vi|do \S+ \S+ cấp"
    r"|tại (?:ủy ban|uỷ ban|ubnd|cơ quan|cấp)|của (?:bộ|ủy ban|uỷ ban|ubnd|sở)|cho (?:tổ chức|các tổ chức|cá nhân)"
    r"|ở (?:cấp|địa phương)|(?:thực hiện )?bằng dịch vụ công|thực hiện tại|quy định tại|để thực hiện|nhằm|khi|mà)\b.*$",
    re.IGNORECASE,
)
_OPERATION = re.compile(
    r"^(?:đăng ký|cấp lại|cấp đổi|cấp mới|cấp|gia hạn|điều chỉnh|thay đổi|thu hồi|giải quyết|xác nhận|công nhận"
    r"|phê duyệt|thẩm định|thông báo|đề nghị|xét)"
    r"(?:,? (?:cấp lại|cấp đổi|gia hạn|điều chỉnh|bổ sung|sửa đổi|đổi|lại))*\s",
    re.IGNORECASE,
)


def content(said: Spoken) -> str:
    """The words that name something, folded; all of them where none does."""
    return _content(said.words, said.plain)


def content_of(text: str) -> str:
    return content(Spoken.of(words_of(text)))


def _content(words: Sequence[str], plain: Sequence[str]) -> str:
    light = light_words()
    return " ".join([bare for word, bare in zip(words, plain, strict=True) if word not in light] or plain)


def official(name: str) -> str:
    return _THE_WORD.sub("", name).strip(' .;,:"“”')


def variants(name: str) -> Iterator[str]:
    """Shorter forms of an official name: without brackets, without what narrows it, without the operation."""
    bare = _BRACKETS.sub(" ", name)
    short = _QUALIFIER.sub("", bare)
    yield bare
    yield short
    yield _OPERATION.sub("", short)


def sayings(procedure: Procedure) -> list[Saying]:
    """Every saying of an entry, each wording once."""
    name = official(procedure.name)
    rows: list[tuple[Kind, str]] = [(Kind.NAME, name)]
    rows += [(Kind.WORDING, text) for text in procedure.wordings]
    rows += [(Kind.EVERYDAY, text) for text in procedure.everyday_names]
    if procedure.short_name:
        rows.append((Kind.NAME, procedure.short_name))
    rows += [(Kind.VARIANT, text) for text in variants(name)]
    rows += [(Kind.ABOUT, text) for text in (procedure.result, procedure.summary) if text]
    seen: set[str] = set()
    said: dict[tuple[str, ...], Saying] = {}
    for kind, text in rows:
        if text in seen:
            continue
        seen.add(text)
        words = tuple(words_of(text))
        if words and words not in said:
            said[words] = Saying(kind, text, words, _content(words, folded(words)))
    return list(said.values())


def _wording(text: str) -> Saying:
    words = tuple(words_of(text))
    return Saying(Kind.WORDING, text, words, _content(words, folded(words)))


def decoys(topics: Sequence[Topic]) -> list[list[Saying]]:
    """What is said that no procedure answers: the wordings of each topic, and everyday talk."""
    told = [[_wording(text) for text in topic.wordings] for topic in topics]
    return told + [[_wording(text)] for (text,) in table("outside.tsv")]
