"""Why a file was not taken. Final: sending the same bytes again ends the same way."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.texts import Texts


class Reason(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"  # neither photo, PDF nor sound, whatever its name says
    BROKEN = "broken"  # cannot be read to its end
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    LOCKED = "locked"  # a PDF with a password
    ACTIVE = "active"  # a PDF that carries programs or other files
    TOO_HARD = "too_hard"  # needed more memory or time than a file may
    LOST = "lost"  # its channel has it no more, or could not be asked for hours
    TOO_MANY_TODAY = "too_many_today"


@dataclass(frozen=True)
class Problem:
    """`facts` are the numbers that its words need."""

    reason: Reason
    facts: dict[str, int] = field(default_factory=dict)

    def in_words(self, texts: Texts) -> str:
        """What to do about it, for whoever sent the file."""
        return texts(f"files.problem.{self.reason}", **self.facts)
