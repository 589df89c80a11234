"""What every step of filing shares: whose draft it is, its procedure, the next question."""

from dataclasses import replace
from typing import Any

from bot.actions.turn import Turn
from bot.conversation import filing as plan
from bot.conversation import outcomes, tokens
from bot.conversation.filing import Question, Verb
from bot.conversation.outcomes import Outcome
from intents.catalog import Level, Procedure
from storage.errors import NotFoundError
from storage.records import Purpose, Submission

QUEUE = "filing"  # wake topic of the officers' list
UNTOLD = ""  # the citizen did not want to say which commune


async def go_on(submission: Submission, turn: Turn, **more: Any) -> Outcome:
    """The next question; consent and the commune are asked where they are first needed."""
    procedure = procedure_of(submission, turn)
    if procedure is None:
        return outcomes.FilingGone()
    ask = plan.next_question(procedure, submission)
    if ask.question not in (Question.WHO, Question.OWNER):
        here = tokens.filing(Verb.GO, submission.id)
        if not await turn.uow.consents.has(turn.contact.citizen_id, Purpose.UPLOAD):
            return outcomes.ConsentAsked(Purpose.UPLOAD, here)
        if submission.commune is None and _is_local(procedure, turn):
            if turn.contact.commune is None and not _skipped(turn):
                return outcomes.CommuneAsked(here)
            submission = await _placed(submission, turn.contact.commune or UNTOLD, turn)
    return outcomes.FilingAsked(procedure, submission, ask, **more)


def _is_local(procedure: Procedure, turn: Turn) -> bool:
    """The commune's own desk works on it: which one?"""
    return procedure.level is Level.COMMUNE and bool(turn.snapshot.catalog.communes)


def _skipped(turn: Turn) -> bool:
    return turn.state.expecting is not None and turn.state.expecting.data.get("skipped") == "yes"


async def _placed(submission: Submission, commune: str, turn: Turn) -> Submission:
    department = turn.snapshot.catalog.department_of(procedure_of(submission, turn), commune)
    await turn.uow.submissions.set_commune(submission.id, commune, department)
    return replace(submission, commune=commune, department=department)


def procedure_of(submission: Submission, turn: Turn) -> Procedure | None:
    catalog = turn.snapshot.catalog
    return catalog.by_code.get(submission.procedure_code) or catalog.current(
        submission.procedure_code, turn.today
    )


async def theirs(submission_id: int, turn: Turn) -> Submission | None:
    try:
        submission = await turn.uow.submissions.lock(submission_id)
    except NotFoundError:
        return None
    return submission if turn.contact.citizen_id in {submission.citizen_id, submission.owner_id} else None


async def answered(submission: Submission, turn: Turn, **answers: Any) -> Submission:
    """With one answer more, stored."""
    whole = {**submission.answers, **answers}
    await turn.uow.submissions.set_answers(submission.id, whole)
    return replace(submission, answers=whole)
