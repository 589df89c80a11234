"""Whether somebody wrote in English. Most who write without marks write Vietnamese: only what is plain counts."""

import re
from functools import cache

from intents.words import table

LEAST_WORDS = 4
LEAST_SURE = 3  # words that no Vietnamese word looks like
_SHARE_SURE, _SHARE = 0.5, 0.75  # of all words
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
