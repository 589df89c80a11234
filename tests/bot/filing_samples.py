"""Every outcome of filing, as whole messages are read: with little and with much to say."""

from collections.abc import Iterator
from typing import Any

from bot.conversation import filing as plan
from bot.conversation import outcomes
from bot.conversation.filing import Ask, Elsewhere, Question
from bot.conversation.filing_outcomes import NotShown
from bot.conversation.outcomes import FilesBound, Lacking, Outcome
from intents.catalog import Catalog
from storage.records import (
    Appointment,
    AppointmentState,
    Dossier,
    Submission,
    SubmissionPart,
    SubmissionStatus,
)
from tests.house import MONDAY

DONE = {"who": "for0", "case": -1, "settled": ["Tờ khai đăng ký khai sinh"], "delivery": "post"}
DONE |= {"address": "số 12 đường Phan Ngọc Hiển, phường An Xuyên, tỉnh Cà Mau"}
ASKED = {"asked": {"Giấy chứng sinh": "Ảnh bị mờ dòng họ tên mẹ"}}
PARTS = (SubmissionPart("Tờ khai đăng ký khai sinh", (1, 2)),)


def mirrored() -> Dossier:
    nothing = dict.fromkeys(
        ("finished_at", "returned_at", "handler", "missing", "result_place", "late_reason", "received_at")
    )
    return Dossier(
        code="H12.25-261123-0009",
        procedure_code="1.001193",
        procedure_name="Đăng ký khai sinh",
        stage=4,
        due_at=MONDAY,
        agency="Ủy ban nhân dân xã Đất Mũi",
        holder="",
        factors=(),
        steps=(),
        updated_at=MONDAY,
        **nothing,
    )


def submission(status: SubmissionStatus = SubmissionStatus.DRAFT, **facts: Any) -> Submission:
    told: dict[str, Any] = {"answers": DONE, "parts": PARTS, "confirm_code": "XN-0123-4567", **facts}
    code = "H12.25-261123-0009" if status is SubmissionStatus.ACCEPTED else None
    return Submission(
        id=1,
        receipt_code="HS-0123-4567",
        procedure_code="1.001193",
        citizen_id=1,
        address_id=1,
        status=status,
        created_at=MONDAY,
        sent_at=MONDAY,
        dossier_code=code,
        due_at=MONDAY if code else None,
        **told,
    )


def filing_samples(catalog: Catalog) -> Iterator[Outcome]:
    procedure = catalog.by_code["1.001193"]
    draft, sent = submission(), submission(SubmissionStatus.SENT)
    empty = submission(answers={}, parts=())
    accepted = submission(SubmissionStatus.ACCEPTED)
    asked = submission(SubmissionStatus.SUPPLEMENT, answers={**DONE, **ASKED})
    bound = FilesBound(
        "Giấy chứng sinh", 2, 1, ("blurred", "dark", "cut", "small"), ("broken", "too_large"), 3
    )
    part = plan.parts(procedure, draft)[1]
    for question in Question:
        ask = Ask(question, part if question is Question.PART else None, 1)
        yield outcomes.FilingAsked(procedure, draft, ask)
        yield outcomes.FilingAsked(procedure, empty, ask, resumed=True)
        yield outcomes.FilingAsked(procedure, draft, ask, bound=bound)
    for problem in ("no_photo", "short_address", "nothing_to_send", "not_confirmed", "photo_kept"):
        yield outcomes.FilingAsked(procedure, draft, Ask(Question.PART, part, 1), problem=problem)
    yield outcomes.FilingAsked(procedure, asked, Ask(Question.PART, part, 0))
    yield from (outcomes.FilingElsewhere(procedure, why) for why in Elsewhere)
    yield outcomes.FilingMoveAsked(procedure, draft)
    yield outcomes.FilingPaused(procedure, draft)
    yield outcomes.FilingCancelAsked(procedure, draft)
    yield outcomes.FilingCancelled()
    yield outcomes.FilingGone()
    yield from (outcomes.FilingSent(procedure, sent, again) for again in (True, False))
    booked = Appointment(1, 1, "so_tu_phap", MONDAY, AppointmentState.BOOKED)
    for status in SubmissionStatus:
        shown = submission(status)
        yield outcomes.SubmissionShown(procedure, shown, (), None)
        yield outcomes.SubmissionShown(procedure, shown, (("Nguyễn Thị Mai", MONDAY),), booked, "Ảnh mờ")
    yield outcomes.SubmissionShown(procedure, accepted, (), None, dossier=mirrored(), late_days=2)
    yield from (
        outcomes.SubmissionShown(procedure, accepted, (), None, dossier=mirrored(), lacking=Lacking(at))
        for at in (None, MONDAY)
    )
    yield outcomes.SupplementElsewhere("Ủy ban nhân dân xã Đất Mũi")
    yield outcomes.SupplementElsewhere("Ủy ban nhân dân xã Đất Mũi", MONDAY)
    yield outcomes.MediaAsked((3,), ("H12.25-261113-0001",))
    yield outcomes.SlotsOffered(procedure, accepted, ())
    yield outcomes.SlotsOffered(procedure, accepted, (MONDAY,), full=True, held=MONDAY)
    yield from (
        outcomes.AppointmentBooked(procedure, accepted, MONDAY, link)
        for link in (None, "https://motcua.test/lich/x.ics")
    )
    yield from (outcomes.AppointmentGiven(accepted, had) for had in (True, False))
    yield outcomes.OwnerAsked(procedure, "XN-0123-4567", "Chị Ba")
    yield outcomes.OwnerAnswered(None, given=False)
    yield from (outcomes.OwnerAnswered(procedure, given) for given in (True, False))
    for papers in (None, (), (("Tờ khai đăng ký khai sinh", (1, 2)),)):
        yield outcomes.OwnPhotosShown(sent, papers)
    yield from (outcomes.OwnPhotosShown(sent, None, why) for why in NotShown)
