"""What the assistant remembers about a citizen: the commune, consents, the language, and forgetting them."""

import hashlib
from dataclasses import replace

from bot.actions.turn import Turn
from bot.conversation import acts, outcomes
from bot.conversation.outcomes import Outcome
from bot.conversation.state import Step
from bot.texts import LANGUAGES
from storage.records import Purpose

CONSENT_VERSION = "1"


def tell_name(act: acts.TellName, turn: Turn) -> Outcome:
    office = turn.snapshot.catalog.office_for(act.commune) if act.commune else None
    return outcomes.NameTold(act.renamed, office, (pending(turn) or "") if act.lives else None)


async def set_commune(act: acts.SetCommune, turn: Turn) -> Outcome:
    """Remember the commune; the caller goes on with what was asked before (`follow_up`)."""
    if act.commune is None:
        return outcomes.CommuneAsked(pending(turn) or "", unknown=act.typed)
    commune = turn.snapshot.catalog.commune_by_id[act.commune]
    await turn.uow.citizens.set_commune(turn.contact.citizen_id, commune.id)
    return outcomes.CommuneSet(commune.name, turn.snapshot.catalog.office_for(commune.id))


def pending(turn: Turn) -> str | None:
    """The token of what waits for the present step."""
    return turn.state.expecting.data.get("then") if turn.state.expecting else None


def settled(turn: Turn, commune: str | None) -> Turn:
    """The turn as it goes on once the commune is known, or is not wanted to be told."""
    state = turn.state.expect(Step.COMMUNE, skipped="yes")
    return replace(turn, contact=replace(turn.contact, commune=commune), state=state)


async def forget_commune(turn: Turn) -> Outcome:
    await turn.uow.citizens.set_commune(turn.contact.citizen_id, None)
    return outcomes.CommuneForgotten()


async def give_consent(purpose: Purpose, turn: Turn) -> None:
    wording = turn.texts(f"consent.{purpose.value}", basis=turn.tools.settings.legal_basis)
    await turn.uow.consents.give(
        citizen_id=turn.contact.citizen_id,
        address_id=turn.contact.address_id,
        purpose=purpose,
        wording_version=CONSENT_VERSION,
        wording_hash=hashlib.sha256(wording.encode()).hexdigest(),
        at=turn.now,
    )


async def set_language(act: acts.SetLanguage, turn: Turn) -> Outcome:
    other = next(each for each in LANGUAGES if each != turn.contact.language)
    language = act.language or other
    await turn.uow.citizens.set_language(turn.contact.citizen_id, language)
    return outcomes.LanguageSet(language)


async def withdraw(turn: Turn) -> Outcome:
    return outcomes.ConsentsWithdrawn(await turn.uow.consents.withdraw(turn.contact.citizen_id, turn.now))


async def my_data(turn: Turn) -> Outcome:
    given = await turn.uow.consents.of_citizen(turn.contact.citizen_id)
    petitions = await turn.uow.petitions.of_citizen(turn.contact.citizen_id)
    commune = turn.snapshot.catalog.commune_by_id.get(turn.contact.commune or "")
    return outcomes.MyDataShown(
        commune.name if commune else None,
        tuple((consent.purpose, consent.given_at) for consent in given if consent.withdrawn_at is None),
        len(petitions),
    )
