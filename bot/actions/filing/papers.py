"""Papers that were filed, seen again: where they were sent; elsewhere by code, digits and an officer's word."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.actions import dossiers
from bot.actions.filing.core import QUEUE
from bot.actions.following import proved
from bot.actions.turn import Turn
from bot.conversation import acts, outcomes
from bot.conversation.filing_outcomes import NotShown
from bot.conversation.outcomes import Outcome
from intents.catalog import Procedure
from storage.records import Submission, SubmissionEvent

ASKED, RELEASED, DENIED = "photos_asked", "photos_released", "photos_denied"
OPEN_FOR = timedelta(days=1)  # after an officer's word; a wait after a denial, too


def standing(events: Sequence[SubmissionEvent], address_id: int, now: datetime) -> str:
    """What holds for a chat: one of the kinds above, or nothing (any more)."""
    theirs = [
        each
        for each in events
        if each.kind in (ASKED, RELEASED, DENIED) and each.detail.get("address") == address_id
    ]
    if not theirs or (theirs[-1].kind != ASKED and theirs[-1].at + OPEN_FOR <= now):
        return ""
    return theirs[-1].kind


async def own_photos(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    """Back into the chat they came from; the same person's other chats may be a shared phone."""
    del act, procedure
    if submission.address_id != turn.contact.address_id:
        return outcomes.OwnPhotosShown(submission, None)
    return await _shown(submission, turn, "seen_by_owner")


async def ask(act: acts.AskPapers, turn: Turn) -> Outcome:
    """By the dossier's code. Whoever has not proved to hold it is asked for the digits first."""
    submission = await turn.uow.submissions.by_dossier(act.code)
    if submission is None or not await proved(act.code, turn):
        return await dossiers.look_up(acts.LookUpDossier(act.code, detail=True), turn)
    submission = await turn.uow.submissions.lock(submission.id)
    address = turn.contact.address_id
    if submission.address_id == address:
        return await _shown(submission, turn, "seen_by_owner")
    state = standing(await turn.uow.submissions.events(submission.id), address, turn.now)
    if state == RELEASED:
        return await _shown(submission, turn, "seen_elsewhere")
    if state:
        return outcomes.OwnPhotosShown(submission, None, _WHY[state])
    await turn.uow.submissions.note(submission.id, turn.now, ASKED, detail={"address": address})
    await _audited("submission.photos_asked", submission, turn)
    turn.uow.notify(QUEUE)
    return outcomes.OwnPhotosShown(submission, None, NotShown.ASKED)


_WHY = {ASKED: NotShown.WAITING, DENIED: NotShown.DENIED}


async def _shown(submission: Submission, turn: Turn, kind: str) -> Outcome:
    here = tuple((part.name, part.file_ids) for part in submission.parts if not part.name.startswith("~"))
    kept = await turn.uow.files.those([each for _, files in here for each in files])
    papers = tuple((name, tuple(each for each in files if each in kept)) for name, files in here)
    await turn.uow.submissions.note(submission.id, turn.now, kind)
    await _audited("submission.own_photos", submission, turn)
    return outcomes.OwnPhotosShown(submission, tuple(each for each in papers if each[1]))


async def _audited(kind: str, submission: Submission, turn: Turn) -> None:
    actor = f"address:{turn.contact.address_id}"
    await turn.uow.audit.add(turn.now, actor, kind, f"submission:{submission.id}", {})
