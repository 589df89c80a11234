"""What came of an act about a petition: facts for the wording."""

from dataclasses import dataclass

from bot.conversation.petitions import Likeness, PetitionDraft
from bot.worktime import Counted
from storage.petition_records import Petition


@dataclass(frozen=True)
class PetitionTold:
    """A petition with its deadlines as they are counted, and the name of whose it is now."""

    petition: Petition
    forward: Counted
    answer: Counted
    department: str


@dataclass(frozen=True)
class PetitionTextAsked:
    """`draft.text`: what was told so far is too short; what comes next is added to it."""

    draft: PetitionDraft


@dataclass(frozen=True)
class PetitionReviewed:
    """`place`: what the commune is called. `added`: something was told in addition; `refused`: why photos could not."""

    draft: PetitionDraft
    place: str = ""
    added: bool = False
    refused: tuple[str, ...] = ()
    gone: bool = False  # photos that were kept as long as may be


@dataclass(frozen=True)
class PetitionKindAsked:
    draft: PetitionDraft


@dataclass(frozen=True)
class PetitionLikeFound:
    """Before it is sent: others have told the same, as it seems."""

    draft: PetitionDraft
    found: tuple[Likeness, ...]


@dataclass(frozen=True)
class PetitionLeft:
    """Not sent and not lost. `asks`: whether it shall be dropped for good."""

    draft: PetitionDraft
    asks: bool


@dataclass(frozen=True)
class PetitionFollowed:
    told: PetitionTold


@dataclass(frozen=True)
class PetitionFiled:
    told: PetitionTold


@dataclass(frozen=True)
class PetitionReopened:
    """`noted`: it is open already, and what was said was added to it."""

    told: PetitionTold
    noted: bool = False


@dataclass(frozen=True)
class PetitionRatingAsked:
    code: str


@dataclass(frozen=True)
class PetitionRated:
    code: str
    score: int


@dataclass(frozen=True)
class PetitionCodeAsked:
    own: tuple[Petition, ...] = ()


@dataclass(frozen=True)
class PetitionShown:
    told: PetitionTold
    mine: bool = True


@dataclass(frozen=True)
class PetitionUnknown:
    pass


PetitionOutcome = (
    PetitionTextAsked
    | PetitionReviewed
    | PetitionKindAsked
    | PetitionLikeFound
    | PetitionLeft
    | PetitionFollowed
    | PetitionFiled
    | PetitionReopened
    | PetitionRatingAsked
    | PetitionRated
    | PetitionCodeAsked
    | PetitionShown
    | PetitionUnknown
)
