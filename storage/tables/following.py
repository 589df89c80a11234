"""Who follows which dossier, what they are told of it, how they rate who handled it, and where its state comes from."""

from sqlalchemy import Index, Table, UniqueConstraint

from storage.columns import (
    NEVER_REUSED,
    identity,
    maybe_moment,
    maybe_text,
    metadata,
    moment,
    number,
    partial_index,
    ref,
    text,
)

follows = Table(
    "follows",
    metadata,
    identity(),
    text("dossier_code"),
    ref("address_id", "addresses.id", index=True),
    text("origin"),
    moment("since"),
    maybe_moment("ended_at"),
    UniqueConstraint("dossier_code", "address_id"),
    **NEVER_REUSED,
)

# Written with the change itself, said afterwards: one row for each thing told about a dossier, once.
notices = Table(
    "notices",
    metadata,
    identity(),
    text("dossier_code"),
    ref("address_id", "addresses.id"),
    text("kind"),
    text("occasion"),  # what tells two of a kind apart: the missed due time, the paper asked for
    text("status"),
    moment("made_at"),
    maybe_moment("settled_at"),
    UniqueConstraint("dossier_code", "address_id", "kind", "occasion"),
    Index("ix_notices_address_id", "address_id", "kind"),
    partial_index("ix_notices_pending", "id", where="status = 'pending'"),
    **NEVER_REUSED,
)

dossier_ratings = Table(
    "dossier_ratings",
    metadata,
    identity(),
    ref("address_id", "addresses.id"),
    text("dossier_code"),
    text("target"),
    text("name"),
    text("agency"),
    number("score"),
    maybe_text("words"),
    moment("at"),
    number("sequence"),
    UniqueConstraint("address_id", "dossier_code", "target"),
    Index(None, "at"),
    **NEVER_REUSED,
)

# The one-stop system that dossiers are read from: how far, when last, and since when it fails.
sources = Table(
    "sources",
    metadata,
    text("name", key=True),
    maybe_text("cursor"),
    maybe_text("page"),  # where a reading that takes several pages stands
    maybe_moment("due_at"),
    maybe_moment("asked_at"),
    maybe_moment("answered_at"),
    number("failures", default=0),  # in a row
    maybe_text("problem"),
    number("taken", default=0),
    number("rejected", default=0),
    maybe_text("leased_by"),
    maybe_moment("leased_until"),
)
