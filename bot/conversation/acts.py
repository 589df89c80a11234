"""What a citizen can want. One frozen class an act; `name_of(act)` is what `motcua ask` reports."""

import re
from dataclasses import dataclass
from typing import TypeAlias

from bot.conversation.dossier_acts import (
    AskPapers,
    FollowDossier,
    LookUpDossier,
    RateDossier,
    SendMissing,
    SwitchNotices,
)
from bot.conversation.filing_acts import ConfirmOwner, FileStep, ReceiveFiles, ShowSubmission, StartFiling
from bot.conversation.petition_acts import (
    AddToPetition,
    AskPetitionState,
    ChangePetition,
    FilePetition,
    FollowPetition,
    LeavePetition,
    RatePetition,
    ReopenPetition,
)
from intents.places import Renamed
from intents.reading import Danger, Part
from intents.slots import SlotQuestion
from storage.records import Purpose, RatingReason, Reason

# Handed on: to everybody else an act is `acts.Something`, wherever it stands.
__all__ = [
    "AddToPetition",
    "AskPapers",
    "AskPetitionState",
    "ChangePetition",
    "ConfirmOwner",
    "FilePetition",
    "FileStep",
    "FollowDossier",
    "FollowPetition",
    "LeavePetition",
    "LookUpDossier",
    "RateDossier",
    "RatePetition",
    "ReceiveFiles",
    "ReopenPetition",
    "SendMissing",
    "ShowSubmission",
    "StartFiling",
    "SwitchNotices",
]


@dataclass(frozen=True)
class ShowProcedure:
    """`part` None: the short card."""

    code: str
    part: Part | None = None
    noticed: tuple[tuple[str, str], ...] = ()  # old names used, with what they are called now


@dataclass(frozen=True)
class FileWithout:
    """A paper of the procedure is lacking: what then? `paper` as it was said; `instead`: what makes such a paper."""

    code: str
    paper: tuple[str, ...]
    instead: str | None = None


@dataclass(frozen=True)
class AskWhich:
    """Two or more procedures are close: at most three are offered. `question` settles one slot."""

    codes: tuple[str, ...]
    part: Part | None = None
    question: SlotQuestion | None = None


@dataclass(frozen=True)
class ShowSeveral:
    """Two needs in one message: answered in order, or as the bundle they form. `ask`: which is meant by the other."""

    codes: tuple[str, ...]
    bundle: str | None = None
    ask: AskWhich | None = None


@dataclass(frozen=True)
class ShowAnother:
    """Not that one: the next best of what was found last."""


@dataclass(frozen=True)
class AskAgain:
    """Nothing was found for the first time."""


@dataclass(frozen=True)
class AskWhat:
    """A part is asked for ("lệ phí bao nhiêu") of no procedure yet."""

    part: Part


@dataclass(frozen=True)
class Escalate:
    reason: Reason
    question: str


@dataclass(frozen=True)
class RecordRating:
    """`score` None: offer the five levels. `ticket_id` None: the assistant itself is rated.

    `officer_id`: whose answer the press hung under; None for who answered last.
    """

    score: int | None = None
    ticket_id: int | None = None
    words: str | None = None
    officer_id: int | None = None


@dataclass(frozen=True)
class GiveRatingReason:
    """Why it was rated so."""

    ticket_id: int
    reason: RatingReason


@dataclass(frozen=True)
class ReopenTicket:
    """The citizen says that it is not done."""

    ticket_id: int | None = None
    words: str = ""


@dataclass(frozen=True)
class WithdrawTicket:
    """The question to a person is not needed any longer. `given` None: is asked first."""

    ticket_id: int | None = None
    given: bool | None = None


@dataclass(frozen=True)
class ShowTopic:
    topic: str


@dataclass(frozen=True)
class NameOtherBody:
    """Another body's business: who, and where to turn."""

    topic: str


@dataclass(frozen=True)
class WarnEmergency:
    danger: Danger


@dataclass(frozen=True)
class CheckScam:
    pass


@dataclass(frozen=True)
class Decline:
    """Politely not: unlawful, an instruction to change the rules, politics, abuse."""

    about: str


@dataclass(frozen=True)
class ExplainComplaint:
    """Formal complaints and denunciations have their own law: say where they go."""


@dataclass(frozen=True)
class Greet:
    parameter: str | None = None


@dataclass(frozen=True)
class Thank:
    goodbye: bool = False
    praise: bool = False


@dataclass(frozen=True)
class Chat:
    """Small talk, "are you a machine?", and anger that does not say about what."""

    human: bool = False
    angry: bool = False


@dataclass(frozen=True)
class ShowHelp:
    pass


@dataclass(frozen=True)
class ChooseAgain:
    """A number that stands for none of the choices: they are shown once more."""


@dataclass(frozen=True)
class NotKnow:
    """ "Không nhớ": they cannot say what was asked. `about`: the step, where it helps to say more."""

    about: str = "other"


@dataclass(frozen=True)
class LiveElsewhere:
    """ "Tôi ở Hà Nội": in another province."""


@dataclass(frozen=True)
class Cancel:
    pass


@dataclass(frozen=True)
class GoBack:
    pass


@dataclass(frozen=True)
class SetCommune:
    """`commune` None: what was typed is no commune of this province. `skip`: the citizen does not want to say.

    `then`: token of what was asked in the same breath ("ở phường An Xuyên nộp chỗ nào").
    """

    commune: str | None
    typed: str = ""
    skip: bool = False
    then: str = ""


@dataclass(frozen=True)
class TellName:
    """What a place or body is called now. `commune`: the one that it is. `lives`: theirs is one of several."""

    renamed: Renamed
    commune: str | None = None
    lives: bool = False


@dataclass(frozen=True)
class ForgetCommune:
    pass


@dataclass(frozen=True)
class AnswerConsent:
    """Yes or no to what was asked before an identifying act; `then` is the token of that act."""

    purpose: Purpose
    given: bool
    then: str


@dataclass(frozen=True)
class WithdrawConsent:
    pass


@dataclass(frozen=True)
class ShowMyData:
    pass


@dataclass(frozen=True)
class ForgetMe:
    """Erase what is kept about me. `given` None: what goes and what stays is said first."""

    given: bool | None = None


@dataclass(frozen=True)
class SetLanguage:
    """`language` None: the other one of the two."""

    language: str | None


@dataclass(frozen=True)
class PassOn:
    """A person holds the conversation: the message is theirs and the bot is silent."""


@dataclass(frozen=True)
class OpenAside:
    """The button "Hỏi trợ lý": the next question is the bot's, while a person holds the conversation."""


@dataclass(frozen=True)
class AskAboutMedia:
    """A photo or file without context. `papers`: they want to file it, but not yet for what."""

    papers: bool = False
    video: bool = False


@dataclass(frozen=True)
class ShowOffice:
    """Where a commune's desk is, for somebody who need not live there."""

    commune: str


@dataclass(frozen=True)
class FindOffice:
    latitude: float
    longitude: float


@dataclass(frozen=True)
class ReceiveContact:
    phone: str
    own: bool


@dataclass(frozen=True)
class JoinChats:
    """Yes or no of the chat with the proven number: the other chat is the same person's."""

    joining_id: int
    yes: bool


@dataclass(frozen=True)
class Leave:
    """The citizen blocked or left."""


@dataclass(frozen=True)
class Ignore:
    """Nothing to answer, such as a sticker after a thank-you."""


Act: TypeAlias = (
    ShowProcedure
    | FileWithout
    | AskWhich
    | ShowSeveral
    | ShowAnother
    | AskAgain
    | AskWhat
    | Escalate
    | LookUpDossier
    | AskPapers
    | SendMissing
    | FollowDossier
    | SwitchNotices
    | RateDossier
    | FilePetition
    | AddToPetition
    | ChangePetition
    | FollowPetition
    | LeavePetition
    | ReopenPetition
    | RatePetition
    | AskPetitionState
    | RecordRating
    | GiveRatingReason
    | ReopenTicket
    | WithdrawTicket
    | ShowTopic
    | NameOtherBody
    | WarnEmergency
    | CheckScam
    | Decline
    | ExplainComplaint
    | Greet
    | Thank
    | Chat
    | ShowHelp
    | ChooseAgain
    | NotKnow
    | LiveElsewhere
    | Cancel
    | GoBack
    | SetCommune
    | TellName
    | ForgetCommune
    | AnswerConsent
    | WithdrawConsent
    | ShowMyData
    | ForgetMe
    | SetLanguage
    | PassOn
    | OpenAside
    | StartFiling
    | FileStep
    | ReceiveFiles
    | ConfirmOwner
    | ShowSubmission
    | AskAboutMedia
    | ShowOffice
    | FindOffice
    | ReceiveContact
    | JoinChats
    | Leave
    | Ignore
)


def name_of(act: Act) -> str:
    """The snake_case name of an act: `ShowProcedure` is `show_procedure`."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", type(act).__name__).lower()
