"""How officers hear of a ticket: what was rung so far, and where they hear it."""

from sqlalchemy import Table

from storage.columns import maybe_moment, metadata, moment, number, ref, text

# One row for each ticket that waits and was rung for; taken away when somebody takes the ticket.
alerts = Table(
    "alerts",
    metadata,
    ref("ticket_id", "tickets.id", key=True),
    number("rounds"),
    moment("first_at"),
    moment("next_at"),
    maybe_moment("supervisor_at"),
)

officer_links = Table(
    "officer_links",
    metadata,
    ref("officer_id", "officers.id", key=True),
    ref("address_id", "addresses.id", unique=True),
    moment("linked_at"),
)

link_codes = Table(
    "link_codes",
    metadata,
    ref("officer_id", "officers.id", key=True),
    text("digest", unique=True),
    moment("expires_at"),
)
