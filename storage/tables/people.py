"""Who writes and who answers."""

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
    ref,
    text,
)

citizens = Table(
    "citizens",
    metadata,
    identity(),
    maybe_text("commune"),
    maybe_text("pronoun"),
    text("language", default="vi"),
    moment("created_at"),
    maybe_ref("joined_into", "citizens.id"),
    maybe_moment("joined_at"),
    maybe_moment("forgotten_at"),
    maybe_text("phone"),  # with consent, for an officer to call
    maybe_moment("phone_proved_at"),  # the channel says that it is theirs
    Index(None, "phone"),
    **NEVER_REUSED,
)

addresses = Table(
    "addresses",
    metadata,
    identity(),
    text("channel"),
    text("account"),
    text("user_id"),
    ref("citizen_id", "citizens.id", index=True),
    maybe_text("display_name"),
    moment("created_at"),
    maybe_moment("unreachable_at"),
    maybe_text("unreachable_reason"),
    maybe_moment("blocked_until"),
    maybe_ref("blocked_by", "officers.id"),
    # Until when the channel lets us answer: free of charge, and at all. Empty: without end, or not known yet.
    maybe_moment("window_free_until"),
    maybe_moment("window_until"),
    maybe_moment("window_asked_at"),
    maybe_moment("notices_off_at"),  # "tắt nhắc": nothing is told here unasked
    UniqueConstraint("channel", "account", "user_id"),
    **NEVER_REUSED,
)

departments = Table("departments", metadata, text("id", key=True), text("name"))

officers = Table(
    "officers",
    metadata,
    identity(),
    text("username", unique=True),
    text("name"),
    text("role"),
    json_text("languages"),
    flag("active", default="true"),
    maybe_text("password_hash"),
    maybe_moment("away_until"),
    maybe_text("totp_secret"),
    number("totp_step", default=0),  # the last one used: a code works once
    maybe_text("email"),
    maybe_text("sso_subject"),  # issuer and subject of single sign-on, once it was used
    moment("created_at"),
    maybe_moment("disabled_at"),
    Index("ix_officers_email", "email", unique=True),
    Index("ix_officers_sso_subject", "sso_subject", unique=True),
    **NEVER_REUSED,
)

login_failures = Table(
    "login_failures",
    metadata,
    text("subject", key=True),
    number("count"),
    moment("last_at"),
    Index(None, "last_at"),
)

officer_departments = Table(
    "officer_departments",
    metadata,
    ref("officer_id", "officers.id", key=True),
    text("department", key=True),
)

sessions = Table(
    "sessions",
    metadata,
    identity(),
    text("token_digest", unique=True),
    ref("officer_id", "officers.id", index=True),
    text("csrf"),
    moment("created_at"),
    moment("seen_at"),
    moment("expires_at"),
    maybe_text("agent"),
    flag("proved", default="false"),  # the second factor was given
    **NEVER_REUSED,
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    ref("officer_id", "officers.id", key=True),
    text("digest", key=True),
)

invitations = Table(
    "invitations",
    metadata,
    identity(),
    text("token_digest", unique=True),
    ref("officer_id", "officers.id", index=True),
    moment("expires_at"),
    maybe_moment("used_at"),
    **NEVER_REUSED,
)

# Two chats that say they are one person's: the one that proved its phone number is asked.
joinings = Table(
    "joinings",
    metadata,
    identity(),
    ref("asking_id", "addresses.id", index=True),
    ref("proving_id", "addresses.id", index=True),
    text("status", default="asked"),
    moment("asked_at"),
    maybe_moment("settled_at"),
    **NEVER_REUSED,
)

consents = Table(
    "consents",
    metadata,
    identity(),
    ref("citizen_id", "citizens.id"),
    ref("address_id", "addresses.id"),
    text("purpose"),
    text("wording_version"),
    text("wording_hash"),
    moment("given_at"),
    maybe_moment("withdrawn_at"),
    Index(None, "citizen_id", "purpose"),
    **NEVER_REUSED,
)
