"""Consents: provable (which wording, when, from which address), and withdrawn as easily as given."""

from datetime import datetime

from sqlalchemy import insert, select, update

from storage.link import Link
from storage.records import Consent, Purpose
from storage.tables import consents


class Consents:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def give(
        self,
        *,
        citizen_id: int,
        address_id: int,
        purpose: Purpose,
        wording_version: str,
        wording_hash: str,
        at: datetime,
    ) -> Consent:
        """Giving the same consent twice is giving it once; a new wording is a new consent."""
        for consent in await self.of_citizen(citizen_id):
            same = consent.purpose == purpose and consent.wording_hash == wording_hash
            if same and consent.withdrawn_at is None:
                return consent
        consent_id = await self._link.scalar(
            insert(consents)
            .values(
                citizen_id=citizen_id,
                address_id=address_id,
                purpose=purpose,
                wording_version=wording_version,
                wording_hash=wording_hash,
                given_at=at,
            )
            .returning(consents.c.id)
        )
        return Consent(consent_id, citizen_id, address_id, purpose, wording_version, wording_hash, at, None)

    async def has(self, citizen_id: int, purpose: Purpose) -> bool:
        standing = (
            (consents.c.citizen_id == citizen_id)
            & (consents.c.purpose == purpose)
            & consents.c.withdrawn_at.is_(None)
        )
        return await self._link.scalar(select(consents.c.id).where(standing).limit(1)) is not None

    async def withdraw(self, citizen_id: int, at: datetime, purpose: Purpose | None = None) -> int:
        """For one purpose or all; how many. The evidence that it had been given stays."""
        statement = update(consents).where(
            consents.c.citizen_id == citizen_id, consents.c.withdrawn_at.is_(None)
        )
        if purpose is not None:
            statement = statement.where(consents.c.purpose == purpose)
        return await self._link.changed(statement.values(withdrawn_at=at))

    async def of_citizen(self, citizen_id: int) -> tuple[Consent, ...]:
        """Oldest first, withdrawn ones too."""
        statement = select(consents).where(consents.c.citizen_id == citizen_id).order_by(consents.c.id)
        return tuple(
            Consent(**dict(row._mapping) | {"purpose": Purpose(row.purpose)})
            for row in await self._link.rows(statement)
        )
