"""Submissions in which somebody asks for the photos are found by the kind of the event."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_submission_events_kind", "submission_events", ["kind", "submission_id"])
