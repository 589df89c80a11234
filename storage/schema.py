"""The schema's revision: bringing a database up to it, and refusing another one."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import SchemaError
from storage.link import is_outage, translated

HEAD = "0020"
_ONE_AT_A_TIME = threading.Lock()  # Alembic's context is a module-level global


async def upgrade(url: str) -> None:
    """Bring the database to `HEAD`, making it if need be. Safe to repeat and from several processes."""
    with translated():
        await asyncio.to_thread(_upgrade, url)


def _upgrade(url: str) -> None:
    prepare_folder(url)
    if _is_at_head(url):
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["url"] = url
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")


def _is_at_head(url: str) -> bool:
    """Asked of a SQLite file itself: Alembic takes a quarter of a second to say that nothing is to be done."""
    path = sqlite_path(url)
    if path is None:
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
    except sqlite3.Error:  # empty, older, or in the middle of something: that is Alembic's to see to
        return False


def prepare_folder(url: str) -> None:
    """The folder of a SQLite file, for its owner's eyes alone."""
    path = sqlite_path(url)
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)


def sqlite_path(url: str) -> Path | None:
    """Where the SQLite file lies; None for another database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    if not parsed.database or parsed.database == ":memory:":
        raise ValueError("a SQLite database needs a file: sqlite:////path/to/motcua.db")
    return Path(parsed.database)


async def require_head(connection: AsyncConnection) -> None:
    """`SchemaError` unless the database is at `HEAD`."""
    try:
        result = await connection.exec_driver_sql("SELECT version_num FROM alembic_version")
        found = result.scalar()
    except DBAPIError as error:
        if is_outage(error):
            raise
        found = None
    if found != HEAD:
        state = f"at revision {found}" if found else "empty"
        raise SchemaError(f"the database is {state}, this program needs {HEAD}: run `motcua db upgrade`")
