"""Answers that can be undone, drafts, proposals for the catalog; reasons of a rating and the reply to it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN_PROPOSAL = "state = 'open'"


def upgrade() -> None:
    op.create_table(
        "drafts",
        _ref("ticket_id", "tickets.id", primary_key=True),
        _ref("officer_id", "officers.id", primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("text", sa.Text(), nullable=False),
        _moment("saved_at"),
    )
    op.create_table(
        "held_answers",
        _ref("ticket_id", "tickets.id", primary_key=True),
        _ref("officer_id", "officers.id", nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False, server_default="{}"),
        _moment("pressed_at"),
        _moment("due_at"),
    )
    op.create_table(
        "proposals",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        _ref("ticket_id", "tickets.id", nullable=False, unique=True),
        _ref("officer_id", "officers.id", nullable=False),
        sa.Column("procedure_code", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, server_default="open"),
        _moment("made_at"),
        _ref("decided_by", "officers.id", nullable=True),
        _moment("decided_at", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_proposals_open",
        "proposals",
        ["id"],
        sqlite_where=sa.text(_OPEN_PROPOSAL),
        postgresql_where=sa.text(_OPEN_PROPOSAL),
    )
    op.add_column("ratings", sa.Column("reasons", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("ratings", sa.Column("reply", sa.Text(), nullable=True))
    op.add_column("ratings", _moment("replied_at", nullable=True))


def _ref(name: str, target: str, **options: object) -> sa.Column[object]:
    return sa.Column(name, _BIG, sa.ForeignKey(target), **options)  # type: ignore[arg-type]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
