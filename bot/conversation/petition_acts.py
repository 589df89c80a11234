"""What a citizen can want of a petition."""

from dataclasses import dataclass

from storage.petition_records import PetitionKind


@dataclass(frozen=True)
class FilePetition:
    """`kind` None: that of the draft at hand. `commune`: the id of one that is named in the text."""

    kind: PetitionKind | None = None
    text: str | None = None
    send: bool = False
    anew: bool = False  # told once more from the beginning
    commune: str = ""


@dataclass(frozen=True)
class AddToPetition:
    """Photos or a place for the petition that is being told. Nothing at all: photos are still on their way."""

    file_ids: tuple[int, ...] = ()
    refused: tuple[str, ...] = ()
    caption: str = ""
    location: str = ""
    kind: PetitionKind | None = None  # what the caption is about
    commune: str = ""


@dataclass(frozen=True)
class ChangePetition:
    """Before it is sent: another kind, or the name withheld. Neither: which kind, is asked."""

    kind: PetitionKind | None = None
    withheld: bool | None = None


@dataclass(frozen=True)
class LeavePetition:
    """What is told and not sent: kept for later, or dropped. `drop` None: which of them, is asked."""

    drop: bool | None = None


@dataclass(frozen=True)
class FollowPetition:
    """It is the same as one that others sent. None: it is not, and goes on."""

    petition_id: int | None = None


@dataclass(frozen=True)
class ReopenPetition:
    """The citizen says that it is not solved; `words` say why."""

    code: str
    words: str = ""


@dataclass(frozen=True)
class RatePetition:
    """`score` None: offer the five levels."""

    code: str
    score: int | None = None


@dataclass(frozen=True)
class AskPetitionState:
    code: str | None = None
