"""How officers hear of a ticket: alerts until somebody takes it, and the chats they linked."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("ticket_id", _BIG, sa.ForeignKey("tickets.id"), primary_key=True),
        sa.Column("rounds", _BIG, nullable=False),
        _moment("first_at"),
        _moment("next_at"),
        _moment("supervisor_at", nullable=True),
    )
    op.create_table(
        "officer_links",
        sa.Column("officer_id", _BIG, sa.ForeignKey("officers.id"), primary_key=True),
        sa.Column("address_id", _BIG, sa.ForeignKey("addresses.id"), nullable=False, unique=True),
        _moment("linked_at"),
    )
    op.create_table(
        "link_codes",
        sa.Column("officer_id", _BIG, sa.ForeignKey("officers.id"), primary_key=True),
        sa.Column("digest", sa.Text(), nullable=False, unique=True),
        _moment("expires_at"),
    )


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
