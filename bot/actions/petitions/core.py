"""What every act about a petition shares: the draft at hand, its deadlines, whose it is."""

from datetime import date, datetime

from bot.actions.turn import Turn
from bot.conversation.outcomes import PetitionTold
from bot.conversation.petitions import PetitionDraft
from bot.worktime import VIETNAM, WorkTime
from storage.petition_records import Petition

QUEUE = "petitions"  # wake topic of the officers' list


def draft_of(turn: Turn) -> PetitionDraft:
    """What was told so far; a fresh one where nothing was."""
    return turn.state.petition or PetitionDraft()


def end_of(worktime: WorkTime, start: datetime, working_days: int) -> datetime:
    """The end of office hours so many working days after `start`, whose own day is not counted."""
    received: date = start.astimezone(VIETNAM).date()
    return worktime.closing(worktime.add_days(received, working_days))


def told(petition: Petition, turn: Turn) -> PetitionTold:
    worktime, catalog = turn.tools.worktime, turn.snapshot.catalog
    known = catalog.department_by_id.get(petition.department)
    return PetitionTold(
        petition,
        worktime.counted(petition.counted_from, petition.forward_due_at),
        worktime.counted(petition.counted_from, petition.answer_due_at),
        known.name if known else petition.department,
    )
