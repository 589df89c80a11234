"""What is asked of a procedure says nothing of which one: "bao nhiêu tiền" at the end of a message, "phí" before it."""

from collections.abc import Sequence
from functools import cache

from intents.matches import OUTRIGHT, Found, Match, NotFound, Unsure
from intents.patterns import PatternSet
from intents.spoken import Spoken
from intents.words import table

_PARTICLES = "vậy|dạ|ạ|a|hả|ha|hở|ta|nhỉ|em|anh|chị|cô|chú|bạn|ad|admin|nha|nhé|nghen|hen|thế|đó"
LEAST_LEFT = 2  # words without which nothing is named
A_NEED = 6  # words of a need at most that what is asked outweighs; a longer one says more than the wordings that ask
MOST_ASKED = 3  # things asked in one message that are looked for: "cần gì, mấy ngày, bao nhiêu tiền"

LIKELY = 0.5  # the score from which a doubtful need is asked back though the message with what it asks means nothing
_SHARED = ("broad", "shared", "outright")  # why a match that is not found has several candidates alike


@cache
def _patterns() -> tuple[PatternSet[bool], PatternSet[bool]]:
    """What is asked before a need, and what after it."""
    rows = [row for (row,) in table("asked.tsv")]
    before = PatternSet((row, True) for row in rows if row.startswith("^"))
    after = PatternSet((f"{row} {_PARTICLES}? {_PARTICLES}? $", True) for row in rows if row[0] != "^")
    return before.compiled(), after.compiled()


def named_alone(said: Spoken) -> Spoken | None:
    """The message without what it asks before or after; None where it asks nothing there, or would say too little."""
    before, after = _patterns()
    left = said
    for _ in range(MOST_ASKED):
        hits = after.find(left)
        if not hits:
            break
        left = _between(left.words, 0, min(hit.start for hit in hits))
    if hits := before.find(left):
        left = _between(left.words, max(hit.end for hit in hits), None)
    return left if left is not said and len(left.words) >= LEAST_LEFT else None


def _between(words: Sequence[str], begin: int, end: int | None) -> Spoken:
    """The words that begin there, each with one space before it."""
    kept, position = [], 0
    for word in words:
        if position >= begin - 1 and (end is None or position < end):
            kept.append(word)
        position += len(word) + 1
    return Spoken.of(kept)


def is_by_name(match: Match) -> bool:
    """Whether the whole message is what an entry is called or asked for."""
    return isinstance(match, Found) and match.best.score >= OUTRIGHT


def surer(whole: Match, named: Match, words: int) -> Match:
    """ "Làm khai sinh bao nhiêu tiền" is as sure as "làm khai sinh", and no surer than that.

    What is asked is in the wordings of other entries, too, and outweighs a need that is told in few words.
    """
    is_short = words <= A_NEED
    match named:
        case Found() if is_short or _is_first(named.best.code, whole):
            return named
        case Unsure() if is_short and isinstance(whole, Found):
            return named if is_vague(named) or not _is_first(whole.best.code, named) else whole
        case Unsure() if is_short and isinstance(whole, NotFound):
            best = named.candidates[0]
            return named if best.score >= LIKELY or "broad" in best.why else whole
    return whole


def _is_first(code: str, match: Match) -> bool:
    return bool(match.candidates) and match.candidates[0].code == code


def is_vague(match: Match) -> bool:
    """Whether it may mean several errands, whichever is likelier: that is always asked."""
    return any(not each.why.keys().isdisjoint(_SHARED) for each in match.candidates)
