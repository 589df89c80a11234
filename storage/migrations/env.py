"""How Alembic reaches the database. An upgrade is one transaction: killed halfway, it never happened."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, create_engine, event, make_url, text
from sqlalchemy.pool import NullPool

from storage.columns import BigId, CleanText, JsonText, UtcDateTime
from storage.engines import driver_url, prepare_sqlite
from storage.tables import metadata

_LOCK = 0x6D6F7463  # any number of our own: processes that upgrade at the same time take turns


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write portable types into a new migration: history must not follow our classes."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, CleanText | JsonText):
        return "sa.Text()"
    if type(item) is type(BigId):
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


def _ours(_item: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Full-text search is made by hand in the migrations and unknown to the tables."""
    return not (kind in {"table", "index"} and name is not None and "search" in name)


def _configure(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        compare_server_default=False,
        include_object=_ours,
        render_item=_render,
        transactional_ddl=True,
    )


def _run(url: str) -> None:
    engine = create_engine(driver_url(url, asynchronous=False), poolclass=NullPool)
    sqlite = make_url(url).get_backend_name() == "sqlite"
    if sqlite:
        event.listen(engine, "connect", prepare_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        _configure(connection)
        context.run_migrations()
    engine.dispose()


_run(context.config.attributes["url"])
