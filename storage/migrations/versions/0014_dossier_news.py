"""Dossiers that are followed, notices of what changes, ratings of who handled them, and the mirror's source."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PENDING = "status = 'pending'"

# Whoever filed in chat what was accepted since follows it.
_FILED = """
INSERT INTO follows (dossier_code, address_id, origin, since)
SELECT dossier_code, address_id, 'filed', COALESCE(sent_at, created_at) FROM submissions
WHERE dossier_code IS NOT NULL GROUP BY dossier_code, address_id, COALESCE(sent_at, created_at)
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    op.add_column("addresses", _moment("notices_off_at", nullable=True))
    op.create_table(
        "follows",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("dossier_code", sa.Text(), nullable=False),
        _address(),
        sa.Column("origin", sa.Text(), nullable=False),
        _moment("since"),
        _moment("ended_at", nullable=True),
        sa.UniqueConstraint("dossier_code", "address_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_follows_address_id", "follows", ["address_id"])
    op.create_table(
        "notices",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("dossier_code", sa.Text(), nullable=False),
        _address(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        _moment("made_at"),
        _moment("settled_at", nullable=True),
        sa.UniqueConstraint("dossier_code", "address_id", "kind", "occasion"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_address_id", "notices", ["address_id", "kind"])
    op.create_index(
        "ix_notices_pending",
        "notices",
        ["id"],
        sqlite_where=sa.text(_PENDING),
        postgresql_where=sa.text(_PENDING),
    )
    op.create_table(
        "dossier_ratings",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        _address(),
        sa.Column("dossier_code", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("score", _BIG, nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        _moment("at"),
        sa.Column("sequence", _BIG, nullable=False),
        sa.UniqueConstraint("address_id", "dossier_code", "target"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_dossier_ratings_at", "dossier_ratings", ["at"])
    op.create_table(
        "sources",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("page", sa.Text(), nullable=True),
        _moment("due_at", nullable=True),
        _moment("asked_at", nullable=True),
        _moment("answered_at", nullable=True),
        sa.Column("failures", _BIG, nullable=False, server_default="0"),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("taken", _BIG, nullable=False, server_default="0"),
        sa.Column("rejected", _BIG, nullable=False, server_default="0"),
        sa.Column("leased_by", sa.Text(), nullable=True),
        _moment("leased_until", nullable=True),
    )
    op.create_index("ix_submissions_dossier_code", "submissions", ["dossier_code"])
    op.execute(_FILED)


def _address() -> sa.Column[int]:
    return sa.Column("address_id", _BIG, sa.ForeignKey("addresses.id"), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
