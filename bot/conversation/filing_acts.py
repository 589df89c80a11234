"""What a citizen can want while filing: begin, one step, photos, the owner's word, see what was sent."""

from dataclasses import dataclass

from bot.conversation.filing import Verb


@dataclass(frozen=True)
class StartFiling:
    """File this procedure in chat, or go on with what was begun."""

    code: str


@dataclass(frozen=True)
class FileStep:
    """One step of filing. `submission` 0: the one at hand."""

    verb: Verb
    submission: int = 0
    value: str = ""


@dataclass(frozen=True)
class ReceiveFiles:
    """Files that arrived and are kept; `refused` are reasons for those that could not be."""

    file_ids: tuple[int, ...]
    refused: tuple[str, ...] = ()
    caption: str = ""


@dataclass(frozen=True)
class ConfirmOwner:
    """The owner of a dossier answers for the helper who files it. `given` None: is asked first."""

    code: str
    given: bool | None = None


@dataclass(frozen=True)
class ShowSubmission:
    receipt_code: str
