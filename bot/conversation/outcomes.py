"""What came of an act: facts for the wording, nothing worded yet."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.conversation.dossier_outcomes import (
    DossierCodeAsked,
    DossierDetailShown,
    DossierFactorAsked,
    DossierFollowed,
    DossierHidden,
    DossierPaused,
    DossierRated,
    DossierShown,
    NoticesSwitched,
)
from bot.conversation.filing_outcomes import (
    AppointmentBooked,
    AppointmentGiven,
    FilesBound,
    FilingAsked,
    FilingCancelAsked,
    FilingCancelled,
    FilingElsewhere,
    FilingGone,
    FilingMoveAsked,
    FilingOutcome,
    FilingPaused,
    FilingSent,
    Lacking,
    MediaAsked,
    OwnerAnswered,
    OwnerAsked,
    OwnPhotosShown,
    SlotsOffered,
    SubmissionShown,
    SupplementElsewhere,
)
from bot.conversation.petition_outcomes import (
    PetitionCodeAsked,
    PetitionFiled,
    PetitionFollowed,
    PetitionKindAsked,
    PetitionLeft,
    PetitionLikeFound,
    PetitionOutcome,
    PetitionRated,
    PetitionRatingAsked,
    PetitionReopened,
    PetitionReviewed,
    PetitionShown,
    PetitionTextAsked,
    PetitionTold,
    PetitionUnknown,
)
from bot.conversation.petitions import PetitionDraft
from intents.catalog import Office, Procedure, RequiredDocument, Topic
from intents.places import Renamed
from intents.reading import Danger, Part
from intents.slots import SlotQuestion
from storage.records import Purpose, Ticket

# Handed on: to everybody else an outcome is `outcomes.Something`, wherever it stands.
__all__ = [
    "AppointmentBooked",
    "AppointmentGiven",
    "DossierCodeAsked",
    "DossierDetailShown",
    "DossierFactorAsked",
    "DossierFollowed",
    "DossierHidden",
    "DossierPaused",
    "DossierRated",
    "DossierShown",
    "FilesBound",
    "FilingAsked",
    "FilingCancelAsked",
    "FilingCancelled",
    "FilingElsewhere",
    "FilingGone",
    "FilingMoveAsked",
    "FilingPaused",
    "FilingSent",
    "Lacking",
    "MediaAsked",
    "NoticesSwitched",
    "OwnPhotosShown",
    "OwnerAnswered",
    "OwnerAsked",
    "PetitionCodeAsked",
    "PetitionFiled",
    "PetitionFollowed",
    "PetitionKindAsked",
    "PetitionLeft",
    "PetitionLikeFound",
    "PetitionRated",
    "PetitionRatingAsked",
    "PetitionReopened",
    "PetitionReviewed",
    "PetitionShown",
    "PetitionTextAsked",
    "PetitionTold",
    "PetitionUnknown",
    "SlotsOffered",
    "SubmissionShown",
    "SupplementElsewhere",
]


@dataclass(frozen=True)
class ProcedureShown:
    procedure: Procedure
    part: Part | None
    office: Office | None = None
    successor_of: str | None = None  # the repealed code that was asked for
    apology: bool = False
    mourned: bool = True  # where somebody has died: not for who asks what a word means
    renamed: tuple[tuple[str, str], ...] = ()  # (old, new)


@dataclass(frozen=True)
class WithoutShown:
    """What to do without a paper. `document` None: the procedure does not ask for it. `instead` makes such a paper."""

    procedure: Procedure
    paper: str
    document: RequiredDocument | None
    instead: Procedure | None = None


@dataclass(frozen=True)
class SeveralShown:
    """`asked`: a need of the same message that is to be settled yet."""

    procedures: tuple[Procedure, ...]
    bundle: Procedure | None
    asked: "WhichAsked | None" = None


@dataclass(frozen=True)
class WhichAsked:
    procedures: tuple[Procedure, ...]
    part: Part | None
    question: SlotQuestion | None = None


@dataclass(frozen=True)
class CommuneAsked:
    then: str
    unknown: str = ""


@dataclass(frozen=True)
class CommuneSet:
    name: str
    office: Office | None


@dataclass(frozen=True)
class NameTold:
    renamed: Renamed
    office: Office | None
    then: str | None = None  # which of them is theirs is asked, as in CommuneAsked


@dataclass(frozen=True)
class CommuneForgotten:
    pass


@dataclass(frozen=True)
class OfficeShown:
    commune: str
    office: Office | None


@dataclass(frozen=True)
class OfficeFound:
    office: Office | None
    kilometres: float


@dataclass(frozen=True)
class NotUnderstood:
    empty: bool = False


@dataclass(frozen=True)
class WhatAsked:
    part: Part


@dataclass(frozen=True)
class QuestionAsked:
    """A person was asked for, but not yet about what."""


@dataclass(frozen=True)
class TicketOpened:
    """`open_now`: somebody is at the desk. `already`: the question was added to the ticket that is open.

    `closes`: before the promised time the channel lets nobody answer any more, unless they write again.
    """

    ticket: Ticket
    ahead: int
    open_now: bool
    already: bool = False
    closes: datetime | None = None


@dataclass(frozen=True)
class TicketReopened:
    ticket: Ticket


@dataclass(frozen=True)
class NothingToReopen:
    pass


@dataclass(frozen=True)
class WithdrawAsked:
    ticket: Ticket


@dataclass(frozen=True)
class TicketWithdrawn:
    """`ticket` None: none is waiting. `kept`: they thought better of it, or it has to be seen to."""

    ticket: Ticket | None
    kept: bool = False


@dataclass(frozen=True)
class ConsentAsked:
    """`draft` is what was already told; it waits for the answer."""

    purpose: Purpose
    then: str
    draft: str = ""
    petition: PetitionDraft | None = None


@dataclass(frozen=True)
class ConsentRefused:
    purpose: Purpose


@dataclass(frozen=True)
class ConsentsWithdrawn:
    count: int


@dataclass(frozen=True)
class MyDataShown:
    commune: str | None
    consents: tuple[tuple[Purpose, datetime], ...]
    petitions: int


@dataclass(frozen=True)
class RatingAsked:
    ticket_id: int | None


@dataclass(frozen=True)
class RatingRecorded:
    score: int
    ticket_id: int | None
    words: bool
    officer_id: int | None = None
    changed: bool = False


@dataclass(frozen=True)
class RatingReasonNoted:
    score: int
    ticket_id: int
    officer_id: int | None = None


@dataclass(frozen=True)
class RatingRefused:
    """Not this person's ticket, or a matter of mourning that is never rated."""


@dataclass(frozen=True)
class TopicShown:
    topic: Topic


@dataclass(frozen=True)
class EmergencyWarned:
    danger: Danger
    besides: TopicShown | None = None


@dataclass(frozen=True)
class Said:
    """A fixed text by its key, with the facts it needs."""

    key: str
    facts: dict[str, str] = field(default_factory=dict)
    menu: str = ""  # "main" offers the main menu


@dataclass(frozen=True)
class Cancelled:
    """`petition`: what was told and not sent is dropped."""

    something: bool
    petition: bool = False


@dataclass(frozen=True)
class MenuShown:
    """The last choices once more."""


@dataclass(frozen=True)
class Unknowing:
    """They cannot say what was asked: `about` which step."""

    about: str


@dataclass(frozen=True)
class ForgetAsked:
    """What has to stay: petitions sent, dossiers filed, and the open ticket's number."""

    petitions: int
    submissions: int
    ticket: Ticket | None


@dataclass(frozen=True)
class Forgotten:
    petitions: int
    submissions: int
    ticket: Ticket | None


@dataclass(frozen=True)
class AsideOpened:
    officer: str


@dataclass(frozen=True)
class LanguageSet:
    language: str


@dataclass(frozen=True)
class Silence:
    """The bot says nothing."""


Outcome: TypeAlias = (
    ProcedureShown
    | WithoutShown
    | SeveralShown
    | NameTold
    | WhichAsked
    | CommuneAsked
    | CommuneSet
    | CommuneForgotten
    | OfficeShown
    | OfficeFound
    | NotUnderstood
    | WhatAsked
    | QuestionAsked
    | TicketOpened
    | TicketReopened
    | NothingToReopen
    | WithdrawAsked
    | TicketWithdrawn
    | DossierCodeAsked
    | DossierShown
    | DossierDetailShown
    | DossierFactorAsked
    | DossierFollowed
    | NoticesSwitched
    | DossierRated
    | DossierHidden
    | DossierPaused
    | ConsentAsked
    | ConsentRefused
    | ConsentsWithdrawn
    | MyDataShown
    | PetitionOutcome
    | FilingOutcome
    | RatingAsked
    | RatingRecorded
    | RatingReasonNoted
    | RatingRefused
    | TopicShown
    | EmergencyWarned
    | Said
    | Cancelled
    | MenuShown
    | Unknowing
    | ForgetAsked
    | Forgotten
    | AsideOpened
    | LanguageSet
    | Silence
)
