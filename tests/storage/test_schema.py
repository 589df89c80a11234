"""The schema: made from nothing, made once, and never mistaken for another."""

import asyncio
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

import storage
from storage.database import Database, upgrade
from storage.errors import SchemaError
from storage.schema import HEAD
from storage.tables import metadata
from tests.storage.stories import somebody

MIGRATIONS = Path(storage.__file__).parent / "migrations"


async def test_an_empty_database_is_refused_and_an_upgrade_opens_it(empty_url: str) -> None:
    with pytest.raises(SchemaError, match="motcua db upgrade"):
        await Database.open(empty_url)

    await upgrade(empty_url)

    database = await Database.open(empty_url)
    assert await database.healthy()
    await database.close()


async def test_upgrading_again_and_from_two_places_at_once_is_harmless(empty_url: str) -> None:
    await asyncio.gather(upgrade(empty_url), upgrade(empty_url))
    await upgrade(empty_url)

    database = await Database.open(empty_url)
    async with database.reading() as uow:
        assert await uow.departments.list() == ()
    await database.close()


_UPGRADE = "import asyncio, sys; from storage.database import upgrade; asyncio.run(upgrade(sys.argv[1]))"


@pytest.mark.long
async def test_an_upgrade_killed_at_any_moment_can_be_run_again(empty_url: str) -> None:
    """R23, for the first migration: each kill leaves an empty database or a whole one."""
    for milliseconds in range(300, 1300, 50):
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", _UPGRADE, empty_url)
        await asyncio.sleep(milliseconds / 1000)
        if process.returncode is None:
            process.kill()
        await process.wait()
        assert await _state(empty_url) in {"empty", "whole"}

    await upgrade(empty_url)
    database = await Database.open(empty_url, server=True)
    assert (await somebody(database)).new
    await database.close()


async def _state(url: str) -> str:
    try:
        database = await Database.open(url)
    except SchemaError as error:
        return "empty" if "empty" in str(error) else str(error)
    await database.close()
    return "whole"


async def test_a_newer_schema_is_refused(database: Database, database_url: str) -> None:
    async with database._writer.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaError, match="9999"):
        await Database.open(database_url)
    assert not await database.healthy()


async def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    def drift(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "include_object": _without_search, "target_metadata": metadata},
        )
        return list(compare_metadata(context, metadata))

    async with database._reader.connect() as connection:
        assert await connection.run_sync(drift) == []


def _without_search(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not (kind in {"table", "index"} and name is not None and "search" in name)


async def test_search_and_the_audit_guard_exist(database: Database) -> None:
    sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger' OR name LIKE '%\\_search' ESCAPE '\\'"
    postgres = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        " UNION SELECT indexname FROM pg_indexes WHERE indexname LIKE '%\\_search'"
    )
    async with database._reader.connect() as connection:
        found = set((await connection.execute(text(sqlite if database.path else postgres))).scalars())

    if database.path:
        assert {"messages_search", "tickets_search", "audit_refuses_update", "audit_refuses_delete"} <= found
    else:
        assert {"ix_messages_search", "ix_tickets_search", "audit_refuses_change"} <= found


def test_migrations_are_numbered_in_one_line_and_the_last_one_is_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    line = [revision.revision for revision in script.walk_revisions()]

    assert script.get_heads() == [HEAD]
    assert sorted(line, reverse=True) == line == [f"{number:04}" for number in range(len(line), 0, -1)]
    files = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))
    assert [name[:4] for name in files] == sorted(line)


async def test_every_foreign_key_is_held_on_both_databases(database: Database) -> None:
    def foreign_keys(connection: Connection) -> set[tuple[str, str]]:
        found = inspect(connection)
        return {
            (table, column)
            for table in metadata.tables
            for constraint in found.get_foreign_keys(table)
            for column in constraint["constrained_columns"]
        }

    said = {(table.name, key.parent.name) for table in metadata.tables.values() for key in table.foreign_keys}
    async with database._reader.connect() as connection:
        assert await connection.run_sync(foreign_keys) == said
