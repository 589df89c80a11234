"""What the one-stop system lacks of a dossier, sent in chat: once for each asking, to the desk that works on it.

The one-stop system goes on saying that papers lack until somebody there has taken them in, so what was sent is
remembered here, by the words it was asked for with. Its own due time it keeps itself.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.actions import dossiers
from bot.actions.codes import new_code
from bot.actions.filing.core import UNTOLD
from bot.actions.filing.photos import take_waiting
from bot.actions.filing.sent import shown
from bot.actions.following import proved
from bot.actions.lacking import BY_SOURCE, answered_at, lacking, takes
from bot.actions.turn import Turn
from bot.conversation import acts, outcomes
from bot.conversation import filing as plan
from bot.conversation.dossier_news import SUPPLEMENT, wanted
from bot.conversation.outcomes import Outcome
from bot.texts import Texts
from intents.catalog import Procedure
from intents.text import fold
from storage.records import Dossier, Submission, SubmissionStatus

FOLLOWED = 50  # dossiers of a chat that are looked at
OFFERED = 2
_OPEN = (SubmissionStatus.DRAFT, SubmissionStatus.SUPPLEMENT)


async def begin(act: acts.SendMissing, turn: Turn) -> Outcome:
    """By the dossier's code. Whoever has not proved to hold it is asked for the digits first."""
    submission = await _locked(act.code, turn)
    dossier = await turn.uow.dossiers.get(act.code)
    if dossier is None or not await proved(act.code, turn):
        return await dossiers.look_up(acts.LookUpDossier(act.code, detail=True), turn)
    procedure = takes(turn.snapshot.catalog, dossier)
    if procedure is None:
        return outcomes.SupplementElsewhere(dossier.agency)
    if submission is not None and turn.contact.citizen_id not in {submission.citizen_id, submission.owner_id}:
        if submission.status is not SubmissionStatus.DRAFT or submission.parts:
            sent = submission.resent_at or submission.sent_at
            return outcomes.SupplementElsewhere(dossier.agency, sent)
        await turn.uow.submissions.cancel(
            submission.id
        )  # pressed there and nothing sent: it keeps nobody out
        submission = None
    if submission is None:
        return await _begun(dossier, procedure, turn)
    return await _reopened(submission, dossier, procedure, turn)


async def wanted_here(turn: Turn) -> outcomes.MediaAsked:
    """A photo that says nothing may be what one of the chat's dossiers lacks."""
    mine = await turn.uow.submissions.of_address(turn.contact.address_id)
    asked = [each for each in mine if plan.supplements(each)]
    codes = (await turn.uow.follows.of_address(turn.contact.address_id))[:FOLLOWED]
    known = {each.dossier_code for each in asked}
    lacks = []
    for dossier in await turn.uow.dossiers.those([code for code in codes if code not in known]):
        submission = await turn.uow.submissions.by_dossier(dossier.code)
        state = await lacking(turn.uow, turn.snapshot.catalog, dossier, submission)
        if state and state.sent_at is None:
            lacks.append(dossier.code)
    return outcomes.MediaAsked(tuple(each.id for each in asked)[:OFFERED], tuple(lacks)[:OFFERED])


async def _locked(code: str, turn: Turn) -> Submission | None:
    """What belongs to the dossier, the submission before the dossier as everywhere. Where there is none, the dossier
    itself: two chats that hold it begin one."""
    submissions = turn.uow.submissions
    found = await submissions.by_dossier(code)
    if found is None:
        await turn.uow.dossiers.lock(code)
        found = await submissions.by_dossier(code)
    return await submissions.lock(found.id) if found else None


async def _begun(dossier: Dossier, procedure: Procedure, turn: Turn) -> Outcome:
    """Filed somewhere else: what is sent now lies at the desk of its agency."""
    if dossier.stage != SUPPLEMENT:
        return await dossiers.look_up(acts.LookUpDossier(dossier.code, detail=True), turn)
    draft = await turn.uow.submissions.add(
        receipt_code=new_code("HS"),
        procedure_code=procedure.code,
        citizen_id=turn.contact.citizen_id,
        address_id=turn.contact.address_id,
        created_at=turn.now,
        answers=_asked({}, dossier, procedure),
        department=_desk_of(dossier, procedure, turn),
        commune=turn.contact.commune or UNTOLD,
        dossier_code=dossier.code,
    )
    await _noted(draft, dossier, turn)
    return await take_waiting(draft, procedure, turn)


async def _reopened(submission: Submission, dossier: Dossier, procedure: Procedure, turn: Turn) -> Outcome:
    """Asked for already, sent already, asked for in other words: whoever presses again sees what holds."""
    lacks, status = dossier.stage == SUPPLEMENT, submission.status
    if status in _OPEN and (not lacks or submission.answers.get("source") == wanted(dossier)):
        return await take_waiting(submission, procedure, turn, resumed=True)
    known = not lacks or await answered_at(turn.uow, submission, dossier) is not None
    if status not in _OPEN and (known or status is not SubmissionStatus.ACCEPTED):
        return await shown(submission, procedure, turn)
    before = submission.answers
    if status is SubmissionStatus.ACCEPTED:
        before = {**before, "asked": {}}
        submission = await turn.uow.submissions.move(
            submission.id, (SubmissionStatus.ACCEPTED,), SubmissionStatus.SUPPLEMENT
        )
    answers = _asked(before, dossier, procedure)
    await turn.uow.submissions.set_answers(submission.id, answers)
    await _noted(submission, dossier, turn)
    return await take_waiting(replace(submission, answers=answers), procedure, turn)


def _asked(before: Mapping[str, Any], dossier: Dossier, procedure: Procedure) -> dict[str, Any]:
    """What an officer here asked for and the citizen has not sent yet is still asked for."""
    unnamed = {Texts.load()("filing.part.unnamed"): ""}
    papers = plan.pieces(dossier.missing or "", procedure) or unnamed
    asked = {**before.get("asked", {}), **papers}
    left = [
        name for name in before.get("settled", ()) if name in before.get("asked", {}) and name not in papers
    ]
    return {**before, "asked": asked, "settled": left, "resent": [], "source": wanted(dossier)}


def _desk_of(dossier: Dossier, procedure: Procedure, turn: Turn) -> str:
    """The department of its agency's name, or of the commune in it; else the one of the procedure's field."""
    catalog = turn.snapshot.catalog
    agency = fold(dossier.agency)
    named = next((each.id for each in catalog.departments if fold(each.name) == agency), None)
    commune = next((each.id for each in catalog.communes if fold(each.name) in agency), None)
    return named or catalog.department_of(procedure, commune)


async def _noted(submission: Submission, dossier: Dossier, turn: Turn) -> None:
    detail = {"reason": dossier.missing or ""}
    await turn.uow.submissions.note(submission.id, turn.now, BY_SOURCE, detail=detail)
