"""The citizen's answers while filing, one short function each; sending comes last and happens once."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.actions import mirror
from bot.actions.codes import new_code
from bot.actions.filing.core import QUEUE, answered, go_on
from bot.actions.filing.photos import begin_papers, take_waiting
from bot.actions.lacking import SENT
from bot.actions.turn import Turn
from bot.conversation import acts, outcomes
from bot.conversation import filing as plan
from bot.conversation.dossier_news import IN_WORK, SUPPLEMENT
from bot.conversation.filing import Question, Verb
from bot.conversation.outcomes import Outcome
from bot.conversation.state import Step
from bot.worktime import WorkTime
from intents.catalog import Procedure
from storage.records import Dossier, Submission, SubmissionStatus

RECEIPT_JOB = "receipt_qr"
SHORTEST_ADDRESS = 4  # words


async def go(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    del act
    step = turn.state.expecting
    on_the_way = step is not None and step.step in (Step.CONSENT, Step.COMMUNE)
    if plan.supplements(submission):
        return await take_waiting(submission, procedure, turn, resumed=not on_the_way)
    if on_the_way:
        return await begin_papers(submission, procedure, turn)
    return await go_on(submission, turn, resumed=True)


async def who(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    allowed = {plan.SELF, plan.HELPER, *(f"{plan.FOR}{n}" for n, _ in plan.others(procedure))}
    if act.value not in allowed:
        return await go_on(submission, turn)
    if act.value == plan.HELPER and submission.confirmed_at is None:
        code = submission.confirm_code or new_code("XN")
        await turn.uow.submissions.ask_owner(submission.id, code)
        submission = replace(submission, confirm_code=code)
    return await begin_papers(await answered(submission, turn, who=act.value), procedure, turn)


async def wait(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    del act, procedure
    return await go_on(await answered(submission, turn, waited=True), turn)


async def case(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    known = {str(number) for number, _ in plan.cases(procedure)} | {str(plan.NO_CASE)}
    if act.value not in known:
        return await go_on(submission, turn)
    return await begin_papers(await answered(submission, turn, case=int(act.value)), procedure, turn)


async def settle(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    """This paper is complete, or they do not have it."""
    ask = plan.next_question(procedure, submission)
    if ask.part is None or (act.value and act.value != str(ask.number)):  # pressed twice
        return await go_on(submission, turn)
    name, there = ask.part.name, bool(submission.files_of(ask.part.name))
    lacking = act.verb is Verb.LACKING and not there  # "không", said below a photo: no more of them
    if not lacking and not there:
        return outcomes.FilingAsked(procedure, submission, ask, problem="no_photo")
    without = [each for each in submission.answers.get("lacking", ()) if each != name]
    kept = await answered(
        submission,
        turn,
        settled=[*plan.settled(submission), name],
        lacking=[*without, name] if lacking else without,
    )
    return await go_on(kept, turn)


async def delivery(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    del procedure
    if act.value not in (plan.DESK, plan.POST):
        return await go_on(submission, turn)
    return await go_on(await answered(submission, turn, delivery=act.value), turn)


async def address(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    ask = plan.next_question(procedure, submission)
    if ask.question is not Question.ADDRESS:
        return await go_on(submission, turn)
    if len(act.value.split()) < SHORTEST_ADDRESS:
        return outcomes.FilingAsked(procedure, submission, ask, problem="short_address")
    return await go_on(await answered(submission, turn, address=act.value.strip()[:300]), turn)


async def fix(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    """Back to one paper from the review; its photos stay until they are replaced."""
    parts = plan.parts(procedure, submission)
    numbered = act.value.isascii() and act.value.isdigit() and int(act.value) < len(parts)
    part = parts[int(act.value)] if numbered else plan.part_named(act.value, parts)
    if part:
        rest = [each for each in plan.settled(submission) if each != part.name]
        submission = await answered(submission, turn, settled=rest)
    return await go_on(submission, turn)


async def back(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    del act
    answers = plan.without_last(procedure, submission)
    if answers is None:
        return outcomes.FilingPaused(procedure, submission)
    await turn.uow.submissions.set_answers(submission.id, answers)
    return await go_on(replace(submission, answers=answers), turn)


async def pause(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    del act, turn
    return outcomes.FilingPaused(procedure, submission)


async def cancel(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    """Photos took an effort: nothing is thrown away by one slip of the finger."""
    del act, turn
    if submission.status is SubmissionStatus.SUPPLEMENT:
        return outcomes.FilingPaused(procedure, submission)
    return outcomes.FilingCancelAsked(procedure, submission)


async def drop(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    del act
    if submission.status is SubmissionStatus.SUPPLEMENT:
        return outcomes.FilingPaused(procedure, submission)
    ids = [each for part in submission.parts for each in part.file_ids]
    await turn.uow.submissions.cancel(submission.id)
    await turn.uow.files.let_go(ids, turn.now)
    return outcomes.FilingCancelled()


async def send(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    """Once: whoever comes second finds it sent, and is shown the same receipt."""
    del act
    ask = plan.next_question(procedure, submission)
    if ask.question is not Question.REVIEW:
        return await go_on(submission, turn)
    if not any(submission.files_of(part.name) for part in plan.parts(procedure, submission)):
        return outcomes.FilingAsked(procedure, submission, ask, problem="nothing_to_send")
    if submission.answers.get("who") == plan.HELPER and submission.confirmed_at is None:
        return outcomes.FilingAsked(procedure, submission, ask, problem="not_confirmed")
    turn.uow.notify(QUEUE)
    if plan.supplements(submission):
        return await _supplemented(submission, procedure, turn)
    sent = await turn.uow.submissions.send(submission.id, turn.now)
    await turn.uow.submissions.note(sent.id, turn.now, "sent")
    await turn.uow.jobs.schedule(RECEIPT_JOB, str(sent.id), turn.now, {})
    return outcomes.FilingSent(procedure, sent)


async def _supplemented(submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    """Back to the officer. The time the citizen took is not counted: the due time moves by as much."""
    to = SubmissionStatus.ACCEPTED if submission.dossier_code else SubmissionStatus.SENT
    asked = list(plan.asked_for(submission))
    source = str(submission.answers.get("source", ""))
    await turn.uow.submissions.set_answers(submission.id, {**submission.answers, "resent": asked})
    first = {} if submission.sent_at else {"sent_at": turn.now}
    sent = await turn.uow.submissions.move(
        submission.id, (submission.status,), to, paused_at=None, resent_at=turn.now, **first
    )
    dossier = await turn.uow.dossiers.get(sent.dossier_code) if sent.dossier_code else None
    if dossier and not source and dossier.stage == SUPPLEMENT:
        due = moved(dossier, submission.paused_at, turn.now, turn.tools.worktime)
        await mirror.change(turn.uow, dossier.code, turn.now, stage=IN_WORK, missing=None, due_at=due)
    await turn.uow.submissions.note(sent.id, turn.now, SENT, detail={"parts": asked, "source": source})
    return outcomes.FilingSent(procedure, sent, supplemented=True)


def moved(dossier: Dossier, paused_at: datetime | None, now: datetime, worktime: WorkTime) -> datetime | None:
    """The due time, later by the working time since; not where the one-stop system has told a day of its own."""
    due = dossier.due_at
    if due is None or paused_at is None or dossier.updated_at > paused_at:
        return due
    lost = worktime.working_time_between(paused_at, now)
    return worktime.add(due, lost) if lost > timedelta() else due
