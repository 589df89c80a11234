"""Filing: the desk's side of a submission, what happened to it, and appointments for the originals."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BOOKED = "state = 'booked'"


def upgrade() -> None:
    _extend_submissions()
    op.create_table(
        "submission_events",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("submission_id", _BIG, sa.ForeignKey("submissions.id"), nullable=False),
        _moment("at"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("officer_id", _BIG, sa.ForeignKey("officers.id"), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False, server_default="{}"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_submission_events_submission_id", "submission_events", ["submission_id"])
    op.create_table(
        "slots",
        sa.Column("place", sa.Text(), primary_key=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("taken", _BIG, nullable=False, server_default="0"),
    )
    op.create_table(
        "appointments",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("submission_id", _BIG, sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        _moment("starts_at"),
        sa.Column("state", sa.Text(), nullable=False),
        _moment("made_at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_appointments_submission_id", "appointments", ["submission_id"])
    op.create_index(
        "ix_appointments_booked",
        "appointments",
        ["submission_id"],
        sqlite_where=sa.text(_BOOKED),
        postgresql_where=sa.text(_BOOKED),
    )


def _extend_submissions() -> None:
    op.add_column("submissions", sa.Column("department", sa.Text(), nullable=False, server_default=""))
    for name in ("commune", "confirm_code", "dossier_code"):
        op.add_column("submissions", sa.Column(name, sa.Text(), nullable=True))
    for name in ("confirmed_at", "due_at", "paused_at"):
        op.add_column("submissions", _moment(name, nullable=True))
    op.add_column("submissions", sa.Column("version", _BIG, nullable=False, server_default="0"))
    # Written out: Alembic adds no foreign key to a table that SQLite already has.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for column, target in (("owner_id", "citizens"), ("officer_id", "officers")):
        op.execute(
            f"ALTER TABLE submissions ADD COLUMN {column} {kind}"
            f" CONSTRAINT fk_submissions_{column} REFERENCES {target} (id)"
        )
    op.create_index("ix_submissions_owner_id", "submissions", ["owner_id"])
    op.create_index("ix_submissions_confirm_code", "submissions", ["confirm_code"])
    op.create_index("ix_submissions_queue", "submissions", ["status", "sent_at", "id"])


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
