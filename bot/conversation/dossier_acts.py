"""What a citizen can want of a dossier: look it up, follow it, be told or not, rate who handled it."""

from dataclasses import dataclass

from storage.records import RatingTarget


@dataclass(frozen=True)
class LookUpDossier:
    """Without a code: ask for it. With `factor` (six digits): open the rest."""

    code: str | None = None
    factor: str | None = None
    detail: bool = False  # asked for more than the bare code shows


@dataclass(frozen=True)
class FollowDossier:
    """Hear of what happens to it, or (`on` False) no longer. Without a code: the one is asked for."""

    code: str | None = None
    on: bool = True


@dataclass(frozen=True)
class AskPapers:
    """See the photos again that this dossier was filed with."""

    code: str


@dataclass(frozen=True)
class SendMissing:
    """Send what the one-stop system says this dossier lacks."""

    code: str


@dataclass(frozen=True)
class SwitchNotices:
    """All notices of this chat off, or on again. `perhaps`: a word that means them only where there are any."""

    on: bool
    perhaps: bool = False


@dataclass(frozen=True)
class RateDossier:
    """The agency, or the officer who handled it."""

    code: str
    target: RatingTarget
    score: int
    words: str | None = None
