"""Answers go out before notices and broadcasts; what a platform takes a second is shared by all processes."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PENDING = sa.text("status = 'pending'")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("priority", _BIG, nullable=False, server_default="0"))
    op.drop_index("ix_outbox_turn", "outbox")
    op.create_index(
        "ix_outbox_turn",
        "outbox",
        ["address_id", "priority", "id"],
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )
    op.create_table(
        "paces",
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("taken_until", sa.Double(), nullable=False),
    )
