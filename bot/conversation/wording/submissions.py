"""A dossier that was filed, in words: the receipt, where it stands, who looked, the appointment."""

from datetime import datetime

from bot.conversation import filing as plan
from bot.conversation import outcomes, tokens
from bot.conversation.dossier_news import OPEN_STAGES
from bot.conversation.filing import Verb
from bot.conversation.wording.context import Wording, lines, paragraphs
from bot.conversation.wording.dossiers import behind, lacking_sent, late, public, send_lacking
from bot.conversation.wording.originals import brought_to
from bot.messages import Choice, Reply, SentFile
from bot.texts import day, moment
from storage.records import SubmissionStatus


def sent(outcome: outcomes.FilingSent, wording: Wording) -> tuple[Reply, ...]:
    texts, submission = wording.texts, outcome.submission
    key = "filing.sent.supplement" if outcome.supplemented else "filing.sent.done"
    text = paragraphs(
        texts(key, title=outcome.procedure.title, code=submission.receipt_code),
        "" if submission.dossier_code else texts("filing.sent.no_receipt"),
        texts("filing.sent.compared") if plan.only_completes(submission) else "",
    )
    return (Reply(text, (_show(submission.receipt_code, wording), wording.person)),)


def shown(outcome: outcomes.SubmissionShown, wording: Wording) -> tuple[Reply, ...]:
    texts, submission = wording.texts, outcome.submission
    status = submission.status
    facts = {"title": outcome.procedure.title, "code": submission.receipt_code, "reason": outcome.reason}
    facts["dossier"] = submission.dossier_code or ""
    department = wording.catalog.department_by_id.get(submission.department)
    facts["desk"] = department.name if department else wording.catalog.province.centre
    looked = ", ".join(f"{name} ({day(at)})" for name, at in outcome.looked)
    text = paragraphs(
        texts(f"filing.status.{status}", **facts),
        _mirrored(outcome, wording),
        lacking_sent(outcome.lacking, wording),
        texts("filing.sent.no_receipt") if status is SubmissionStatus.SENT else "",
        texts("filing.looked", who=looked) if looked else texts("filing.looked_by_nobody"),
        lines(
            texts("filing.slots.held", at=moment(outcome.appointment.starts_at, texts)),
            brought_to(outcome.procedure, submission, wording.catalog, texts),
        )
        if outcome.appointment
        else "",
    )
    choices: tuple[Choice, ...] = ()
    if status is SubmissionStatus.SUPPLEMENT:
        choices = (wording.choice("supplement", tokens.filing(Verb.GO, submission.id)),)
    if status is SubmissionStatus.ACCEPTED:
        ended = outcome.dossier is not None and outcome.dossier.stage not in OPEN_STAGES
        slots = () if ended else (wording.choice("slots", tokens.filing(Verb.SLOTS, submission.id)),)
        send = send_lacking(outcome.lacking, submission.dossier_code or "", wording)
        choices = (*send, *slots, wording.choice("detail", tokens.dossier(submission.dossier_code or "")))
    photos = wording.choice("own_photos", tokens.filing(Verb.PHOTOS, submission.id))
    return (Reply(text, (*choices, photos, wording.person)),)


def _mirrored(outcome: outcomes.SubmissionShown, wording: Wording) -> str:
    """What the one-stop system says of it now: one truth for the look-up and for here."""
    if outcome.dossier is None:
        return ""
    return lines(
        *public(outcome.dossier, wording),
        behind(outcome.behind_since, wording),
        late(outcome.late_days, wording),
    )


def own_photos(outcome: outcomes.OwnPhotosShown, wording: Wording) -> tuple[Reply, ...]:
    """Each paper with its photos, as they were sent."""
    texts = wording.texts
    if outcome.papers is None:
        return (Reply(texts(f"filing.photos.{outcome.why}"), (wording.person,)),)
    if not outcome.papers:
        return (Reply(texts("filing.photos.none"), (wording.person,)),)
    return tuple(
        Reply(
            texts("filing.photos.paper", name=name), files=tuple(SentFile(each, name, name) for each in files)
        )
        for name, files in outcome.papers
    )


def supplement_elsewhere(outcome: outcomes.SupplementElsewhere, wording: Wording) -> tuple[Reply, ...]:
    texts = wording.texts
    text = paragraphs(
        texts("filing.supplement_elsewhere", agency=outcome.agency),
        texts("filing.supplement_sent_elsewhere", at=moment(outcome.sent_at, texts))
        if outcome.sent_at
        else "",
    )
    return (Reply(text, (wording.person,)),)


def slots(outcome: outcomes.SlotsOffered, wording: Wording) -> tuple[Reply, ...]:
    texts, number = wording.texts, outcome.submission.id
    if not outcome.free:
        return (
            Reply(texts("filing.slots.none", hotline=wording.catalog.province.hotline), (wording.person,)),
        )
    offered = tuple(
        Choice(moment(at, texts), token=tokens.filing(Verb.BOOK, number, int(at.timestamp())))
        for at in outcome.free
    )
    more, later = outcome.more, outcome.later
    further = (
        *((wording.choice("other_hour", _slots_from(number, more)),) if more else ()),
        *((wording.choice("other_day", _slots_from(number, later)),) if later else ()),
    )
    unbook = (wording.choice("unbook", tokens.filing(Verb.UNBOOK, number)),) if outcome.held else ()
    text = lines(
        texts("filing.slots.full") if outcome.full else "",
        texts("filing.slots.held", at=moment(outcome.held, texts)) if outcome.held else "",
        texts("filing.slots.ask"),
        brought_to(outcome.procedure, outcome.submission, wording.catalog, texts),
    )
    return (Reply(text, (*offered, *further, *unbook)),)


def _slots_from(number: int, at: datetime) -> str:
    return tokens.filing(Verb.SLOTS, number, int(at.timestamp()))


def booked(outcome: outcomes.AppointmentBooked, wording: Wording) -> tuple[Reply, ...]:
    number = outcome.submission.id
    link = (wording.link("calendar", outcome.calendar),) if outcome.calendar else ()
    choices = (
        *link,
        wording.choice("move_slot", tokens.filing(Verb.SLOTS, number)),
        wording.choice("unbook", tokens.filing(Verb.UNBOOK, number)),
    )
    text = lines(
        wording.texts("filing.slots.booked", at=moment(outcome.starts_at, wording.texts)),
        brought_to(outcome.procedure, outcome.submission, wording.catalog, wording.texts),
    )
    return (Reply(text, choices),)


def given_up(outcome: outcomes.AppointmentGiven, wording: Wording) -> tuple[Reply, ...]:
    key = "filing.slots.given_up" if outcome.had else "filing.slots.nothing"
    again = wording.choice("slots", tokens.filing(Verb.SLOTS, outcome.submission.id))
    return (Reply(wording.texts(key), (again, wording.person)),)


def owner_asked(outcome: outcomes.OwnerAsked, wording: Wording) -> tuple[Reply, ...]:
    choices = (
        wording.choice("agree", tokens.owner(outcome.code, True)),
        wording.choice("disagree", tokens.owner(outcome.code, False)),
    )
    text = wording.texts("filing.owner.confirm", helper=outcome.helper, title=outcome.procedure.title)
    return (Reply(text, choices),)


def owner_answered(outcome: outcomes.OwnerAnswered, wording: Wording) -> tuple[Reply, ...]:
    if outcome.procedure is None:
        return (Reply(wording.texts("filing.owner.unknown"), (wording.person,)),)
    key = "filing.owner.thanks" if outcome.given else "filing.owner.refused"
    return (Reply(wording.texts(key, title=outcome.procedure.title)),)


def _show(receipt_code: str, wording: Wording) -> Choice:
    return wording.choice("show_submission", tokens.submission(receipt_code))
