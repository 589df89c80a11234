"""A rating for each officer who answered: what one got is not replaced by what the next one gets."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEPT = (
    "id, address_id, ticket_id, petition_id, subject, officer_id, procedure_code, score, words, reasons,"
    " reply, replied_at, sequence, words_sequence, at"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _made_anew()
        return
    op.add_column("ratings", sa.Column("answerer", _BIG, nullable=False, server_default="0"))
    op.execute("UPDATE ratings SET answerer = COALESCE(officer_id, 0)")
    op.drop_constraint("uq_ratings_address_id_subject", "ratings")
    op.create_unique_constraint(
        "uq_ratings_address_id_subject_answerer", "ratings", ["address_id", "subject", "answerer"]
    )


def _made_anew() -> None:
    """SQLite takes no constraint off a table that stands."""
    op.rename_table("ratings", "ratings_before")
    for name in ("ix_ratings_at", "ix_ratings_ticket_id", "ix_ratings_subject"):
        op.drop_index(name, "ratings_before")
    op.create_table(
        "ratings",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("address_id", _BIG, sa.ForeignKey("addresses.id"), nullable=False),
        sa.Column("ticket_id", _BIG, sa.ForeignKey("tickets.id"), nullable=True),
        sa.Column("petition_id", _BIG, sa.ForeignKey("petitions.id"), nullable=True),
        sa.Column("subject", _BIG, nullable=False, server_default="0"),
        sa.Column("officer_id", _BIG, sa.ForeignKey("officers.id"), nullable=True),
        sa.Column("procedure_code", sa.Text(), nullable=True),
        sa.Column("score", _BIG, nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", _BIG, nullable=False),
        sa.Column("words_sequence", _BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answerer", _BIG, nullable=False, server_default="0"),
        sa.UniqueConstraint("address_id", "subject", "answerer"),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        sqlite_autoincrement=True,
    )
    op.execute(
        f"INSERT INTO ratings ({_KEPT}, answerer) SELECT {_KEPT}, COALESCE(officer_id, 0)"  # noqa: S608
        " FROM ratings_before"
    )
    op.execute(
        "UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'ratings_before')"
        " WHERE name = 'ratings'"
    )
    op.drop_table("ratings_before")
    op.create_index("ix_ratings_at", "ratings", ["at"])
    op.create_index("ix_ratings_ticket_id", "ratings", ["ticket_id"])
    op.create_index("ix_ratings_subject", "ratings", ["subject"])
