"""The audit trail, the timers, and the keys to the channels."""

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

# Forms of the console and what was answered to them, for minutes.
presses = Table(
    "presses",
    metadata,
    text("press", key=True),
    moment("at"),
    maybe_text("answer"),
    Index(None, "at"),
)

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

credentials = Table(
    "credentials",
    metadata,
    text("channel", key=True),
    text("account", key=True),
    maybe_text("access_token"),
    maybe_moment("access_expires_at"),
    maybe_text("refresh_token"),
    moment("obtained_at"),
    number("version", default=0),
    json_text("given"),
    maybe_text("problem"),
    maybe_text("leased_by"),
    maybe_moment("leased_until"),
)
