"""Petitions: an owner, two deadlines counted from a day, photos and a place, followers, what happened to them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = "ended_at IS NULL"


def upgrade() -> None:
    for name in ("location", "summary", "other_body"):
        op.add_column("petitions", sa.Column(name, sa.Text(), nullable=True))
    for name in ("counted_from", "forwarded_at", "ended_at", "warned_at"):
        op.add_column("petitions", _moment(name, nullable=True))
    _refer("petitions", "officer_id", "officers")
    op.add_column("petitions", sa.Column("reopened", _BIG, nullable=False, server_default="0"))
    op.execute("UPDATE petitions SET counted_from = filed_at")
    op.execute("UPDATE petitions SET ended_at = status_at WHERE status IN ('solved', 'refused', 'not_ours')")
    for name, columns in (
        ("kind", ["kind", "filed_at"]),
        ("ended", ["ended_at", "id"]),
        ("address", ["address_id", "filed_at"]),
    ):
        op.create_index(f"ix_petitions_{name}", "petitions", columns)
    where = sa.text(_OPEN)
    op.create_index(
        "ix_petitions_open",
        "petitions",
        ["answer_due_at", "id"],
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_table(
        "petition_files",
        sa.Column("petition_id", _BIG, sa.ForeignKey("petitions.id"), primary_key=True),
        sa.Column("file_id", _BIG, sa.ForeignKey("files.id"), primary_key=True),
    )
    op.create_index("ix_petition_files_file", "petition_files", ["file_id"])
    op.create_table(
        "petition_supporters",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("petition_id", _BIG, sa.ForeignKey("petitions.id"), nullable=False),
        sa.Column("citizen_id", _BIG, sa.ForeignKey("citizens.id"), nullable=False),
        sa.Column("address_id", _BIG, sa.ForeignKey("addresses.id"), nullable=False),
        _moment("at"),
        sa.UniqueConstraint("petition_id", "address_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_petition_supporters_citizen_id", "petition_supporters", ["citizen_id"])
    op.create_table(
        "petition_events",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("petition_id", _BIG, sa.ForeignKey("petitions.id"), nullable=False),
        _moment("at"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("officer_id", _BIG, sa.ForeignKey("officers.id"), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False, server_default="{}"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_petition_events_petition_id", "petition_events", ["petition_id"])
    _refer("ratings", "petition_id", "petitions")
    op.create_index("ix_ratings_subject", "ratings", ["subject"])


def _refer(table: str, column: str, target: str) -> None:
    """Written out: Alembic adds no foreign key to a table that SQLite already has."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind}"
        f" CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)"
    )


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
