"""What came of an act about a dossier: facts for the wording."""

from dataclasses import dataclass
from datetime import datetime

from bot.conversation.filing_outcomes import Lacking
from storage.records import Dossier, RatingTarget


@dataclass(frozen=True)
class DossierCodeAsked:
    """`own`: dossiers of this chat, for whoever lost the code."""

    own: tuple[str, ...] = ()
    receipts: tuple[str, ...] = ()


@dataclass(frozen=True)
class DossierShown:
    """Tier 0: stage, due date, responsible agency. `late_days` counts working days past the due date."""

    dossier: Dossier
    late_days: int
    behind_since: datetime | None = None  # the source does not answer: known until then


@dataclass(frozen=True)
class DossierDetailShown:
    dossier: Dossier
    late_days: int
    followed: bool = False
    behind_since: datetime | None = None
    filed_here: bool = False  # in chat: its photos can be asked for
    lacking: Lacking | None = None


@dataclass(frozen=True)
class DossierFollowed:
    """`on` False: no longer. `off`: this chat has all its notices switched off."""

    code: str
    on: bool
    off: bool = False


@dataclass(frozen=True)
class NoticesSwitched:
    on: bool
    followed: int


@dataclass(frozen=True)
class DossierRated:
    """`next_target`: whom to ask about next; `words`: they said something to it."""

    code: str
    target: RatingTarget
    score: int
    words: bool
    next_target: RatingTarget | None = None
    handler: str = ""


@dataclass(frozen=True)
class DossierFactorAsked:
    code: str


@dataclass(frozen=True)
class DossierHidden:
    """Unknown, wrong digits or locked: one and the same answer. `tried`: digits were given, others may follow."""

    code: str
    behind_since: datetime | None = None
    tried: bool = False


@dataclass(frozen=True)
class DossierPaused:
    """Too many different codes from one person."""
