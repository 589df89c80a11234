"""How an address with its citizen and conversation is read: shared by citizens and conversations."""

from typing import Any

from sqlalchemy import Row, Select, select

from storage.records import AddressKey, Contact
from storage.tables import addresses, citizens, conversations


def contact_selection() -> Select[Any]:
    """One statement for what every turn needs first."""
    return (
        select(
            addresses.c.id.label("address_id"),
            addresses.c.channel,
            addresses.c.account,
            addresses.c.user_id,
            addresses.c.citizen_id,
            addresses.c.display_name,
            addresses.c.unreachable_at,
            addresses.c.blocked_until,
            addresses.c.window_free_until,
            addresses.c.window_until,
            addresses.c.created_at,
            citizens.c.commune,
            citizens.c.pronoun,
            citizens.c.language,
            citizens.c.phone,
            citizens.c.phone_proved_at,
            conversations.c.id.label("conversation_id"),
        )
        .join_from(addresses, citizens, citizens.c.id == addresses.c.citizen_id)
        .join(conversations, conversations.c.address_id == addresses.c.id)
    )


def contact(row: Row[Any], *, new: bool = False) -> Contact:
    return Contact(
        address_id=row.address_id,
        key=AddressKey(row.channel, row.account, row.user_id),
        citizen_id=row.citizen_id,
        conversation_id=row.conversation_id,
        display_name=row.display_name,
        commune=row.commune,
        pronoun=row.pronoun,
        language=row.language,
        reachable=row.unreachable_at is None,
        blocked_until=row.blocked_until,
        created_at=row.created_at,
        new=new,
        window_free_until=row.window_free_until,
        window_until=row.window_until,
        phone=row.phone,
        phone_proved=row.phone_proved_at is not None,
    )
