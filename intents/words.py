"""A message as words: shorthand, chat spelling and Southern forms written out, the same way for all texts.

The tables are data (`data/shorthand.tsv`); what they hold is the same for every catalog.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from intents.text import keep_accents, words_with_marks


def table(name: str) -> Iterator[tuple[str, ...]]:
    """Rows of a tab-separated table in `data/`; blank lines and lines that begin with # are for readers."""
    text = resources.files("intents").joinpath("data", name).read_text("utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield tuple(cell.strip() for cell in line.split("\t"))


@cache
def _shorthand() -> Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]:
    """By first word: what is written, longest first, and what it stands for."""
    found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for written, meant in table("shorthand.tsv"):
        for form in written.split(" | "):
            words = tuple(keep_accents(form).split())
            found.setdefault(words[0], []).append((words, tuple(keep_accents(meant).split())))
    return {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in found.items()}


def words_of(text: str) -> list[str]:
    """The words of a text with tone marks as typed, shorthand written out: `lm gks` -> làm giấy khai sinh."""
    return expand(words_with_marks(text))


def expand(words: list[str]) -> list[str]:
    """Write out shorthand in words that `keep_accents` gave."""
    words = _southern_question(words)
    shorthand = _shorthand()
    if shorthand.keys().isdisjoint(words):
        return words
    written: list[str] = []
    at = 0
    while at < len(words):
        for form, meant in shorthand.get(words[at], ()):
            if len(form) == 1 or tuple(words[at : at + len(form)]) == form:
                written += meant
                at += len(form)
                break
        else:
            written.append(words[at])
            at += 1
    return written


# Southern `hôn` at the end of a question is `không` ("nộp ở xã được hôn em"), but not after a word that makes a
# marriage of it. Without its mark it may be `hơn`, so only `được` before it tells.
_ASKS = ("hôn", "hon")
_MARRIAGE = frozenset(
    {"kết", "ket", "ly", "li", "tái", "đính", "tảo", "hủy", "thành", "hoãn", "cầu", "hứa", "tân"}
)
_GRANTED = frozenset({"được", "đc", "dc", "duoc", "đươc"})
# `hong` is broken, rose or a book for a house elsewhere, and `không` after these or where the question has a `có`.
_NOT = ("hong", "hog")
_A_QUESTION = 10  # words at most; what a longer tale ends with is no clue
_BEFORE_NOT = _GRANTED | frozenset(
    {
        "lâu",
        "lau",
        "mau",
        "lẹ",
        "tiền",
        "tien",
        "phí",
        "mắc",
        "mac",
        "phải",
        "phai",
        "chi",
        "gì",
        "kịp",
        "kip",
        "vậy",
    }
)
_BROKEN = frozenset({"bị", "bi", "hư", "hu", "sổ", "so", "bìa", "bia", "máy", "may", "hoa", "màu", "mau"})
_VOCATIVES = frozenset({"em", "anh", "chị", "cô", "chú", "bác", "dì", "cậu", "mợ", "ơi", "ạ", "vậy", "dạ"})


def _southern_question(words: list[str]) -> list[str]:
    end = len(words)
    while end > 2 and words[end - 1] in _VOCATIVES:
        end -= 1
    if end < 2 or words[end - 1] not in _ASKS + _NOT:
        return words
    word, before = words[end - 1], words[end - 2]
    is_not = word in _NOT and end <= _A_QUESTION and _is_not(words[: end - 1])
    if is_not or (word in _ASKS and (before in _GRANTED or (word == "hôn" and before not in _MARRIAGE))):
        return [*words[: end - 1], "không", *words[end:]]
    return words


def _is_not(before: list[str]) -> bool:
    asks = not {"có", "co"}.isdisjoint(before)
    return before[-1] in _BEFORE_NOT or (asks and before[-1] not in _BROKEN)


@cache
def light_words() -> frozenset[str]:
    """Words of politeness and asking, as typed with and without marks: they say little about the procedure."""
    return frozenset(word for (line,) in table("light_words.tsv") for word in keep_accents(line).split())


@cache
def common_words() -> frozenset[str]:
    """Words that fill a story and name no procedure."""
    words = {word for (line,) in table("common_words.tsv") for word in keep_accents(line).split()}
    return frozenset(words - light_words())
