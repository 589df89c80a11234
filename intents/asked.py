"""What is asked of a procedure says nothing of which one: "bao nhiêu tiền", "mấy ngày có" at the end of a message."""

from functools import cache

from intents.patterns import PatternSet
from intents.spoken import Spoken
from intents.words import table

_PARTICLES = "vậy|dạ|ạ|a|hả|ha|hở|ta|nhỉ|em|anh|chị|cô|chú|bạn|ad|admin|nha|nhé|nghen|hen|thế|đó"
LEAST_LEFT = 2  # words without which nothing is named


@cache
def _patterns() -> PatternSet[bool]:
    rows = [row for (row,) in table("asked.tsv")]
    return PatternSet((f"{row} {_PARTICLES}? {_PARTICLES}? $", True) for row in rows)


def named_alone(said: Spoken) -> Spoken | None:
    """The message without what it asks at its end; None where it asks nothing there, or would say too little."""
    hits = _patterns().find(said)
    if not hits:
        return None
    begins = min(hit.start for hit in hits)
    left, position = [], 0
    for word in said.words:
        if position >= begins:
            break
        left.append(word)
        position += len(word) + 1
    return Spoken.of(left) if len(left) >= LEAST_LEFT else None
