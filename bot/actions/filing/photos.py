"""Photos while filing: bound to a paper, in any order and twice, moved when they belong to another one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.actions.filing.core import go_on, procedure_of, theirs
from bot.actions.turn import Turn
from bot.conversation import acts, outcomes
from bot.conversation import filing as plan
from bot.conversation.filing import MOST, Question
from bot.conversation.outcomes import FilesBound, Outcome
from intents.catalog import Procedure, RequiredDocument
from storage.records import Purpose, StoredFile, Submission, SubmissionPart, SubmissionStatus

JUST_NOW = timedelta(hours=1)


async def receive(act: acts.ReceiveFiles, turn: Turn) -> Outcome:
    """Files that arrived: for the paper that their caption names, else the one that is asked for."""
    submission = await theirs(turn.state.draft or 0, turn)
    procedure = procedure_of(submission, turn) if submission else None
    open_ = (SubmissionStatus.DRAFT, SubmissionStatus.SUPPLEMENT)
    if submission is None or procedure is None or submission.status not in open_:
        return outcomes.MediaAsked()
    if not await turn.uow.consents.has(turn.contact.citizen_id, Purpose.UPLOAD):
        return await go_on(submission, turn)
    part = _meant(act.caption, procedure, submission)
    if part is None:
        return await go_on(submission, turn, problem="photo_kept" if act.file_ids else "")
    kept = await _own(act.file_ids, turn)
    known = {each for any_part in submission.parts for each in any_part.file_ids}
    fresh = [each for each in dict.fromkeys(act.file_ids) if each in kept and each not in known]
    room = max(0, MOST - len(submission.files_of(part.name)))
    over, fresh = len(fresh[room:]), fresh[:room]
    submission = await _put(submission, part.name, (*submission.files_of(part.name), *fresh), turn)
    await turn.uow.files.keep(fresh)
    bound = FilesBound(
        part=part.name,
        fresh=len(fresh),
        twice=sum(each in known for each in act.file_ids),
        remarks=tuple(dict.fromkeys(remark for each in fresh for remark in kept[each].remarks)),
        refused=act.refused,
        whole=len(submission.files_of(part.name)),
        over=over,
    )
    return await go_on(submission, turn, bound=bound)


async def begin_papers(submission: Submission, procedure: Procedure, turn: Turn, **more: Any) -> Outcome:
    """On to the first paper: photos that were sent before it was asked for are not sent in vain."""
    outcome = await go_on(submission, turn, **more)
    first = isinstance(outcome, outcomes.FilingAsked) and outcome.ask.part and not outcome.submission.parts
    return await take_waiting(submission, procedure, turn, **more) if first else outcome


async def take_waiting(submission: Submission, procedure: Procedure, turn: Turn, **more: Any) -> Outcome:
    """Photos are often sent below the notice before its button is pressed: they are for what it asks for."""
    ask = plan.next_question(procedure, submission)
    consented = await turn.uow.consents.has(turn.contact.citizen_id, Purpose.UPLOAD)
    if ask.part is None or submission.files_of(ask.part.name) or not consented:
        return await go_on(submission, turn, **more)
    told = turn.state.petition.files if turn.state.petition else ()
    waiting = [
        each.id
        for each in await turn.uow.files.of_address(turn.contact.address_id)
        if each.keep_until and each.keep_until > turn.now and each.created_at > turn.now - JUST_NOW
        if each.id not in told
    ][:MOST]
    if not waiting:
        return await go_on(submission, turn, **more)
    submission = await _put(submission, ask.part.name, tuple(waiting), turn)
    await turn.uow.files.keep(waiting)
    return await go_on(submission, turn, bound=FilesBound(ask.part.name, len(waiting), 0, whole=len(waiting)))


async def _own(file_ids: tuple[int, ...], turn: Turn) -> dict[int, StoredFile]:
    """What came from this chat and no other: a number in an update proves nothing."""
    found = await turn.uow.files.those(file_ids)
    return {number: each for number, each in found.items() if each.address_id == turn.contact.address_id}


def _meant(caption: str, procedure: Procedure, submission: Submission) -> RequiredDocument | None:
    """Something that comes late, when all is answered, belongs to the last paper."""
    parts = plan.parts(procedure, submission)
    ask = plan.next_question(procedure, submission)
    if ask.question in (Question.WHO, Question.OWNER, Question.CASE):
        return None
    return plan.part_named(caption, parts) or ask.part or (parts[-1] if parts else None)


async def _put(submission: Submission, name: str, file_ids: tuple[int, ...], turn: Turn) -> Submission:
    await turn.uow.submissions.set_part(submission.id, name, file_ids)
    others = tuple(part for part in submission.parts if part.name != name)
    return replace(submission, parts=(*others, SubmissionPart(name, file_ids)))


async def redo(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    """The photos of this paper once more, from the first."""
    ask = plan.next_question(procedure, submission)
    part = ask.part
    if part and act.value in ("", str(ask.number)):
        await turn.uow.files.let_go(submission.files_of(part.name), turn.now)
        submission = await _put(submission, part.name, (), turn)
    return await go_on(submission, turn)


async def ask_other(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    del act
    ask = plan.next_question(procedure, submission)
    if ask.part is None or not submission.files_of(ask.part.name):
        return await go_on(submission, turn)
    return outcomes.FilingMoveAsked(procedure, submission)


async def move_last(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    """The photo that came last belongs to another paper; `value` is that paper's number."""
    parts = plan.parts(procedure, submission)
    ask = plan.next_question(procedure, submission)
    number = int(act.value) if act.value.isascii() and act.value.isdigit() else -1
    if ask.part is None or not 0 <= number < len(parts):
        return await go_on(submission, turn)
    here = submission.files_of(ask.part.name)
    return await _moved(submission, ask.part.name, here[-1:], parts[number].name, turn)


async def place(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    """Typed: "ảnh 2 là giấy chứng sinh". The photos of the paper at hand count from 1."""
    count, _, name = act.value.partition(":")
    ask = plan.next_question(procedure, submission)
    to = plan.part_named(name, plan.parts(procedure, submission))
    if ask.part is None or to is None:
        return await go_on(submission, turn)
    here = submission.files_of(ask.part.name)
    return await _moved(submission, ask.part.name, here[int(count) - 1 : int(count)], to.name, turn)


async def _moved(
    submission: Submission, came_from: str, file_ids: tuple[int, ...], to: str, turn: Turn
) -> Outcome:
    if file_ids and to != came_from:
        rest = tuple(each for each in submission.files_of(came_from) if each not in file_ids)
        submission = await _put(submission, came_from, rest, turn)
        submission = await _put(submission, to, (*submission.files_of(to), *file_ids), turn)
    bound = FilesBound(to, len(file_ids), 0, whole=len(submission.files_of(to)))
    return await go_on(submission, turn, bound=bound if file_ids else None)
