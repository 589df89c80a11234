"""Files: the bytes they came as, what is wrong with a photo, pictures of their pages."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_EXPIRING = "keep_until IS NOT NULL"


def upgrade() -> None:
    op.add_column("files", sa.Column("source_digest", sa.Text(), nullable=True))
    op.add_column("files", sa.Column("remarks", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_files_address_id_source_digest", "files", ["address_id", "source_digest"])
    op.create_index(
        "ix_files_expiring",
        "files",
        ["keep_until"],
        sqlite_where=sa.text(_EXPIRING),
        postgresql_where=sa.text(_EXPIRING),
    )
    op.create_table(
        "file_pages",
        sa.Column("file_id", _BIG, sa.ForeignKey("files.id"), primary_key=True),
        sa.Column("number", _BIG, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.Text(), nullable=False),
    )
    op.create_index("ix_file_pages_digest", "file_pages", ["digest"])
