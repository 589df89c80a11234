"""The audit trail and the timers."""

from sqlalchemy import Index, Table, UniqueConstraint

from storage.columns import (
    NEVER_REUSED,
    identity,
    json_text,
    maybe_moment,
    maybe_text,
    metadata,
    moment,
    number,
    text,
)

audit = Table(
    "audit",
    metadata,
    identity(),
    moment("at"),
    text("actor"),
    text("action"),
    text("subject"),
    json_text("detail"),
    text("previous"),
    text("digest"),
    **NEVER_REUSED,
)

done_once = Table("done_once", metadata, text("name", key=True), moment("at"), Index(None, "at"))

jobs = Table(
    "jobs",
    metadata,
    identity(),
    text("kind"),
    text("subject"),
    moment("due_at"),
    json_text("payload"),
    number("attempts", default=0),
    maybe_text("leased_by"),
    maybe_moment("leased_until"),
    UniqueConstraint("kind", "subject"),
    Index(None, "due_at", "id"),
    **NEVER_REUSED,
)
