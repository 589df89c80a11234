"""The house: everything the first version remembers."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


_PENDING = _where("status = 'pending'")
_ENDED = _where("status <> 'pending'")
_LEASED = _where("leased_until IS NOT NULL")
_OPEN = _where("status <> 'closed'")


def upgrade() -> None:
    _create_first_tables()
    _create_tables_of_people()
    _create_tables_of_talk()
    if op.get_bind().dialect.name == "postgresql":
        _create_search_on_postgres()
        _guard_audit_on_postgres()
    else:
        _create_search_on_sqlite("messages")
        _create_search_on_sqlite("tickets")
        _guard_audit_on_sqlite()


def _create_search_on_sqlite(table: str) -> None:
    """Keeps no text of its own. The triggers repeat every change: what is erased is erased here too."""
    name = f"{table}_search"
    op.execute(
        f"CREATE VIRTUAL TABLE {name} USING fts5(search_text, content='{table}', content_rowid='id',"
        " tokenize='unicode61 remove_diacritics 0', prefix='2 3')"
    )
    remove = f"INSERT INTO {name}({name}, rowid, search_text) VALUES ('delete', old.id, old.search_text);"  # noqa: S608
    add = f"INSERT INTO {name}(rowid, search_text) VALUES (new.id, new.search_text);"  # noqa: S608
    changed = "WHEN old.search_text IS NOT new.search_text"
    op.execute(
        f"CREATE TRIGGER {name}_added AFTER INSERT ON {table} WHEN new.search_text <> '' BEGIN {add} END"
    )
    op.execute(
        f"CREATE TRIGGER {name}_removed AFTER DELETE ON {table} WHEN old.search_text <> '' BEGIN {remove} END"
    )
    op.execute(
        f"CREATE TRIGGER {name}_changed AFTER UPDATE OF search_text ON {table} {changed}"
        f" BEGIN {remove} {add} END"
    )


def _create_search_on_postgres() -> None:
    for table in ("messages", "tickets"):
        op.execute(
            f"CREATE INDEX ix_{table}_search ON {table}"
            " USING gin (to_tsvector('simple'::regconfig, search_text)) WHERE search_text <> ''"
        )


def _guard_audit_on_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_refuses_{verb.lower()} BEFORE {verb} ON audit"
            " BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )


def _guard_audit_on_postgres() -> None:
    op.execute(
        "CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()"
    )


# -- short makers of columns, frozen here: a migration follows no other file ------------------------------


def _id() -> sa.Column[int]:
    return sa.Column("id", _BIG, primary_key=True, autoincrement=True)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _maybe_texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=True) for name in names]


def _text(name: str, default: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=default)


def _jsons(*names: str) -> list[sa.Column[str]]:
    return [_text(name, "{}") for name in names]


def _times(*names: str) -> list[sa.Column[datetime]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in names]


def _maybe_times(*names: str) -> list[sa.Column[datetime]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in names]


def _number(name: str, default: int | None = None) -> sa.Column[int]:
    return sa.Column(name, _BIG, nullable=False, server_default=None if default is None else str(default))


def _ref(name: str, target: str, *, nullable: bool = False, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, _BIG, sa.ForeignKey(target), nullable=nullable, primary_key=key)


def _create_first_tables() -> None:
    """Those that point at no other."""
    op.create_table(
        "audit",
        _id(),
        *_times("at"),
        *_texts("actor", "action", "subject"),
        *_jsons("detail"),
        *_texts("previous", "digest"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "citizens",
        _id(),
        *_maybe_texts("commune", "pronoun"),
        _text("language", "vi"),
        *_times("created_at"),
        _ref("joined_into", "citizens.id", nullable=True),
        *_maybe_times("joined_at", "forgotten_at"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "departments",
        sa.Column("id", sa.Text(), primary_key=True),
        *_texts("name"),
    )
    op.create_table(
        "dossiers",
        sa.Column("code", sa.Text(), primary_key=True),
        *_maybe_texts("procedure_code"),
        *_texts("procedure_name"),
        _number("stage"),
        *_maybe_times("received_at", "due_at", "finished_at", "returned_at"),
        *_texts("agency"),
        *_maybe_texts("handler"),
        *_texts("holder"),
        *_jsons("factors"),
        *_maybe_texts("missing", "result_place", "late_reason"),
        *_jsons("steps"),
        *_times("updated_at"),
    )
    op.create_table(
        "inbox",
        _id(),
        *_texts("channel", "account", "user_id", "event_id"),
        *_jsons("payload"),
        *_times("received_at"),
        _text("status", "pending"),
        _number("attempts", 0),
        *_maybe_texts("error"),
        *_times("due_at"),
        *_maybe_texts("leased_by"),
        *_maybe_times("leased_until", "finished_at"),
        sa.UniqueConstraint("channel", "account", "event_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_leased", "inbox", ["channel", "account", "user_id"], **_LEASED)
    op.create_index("ix_inbox_ended", "inbox", ["status", "id"], **_ENDED)
    op.create_index("ix_inbox_turn", "inbox", ["channel", "account", "user_id", "id"], **_PENDING)
    op.create_table(
        "jobs",
        _id(),
        *_texts("kind", "subject"),
        *_times("due_at"),
        *_jsons("payload"),
        _number("attempts", 0),
        *_maybe_texts("leased_by"),
        *_maybe_times("leased_until"),
        sa.UniqueConstraint("kind", "subject"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_due_at_id", "jobs", ["due_at", "id"])
    op.create_table(
        "done_once",
        sa.Column("name", sa.Text(), nullable=False, primary_key=True),
        *_times("at"),
    )
    op.create_index("ix_done_once_at", "done_once", ["at"])
    op.create_table(
        "lookups",
        _id(),
        *_texts("kind", "actor", "code_digest"),
        *_times("at"),
        *_maybe_texts("ip"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lookups_actor_kind_at", "lookups", ["actor", "kind", "at"])
    op.create_index("ix_lookups_at", "lookups", ["at"])
    op.create_index("ix_lookups_code_digest_kind_at", "lookups", ["code_digest", "kind", "at"])
    op.create_table(
        "officers",
        _id(),
        *_texts("username", "name", "role"),
        *_jsons("languages"),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()),
        *_maybe_texts("password_hash"),
        _number("failures", 0),
        *_maybe_times("last_failure_at"),
        *_times("created_at"),
        *_maybe_times("disabled_at"),
        sa.UniqueConstraint("username"),
        sqlite_autoincrement=True,
    )


def _create_tables_of_people() -> None:
    op.create_table(
        "addresses",
        _id(),
        *_texts("channel", "account", "user_id"),
        _ref("citizen_id", "citizens.id"),
        *_maybe_texts("display_name"),
        *_times("created_at"),
        *_maybe_times("unreachable_at"),
        *_maybe_texts("unreachable_reason"),
        *_maybe_times("blocked_until"),
        _ref("blocked_by", "officers.id", nullable=True),
        sa.UniqueConstraint("channel", "account", "user_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_addresses_citizen_id", "addresses", ["citizen_id"])
    op.create_table(
        "invitations",
        _id(),
        *_texts("token_digest"),
        _ref("officer_id", "officers.id"),
        *_times("expires_at"),
        *_maybe_times("used_at"),
        sa.UniqueConstraint("token_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_invitations_officer_id", "invitations", ["officer_id"])
    op.create_table(
        "officer_departments",
        _ref("officer_id", "officers.id", key=True),
        sa.Column("department", sa.Text(), primary_key=True),
    )
    op.create_table(
        "sessions",
        _id(),
        *_texts("token_digest"),
        _ref("officer_id", "officers.id"),
        *_texts("csrf"),
        *_times("created_at", "seen_at", "expires_at"),
        *_maybe_texts("agent"),
        sa.UniqueConstraint("token_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sessions_officer_id", "sessions", ["officer_id"])
    op.create_table(
        "consents",
        _id(),
        _ref("citizen_id", "citizens.id"),
        _ref("address_id", "addresses.id"),
        *_texts("purpose", "wording_version", "wording_hash"),
        *_times("given_at"),
        *_maybe_times("withdrawn_at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consents_citizen_id_purpose", "consents", ["citizen_id", "purpose"])


def _create_tables_of_talk() -> None:
    op.create_table(
        "conversations",
        _id(),
        _ref("address_id", "addresses.id"),
        _text("state", ""),
        _number("version", 0),
        sa.Column("ticket_id", _BIG, nullable=True),
        _ref("held_by", "officers.id", nullable=True),
        sa.UniqueConstraint("address_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "files",
        _id(),
        *_texts("digest", "media_type"),
        _number("size"),
        *_maybe_texts("name"),
        _ref("address_id", "addresses.id", nullable=True),
        *_times("created_at"),
        *_maybe_times("keep_until"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_files_address_id", "files", ["address_id"])
    op.create_index("ix_files_digest", "files", ["digest"])
    op.create_table(
        "submissions",
        _id(),
        *_texts("receipt_code", "procedure_code"),
        _ref("citizen_id", "citizens.id"),
        _ref("address_id", "addresses.id"),
        *_texts("status"),
        *_jsons("answers"),
        *_times("created_at"),
        *_maybe_times("sent_at"),
        sa.UniqueConstraint("receipt_code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_submissions_address_id", "submissions", ["address_id"])
    op.create_index("ix_submissions_citizen_id", "submissions", ["citizen_id"])
    op.create_table(
        "submission_parts",
        _id(),
        _ref("submission_id", "submissions.id"),
        *_texts("name"),
        _number("position"),
        _ref("file_id", "files.id"),
        sa.UniqueConstraint("submission_id", "name", "position"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_submission_parts_file_id", "submission_parts", ["file_id"])
    op.create_table(
        "tickets",
        _id(),
        _ref("conversation_id", "conversations.id"),
        _ref("citizen_id", "citizens.id"),
        _ref("address_id", "addresses.id"),
        *_texts("reason"),
        _text("status", "new"),
        *_texts("department"),
        *_maybe_texts("forwarded_from"),
        *_texts("question"),
        *_jsons("matched"),
        *_maybe_texts("procedure_code"),
        _text("search_text", ""),
        _ref("officer_id", "officers.id", nullable=True),
        *_times("opened_at", "due_at"),
        *_maybe_times("claimed_at", "first_answer_at", "closed_at"),
        *_maybe_texts("closing", "closing_detail"),
        _number("last_message_id", 0),
        _number("version", 0),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tickets_address_id", "tickets", ["address_id"])
    op.create_index("ix_tickets_citizen_id", "tickets", ["citizen_id"])
    op.create_index("ix_tickets_closed", "tickets", ["closed_at", "id"])
    op.create_index("ix_tickets_conversation_id", "tickets", ["conversation_id"])
    op.create_index("ix_tickets_department", "tickets", ["department", "due_at", "id"], **_OPEN)
    op.create_index("ix_tickets_officer", "tickets", ["officer_id", "due_at", "id"], **_OPEN)
    op.create_index("ix_tickets_open", "tickets", ["due_at", "id"], **_OPEN)
    op.create_table(
        "messages",
        _id(),
        _ref("conversation_id", "conversations.id"),
        *_texts("author"),
        *_maybe_texts("author_name"),
        _ref("officer_id", "officers.id", nullable=True),
        _ref("ticket_id", "tickets.id", nullable=True),
        *_texts("text"),
        *_jsons("body", "note"),
        _text("search_text", ""),
        *_times("at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_conversation_id_id", "messages", ["conversation_id", "id"])
    op.create_table(
        "petitions",
        _id(),
        *_texts("code", "kind", "text"),
        *_maybe_texts("place"),
        sa.Column("name_withheld", sa.Boolean(), nullable=False),
        *_texts("status"),
        _ref("citizen_id", "citizens.id"),
        _ref("address_id", "addresses.id"),
        _ref("conversation_id", "conversations.id"),
        _ref("ticket_id", "tickets.id", nullable=True),
        *_texts("department"),
        *_times("filed_at", "forward_due_at", "answer_due_at"),
        *_maybe_texts("answer"),
        *_maybe_times("status_at"),
        sa.UniqueConstraint("code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_petitions_citizen_id", "petitions", ["citizen_id"])
    op.create_table(
        "ratings",
        _id(),
        _ref("address_id", "addresses.id"),
        _ref("ticket_id", "tickets.id", nullable=True),
        _number("subject", 0),
        _ref("officer_id", "officers.id", nullable=True),
        *_maybe_texts("procedure_code"),
        _number("score"),
        *_maybe_texts("words"),
        _number("sequence"),
        _number("words_sequence"),
        *_times("at"),
        sa.UniqueConstraint("address_id", "subject"),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ratings_at", "ratings", ["at"])
    op.create_index("ix_ratings_ticket_id", "ratings", ["ticket_id"])
    op.create_table(
        "ticket_events",
        _id(),
        _ref("ticket_id", "tickets.id"),
        *_times("at"),
        *_texts("kind"),
        _ref("officer_id", "officers.id", nullable=True),
        *_maybe_texts("detail"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_events_ticket_id", "ticket_events", ["ticket_id"])
    op.create_table(
        "outbox",
        _id(),
        _ref("address_id", "addresses.id"),
        _ref("message_id", "messages.id", nullable=True),
        *_texts("channel"),
        *_jsons("payload"),
        _text("status", "pending"),
        _number("attempts", 0),
        *_times("due_at", "created_at"),
        *_maybe_times("finished_at"),
        *_maybe_texts("reference", "reason", "error", "leased_by"),
        *_maybe_times("leased_until"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_message_id", "outbox", ["message_id"])
    op.create_index("ix_outbox_leased", "outbox", ["address_id"], **_LEASED)
    op.create_index("ix_outbox_ended", "outbox", ["status", "id"], **_ENDED)
    op.create_index("ix_outbox_turn", "outbox", ["address_id", "id"], **_PENDING)
