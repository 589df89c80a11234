"""The one door every text passes: cleaning, the normal form with tone marks, and folding without them.

Three forms, each cheaper to compare than to make:
- `clean`: what was typed, without what nobody sees;
- `keep_accents`: lower case words, each tone mark where today's spelling puts it (hoà = hòa, thuỷ = thủy);
- `fold`: the same words without any mark and with d for đ.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

LONGEST = 2_000  # characters of a message that are read; a longer one is a forwarded text, not a question

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng
_HOI, _NGA = "\u0309", "\u0303"
# The tone stands on the second of these vowels; many type it on the first (hòan, thúy, hóa).
_GLIDES = (("o", "a"), ("o", "ă"), ("o", "e"), ("u", "y"), ("u", "ê"), ("u", "â"), ("u", "ơ"))


class _Table(dict[int, str]):
    """A `str.translate` table that fills itself; rare planes are computed anew, so that it stays small."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, code: int) -> str:
        value = self._rule(chr(code))
        if code < 0x3000:
            self[code] = value
        return value


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in ("Cf", "Cc", "Co", "Cs") else character


def _word_character(character: str) -> str:
    if unicodedata.combining(character):
        return ""
    return "".join(
        part if part.isalnum() else " " for part in unicodedata.normalize("NFKC", character).lower()
    )


def _folded(character: str) -> str:
    parts = unicodedata.normalize("NFD", _word_character(character))
    return "".join(part for part in parts if not unicodedata.combining(part)).replace("đ", "d")


_VISIBLE = _Table(_visible)
_WORDS = _Table(_word_character)
_FOLDED = _Table(_folded)


def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", text)


_PLACEMENT = {
    _compose(first + tone) + second: first + _compose(second + tone)
    for first, second in _GLIDES
    for tone in _TONES
}
_MISPLACED = re.compile("|".join(_PLACEMENT))


def clean(text: str) -> str:
    """NFC, without zero-width and control characters, spaces collapsed, cut at a word within LONGEST characters."""
    if not text.isprintable():  # what is printable holds nothing invisible and no space but the plain one
        text = text.translate(_VISIBLE)
    text = " ".join(_compose(text).split())
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST + 1].rsplit(" ", 1)[0][:LONGEST]


def whole(text: str) -> str:
    """As `clean`, but never cut: a longer text keeps its lines, since a person will read it all."""
    if len(text) <= LONGEST:
        return clean(text)
    lines = (" ".join(_compose(line.translate(_VISIBLE)).split()) for line in text.splitlines())
    return "\n".join(lines).strip()


def keep_accents(text: str) -> str:
    """Lower-case words between single spaces, marks kept, tone marks placed by today's rule."""
    return " ".join(words_with_marks(text))


def words_with_marks(text: str) -> list[str]:
    """The words of `keep_accents`, one by one."""
    words: list[str] = []
    for token in clean(text).split(" "):
        words += _words_in(token) if len(token) <= _LONGEST_REMEMBERED else _words_of_token(token)
    return words


def _words_of_token(token: str) -> tuple[str, ...]:
    """The words between two spaces: none in `-`, two in `cấp/đổi`."""
    words = token.translate(_WORDS)
    return tuple(_MISPLACED.sub(lambda found: _PLACEMENT[found[0]], words).split())


# Words repeat, from message to message and in a catalog; long strings hardly do and would fill the memory.
_LONGEST_REMEMBERED = 24
_words_in = lru_cache(maxsize=50_000)(_words_of_token)


def fold(text: str) -> str:
    """Lower-case words between single spaces, without marks; what people type who leave the marks out."""
    return " ".join(clean(text).translate(_FOLDED).split())


def fold_words(words: str) -> str:
    """`fold` for what `keep_accents` gave."""
    return words.translate(_FOLDED)


def without_tone(word: str) -> str:
    """The word with its vowels (â, ơ, đ) but no tone: half of the marks is what hasty typing leaves."""
    return _compose("".join(part for part in unicodedata.normalize("NFD", word) if part not in _TONES))


def _swapped_tone(word: str) -> str:
    """hỏi for ngã and ngã for hỏi: Southern speech does not tell them apart."""
    swap = {_HOI: _NGA, _NGA: _HOI}
    return _compose("".join(swap.get(part, part) for part in unicodedata.normalize("NFD", word)))


@lru_cache(maxsize=20_000)
def spellings(word: str) -> tuple[str, ...]:
    """The ways a word is typed without a mistake: full, tone swapped, vowels only, no mark at all."""
    return tuple(dict.fromkeys((word, _swapped_tone(word), without_tone(word), word.translate(_FOLDED))))


_KHMER = range(0x1780, 0x1800)
_KHMER_SHARE = 0.5  # of the letters: a Vietnamese sentence may name somebody in Khmer script


def is_khmer(text: str) -> bool:
    """Written in Khmer script, for the most part. Marks under and over a letter count as letters there."""
    letters = [each for each in text if each.isalpha() or ord(each) in _KHMER]
    khmer = sum(ord(each) in _KHMER for each in letters)
    return khmer > 0 and khmer >= len(letters) * _KHMER_SHARE
