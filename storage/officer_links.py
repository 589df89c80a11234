"""The chats in which officers hear of tickets, linked by a one-time code."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select

from storage.link import Link
from storage.officers import Officers
from storage.records import AddressKey, Officer, OfficerLink
from storage.tables import addresses, link_codes, officer_links, officers


class OfficerLinks:
    """One chat for each officer, one officer for each chat."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def offer(self, officer_id: int, digest: str, expires_at: datetime) -> None:
        """A one-time code, of which only the digest is kept; an older one of this officer ends."""
        await self._link.run(delete(link_codes).where(link_codes.c.officer_id == officer_id))
        values = {"officer_id": officer_id, "digest": digest, "expires_at": expires_at}
        await self._link.run(self._link.insert(link_codes).values(**values))

    async def use(self, digest: str, address_id: int, at: datetime) -> OfficerLink | None:
        """Link this chat to the officer who was given the code, once. None: unknown, used, or expired."""
        known = delete(link_codes).where(link_codes.c.digest == digest, link_codes.c.expires_at > at)
        officer_id = await self._link.scalar(known.returning(link_codes.c.officer_id))
        if officer_id is None:
            return None
        gone = (officer_links.c.officer_id == officer_id) | (officer_links.c.address_id == address_id)
        await self._link.run(delete(officer_links).where(gone))
        values = {"officer_id": officer_id, "address_id": address_id, "linked_at": at}
        await self._link.run(self._link.insert(officer_links).values(**values))
        return await self.of_address(address_id)

    async def end(self, officer_id: int) -> bool:
        """False when there was none."""
        return (
            await self._link.changed(delete(officer_links).where(officer_links.c.officer_id == officer_id))
            > 0
        )

    async def of_officer(self, officer_id: int) -> OfficerLink | None:
        return await self._one(officer_links.c.officer_id == officer_id)

    async def of_address(self, address_id: int) -> OfficerLink | None:
        """None when nobody linked it, or the account was disabled since."""
        return await self._one(officer_links.c.address_id == address_id)

    async def by_key(self, key: AddressKey) -> OfficerLink | None:
        return await self._one(
            addresses.c.channel == key.channel,
            addresses.c.account == key.account,
            addresses.c.user_id == key.user_id,
        )

    async def all(self) -> tuple[OfficerLink, ...]:
        """Of active officers."""
        return await self._links()

    async def _one(self, *conditions: ColumnElement[bool]) -> OfficerLink | None:
        found = await self._links(*conditions)
        return found[0] if found else None

    async def _links(self, *conditions: ColumnElement[bool]) -> tuple[OfficerLink, ...]:
        statement = (
            select(
                officer_links,
                addresses.c.channel,
                addresses.c.account,
                addresses.c.user_id,
                addresses.c.unreachable_at,
            )
            .join_from(officer_links, addresses, addresses.c.id == officer_links.c.address_id)
            .join(officers, officers.c.id == officer_links.c.officer_id)
            .where(officers.c.active, *conditions)
            .order_by(officer_links.c.officer_id)
        )
        rows = await self._link.rows(statement)
        people = {each.id: each for each in await Officers(self._link).list()} if rows else {}
        return tuple(_record(row, people) for row in rows)


def _record(row: Row[Any], people: dict[int, Officer]) -> OfficerLink:
    return OfficerLink(
        officer=people[row.officer_id],
        address_id=row.address_id,
        key=AddressKey(row.channel, row.account, row.user_id),
        reachable=row.unreachable_at is None,
        linked_at=row.linked_at,
    )
