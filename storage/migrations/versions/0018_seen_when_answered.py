"""What an answer that can still be undone had seen: a question that came after it is not taken for answered."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # What was on its way during the upgrade counts as not having seen the newest message: better asked twice.
    op.add_column("held_answers", sa.Column("seen_message_id", _BIG, nullable=False, server_default="0"))
