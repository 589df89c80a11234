"""Consents: nothing by default, provable when given, gone when withdrawn."""

from storage.database import Database
from storage.records import Consent, Contact, Purpose
from storage.unit_of_work import UnitOfWork
from tests.storage.stories import NOW, later, somebody


async def give(
    uow: UnitOfWork, contact: Contact, purpose: Purpose, wording: str = "1", *, minute: float = 0
) -> Consent:
    return await uow.consents.give(
        citizen_id=contact.citizen_id,
        address_id=contact.address_id,
        purpose=purpose,
        wording_version=wording,
        wording_hash=wording * 64,
        at=later(minutes=minute),
    )


async def test_nobody_has_consented_until_they_did_and_only_for_that(database: Database) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        assert not await uow.consents.has(contact.citizen_id, Purpose.DOSSIER)
        given = await give(uow, contact, Purpose.DOSSIER)
        assert await uow.consents.has(contact.citizen_id, Purpose.DOSSIER)
        assert not await uow.consents.has(contact.citizen_id, Purpose.UPLOAD)
        await uow.commit()
    async with database.reading() as uow:
        assert await uow.consents.of_citizen(contact.citizen_id) == (given,)
    assert (given.wording_hash, given.given_at, given.withdrawn_at) == ("1" * 64, NOW, None)


async def test_the_same_yes_twice_is_one_and_a_new_wording_a_new_one(database: Database) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        first = await give(uow, contact, Purpose.DOSSIER)
        assert await give(uow, contact, Purpose.DOSSIER, minute=5) == first
        second = await give(uow, contact, Purpose.DOSSIER, "2", minute=6)
        assert [consent.id for consent in await uow.consents.of_citizen(contact.citizen_id)] == [
            first.id,
            second.id,
        ]


async def test_a_consent_is_withdrawn_for_one_purpose_or_all_and_can_be_given_again(
    database: Database,
) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        for purpose in Purpose:
            await give(uow, contact, purpose)
        assert await uow.consents.withdraw(contact.citizen_id, later(days=1), Purpose.UPLOAD) == 1
        assert not await uow.consents.has(contact.citizen_id, Purpose.UPLOAD)
        assert await uow.consents.has(contact.citizen_id, Purpose.CONTACT)
        assert await uow.consents.withdraw(contact.citizen_id, later(days=2)) == 3
        assert await uow.consents.withdraw(contact.citizen_id, later(days=3)) == 0

        ends = {
            consent.purpose: consent.withdrawn_at
            for consent in await uow.consents.of_citizen(contact.citizen_id)
        }
        assert ends[Purpose.UPLOAD] == later(days=1)
        assert ends[Purpose.DOSSIER] == later(days=2)
        await give(uow, contact, Purpose.UPLOAD)
        assert await uow.consents.has(contact.citizen_id, Purpose.UPLOAD)
