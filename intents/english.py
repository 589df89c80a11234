"""Whether somebody wrote in English, and what they need in official words.

Most who write without marks write Vietnamese: only what is plain counts.
"""

import re
from functools import cache

from intents.patterns import PatternSet
from intents.spoken import Spoken
from intents.words import expand, table

LEAST_WORDS = 4
LEAST_SURE = 3  # words that no Vietnamese word looks like
_SHARE_SURE, _SHARE = 0.5, 0.75  # of all words
LEAST_FOREIGN = 2  # words that are no Vietnamese syllable, from which a need told in English is looked for
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    rows: dict[str, set[str]] = {"sure": set(), "also": set()}
    for role, words in table("english.tsv"):
        rows[role].update(words.split())
    return frozenset(rows["sure"]), frozenset(rows["also"])


def is_english(text: str) -> bool:
    """ "How do I get a birth certificate", and not "do xe lam sao", nor "apply passport can giay gi"."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    if len(words) < LEAST_WORDS or not all(word.isascii() for word in words):
        return False
    sure, also = _known()
    certain = sum(word in sure for word in words)
    likely = certain + sum(word in also for word in words)
    return certain >= max(LEAST_SURE, _SHARE_SURE * len(words)) and likely >= _SHARE * len(words)


# Two vowels with a consonant between, or an end that no syllable of Vietnamese has.
_FOREIGN = re.compile(
    r"[a-z]*[aeiouy]+[^aeiouy]+[aeiouy][a-z]*|[a-z]*(?:[bdfgjklrsvwxz]|[^n]g|[^cn]h|[^aeiouy](?:t|m|p|c|n))"
)


def _is_foreign(word: str) -> bool:
    return len(word) > LEAST_WORDS - 1 and _FOREIGN.fullmatch(word) is not None and not word.endswith("ng")


@cache
def _needs() -> PatternSet[str]:
    rows = table("english_needs.tsv")
    return PatternSet((form, official) for said, official in rows for form in said.split(" ; ")).compiled()


def in_official_words(text: str) -> str | None:
    """What a need told in English is called officially; None where it is no English, or no need that is known."""
    line = text.replace("’", "'")
    if not line.isascii():
        return None
    words = _WORD.findall(line.lower().replace("'", ""))  # "driver's" is "drivers"
    if sum(map(_is_foreign, words)) < LEAST_FOREIGN:
        return None
    sure, also = _known()
    known = sum(word in sure or word in also or _is_foreign(word) for word in words)
    if known < _SHARE * len(words):
        return None
    return next((hit.payload for hit in _needs().find(Spoken.of(expand(words)))), None)
