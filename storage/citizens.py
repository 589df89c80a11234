"""Citizens and the addresses they write from: each address is one citizen's from its first message on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, update

from storage import erasure
from storage.contacts import contact, contact_selection
from storage.errors import NotFoundError
from storage.link import Link
from storage.records import AddressKey, Contact
from storage.tables import (
    addresses,
    citizens,
    consents,
    conversations,
    petition_supporters,
    petitions,
    submissions,
    tickets,
)

_OF_A_CITIZEN = (addresses, tickets, petitions, petition_supporters, consents, submissions)


class Citizens:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def resolve(self, key: AddressKey, at: datetime, display_name: str | None = None) -> Contact:
        """Who writes. The first time, makes the citizen, the address and the conversation (`new` is true)."""
        known = await self.find(key) or await self._create(key, at, display_name)
        if known.new or display_name is None or display_name == known.display_name:
            return known
        await self._change(addresses, known.address_id, display_name=display_name)
        return replace(known, display_name=display_name)

    async def find(self, key: AddressKey) -> Contact | None:
        row = await self._link.row(
            contact_selection().where(
                addresses.c.channel == key.channel,
                addresses.c.account == key.account,
                addresses.c.user_id == key.user_id,
            )
        )
        return None if row is None else contact(row)

    async def get(self, address_id: int) -> Contact:
        """Raises `NotFoundError`."""
        row = await self._link.row(contact_selection().where(addresses.c.id == address_id))
        if row is None:
            raise NotFoundError(f"address {address_id}")
        return contact(row)

    async def addresses_of(self, citizen_id: int) -> tuple[Contact, ...]:
        """Everywhere this citizen writes from, oldest first."""
        statement = contact_selection().where(addresses.c.citizen_id == citizen_id).order_by(addresses.c.id)
        return tuple(contact(row) for row in await self._link.rows(statement))

    async def set_commune(self, citizen_id: int, commune: str | None) -> None:
        await self._change(citizens, citizen_id, commune=commune)

    async def set_pronoun(self, citizen_id: int, pronoun: str | None) -> None:
        await self._change(citizens, citizen_id, pronoun=pronoun)

    async def set_language(self, citizen_id: int, language: str) -> None:
        await self._change(citizens, citizen_id, language=language)

    async def set_phone(self, citizen_id: int, phone: str, proved_at: datetime | None) -> None:
        """A number that was only said does not take the place of one that was proved."""
        kept = update(citizens).where(citizens.c.id == citizen_id)
        if proved_at is None:
            kept = kept.where(citizens.c.phone_proved_at.is_(None))
        await self._link.run(kept.values(phone=phone, phone_proved_at=proved_at))

    async def proved_with(self, phone: str, *, but: int) -> Contact | None:
        """Another citizen's address whose channel proved this number to be theirs, the newest."""
        statement = (
            contact_selection()
            .where(citizens.c.phone == phone, citizens.c.phone_proved_at.is_not(None), citizens.c.id != but)
            .where(addresses.c.unreachable_at.is_(None))
            .order_by(addresses.c.id.desc())
            .limit(1)
        )
        row = await self._link.row(statement)
        return None if row is None else contact(row)

    async def mark_unreachable(self, address_id: int, reason: str, at: datetime) -> None:
        """They left, blocked us, or the channel's window is closed."""
        await self._change(addresses, address_id, unreachable_at=at, unreachable_reason=reason)

    async def mark_reachable(self, address_id: int) -> None:
        await self._change(addresses, address_id, unreachable_at=None, unreachable_reason=None)

    async def block(self, address_id: int, until: datetime | None, by_officer: int | None) -> None:
        """Refuse what comes from there until then; `until=None` lifts it."""
        await self._change(addresses, address_id, blocked_until=until, blocked_by=by_officer)

    async def join(self, keep_citizen_id: int, gone_citizen_id: int, at: datetime) -> None:
        """Two citizens were one: all that belongs to the second now belongs to the first."""
        if keep_citizen_id == gone_citizen_id:
            raise ValueError("a citizen cannot be joined with themselves")
        for table in _OF_A_CITIZEN:
            await self._link.run(
                update(table).where(table.c.citizen_id == gone_citizen_id).values(citizen_id=keep_citizen_id)
            )
        await self._change(citizens, gone_citizen_id, joined_into=keep_citizen_id, joined_at=at)

    async def forget(self, citizen_id: int, at: datetime) -> Mapping[str, int]:
        """Erase what is personal; returns how many rows of each kind were blanked. See `erasure`."""
        return await erasure.forget(self._link, citizen_id, at)

    async def forget_unbound(self, citizen_id: int, at: datetime) -> Mapping[str, int]:
        """Erase what no duty keeps, at the citizen's own word; rows blanked, by table. See `erasure`."""
        return await erasure.forget_unbound(self._link, citizen_id, at)

    async def _create(self, key: AddressKey, at: datetime, display_name: str | None) -> Contact:
        made = insert(citizens).values(created_at=at).returning(citizens.c.id)
        citizen_id = await self._link.scalar(made)
        address_id = await self._link.scalar(
            self._link.insert(addresses)
            .values(
                channel=key.channel,
                account=key.account,
                user_id=key.user_id,
                citizen_id=citizen_id,
                display_name=display_name,
                created_at=at,
            )
            .on_conflict_do_nothing(index_elements=["channel", "account", "user_id"])
            .returning(addresses.c.id)
        )
        if address_id is None:  # another process was faster, and has committed
            await self._link.run(delete(citizens).where(citizens.c.id == citizen_id))
        else:
            await self._link.run(insert(conversations).values(address_id=address_id))
        found = await self.find(key)
        if found is None:
            raise NotFoundError(f"address {key}")
        return replace(found, new=address_id is not None)

    async def _change(self, table: Table, row_id: int, **values: Any) -> None:
        if not await self._link.changed(update(table).where(table.c.id == row_id).values(**values)):
            raise NotFoundError(f"{table.name} {row_id}")
