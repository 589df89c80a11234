"""Consent, what is kept about a citizen, and forgetting it, in words."""

from bot.conversation import outcomes, tokens
from bot.conversation.wording.context import Wording, lines, paragraphs
from bot.messages import Reply
from bot.texts import Texts, day
from storage.records import Purpose, Ticket


def consent(outcome: outcomes.ConsentAsked, wording: Wording) -> tuple[Reply, ...]:
    choices = (
        wording.choice("agree", tokens.consent(outcome.purpose, True, outcome.then)),
        wording.choice("disagree", tokens.consent(outcome.purpose, False, outcome.then)),
    )
    asked = wording.texts(f"consent.{outcome.purpose.value}", basis=wording.legal_basis)
    is_told = outcome.purpose is Purpose.PETITION and bool(outcome.draft)
    return (Reply(paragraphs(asked, wording.texts("consent.told") if is_told else ""), choices),)


def my_data(outcome: outcomes.MyDataShown, wording: Wording) -> tuple[Reply, ...]:
    texts = wording.texts
    given = ", ".join(
        f"{texts(f'consent.purpose.{purpose.value}')} ({day(at)})" for purpose, at in outcome.consents
    )
    nothing = texts("consent.nothing")
    text = texts(
        "consent.my_data",
        commune=outcome.commune or nothing,
        consents=given or nothing,
        petitions=outcome.petitions,
        basis=wording.legal_basis,
    )
    choices = (
        wording.choice("withdraw", tokens.WITHDRAW),
        wording.choice("forget_commune", tokens.FORGET_COMMUNE),
        wording.choice("forget_me", tokens.FORGET_ME),
    )
    return (Reply(text, choices),)


def forget_asked(outcome: outcomes.ForgetAsked, wording: Wording) -> tuple[Reply, ...]:
    texts = wording.texts
    stays = _stays(outcome.petitions, outcome.submissions, outcome.ticket, texts)
    text = paragraphs(texts("forget.goes"), lines(texts("forget.stays.opening"), *stays), texts("forget.ask"))
    choices = (
        wording.choice("forget_me_yes", tokens.FORGET_ME_YES),
        wording.choice("forget_me_no", tokens.FORGET_ME_NO),
        wording.person,
    )
    return (Reply(text, choices),)


def forgotten(outcome: outcomes.Forgotten, wording: Wording) -> tuple[Reply, ...]:
    texts = wording.texts
    stays = _stays(outcome.petitions, outcome.submissions, outcome.ticket, texts)
    text = paragraphs(
        texts("forget.done"), lines(texts("forget.stays.opening"), *stays), texts("forget.more")
    )
    return (Reply(text, (wording.person,)),)


def _stays(petitions: int, submissions: int, ticket: Ticket | None, texts: Texts) -> list[str]:
    told = [
        texts("forget.stays.petitions", count=petitions) if petitions else "",
        texts("forget.stays.submissions", count=submissions) if submissions else "",
        texts("forget.stays.ticket", number=ticket.number) if ticket else "",
        texts("forget.stays.always"),
    ]
    return [f"- {each}" for each in told if each]
