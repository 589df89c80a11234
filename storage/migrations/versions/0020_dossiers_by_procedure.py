"""Which dossiers of a procedure came lately: an officer picks the code of what was filed in chat."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_dossiers_procedure_received", "dossiers", ["procedure_code", "received_at"])
