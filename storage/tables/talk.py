"""Conversations, and the two queues a message passes through."""

from sqlalchemy import Index, Table, UniqueConstraint

from storage.columns import (
    NEVER_REUSED,
    amount,
    identity,
    json_text,
    maybe_moment,
    maybe_number,
    maybe_ref,
    maybe_text,
    metadata,
    moment,
    number,
    partial_index,
    ref,
    text,
)

_PENDING = "status = 'pending'"
_ENDED = "status <> 'pending'"
_WAITING = "status = 'waiting'"
_LEASED = "leased_until IS NOT NULL"

conversations = Table(
    "conversations",
    metadata,
    identity(),
    ref("address_id", "addresses.id", unique=True),
    text("state", default=""),
    number("version", default=0),
    # The open ticket. No foreign key: tickets point here, and a circle could not be created in order.
    maybe_number("ticket_id"),
    maybe_ref("held_by", "officers.id"),
    maybe_moment("elsewhere_until"),  # an officer answers in the platform's own app
    **NEVER_REUSED,
)

messages = Table(
    "messages",
    metadata,
    identity(),
    ref("conversation_id", "conversations.id"),
    text("author"),
    maybe_text("author_name"),
    maybe_ref("officer_id", "officers.id"),
    maybe_ref("ticket_id", "tickets.id"),
    text("text"),
    json_text("body"),
    json_text("note"),
    text("search_text", default=""),
    moment("at"),
    Index(None, "conversation_id", "id"),
    partial_index("ix_messages_kept", "at", where="(text <> '' OR body <> '{}')"),
    Index("ix_messages_ticket", "ticket_id", "id"),
    **NEVER_REUSED,
)

inbox = Table(
    "inbox",
    metadata,
    identity(),
    text("channel"),
    text("account"),
    text("user_id"),
    text("event_id"),
    json_text("payload"),
    moment("received_at"),
    text("status", default="pending"),
    number("attempts", default=0),
    maybe_text("error"),
    moment("due_at"),
    maybe_text("leased_by"),
    maybe_moment("leased_until"),
    maybe_moment("finished_at"),
    UniqueConstraint("channel", "account", "event_id"),
    partial_index("ix_inbox_turn", "channel", "account", "user_id", "id", where=_PENDING),
    partial_index("ix_inbox_leased", "channel", "account", "user_id", where=_LEASED),
    partial_index("ix_inbox_ended", "status", "id", where=_ENDED),
    **NEVER_REUSED,
)

outbox = Table(
    "outbox",
    metadata,
    identity(),
    ref("address_id", "addresses.id"),
    maybe_ref("message_id", "messages.id", index=True),
    text("channel"),
    json_text("payload"),
    number("priority", default=0),
    text("status", default="pending"),
    number("attempts", default=0),
    moment("due_at"),
    moment("created_at"),
    maybe_moment("finished_at"),
    maybe_text("reference"),
    maybe_text("reason"),
    maybe_text("error"),
    maybe_text("leased_by"),
    maybe_moment("leased_until"),
    maybe_moment("seen_at"),
    partial_index("ix_outbox_reference", "reference", where="reference IS NOT NULL"),
    partial_index("ix_outbox_waiting", "address_id", where=_WAITING),
    partial_index("ix_outbox_turn", "address_id", "priority", "id", where=_PENDING),
    partial_index("ix_outbox_leased", "address_id", where=_LEASED),
    partial_index("ix_outbox_ended", "status", "id", where=_ENDED),
    **NEVER_REUSED,
)

# What hung on a message: fetched once, after the turn, from the channel's own hosts.
received_files = Table(
    "received_files",
    metadata,
    identity(),
    ref("message_id", "messages.id", index=True),
    ref("address_id", "addresses.id", index=True),
    text("channel"),
    text("kind"),
    text("reference"),
    maybe_text("name"),
    maybe_text("media_type"),
    maybe_ref("file_id", "files.id", index=True),
    text("status", default="pending"),
    number("attempts", default=0),
    moment("due_at"),
    moment("created_at"),
    maybe_moment("finished_at"),
    maybe_text("reason"),
    maybe_text("error"),
    maybe_text("leased_by"),
    maybe_moment("leased_until"),
    partial_index("ix_received_files_turn", "due_at", "id", where=_PENDING),
    partial_index("ix_received_files_leased", "address_id", where=_LEASED),
    **NEVER_REUSED,
)

# Until when the places in a platform's line are given away: shared by all processes that send there.
paces = Table(
    "paces",
    metadata,
    text("subject", key=True),
    amount("taken_until"),
)

# Files that went out with a message of ours. While the message is kept, they are.
sent_files = Table(
    "sent_files",
    metadata,
    ref("message_id", "messages.id", key=True),
    ref("file_id", "files.id", key=True, index=True),
)

# What was uploaded to a channel, to be sent again without uploading it again.
uploads = Table(
    "uploads",
    metadata,
    text("channel", key=True),
    text("account", key=True),
    text("digest", key=True),
    text("kind", key=True),
    text("reference"),
    moment("expires_at"),
)
