"""After filing: where the dossier stands, when to bring the originals; and the owner's word for a helper."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.actions.dossiers import late_days
from bot.actions.filing.core import procedure_of
from bot.actions.freshness import behind
from bot.actions.lacking import BY_SOURCE, lacking
from bot.actions.turn import Turn
from bot.calendar_files import address
from bot.conversation import acts, outcomes
from bot.conversation import filing as plan
from bot.conversation.filing import Verb
from bot.conversation.outcomes import Outcome
from bot.messages import Reply, Voice
from bot.texts import VIETNAM, Texts
from bot.transcript import say
from intents.catalog import Procedure
from storage.records import Submission

REMINDER_JOB = "appointment_reminder"
OFFERED = 5  # slots at once: of one day, the rest with "another day"
AHEAD = timedelta(days=14)
DAY_BEFORE = timedelta(hours=20)


async def show(act: acts.ShowSubmission, turn: Turn) -> Outcome:
    """By its code, to whom it belongs; to anybody else it does not exist."""
    submission = await turn.uow.submissions.by_receipt(act.receipt_code)
    mine = submission and turn.contact.citizen_id in {submission.citizen_id, submission.owner_id}
    procedure = procedure_of(submission, turn) if submission else None
    if submission is None or procedure is None or not mine:
        return outcomes.FilingGone()
    return await shown(submission, procedure, turn)


async def show_step(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    del act
    return await shown(submission, procedure, turn)


async def shown(submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    events = await turn.uow.submissions.events(submission.id)
    looked: dict[str, datetime] = {}
    for event in events:
        if event.kind == "looked" and event.officer_name:
            looked.setdefault(event.officer_name, event.at)
    kinds = (BY_SOURCE, submission.status) if plan.supplements(submission) else (submission.status,)
    reasons = [str(each.detail.get("reason", "")) for each in events if each.kind in kinds]
    dossier = await turn.uow.dossiers.get(submission.dossier_code) if submission.dossier_code else None
    since = await behind(turn.uow, turn.tools.settings, turn.now) if dossier else None
    return outcomes.SubmissionShown(
        procedure,
        submission,
        tuple(looked.items()),
        await turn.uow.appointments.of(submission.id),
        reason=reasons[-1] if reasons else "",
        dossier=dossier,
        late_days=late_days(dossier, turn.now, turn.tools.worktime) if dossier else 0,
        lacking=await lacking(turn.uow, turn.snapshot.catalog, dossier, submission) if dossier else None,
        behind_since=since,
    )


async def offer_slots(
    act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn
) -> Outcome:
    """`value`: the moment from which on they are looked for, in seconds since 1970."""
    since = int(act.value) if act.value.isascii() and act.value.isdigit() else 0
    return await _offered(submission, procedure, turn, since=since)


async def appointment(act: acts.FileStep, turn: Turn) -> Outcome:
    """ "Đổi giờ hẹn", said in words: of what has an appointment, else of what can have one."""
    mine = await turn.uow.submissions.of_citizen(turn.contact.citizen_id)
    accepted = [each for each in mine if plan.brings_originals(each)]
    booked = [each for each in accepted if await turn.uow.appointments.of(each.id)]
    for submission in (*booked, *(() if act.verb is Verb.UNBOOK else accepted)):
        procedure = procedure_of(submission, turn)
        if procedure is None:
            continue
        if act.verb is Verb.UNBOOK:
            return await unbook(act, submission, procedure, turn)
        return await _offered(submission, procedure, turn)
    return outcomes.Said("filing.slots.none_held", menu="main")


async def _offered(
    submission: Submission, procedure: Procedure, turn: Turn, *, full: bool = False, since: int = 0
) -> Outcome:
    """The first free ones of one day, and where the next ones are."""
    held = await turn.uow.appointments.of(submission.id)
    free: Sequence[datetime] = ()
    if plan.brings_originals(submission):
        free = await free_slots(plan.counter(procedure, submission, turn.snapshot.catalog), turn)
    free = [at for at in free if at.timestamp() >= since] or free
    same_day = [at for at in free if _day(at) == _day(free[0])]
    others = free[len(same_day) :]
    return outcomes.SlotsOffered(
        procedure,
        submission,
        tuple(same_day[:OFFERED]),
        full,
        held.starts_at if held else None,
        more=next(iter(same_day[OFFERED:]), None),
        later=next(iter(others), None),
    )


def _day(at: datetime) -> date:
    return at.astimezone(VIETNAM).date()


async def free_slots(place: str, turn: Turn) -> tuple[datetime, ...]:
    settings, worktime = turn.tools.settings, turn.tools.worktime
    slots = worktime.slots(turn.now, settings.slot_minutes, turn.now + AHEAD)
    taken = await turn.uow.appointments.taken(place, turn.now, turn.now + AHEAD)
    return tuple(at for at in slots if taken.get(at, 0) < settings.slot_capacity)


async def book(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    """`value` is the slot's start in seconds since 1970, one of those that exist."""
    settings = turn.tools.settings
    slots = turn.tools.worktime.slots(turn.now, settings.slot_minutes, turn.now + AHEAD)
    wanted = next((at for at in slots if str(int(at.timestamp())) == act.value), None)
    if wanted is None or not plan.brings_originals(submission):
        return await _offered(submission, procedure, turn)
    counter = plan.counter(procedure, submission, turn.snapshot.catalog)
    booked = await turn.uow.appointments.book(
        submission.id, counter, wanted, settings.slot_capacity, turn.now
    )
    if booked is None:
        return await _offered(submission, procedure, turn, full=True)
    await turn.uow.submissions.note(submission.id, turn.now, "booked", detail={"at": wanted.isoformat()})
    remind_at = max(wanted - DAY_BEFORE, turn.now + timedelta(minutes=1))
    await turn.uow.jobs.schedule(REMINDER_JOB, str(submission.id), remind_at, {"at": wanted.isoformat()})
    link = address(settings.public_url, submission.id, turn.tools.secret)
    return outcomes.AppointmentBooked(procedure, submission, wanted, link)


async def unbook(act: acts.FileStep, submission: Submission, procedure: Procedure, turn: Turn) -> Outcome:
    del act, procedure
    given = await turn.uow.appointments.cancel(submission.id)
    if given:
        await turn.uow.jobs.cancel(REMINDER_JOB, str(submission.id))
        await turn.uow.submissions.note(submission.id, turn.now, "unbooked")
    return outcomes.AppointmentGiven(submission, had=given is not None)


async def confirm(act: acts.ConfirmOwner, turn: Turn) -> Outcome:
    """The owner's answer for a helper. A code that is spent, wrong or the helper's own says the same."""
    draft = await turn.uow.submissions.by_confirm_code(act.code)
    procedure = procedure_of(draft, turn) if draft else None
    if draft is None or procedure is None or draft.citizen_id == turn.contact.citizen_id:
        return outcomes.OwnerAnswered(None, given=False)
    helper = await turn.uow.citizens.get(draft.address_id)
    if act.given is None:
        return outcomes.OwnerAsked(procedure, act.code, helper.display_name or helper.key.channel)
    if act.given:
        await turn.uow.submissions.confirm(draft.id, turn.contact.citizen_id, turn.now)
        where = {"address": turn.contact.address_id}
        await turn.uow.submissions.note(draft.id, turn.now, "confirmed", detail=where)
    texts = Texts.load(helper.language).addressing(helper.pronoun)
    key = "filing.owner.agreed" if act.given else "filing.owner.declined"
    words = Reply(texts(key, title=procedure.title), voice=Voice.NOTICE)
    await say(turn.uow, helper, words, turn.now, pull=helper.key.channel in turn.tools.pulls)
    return outcomes.OwnerAnswered(procedure, given=act.given)
