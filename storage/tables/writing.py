"""What officers are writing: kept as they type, held for a moment before it goes out, learned from when closed."""

from sqlalchemy import Table

from storage.columns import (
    NEVER_REUSED,
    flag,
    identity,
    json_text,
    maybe_moment,
    maybe_ref,
    metadata,
    moment,
    number,
    partial_index,
    ref,
    text,
)

drafts = Table(
    "drafts",
    metadata,
    ref("ticket_id", "tickets.id", key=True),
    ref("officer_id", "officers.id", key=True),
    text("kind", key=True),  # text (the answer), note, advice
    text("text"),
    moment("saved_at"),
)

# What hangs on an answer that is being written (`held`: that was sent and can still be undone).
draft_files = Table(
    "draft_files",
    metadata,
    ref("ticket_id", "tickets.id", key=True),
    ref("officer_id", "officers.id", key=True),
    ref("file_id", "files.id", key=True, index=True),
    flag("held", default="false"),
    moment("added_at"),
)

# An answer that was sent and can still be undone. One for each ticket.
held_answers = Table(
    "held_answers",
    metadata,
    ref("ticket_id", "tickets.id", key=True),
    ref("officer_id", "officers.id"),
    text("text"),
    json_text("files"),
    moment("pressed_at"),
    moment("due_at"),
    number("seen_message_id", default=0),
)

# How a citizen said it, and the procedure an officer says was meant: for the keeper of the catalog to decide.
proposals = Table(
    "proposals",
    metadata,
    identity(),
    ref("ticket_id", "tickets.id", unique=True),
    ref("officer_id", "officers.id"),
    text("procedure_code"),
    text("wording"),
    text("state", default="open"),
    moment("made_at"),
    maybe_ref("decided_by", "officers.id"),
    maybe_moment("decided_at"),
    partial_index("ix_proposals_open", "id", where="state = 'open'"),
    **NEVER_REUSED,
)
