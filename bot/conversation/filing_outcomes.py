"""What came of a step of filing: facts for the wording, nothing worded yet."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.conversation.filing import Ask, Elsewhere
from intents.catalog import Procedure
from storage.records import Appointment, Dossier, Submission


@dataclass(frozen=True)
class FilingElsewhere:
    """Not filed here: with VNeID, or at the desk."""

    procedure: Procedure
    why: Elsewhere


@dataclass(frozen=True)
class FilesBound:
    """What came of the files just sent, for one paper."""

    part: str
    fresh: int
    twice: int
    remarks: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    whole: int = 0  # files of that paper now
    over: int = 0  # not taken: the paper has as many as it may


@dataclass(frozen=True)
class FilingAsked:
    """The next question, after what was just done. `resumed`: it had been left lying."""

    procedure: Procedure
    submission: Submission
    ask: Ask
    resumed: bool = False
    bound: FilesBound | None = None
    problem: str = ""  # the end of a text key under `filing.problem`


@dataclass(frozen=True)
class FilingMoveAsked:
    """Which paper does the last photo belong to?"""

    procedure: Procedure
    submission: Submission


@dataclass(frozen=True)
class FilingPaused:
    procedure: Procedure
    submission: Submission


@dataclass(frozen=True)
class FilingCancelAsked:
    procedure: Procedure
    submission: Submission


@dataclass(frozen=True)
class FilingCancelled:
    pass


@dataclass(frozen=True)
class FilingGone:
    """No such draft, or not theirs."""


@dataclass(frozen=True)
class FilingSent:
    procedure: Procedure
    submission: Submission
    supplemented: bool = False


@dataclass(frozen=True)
class Lacking:
    """The one-stop system wants papers that can be sent in chat; `sent_at`: when they were."""

    sent_at: datetime | None


@dataclass(frozen=True)
class SubmissionShown:
    """Where it stands and who looked: (name, when first). Once accepted, `dossier` is what holds."""

    procedure: Procedure
    submission: Submission
    looked: tuple[tuple[str, datetime], ...]
    appointment: Appointment | None
    reason: str = ""
    dossier: Dossier | None = None
    late_days: int = 0
    lacking: Lacking | None = None
    behind_since: datetime | None = None  # the source does not answer: known until then


class NotShown(StrEnum):
    """Why photos are not shown in this chat."""

    ELSEWHERE = "elsewhere"
    ASKED = "asked"  # an officer is asked now
    WAITING = "waiting"
    DENIED = "denied"


@dataclass(frozen=True)
class OwnPhotosShown:
    """Papers with the ids of their files. None: this chat did not file it; `why` says what is to be done."""

    submission: Submission
    papers: tuple[tuple[str, tuple[int, ...]], ...] | None
    why: NotShown = NotShown.ELSEWHERE


@dataclass(frozen=True)
class SupplementElsewhere:
    """What this dossier lacks is not taken in this chat: another one sends it (`sent_at`: has sent it), or it is
    brought there."""

    agency: str
    sent_at: datetime | None = None


@dataclass(frozen=True)
class MediaAsked:
    """What is this photo? Perhaps what a submission (its id) or a dossier (its code) lacks."""

    submissions: tuple[int, ...] = ()
    dossiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class SlotsOffered:
    procedure: Procedure
    submission: Submission
    free: tuple[datetime, ...]
    full: bool = False  # the one that was wanted was taken a moment before
    held: datetime | None = None
    more: datetime | None = None  # the next free one of the same day, where there is one
    later: datetime | None = None  # the first free one of another day


@dataclass(frozen=True)
class AppointmentBooked:
    procedure: Procedure
    submission: Submission
    starts_at: datetime
    calendar: str | None = None  # where its calendar file lies


@dataclass(frozen=True)
class AppointmentGiven:
    """Given up again; `had` False: there was none."""

    submission: Submission
    had: bool


@dataclass(frozen=True)
class OwnerAsked:
    """The owner is asked whether that helper may file for them."""

    procedure: Procedure
    code: str
    helper: str


@dataclass(frozen=True)
class OwnerAnswered:
    procedure: Procedure | None
    given: bool


FilingOutcome = (
    FilingElsewhere
    | FilingAsked
    | FilingMoveAsked
    | FilingPaused
    | FilingCancelAsked
    | FilingCancelled
    | FilingGone
    | FilingSent
    | SubmissionShown
    | OwnPhotosShown
    | SupplementElsewhere
    | SlotsOffered
    | AppointmentBooked
    | AppointmentGiven
    | OwnerAsked
    | OwnerAnswered
    | MediaAsked
)
