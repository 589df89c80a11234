"""Outcomes in words. Pure: the same outcome always reads the same."""

from typing import assert_never

from bot.conversation import outcomes, tokens
from bot.conversation.filing import Verb
from bot.conversation.outcomes import Outcome
from bot.conversation.wording import (
    dossiers,
    filing,
    following,
    personal,
    petitions,
    places,
    procedures,
    submissions,
    tickets,
)
from bot.conversation.wording.context import Wording, paragraphs
from bot.messages import Choice, Reply

__all__ = ["Wording", "word"]


def word(outcome: Outcome, wording: Wording) -> tuple[Reply, ...]:  # noqa: C901, PLR0912, PLR0915 - one line an outcome
    match outcome:
        case outcomes.ProcedureShown():
            return procedures.shown(outcome, wording)
        case outcomes.WithoutShown():
            return procedures.without(outcome, wording)
        case outcomes.WhichAsked():
            return procedures.which(outcome, wording)
        case outcomes.SeveralShown():
            return procedures.several(outcome, wording)
        case outcomes.DossierCodeAsked():
            return dossiers.code_asked(outcome, wording)
        case outcomes.DossierFactorAsked():
            return dossiers.factor_asked(wording)
        case outcomes.DossierHidden():
            return dossiers.hidden(outcome, wording)
        case outcomes.DossierPaused():
            return dossiers.paused(wording)
        case outcomes.DossierShown():
            return dossiers.shown(outcome, wording)
        case outcomes.DossierDetailShown():
            return dossiers.detail(outcome, wording)
        case outcomes.DossierFollowed():
            return following.followed(outcome, wording)
        case outcomes.NoticesSwitched():
            return following.switched(outcome, wording)
        case outcomes.DossierRated():
            return following.rated(outcome, wording)
        case outcomes.PetitionTextAsked():
            return petitions.text_asked(outcome, wording)
        case outcomes.PetitionReviewed():
            return petitions.reviewed(outcome, wording)
        case outcomes.PetitionKindAsked():
            return petitions.kind_asked(wording)
        case outcomes.PetitionLeft():
            return petitions.left(outcome, wording)
        case outcomes.PetitionLikeFound():
            return petitions.like_found(outcome, wording)
        case outcomes.PetitionFollowed():
            return petitions.followed(outcome, wording)
        case outcomes.PetitionReopened():
            return petitions.reopened(outcome, wording)
        case outcomes.PetitionRatingAsked():
            return petitions.rating_asked(outcome, wording)
        case outcomes.PetitionRated():
            return petitions.rated(outcome, wording)
        case outcomes.PetitionFiled():
            return petitions.filed(outcome, wording)
        case outcomes.PetitionCodeAsked():
            return petitions.code_asked(outcome, wording)
        case outcomes.PetitionShown():
            return petitions.shown(outcome, wording)
        case outcomes.PetitionUnknown():
            return petitions.unknown(wording)
        case outcomes.TicketOpened():
            return tickets.opened(outcome, wording)
        case outcomes.TicketReopened():
            return tickets.reopened(outcome, wording)
        case outcomes.QuestionAsked():
            return tickets.question_asked(wording)
        case outcomes.WithdrawAsked():
            return tickets.withdraw_asked(outcome, wording)
        case outcomes.TicketWithdrawn():
            return tickets.withdrawn(outcome, wording)
        case outcomes.NothingToReopen():
            return (Reply(wording.texts("ticket.nothing_to_reopen"), (wording.person,)),)
        case outcomes.RatingAsked():
            return tickets.rating_asked(outcome, wording)
        case outcomes.RatingRecorded():
            return tickets.rated(outcome, wording)
        case outcomes.RatingReasonNoted():
            return (Reply(wording.texts("rating.words")),)
        case outcomes.RatingRefused():
            return (Reply(wording.texts("rating.refused")),)
        case outcomes.CommuneAsked():
            return places.asked(outcome, wording)
        case outcomes.CommuneSet():
            return places.remembered(outcome, wording)
        case outcomes.NameTold():
            return places.called_now(outcome, wording)
        case outcomes.CommuneForgotten():
            return (Reply(wording.texts("place.forgotten")),)
        case outcomes.OfficeShown():
            return places.shown(outcome, wording)
        case outcomes.OfficeFound():
            return places.nearest(outcome, wording)
        case outcomes.ConsentAsked():
            return personal.consent(outcome, wording)
        case outcomes.ConsentRefused():
            hotline = wording.catalog.province.hotline
            return (Reply(wording.texts(f"consent.refused.{outcome.purpose.value}", hotline=hotline)),)
        case outcomes.ConsentsWithdrawn():
            return (Reply(wording.texts("consent.withdrawn" if outcome.count else "consent.none")),)
        case outcomes.MyDataShown():
            return personal.my_data(outcome, wording)
        case outcomes.ForgetAsked():
            return personal.forget_asked(outcome, wording)
        case outcomes.Forgotten():
            return personal.forgotten(outcome, wording)
        case outcomes.FilingElsewhere():
            return filing.elsewhere(outcome, wording)
        case outcomes.FilingAsked():
            return filing.asked(outcome, wording)
        case outcomes.FilingMoveAsked():
            return filing.move_asked(outcome, wording)
        case outcomes.FilingPaused():
            return filing.paused(outcome, wording)
        case outcomes.FilingCancelAsked():
            return filing.cancel_asked(outcome, wording)
        case outcomes.FilingCancelled():
            return (Reply(wording.texts("filing.cancelled"), wording.main_menu()),)
        case outcomes.FilingGone():
            return (Reply(wording.texts("filing.gone"), (wording.person,)),)
        case outcomes.FilingSent():
            return submissions.sent(outcome, wording)
        case outcomes.SubmissionShown():
            return submissions.shown(outcome, wording)
        case outcomes.OwnPhotosShown():
            return submissions.own_photos(outcome, wording)
        case outcomes.SupplementElsewhere():
            return submissions.supplement_elsewhere(outcome, wording)
        case outcomes.SlotsOffered():
            return submissions.slots(outcome, wording)
        case outcomes.AppointmentBooked():
            return submissions.booked(outcome, wording)
        case outcomes.AppointmentGiven():
            return submissions.given_up(outcome, wording)
        case outcomes.OwnerAsked():
            return submissions.owner_asked(outcome, wording)
        case outcomes.OwnerAnswered():
            return submissions.owner_answered(outcome, wording)
        case outcomes.TopicShown():
            return _topic(outcome, wording)
        case outcomes.EmergencyWarned():
            texts = wording.texts
            warning = texts(f"talk.emergency.{outcome.danger.value}")
            besides = _topic(outcome.besides, wording) if outcome.besides else ()
            return (Reply(paragraphs(warning, texts("talk.emergency.more"))), *besides)
        case outcomes.NotUnderstood():
            if outcome.empty:
                return (Reply(wording.texts("talk.empty"), (wording.person,)),)
            return (procedures.not_understood(wording),)
        case outcomes.WhatAsked():
            return (Reply(wording.texts("talk.what"), (wording.person,)),)
        case outcomes.Said():
            return (Reply(wording.texts(outcome.key, **outcome.facts), _menu(outcome.menu, wording)),)
        case outcomes.Cancelled():
            key = "talk.cancelled" if outcome.something else "talk.nothing_to_cancel"
            return (Reply(wording.texts(key), wording.main_menu()),)
        case outcomes.MenuShown():
            return _menu_again(wording)
        case outcomes.Unknowing():
            return (
                Reply(wording.texts(f"talk.unknowing.{outcome.about}"), (wording.person, wording.cancel)),
            )
        case outcomes.MediaAsked():
            return _media(outcome, wording)
        case outcomes.AsideOpened():
            return (Reply(wording.texts("ticket.aside", name=outcome.officer)),)
        case outcomes.LanguageSet():
            return (Reply(wording.texts("talk.language"), wording.main_menu()),)
        case outcomes.Silence():
            return ()
    assert_never(outcome)


def _menu(name: str, wording: Wording) -> tuple[Choice, ...]:
    menus: dict[str, tuple[Choice, ...]] = {
        "": (),
        "main": wording.main_menu(),
        "praise": (wording.choice("petition", tokens.PETITION),),
        "complaint": (wording.choice("petition", tokens.PETITION), wording.person),
        "media": (
            wording.choice("appointment_paper", tokens.LOOK_UP),
            wording.choice("invitation_paper", tokens.PERSON),
            wording.choice("papers", tokens.PAPERS),
            wording.person,
        ),
    }
    return menus[name]


def _media(outcome: outcomes.MediaAsked, wording: Wording) -> tuple[Reply, ...]:
    lacking = (
        *(wording.choice("send_missing", tokens.filing(Verb.GO, each)) for each in outcome.submissions),
        *(wording.choice("send_missing", tokens.send_missing(each)) for each in outcome.dossiers),
    )
    return (Reply(wording.texts("talk.media.what_is_it"), (*lacking, *_menu("media", wording))),)


def _menu_again(wording: Wording) -> tuple[Reply, ...]:
    menu = wording.state.menu
    choices = tuple(Choice(item.label, token=item.token) for item in menu)
    return (Reply(wording.texts("talk.choose_again", count=len(menu)), choices),)


def _topic(outcome: outcomes.TopicShown, wording: Wording) -> tuple[Reply, ...]:
    topic = outcome.topic
    doubt = wording.texts("talk.topic.unconfirmed") if topic.unconfirmed else ""
    hours = places.opening_hours(None, wording)
    province = wording.catalog.province
    answer = (
        wording.texts.address(topic.answer).replace("{hours}", hours).replace("{hotline}", province.hotline)
    )
    links = tuple(wording.link("link", url) for url in topic.links[:2])
    return (Reply(paragraphs(answer, doubt), (*links, wording.person)),)
