"""Files of officers' answers: beside the draft, while it can be undone, and sent."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "draft_files",
        _part("ticket_id", "tickets.id"),
        _part("officer_id", "officers.id"),
        _part("file_id", "files.id"),
        sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_draft_files_file_id", "draft_files", ["file_id"])
    op.create_table("sent_files", _part("message_id", "messages.id"), _part("file_id", "files.id"))
    op.create_index("ix_sent_files_file_id", "sent_files", ["file_id"])


def _part(name: str, target: str) -> sa.Column[int]:
    return sa.Column(name, _BIG, sa.ForeignKey(target), primary_key=True)
