"""Submissions as the console shows them. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.console.views import channel
from bot.conversation import filing as plan
from bot.conversation.dossier_news import DONE, LATE_STAGES, RESULT_STAGES
from bot.conversation.wording.dossiers import masked_name
from bot.conversation.wording.filing import who
from bot.desk.filing.core import Listed, PartShown, SubmissionPage
from bot.desk.filing.looking import REDACTED
from bot.pages import words
from bot.texts import Texts
from bot.texts import moment as point_in_time
from storage.records import Dossier, SubmissionEvent, SubmissionStatus

SAID = frozenset(
    [
        "tiep-nhan",
        "bo-sung",
        "tu-choi",
        "hen",
        "huy-hen",
        "chuyen",
        "che",
        "xong",
        "da-tra",
        "hen-lai",
        "cho-xem",
        "khong-cho",
        "da-nhan",
        "nhan-tai-quay",
        "sua-ma",
    ]
)


@dataclass(frozen=True)
class Row:
    """One submission of the list."""

    id: int
    title: str
    citizen: str
    code: str
    waiting: str
    again: bool


def row(texts: Texts, listed: Listed, now: datetime) -> Row:
    submission = listed.submission
    sent = submission.resent_at or submission.sent_at or submission.created_at
    return Row(
        submission.id,
        listed.title,
        listed.citizen,
        submission.receipt_code,
        texts("console.filed.sent_at", moment=words.moment(texts, sent, now)),
        submission.resent_at is not None,
    )


@dataclass(frozen=True)
class Part:
    """A line of the checklist. `files`: (file id, number of pages, remarks)."""

    name: str
    note: str
    files: tuple[tuple[int, int, tuple[str, ...]], ...]
    lacking: bool
    resent: bool


def _part(texts: Texts, part: PartShown) -> Part:
    document = part.document
    counted = [
        texts("console.filed.originals", count=document.originals) if document.originals else "",
        texts("console.filed.copies", count=document.copies) if document.copies else "",
        document.note or "",
    ]
    files = tuple(
        (each.id, len(each.pages), tuple(texts(f"console.filed.remark.{remark}") for remark in each.remarks))
        for each in part.files
    )
    return Part(document.name, " · ".join(each for each in counted if each), files, part.lacking, part.resent)


@dataclass(frozen=True)
class Happening:
    moment: str
    text: str


def _happening(texts: Texts, event: SubmissionEvent, now: datetime) -> Happening:
    name = event.officer_name or texts("console.filed.citizen")
    text = texts(f"console.filed.event.{event.kind}", name=name)
    reason = str(event.detail.get("reason", ""))
    return Happening(words.moment(texts, event.at, now), f"{text}: {reason}" if reason else text)


@dataclass(frozen=True)
class Photo:
    """A photo shown large. `of`: the file of the checklist, which is another one where this is its blacked-out copy."""

    file: int
    of: int
    copy: int | None
    place: int
    pages: int
    turn: str
    zoom: str
    paper: str
    nth: int
    photo_before: int | None
    photo_after: int | None

    @property
    def is_copy(self) -> bool:
        return self.file != self.of


def photo(page: SubmissionPage, file_id: int, *, place: int, pages: int, turn: str, zoom: str) -> Photo:
    """Which paper a photo is of, and the photos before and after it in the checklist."""
    photos = [
        (part.document.name, nth, each.id)
        for part in page.parts
        for nth, each in enumerate(part.files, start=1)
    ]
    copies = [part for part in page.submission.parts if part.name.startswith(REDACTED)]
    of = {each: int(part.name.removeprefix(REDACTED)) for part in copies for each in part.file_ids}
    original = of.get(file_id, file_id)
    made = page.submission.files_of(f"{REDACTED}{original}")
    here = next((nth for nth, each in enumerate(photos) if each[2] == original), None)
    paper, nth = photos[here][:2] if here is not None else ("", 0)
    return Photo(
        file=file_id,
        of=original,
        copy=made[-1] if made else None,
        place=place,
        pages=pages,
        turn=turn,
        zoom=zoom,
        paper=paper,
        nth=nth,
        photo_before=photos[here - 1][2] if here else None,
        photo_after=photos[here + 1][2] if here is not None and here + 1 < len(photos) else None,
    )


def _registered(texts: Texts, dossier: Dossier, named: bool, now: datetime) -> tuple[str, str]:
    """The code and what tells it from others; whole names only of who filed it or owns it."""
    holder = dossier.holder if named else masked_name(dossier.holder)
    since = words.moment(texts, dossier.received_at, now) if dossier.received_at else ""
    return dossier.code, " · ".join(filter(None, (dossier.code, holder, dossier.agency, since)))


def context(texts: Texts, page: SubmissionPage, now: datetime) -> dict[str, Any]:
    submission, appointment = page.submission, page.appointment
    answers = submission.answers
    due = page.dossier.due_at if page.dossier else submission.due_at
    running = submission.status is SubmissionStatus.ACCEPTED
    post = answers.get("delivery") == plan.POST
    return {
        "page": page,
        "submission": submission,
        "title": page.procedure.title,
        "state": texts(f"console.filed.status.{submission.status}"),
        "due": words.due(texts, due) if due else "",
        "who": texts("console.filed.completes")
        if plan.only_completes(submission)
        else who(page.procedure, submission, texts),
        "owner": page.owner,
        "delivery": texts("console.filed.post", address=answers.get("address", ""))
        if post
        else texts("console.filed.desk")
        if "delivery" in answers
        else "",
        "parts": [_part(texts, each) for each in page.parts],
        "has_photos": any(each.files for each in page.parts),
        "bring": [item.name for item in page.bring],
        "history": [_happening(texts, each, now) for each in page.events],
        "registered": [_registered(texts, each, named, now) for each, named in page.registered],
        "asking": [
            (each.address_id, channel(texts, each.key.channel), words.moment(texts, at, now))
            for each, at in page.asking
        ],
        "appointment": point_in_time(appointment.starts_at, texts) if appointment else "",
        "slots": [(int(at.timestamp()), point_in_time(at, texts)) for at in page.free],
        "stage": texts(f"dossier.stage.s{page.dossier.stage}") if page.dossier else "",
        "may_take_up": running and submission.resent_at is not None,
        "may_correct": submission.dossier_code is not None
        and submission.status in (SubmissionStatus.ACCEPTED, SubmissionStatus.SUPPLEMENT),
        "may_receive": submission.status is SubmissionStatus.SUPPLEMENT,
        "may_finish": running and page.dossier is not None and page.dossier.stage not in RESULT_STAGES,
        "may_hand_over": running and page.dossier is not None and page.dossier.stage == DONE,
        "may_postpone": running and page.dossier is not None and page.dossier.stage in LATE_STAGES,
        "may_decide": submission.status is SubmissionStatus.SENT,
        "may_ask": submission.status in (SubmissionStatus.SENT, SubmissionStatus.ACCEPTED),
        "may_appoint": submission.status is SubmissionStatus.ACCEPTED,
        "may_forward": submission.status
        in (SubmissionStatus.SENT, SubmissionStatus.ACCEPTED, SubmissionStatus.SUPPLEMENT),
    }
