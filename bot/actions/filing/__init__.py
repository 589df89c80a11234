"""Filing a dossier in chat: started, taken step by step, sent once. The next question follows from what is stored."""

from bot.actions.codes import new_code
from bot.actions.filing import answers, missing, papers, photos, sent
from bot.actions.filing.answers import RECEIPT_JOB
from bot.actions.filing.core import QUEUE, go_on, procedure_of, theirs
from bot.actions.turn import Turn
from bot.conversation import acts, outcomes
from bot.conversation import filing as plan
from bot.conversation.filing import Verb
from bot.conversation.outcomes import Outcome
from intents.catalog import Procedure
from storage.records import Submission, SubmissionStatus

__all__ = [
    "QUEUE",
    "RECEIPT_JOB",
    "ask_papers",
    "confirm",
    "receive",
    "send_missing",
    "show",
    "start",
    "step",
    "wanted_here",
]

ask_papers, send_missing, wanted_here = papers.ask, missing.begin, missing.wanted_here
confirm, receive, show = sent.confirm, photos.receive, sent.show
OPEN = (SubmissionStatus.DRAFT, SubmissionStatus.SUPPLEMENT)


async def start(act: acts.StartFiling, turn: Turn) -> Outcome:
    procedure = turn.snapshot.catalog.current(act.code, turn.today)
    if procedure is None:
        return outcomes.Said("procedure.unknown_code", {"code": act.code}, menu="main")
    reason = plan.elsewhere(procedure, turn.snapshot.catalog)
    if reason:
        return outcomes.FilingElsewhere(procedure, reason)
    mine = await turn.uow.submissions.of_address(turn.contact.address_id)
    begun = next((each for each in mine if _same_draft(each, procedure)), None)
    if begun:
        return await go_on(begun, turn, resumed=True)
    draft = await turn.uow.submissions.add(
        receipt_code=new_code("HS"),
        procedure_code=procedure.code,
        citizen_id=turn.contact.citizen_id,
        address_id=turn.contact.address_id,
        created_at=turn.now,
        department=turn.snapshot.catalog.department_of(procedure, turn.contact.commune),
        commune=turn.contact.commune,
    )
    return await go_on(draft, turn)


def _same_draft(submission: Submission, procedure: Procedure) -> bool:
    draft = submission.status is SubmissionStatus.DRAFT and submission.dossier_code is None
    return draft and submission.procedure_code == procedure.code


async def step(act: acts.FileStep, turn: Turn) -> Outcome:
    """Whatever was pressed: the submission must be theirs, and the step must fit its state."""
    if act.verb in _OF_AN_APPOINTMENT and not act.submission:
        return await sent.appointment(act, turn)
    number = act.submission or turn.state.draft or await _open_one(turn)
    if not number and act.verb is Verb.GO:
        return outcomes.Said("filing.none_open", menu="main")
    submission = await theirs(number, turn)
    if submission is None:
        return outcomes.FilingGone()
    procedure = procedure_of(submission, turn)
    if procedure is None:
        return outcomes.FilingGone()
    if act.verb in _ANY_TIME:
        return await _ANY_TIME[act.verb](act, submission, procedure, turn)
    if submission.status not in OPEN:
        return await _after_sending(act, submission, procedure, turn)
    return await _STEPS[act.verb](act, submission, procedure, turn)


async def _open_one(turn: Turn) -> int:
    """What an officer asked papers for, else what is being filed; the newest. 0: neither."""
    mine = await turn.uow.submissions.of_citizen(turn.contact.citizen_id)
    newest = [next((each.id for each in mine if each.status is status), 0) for status in reversed(OPEN)]
    return next(filter(None, newest), 0)


async def _after_sending(
    act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn
) -> Outcome:
    """An old button: pressed twice, it shows what came of the first press."""
    if submission.status is SubmissionStatus.CANCELLED:
        return outcomes.FilingGone()
    if act.verb is Verb.SEND and (submission.status is SubmissionStatus.SENT or submission.resent_at):
        return outcomes.FilingSent(procedure, submission, bool(submission.answers.get("asked")))
    return await sent.shown(submission, procedure, turn)


_STEPS = {
    Verb.GO: answers.go,
    Verb.WHO: answers.who,
    Verb.WAIT: answers.wait,
    Verb.CASE: answers.case,
    Verb.DONE: answers.settle,
    Verb.LACKING: answers.settle,
    Verb.REDO: photos.redo,
    Verb.OTHER: photos.ask_other,
    Verb.TO: photos.move_last,
    Verb.PLACE: photos.place,
    Verb.DELIVERY: answers.delivery,
    Verb.ADDRESS: answers.address,
    Verb.FIX: answers.fix,
    Verb.SEND: answers.send,
    Verb.BACK: answers.back,
    Verb.PAUSE: answers.pause,
    Verb.CANCEL: answers.cancel,
    Verb.DROP: answers.drop,
}
_OF_AN_APPOINTMENT = (Verb.SLOTS, Verb.UNBOOK)
_ANY_TIME = {
    Verb.SHOW: sent.show_step,
    Verb.PHOTOS: papers.own_photos,
    Verb.SLOTS: sent.offer_slots,
    Verb.BOOK: sent.book,
    Verb.UNBOOK: sent.unbook,
}
