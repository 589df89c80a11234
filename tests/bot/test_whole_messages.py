"""Whole messages as citizens get them: every part of every procedure, every outcome, in one voice."""

import re
from dataclasses import fields
from datetime import date, timedelta
from functools import cache
from typing import Any, TypeVar, get_args

import pytest

from bot.config import Settings
from bot.conversation import outcomes
from bot.conversation.outcomes import Outcome, ProcedureShown
from bot.conversation.petitions import Likeness, PetitionDraft
from bot.conversation.state import State
from bot.conversation.wording import Wording, places, procedures, word
from bot.conversation.wording.facts import fee_in_short, time_or_who_knows
from bot.texts import LANGUAGES, PRONOUNS, Texts
from bot.worktime import Counted
from intents.catalog import Procedure, Tone
from intents.places import Renamed
from intents.reading import Danger, Part
from intents.slots import SlotOption, SlotQuestion
from storage.petition_records import ENDED, Petition, PetitionKind, PetitionStatus
from storage.records import (
    AddressKey,
    Dossier,
    Purpose,
    RatingTarget,
    Reason,
    Ticket,
    TicketStatus,
)
from tests.bot.filing_samples import filing_samples
from tests.house import MONDAY, shipped
from tests.voice import offences

Made = TypeVar("Made", Petition, Ticket)
LONGEST_REPLY = 4096  # UTF-16 units: Telegram's limit; what is longer is split

UNKNOWING = ("other", "dossier_code", "dossier_factor")
TOLD = [reason for reason in Reason if reason is not Reason.WALK_IN]  # a walk-in hears it at the desk


def _renamed() -> tuple[Renamed, ...]:
    return (
        Renamed("tỉnh Bạc Liêu", ("tỉnh Cà Mau",), date(2025, 7, 1)),
        Renamed("Xã Tắc Vân", ("Phường Tân Thành", "Phường Hòa Thành")),
        Renamed("", ("Xã Đất Mũi",)),
    )


def _slot_question(*each: Procedure) -> SlotQuestion:
    options = tuple(SlotOption(str(number), one.title, (one.code,)) for number, one in enumerate(each))
    return SlotQuestion("operation", "Dạ, anh/chị cần làm mới hay cấp lại ạ?", options)


@cache
def _wording(language: str = "vi", pronoun: str | None = None) -> Wording:
    texts = Texts.load(language).addressing(pronoun)
    return Wording(
        texts, shipped().snapshot.catalog, State(), MONDAY, Settings.model_fields["legal_basis"].default
    )


def _catalog() -> tuple[Procedure, ...]:
    return shipped().snapshot.catalog.procedures


def _first_for_all(procedure: Procedure) -> str:
    """The first paper that everybody needs, whatever their case."""
    return next((case.items[0].name for case in procedure.documents if case.case is None), "\0")


def _lacks(procedure: Procedure, wording: Wording) -> list[str]:
    """What the first message must say and does not."""
    card, texts = procedures.card(ProcedureShown(procedure, None), wording), wording.texts
    fee = texts("procedure.card.fee", fee=fee_in_short(procedure, texts))
    time = time_or_who_knows(procedure, texts)
    grief = procedure.tone is Tone.CONDOLENCE
    parts = {
        "at most 600 characters": len(card) <= procedures.CARD,
        "title": procedure.title in card,
        "code": (procedure.code in card)
        == procedure.code[0].isdigit(),  # the catalog's own codes help nobody
        "a paper": not procedure.documents
        or procedure.documents[0].items[0].name in card
        or _first_for_all(procedure) in card,
        "fee": fee in card,
        "time": texts("procedure.card.time", time=time) in card,
        "place": texts("procedure.card.where", where=places.place(procedure, wording)) in card,
        "closing": texts("procedure.card.closing_grief" if grief else "procedure.card.closing") in card,
    }
    return [name for name, there in parts.items() if not there]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_message_is_short_and_says_what_matters(language: str) -> None:
    wording = _wording(language)
    assert {each.code: lacks for each in _catalog() if (lacks := _lacks(each, wording))} == {}
    cards = {each.code: procedures.card(ProcedureShown(each, None), wording) for each in _catalog()}
    assert [code for code, card in cards.items() if ".." in card.replace("...", "")] == []


def test_the_first_message_stays_short_after_an_apology_and_with_old_names() -> None:
    renamed = (("huyện Năm Căn", "xã Năm Căn"), ("tỉnh Bạc Liêu", "tỉnh Cà Mau"))
    cards = {
        each.code: procedures.card(
            ProcedureShown(each, None, apology=True, renamed=renamed), _wording(pronoun="bác")
        )
        for each in _catalog()
    }
    assert {code: len(card) for code, card in cards.items() if len(card) > procedures.CARD} == {}


@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_every_procedure_has_words(part: Part, language: str) -> None:
    wording, office = _wording(language), shipped().snapshot.catalog.offices[0]
    for procedure in _catalog():
        (reply,) = procedures.shown(ProcedureShown(procedure, part, office), wording)
        assert procedure.title in reply.text or part is Part.VALIDITY, f"{procedure.code}: {reply.text}"
        assert "{" not in reply.text, f"{procedure.code}: {reply.text}"
        assert ".." not in reply.text.replace("...", ""), f"{procedure.code}: {reply.text}"
        assert 1 <= len(reply.choices) <= 5, procedure.code
        assert len({choice.label for choice in reply.choices}) == len(reply.choices), procedure.code


def _told(text: str) -> list[str]:
    """Offences of a whole message. Papers and conditions are named as the law does, at any length."""
    return [offence for offence in offences(text) if offence != "a sentence too long"]


def test_whole_messages_about_procedures_keep_the_voice() -> None:
    broken = {
        f"{procedure.code} {part}": (told, reply.text)
        for procedure in _catalog()
        for part in (None, *Part)
        for reply in procedures.shown(ProcedureShown(procedure, part), _wording())
        if (told := _told(reply.text))
    }
    assert broken == {}


DOSSIER = Dossier(
    code="H12.25-261102-0007",
    procedure_code="1.001193",
    procedure_name="Đăng ký khai sinh",
    stage=5,
    received_at=MONDAY - timedelta(days=10),
    due_at=MONDAY - timedelta(days=3),
    finished_at=None,
    returned_at=None,
    agency="Ủy ban nhân dân xã Đất Mũi",
    handler="Lê Thị Hạnh",
    holder="Nguyễn Văn Út",
    factors=(),
    missing="Bản sao Giấy chứng sinh",
    result_place="Một cửa xã Đất Mũi",
    late_reason="Chờ xác minh nơi cư trú",
    steps=(),
    updated_at=MONDAY,
)


def _record(record: type[Made], /, **facts: Any) -> Made:
    """A record with the facts that words need; what wording never reads is empty."""
    return record(**{**dict.fromkeys(each.name for each in fields(record)), **facts})


def _petition(kind: PetitionKind, status: PetitionStatus) -> Petition:
    dates = dict.fromkeys(("filed_at", "counted_from", "forward_due_at", "answer_due_at"), MONDAY)
    ended = MONDAY if status in ENDED else None
    return _record(
        Petition,
        code="PA-7K3M-Q2XC",
        kind=kind,
        status=status,
        answer="Đã sửa xong đèn.",
        summary="Đèn đã sáng.",
        officer_name="Nguyễn Thị Mai",
        forwarded_at=ended,
        ended_at=ended,
        supporters=3,
        reopened=1,
        **dates,
    )


def _with_deadlines(petition: Petition) -> outcomes.PetitionTold:
    counted = Counted(MONDAY.date(), MONDAY, 15, (5, 6), (MONDAY.date(),))
    return outcomes.PetitionTold(petition, counted, counted, "Sở Xây dựng")


def _ticket(reason: Reason, status: TicketStatus = TicketStatus.NEW) -> Ticket:
    key = AddressKey("phone", "phone", "an")
    return _record(Ticket, id=1, number=1042, reason=reason, status=status, due_at=MONDAY, key=key)


def _samples() -> list[Outcome]:
    """Every outcome, with each value that changes what is said."""
    catalog = shipped().snapshot.catalog
    first, second, office = catalog.procedures[0], catalog.procedures[1], catalog.offices[0]
    bundle = catalog.bundles[0]
    petitions = [_petition(kind, status) for kind in PetitionKind for status in PetitionStatus]
    drafts = [
        PetitionDraft(kind, "Đèn đường khóm 5 hư hai tuần nay.", files, location, withheld=withheld)
        for kind in PetitionKind
        for files, location in (((), ""), ((1, 2), "9.17,105.15"))
        for withheld in (True, False)
    ]
    facts = {"hotline": "0290 1022", "centre": catalog.province.centre, "code": "1.009999"}
    said = [
        *("scam", "greeting", "goodbye", "thanks", "machine", "chat", "help", "complaint.formal"),
        *(
            "contact.own",
            "contact.not_a_number",
            "join.done",
            "join.refused",
            "join.over",
            "contact.other",
            "contact.send_again",
            "media.papers",
            "media.video",
        ),
        *(f"decline.{about}" for about in ("unlawful", "injection", "politics", "abuse")),
    ]
    return [
        outcomes.ProcedureShown(first, None, successor_of="2.000986"),
        outcomes.SeveralShown((first, second), None),
        outcomes.SeveralShown((first, second), bundle),
        outcomes.SeveralShown((first,), None, outcomes.WhichAsked((second, bundle), None)),
        outcomes.WhichAsked((first, second), None),
        outcomes.WhichAsked((first, second), Part.FEE, _slot_question(first, second)),
        outcomes.CommuneAsked("p:1.001193:where"),
        outcomes.CommuneAsked("p:1.001193:where", "xã Không Có"),
        *(outcomes.CommuneSet("Xã Đất Mũi", place) for place in (office, None)),
        outcomes.CommuneForgotten(),
        *(outcomes.NameTold(each, office) for each in _renamed()),
        *(outcomes.NameTold(each, None, "") for each in _renamed() if each.old),
        *(outcomes.OfficeShown("Xã Đất Mũi", place) for place in (office, None)),
        *(outcomes.OfficeFound(place, 3.25) for place in (office, None)),
        *(outcomes.NotUnderstood(empty) for empty in (True, False)),
        outcomes.QuestionAsked(),
        outcomes.WhatAsked(Part.FEE),
        *(outcomes.TicketOpened(_ticket(reason), ahead, ahead == 0) for reason in TOLD for ahead in (0, 3)),
        outcomes.TicketOpened(
            _ticket(Reason.ASKED_FOR_PERSON), 0, False, closes=_ticket(Reason.MEDIA).due_at
        ),
        outcomes.TicketOpened(_ticket(Reason.PETITION, TicketStatus.ASSIGNED), 0, True),
        outcomes.TicketOpened(_ticket(Reason.ASKED_FOR_PERSON), 0, True, already=True),
        outcomes.TicketReopened(_ticket(Reason.COMPLAINT)),
        outcomes.NothingToReopen(),
        outcomes.WithdrawAsked(_ticket(Reason.ASKED_FOR_PERSON)),
        *(
            outcomes.TicketWithdrawn(ticket, kept)
            for ticket in (None, _ticket(Reason.ASKED_FOR_PERSON))
            for kept in (True, False)
        ),
        outcomes.MenuShown(),
        *(outcomes.Unknowing(about) for about in UNKNOWING),
        *(
            asked(petitions, submissions, ticket)
            for asked in (outcomes.ForgetAsked, outcomes.Forgotten)
            for petitions, submissions, ticket in (
                (0, 0, None),
                (2, 1, _ticket(Reason.ASKED_FOR_PERSON)),
            )
        ),
        outcomes.WithoutShown(first, "sổ hộ khẩu", None),
        outcomes.WithoutShown(first, "sổ hộ khẩu", None, second),
        *(
            outcomes.WithoutShown(each, item.name, item)
            for each in catalog.procedures
            for case in each.documents
            for item in case.items
            if item.if_missing or item is each.documents[0].items[0]
        ),
        outcomes.DossierCodeAsked(),
        outcomes.DossierCodeAsked((DOSSIER.code,), ("HS-0123-4567",)),
        *(outcomes.DossierShown(DOSSIER, late) for late in (0, 3)),
        *(outcomes.DossierShown(DOSSIER, late, behind_since=MONDAY) for late in (0, 3)),
        *(outcomes.DossierDetailShown(DOSSIER, late, filed_here=late > 0) for late in (0, 3)),
        *(
            outcomes.DossierDetailShown(DOSSIER, 0, followed, behind_since=MONDAY)
            for followed in (True, False)
        ),
        *(outcomes.DossierFollowed(DOSSIER.code, on, off) for on in (True, False) for off in (True, False)),
        *(outcomes.NoticesSwitched(on, followed) for on in (True, False) for followed in (0, 2)),
        *(
            outcomes.DossierRated(DOSSIER.code, target, score, words, following, "Trần Văn Bảy")
            for target in RatingTarget
            for score in (1, 5)
            for words in (True, False)
            for following in (None, RatingTarget.HANDLER)
        ),
        outcomes.DossierFactorAsked(DOSSIER.code),
        outcomes.DossierHidden(DOSSIER.code),
        outcomes.DossierPaused(),
        *(outcomes.ConsentAsked(purpose, "dossier") for purpose in Purpose),
        *(outcomes.ConsentRefused(purpose) for purpose in Purpose),
        *(outcomes.ConsentsWithdrawn(count) for count in (0, 2)),
        outcomes.MyDataShown("Xã Đất Mũi", tuple((purpose, MONDAY) for purpose in Purpose), 2),
        outcomes.MyDataShown(None, (), 0),
        *(
            outcomes.PetitionTextAsked(PetitionDraft(kind, told, files))
            for kind in PetitionKind
            for files in ((), (1, 2))
            for told in ("", "đường hư")
        ),
        *(outcomes.PetitionReviewed(each) for each in drafts),
        outcomes.PetitionReviewed(drafts[-1], "phường An Xuyên", True, ("broken",), gone=True),
        outcomes.PetitionKindAsked(drafts[0]),
        *(outcomes.PetitionLeft(drafts[0], asks) for asks in (True, False)),
        *(
            outcomes.PetitionLikeFound(drafts[0], tuple(Likeness(each, "đèn khóm 5", mine) for each in some))
            for some in (petitions[:1], petitions[:2])
            for mine in (True, False)
        ),
        *(outcomes.PetitionFollowed(_with_deadlines(petition)) for petition in petitions[:2]),
        *(outcomes.PetitionFiled(_with_deadlines(petition)) for petition in petitions),
        *(outcomes.PetitionReopened(_with_deadlines(petitions[0]), noted) for noted in (True, False)),
        outcomes.PetitionRatingAsked("PA-7K3M-Q2XC"),
        *(outcomes.PetitionRated("PA-7K3M-Q2XC", score) for score in (1, 5)),
        *(outcomes.PetitionCodeAsked(own) for own in ((), tuple(petitions[:2]))),
        *(
            outcomes.PetitionShown(_with_deadlines(petition), mine)
            for petition in petitions
            for mine in (True, False)
        ),
        outcomes.PetitionUnknown(),
        *filing_samples(catalog),
        outcomes.RatingAsked(1),
        *(outcomes.RatingRecorded(score, 1, words) for score in range(1, 6) for words in (True, False)),
        *(outcomes.RatingReasonNoted(score, 1) for score in range(1, 6)),
        outcomes.RatingRefused(),
        *(outcomes.TopicShown(topic) for topic in catalog.topics),
        *(outcomes.EmergencyWarned(danger) for danger in Danger),
        *(
            outcomes.Said(f"talk.{key}", facts, menu)
            for key in said
            for menu in ("", "main", "complaint", "media")
        ),
        outcomes.Said("consent.thanks"),
        outcomes.Said("procedure.unknown_code", facts, "main"),
        *(outcomes.Cancelled(something) for something in (True, False)),
        outcomes.AsideOpened("Nguyễn Thị Mai"),
        outcomes.LanguageSet("vi"),
        outcomes.Silence(),
    ]


def test_every_outcome_is_among_the_samples() -> None:
    assert {type(sample) for sample in _samples()} == set(get_args(Outcome))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_has_words_in_both_languages(language: str) -> None:
    for sample in _samples():
        replies = word(sample, _wording(language))
        assert bool(replies) is not isinstance(sample, outcomes.Silence), sample
        for reply in replies:
            assert reply.text.strip(), sample
            assert not re.search(r"\{\w+\}|None", reply.text), f"{sample}: {reply.text}"
            assert len(reply.text.encode("utf-16-le")) // 2 <= LONGEST_REPLY, sample
            assert len(reply.choices) <= 6, sample


@pytest.mark.parametrize("pronoun", [None, *sorted(PRONOUNS)])
def test_every_whole_message_keeps_the_voice(pronoun: str | None) -> None:
    replies = [reply for sample in _samples() for reply in word(sample, _wording("vi", pronoun))]
    assert [(told, reply.text) for reply in replies if (told := _told(reply.text))] == []


@pytest.mark.parametrize("pronoun", sorted(PRONOUNS))
def test_a_whole_message_calls_nobody_by_two_names(pronoun: str) -> None:
    replies = [reply for sample in _samples() for reply in word(sample, _wording("vi", pronoun))]
    assert [reply.text for reply in replies if "anh/chị" in reply.text.lower()] == []
