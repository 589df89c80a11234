"""What citizens sent after they were asked for more waits for an officer, in accepted dossiers too."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submissions", sa.Column("resent_at", sa.DateTime(timezone=True), nullable=True))
    waiting = sa.text("resent_at IS NOT NULL")
    op.create_index(
        "ix_submissions_resent",
        "submissions",
        ["resent_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
