"""The officers' desk: promises, forwarding with a deadline, second factor, canned replies, who is looking."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN_PROMISE = "state = 'open'"


def upgrade() -> None:
    _extend_what_is_there()
    op.create_table(
        "promises",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", _BIG, sa.ForeignKey("tickets.id"), nullable=False),
        _moment("told_at"),
        _moment("due_at"),
        sa.Column("state", sa.Text(), nullable=False, server_default="open"),
        _moment("settled_at", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_promises_ticket_id", "promises", ["ticket_id"])
    op.create_index("ix_promises_told_at", "promises", ["told_at"])
    op.create_index(
        "ix_promises_open",
        "promises",
        ["due_at", "id"],
        sqlite_where=sa.text(_OPEN_PROMISE),
        postgresql_where=sa.text(_OPEN_PROMISE),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("officer_id", _BIG, sa.ForeignKey("officers.id"), primary_key=True),
        sa.Column("digest", sa.Text(), primary_key=True),
    )
    op.create_table(
        "canned_replies",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("topic", "title", "text")),
        sa.Column("written_by", _BIG, sa.ForeignKey("officers.id"), nullable=True),
        _moment("written_at"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "presence",
        sa.Column("ticket_id", _BIG, sa.ForeignKey("tickets.id"), primary_key=True),
        sa.Column("officer_id", _BIG, sa.ForeignKey("officers.id"), primary_key=True),
        _moment("seen_at"),
    )


def _extend_what_is_there() -> None:
    for table, column, target in (
        ("tickets", "forwarded_to", "officers"),
        ("tickets", "answered_by", "officers"),
    ):
        # Written out: Alembic adds no foreign key to a table that SQLite already has.
        kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} {kind}"
            f" CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)"
        )
    op.add_column("tickets", _moment("forward_due_at", nullable=True))
    op.add_column("tickets", _flag("for_supervisor"))
    op.create_index("ix_tickets_opened", "tickets", ["opened_at", "id"])
    op.add_column("officers", _moment("away_until", nullable=True))
    op.add_column("officers", sa.Column("totp_secret", sa.Text(), nullable=True))
    op.add_column("officers", sa.Column("totp_step", _BIG, nullable=False, server_default="0"))
    op.add_column("sessions", _flag("proved"))


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _flag(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
