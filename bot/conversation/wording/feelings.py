"""What is said first to somebody who is angry or in mourning. What they need is served all the same.

An apology comes first whatever was asked: a procedure, a dossier, a person. It is said once: not where the answer
is itself one line for pure abuse, an apology for a late dossier, or thanks for a rating. Nothing delays a warning.
"""

from dataclasses import replace

from bot.conversation import outcomes
from bot.conversation.outcomes import Outcome
from bot.conversation.wording.context import Wording
from bot.messages import Reply

_SAYS_ITSELF = (
    outcomes.EmergencyWarned,
    outcomes.RatingRecorded,
    outcomes.RatingReasonNoted,
    outcomes.DossierRated,
    outcomes.PetitionRated,
)
_TALK = ("talk.angry", "talk.decline.")


def apologising(outcome: Outcome) -> Outcome:
    """The card of a procedure apologises in its own words, within its length."""
    return replace(outcome, apology=True) if isinstance(outcome, outcomes.ProcedureShown) else outcome


def explaining(outcome: Outcome) -> Outcome:
    """Who asks what a word means has not said that somebody died."""
    return replace(outcome, mourned=False) if isinstance(outcome, outcomes.ProcedureShown) else outcome


def sorry_first(replies: tuple[Reply, ...], outcome: Outcome, wording: Wording) -> tuple[Reply, ...]:
    """The answer to somebody angry, with an apology before it unless its own words are one."""
    if not replies or _says_itself(outcome):
        return replies
    return (Reply(wording.texts("talk.sorry")), *replies)


def _says_itself(outcome: Outcome) -> bool:
    match outcome:
        case outcomes.ProcedureShown(part=None):
            return True
        case outcomes.DossierShown() | outcomes.DossierDetailShown():
            return outcome.late_days > 0
        case outcomes.Said():
            return outcome.key.startswith(_TALK)
    return isinstance(outcome, _SAYS_ITSELF)
