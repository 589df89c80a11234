"""Accounts: failed logins shared by all processes, single sign-on; tickets given with a deadline; retention."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CLOSED = "status = 'closed'"
_KEPT = "(text <> '' OR body <> '{}')"
_UNDONE = "done_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "login_failures",
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("count", _BIG, nullable=False),
        _moment("last_at"),
    )
    op.create_index("ix_login_failures_last_at", "login_failures", ["last_at"])
    for name in ("failures", "last_failure_at"):
        op.drop_column("officers", name)
    for name in ("email", "sso_subject"):
        op.add_column("officers", sa.Column(name, sa.Text(), nullable=True))
        op.create_index(f"ix_officers_{name}", "officers", [name], unique=True)
    op.create_table(
        "assignments",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", _BIG, sa.ForeignKey("tickets.id"), nullable=False),
        sa.Column("officer_id", _BIG, sa.ForeignKey("officers.id"), nullable=False),
        sa.Column("given_by", _BIG, sa.ForeignKey("officers.id"), nullable=False),
        _moment("given_at"),
        _moment("due_at"),
        sa.Column("note", sa.Text(), nullable=False),
        _moment("seen_at", nullable=True),
        _moment("done_at", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_assignments_ticket_id", "assignments", ["ticket_id"])
    _partial("ix_assignments_undone", "assignments", ["due_at", "id"], _UNDONE)
    _partial("ix_messages_kept", "messages", ["at"], _KEPT)
    _partial("ix_tickets_closed_department", "tickets", ["department", "closed_at", "id"], _CLOSED)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
