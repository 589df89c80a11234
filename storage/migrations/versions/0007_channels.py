"""The channels' windows and files: until when one may answer, what waits for it, what came and what was uploaded."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WAITING = "status = 'waiting'"
_PENDING = "status = 'pending'"
_LEASED = "leased_until IS NOT NULL"


def upgrade() -> None:
    for name in ("window_free_until", "window_until", "window_asked_at"):
        op.add_column("addresses", _moment(name, nullable=True))
    op.add_column("citizens", sa.Column("phone", sa.Text(), nullable=True))
    op.add_column("citizens", _moment("phone_proved_at", nullable=True))
    op.create_index("ix_citizens_phone", "citizens", ["phone"])
    op.add_column("conversations", _moment("elsewhere_until", nullable=True))
    op.add_column("outbox", _moment("seen_at", nullable=True))
    op.add_column("tickets", sa.Column("language", sa.Text(), nullable=False, server_default="vi"))
    _partial("ix_outbox_waiting", "outbox", ["address_id"], _WAITING)
    _partial("ix_outbox_reference", "outbox", ["reference"], "reference IS NOT NULL")
    op.create_table(
        "uploads",
        *(sa.Column(name, sa.Text(), primary_key=True) for name in ("channel", "account", "digest", "kind")),
        sa.Column("reference", sa.Text(), nullable=False),
        _moment("expires_at"),
    )
    _received()
    op.create_table(
        "joinings",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("asking_id", _BIG, sa.ForeignKey("addresses.id"), nullable=False),
        sa.Column("proving_id", _BIG, sa.ForeignKey("addresses.id"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, server_default="asked"),
        _moment("asked_at"),
        _moment("settled_at", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_joinings_asking_id", "joinings", ["asking_id"])
    op.create_index("ix_joinings_proving_id", "joinings", ["proving_id"])


def _received() -> None:
    op.create_table(
        "received_files",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("message_id", _BIG, sa.ForeignKey("messages.id"), nullable=False),
        sa.Column("address_id", _BIG, sa.ForeignKey("addresses.id"), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("channel", "kind", "reference")),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("file_id", _BIG, sa.ForeignKey("files.id"), nullable=True),
        sa.Column("status", sa.Text(), nullable=False, server_default="pending"),
        sa.Column("attempts", _BIG, nullable=False, server_default="0"),
        _moment("due_at"),
        _moment("created_at"),
        _moment("finished_at", nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("leased_by", sa.Text(), nullable=True),
        _moment("leased_until", nullable=True),
        sqlite_autoincrement=True,
    )
    for column in ("message_id", "address_id", "file_id"):
        op.create_index(f"ix_received_files_{column}", "received_files", [column])
    _partial("ix_received_files_turn", "received_files", ["due_at", "id"], _PENDING)
    _partial("ix_received_files_leased", "received_files", ["address_id"], _LEASED)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
