"""Tickets of one procedure are found by it: what was answered before stands beside a new one."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_tickets_procedure", "tickets", ["procedure_code", "id"])
    op.create_index("ix_messages_ticket", "messages", ["ticket_id", "id"])
