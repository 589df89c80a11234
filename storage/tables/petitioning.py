"""Petitions, their photos, who follows them, and what happened to them."""

from sqlalchemy import Index, Table, UniqueConstraint

from storage.columns import (
    NEVER_REUSED,
    flag,
    identity,
    json_text,
    maybe_moment,
    maybe_ref,
    maybe_text,
    metadata,
    moment,
    number,
    partial_index,
    ref,
    text,
)

_OPEN = "ended_at IS NULL"

petitions = Table(
    "petitions",
    metadata,
    identity(),
    text("code", unique=True),
    text("kind"),
    text("text"),
    maybe_text("place"),
    maybe_text("location"),
    flag("name_withheld"),
    text("status"),
    ref("citizen_id", "citizens.id", index=True),
    ref("address_id", "addresses.id"),
    ref("conversation_id", "conversations.id"),
    maybe_ref("ticket_id", "tickets.id"),  # of petitions from before they had a desk of their own
    text("department"),
    maybe_ref("officer_id", "officers.id"),
    moment("filed_at"),
    maybe_moment("counted_from"),
    moment("forward_due_at"),
    moment("answer_due_at"),
    maybe_moment("forwarded_at"),
    maybe_moment("ended_at"),
    maybe_text("answer"),
    maybe_text("summary"),
    maybe_text("other_body"),
    number("reopened", default=0),
    maybe_moment("warned_at"),
    maybe_moment("status_at"),
    partial_index("ix_petitions_open", "answer_due_at", "id", where=_OPEN),
    Index("ix_petitions_kind", "kind", "filed_at"),
    Index("ix_petitions_ended", "ended_at", "id"),
    Index("ix_petitions_address", "address_id", "filed_at"),
    **NEVER_REUSED,
)

petition_files = Table(
    "petition_files",
    metadata,
    ref("petition_id", "petitions.id", key=True),
    ref("file_id", "files.id", key=True),
    Index("ix_petition_files_file", "file_id"),
)

petition_supporters = Table(
    "petition_supporters",
    metadata,
    identity(),
    ref("petition_id", "petitions.id"),
    ref("citizen_id", "citizens.id", index=True),
    ref("address_id", "addresses.id"),
    moment("at"),
    UniqueConstraint("petition_id", "address_id"),
    **NEVER_REUSED,
)

petition_events = Table(
    "petition_events",
    metadata,
    identity(),
    ref("petition_id", "petitions.id", index=True),
    moment("at"),
    text("kind"),
    maybe_ref("officer_id", "officers.id"),
    json_text("detail"),
    **NEVER_REUSED,
)
