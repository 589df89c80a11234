"""Dossiers mirrored from the one-stop system, and what is filed in chat."""

from sqlalchemy import Column, Index, Table, UniqueConstraint

from storage.columns import (
    NEVER_REUSED,
    BigId,
    UtcDateTime,
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

dossiers = Table(
    "dossiers",
    metadata,
    text("code", key=True),
    maybe_text("procedure_code"),
    text("procedure_name"),
    number("stage"),
    maybe_moment("received_at"),
    maybe_moment("due_at"),
    maybe_moment("finished_at"),
    maybe_moment("returned_at"),
    text("agency"),
    maybe_text("handler"),
    text("holder"),
    json_text("factors"),
    maybe_text("missing"),
    maybe_text("result_place"),
    maybe_text("late_reason"),
    json_text("steps"),
    moment("updated_at"),
    Index("ix_dossiers_procedure_received", "procedure_code", "received_at"),
)

lookups = Table(
    "lookups",
    metadata,
    identity(),
    text("kind"),
    text("actor"),
    text("code_digest"),
    moment("at"),
    maybe_text("ip"),
    Index(None, "actor", "kind", "at"),
    Index(None, "code_digest", "kind", "at"),
    Index(None, "at"),
    **NEVER_REUSED,
)

files = Table(
    "files",
    metadata,
    identity(),
    text("digest"),
    text("media_type"),
    number("size"),
    maybe_text("name"),
    maybe_ref("address_id", "addresses.id", index=True),
    moment("created_at"),
    maybe_moment("keep_until"),
    maybe_text("source_digest"),
    text("remarks", default=""),
    Index(None, "digest"),
    Index(None, "address_id", "source_digest"),
    partial_index("ix_files_expiring", "keep_until", where="keep_until IS NOT NULL"),
    **NEVER_REUSED,
)

# Pictures of a file: number 0 is the preview, 1 and up are pages to look at.
file_pages = Table(
    "file_pages",
    metadata,
    ref("file_id", "files.id", key=True),
    Column("number", BigId, primary_key=True, autoincrement=False),
    text("digest"),
    Index(None, "digest"),
)

submissions = Table(
    "submissions",
    metadata,
    identity(),
    text("receipt_code", unique=True),
    text("procedure_code"),
    ref("citizen_id", "citizens.id", index=True),
    ref("address_id", "addresses.id", index=True),
    text("status"),
    json_text("answers"),
    moment("created_at"),
    maybe_moment("sent_at"),
    text("department", default=""),
    maybe_text("commune"),
    maybe_ref("owner_id", "citizens.id", index=True),
    maybe_text("confirm_code"),
    maybe_moment("confirmed_at"),
    maybe_text("dossier_code"),
    maybe_moment("due_at"),
    maybe_moment("paused_at"),
    maybe_moment("resent_at"),
    maybe_ref("officer_id", "officers.id"),
    number("version", default=0),
    Index("ix_submissions_queue", "status", "sent_at", "id"),
    Index("ix_submissions_confirm_code", "confirm_code"),
    Index("ix_submissions_dossier_code", "dossier_code"),
    partial_index("ix_submissions_resent", "resent_at", where="resent_at IS NOT NULL"),
    **NEVER_REUSED,
)

submission_events = Table(
    "submission_events",
    metadata,
    identity(),
    ref("submission_id", "submissions.id", index=True),
    moment("at"),
    text("kind"),
    maybe_ref("officer_id", "officers.id"),
    json_text("detail"),
    Index("ix_submission_events_kind", "kind", "submission_id"),
    **NEVER_REUSED,
)

# How many come at one time to one place; the rows of a place are made when first needed.
slots = Table(
    "slots",
    metadata,
    text("place", key=True),
    Column("starts_at", UtcDateTime, primary_key=True),
    number("taken", default=0),
)

appointments = Table(
    "appointments",
    metadata,
    identity(),
    ref("submission_id", "submissions.id", index=True),
    text("place"),
    moment("starts_at"),
    text("state"),
    moment("made_at"),
    partial_index("ix_appointments_booked", "submission_id", where="state = 'booked'"),
    **NEVER_REUSED,
)

submission_parts = Table(
    "submission_parts",
    metadata,
    identity(),
    ref("submission_id", "submissions.id"),
    text("name"),
    number("position"),
    ref("file_id", "files.id", index=True),
    UniqueConstraint("submission_id", "name", "position"),
    **NEVER_REUSED,
)
