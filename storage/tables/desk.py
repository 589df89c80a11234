"""What people work on: tickets, petitions, and what citizens thought of it."""

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint

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

_OPEN = "status <> 'closed'"

tickets = Table(
    "tickets",
    metadata,
    identity(),
    ref("conversation_id", "conversations.id", index=True),
    ref("citizen_id", "citizens.id", index=True),
    ref("address_id", "addresses.id", index=True),
    text("reason"),
    text("status", default="new"),
    text("department"),
    maybe_text("forwarded_from"),
    text("question"),
    json_text("matched"),
    maybe_text("procedure_code"),
    text("search_text", default=""),
    maybe_ref("officer_id", "officers.id"),
    maybe_ref("forwarded_to", "officers.id"),
    maybe_ref("answered_by", "officers.id"),
    maybe_moment("forward_due_at"),
    flag("for_supervisor", default="false"),
    text("language", default="vi"),
    moment("opened_at"),
    moment("due_at"),
    maybe_moment("claimed_at"),
    maybe_moment("first_answer_at"),
    maybe_moment("closed_at"),
    maybe_text("closing"),
    maybe_text("closing_detail"),
    number("last_message_id", default=0),
    number("version", default=0),
    # Each view of the queue reads one of these in order and stops at its page.
    partial_index("ix_tickets_open", "due_at", "id", where=_OPEN),
    partial_index("ix_tickets_department", "department", "due_at", "id", where=_OPEN),
    partial_index("ix_tickets_officer", "officer_id", "due_at", "id", where=_OPEN),
    Index("ix_tickets_closed", "closed_at", "id"),
    partial_index("ix_tickets_closed_department", "department", "closed_at", "id", where="status = 'closed'"),
    Index("ix_tickets_opened", "opened_at", "id"),
    Index("ix_tickets_procedure", "procedure_code", "id"),
    **NEVER_REUSED,
)

ticket_events = Table(
    "ticket_events",
    metadata,
    identity(),
    ref("ticket_id", "tickets.id", index=True),
    moment("at"),
    text("kind"),
    maybe_ref("officer_id", "officers.id"),
    maybe_text("detail"),
    **NEVER_REUSED,
)

# What a citizen was told, and whether it was kept: open, kept, broken.
promises = Table(
    "promises",
    metadata,
    identity(),
    ref("ticket_id", "tickets.id", index=True),
    moment("told_at"),
    moment("due_at"),
    text("state", default="open"),
    maybe_moment("settled_at"),
    Index(None, "told_at"),
    partial_index("ix_promises_open", "due_at", "id", where="state = 'open'"),
    **NEVER_REUSED,
)

# Who has a ticket open before them; a row older than a minute means nothing.
presence = Table(
    "presence",
    metadata,
    ref("ticket_id", "tickets.id", key=True),
    ref("officer_id", "officers.id", key=True),
    moment("seen_at"),
)

# What a supervisor asked somebody to do by then; the one that stands is not done.
assignments = Table(
    "assignments",
    metadata,
    identity(),
    ref("ticket_id", "tickets.id", index=True),
    ref("officer_id", "officers.id"),
    ref("given_by", "officers.id"),
    moment("given_at"),
    moment("due_at"),
    text("note"),
    maybe_moment("seen_at"),
    maybe_moment("done_at"),
    partial_index("ix_assignments_undone", "due_at", "id", where="done_at IS NULL"),
    **NEVER_REUSED,
)

canned_replies = Table(
    "canned_replies",
    metadata,
    identity(),
    text("topic"),
    text("title"),
    text("text"),
    maybe_ref("written_by", "officers.id"),
    moment("written_at"),
    **NEVER_REUSED,
)

ratings = Table(
    "ratings",
    metadata,
    identity(),
    ref("address_id", "addresses.id"),
    maybe_ref("ticket_id", "tickets.id", index=True),
    maybe_ref("petition_id", "petitions.id"),
    # The ticket's id, a petition's below zero, or 0 for the service as a whole: NULLs would not be equal in a key.
    number("subject", default=0),
    maybe_ref("officer_id", "officers.id"),
    maybe_text("procedure_code"),
    number("score"),
    maybe_text("words"),
    json_text("reasons"),
    maybe_text("reply"),  # what the officer who was rated says to it
    maybe_moment("replied_at"),
    number("sequence"),
    number("words_sequence"),  # of the press that brought the words; -1 while there are none
    moment("at"),
    number("answerer", default=0),  # `officer_id`, or 0: each who answered has a rating of their own
    UniqueConstraint("address_id", "subject", "answerer"),
    Index("ix_ratings_subject", "subject"),
    CheckConstraint("score BETWEEN 1 AND 5", name="score"),
    Index(None, "at"),
    **NEVER_REUSED,
)
