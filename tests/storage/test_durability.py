"""R18 and the file itself: what was committed is on the disk, and one server at a time works on it."""

import asyncio
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from storage.database import Database, upgrade
from storage.errors import ServerRunningError
from storage.records import Author
from tests.storage.stories import NOW, somebody


async def test_every_connection_of_the_pools_is_durable_and_checks_its_keys(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url, server=True)
    told = await database.durability()

    assert len(told["readers"]) == 4
    for connection in (told["writer"], *told["readers"]):
        told_of = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
        assert connection.items() >= {**told_of, "busy_timeout": 5000}.items()
    assert [reader["query_only"] for reader in told["readers"]] == [1, 1, 1, 1]
    assert told["writer"]["query_only"] == 0
    await database.close()


async def test_postgres_waits_for_the_disk(postgres_url: str) -> None:
    database = await Database.open(postgres_url)
    told = await database.durability()
    assert told["synchronous_commit"] == "on"
    assert told["version"]
    await database.close()


async def test_only_the_server_checkpoints(sqlite_url: str) -> None:
    server = await Database.open(sqlite_url, server=True)
    command = await Database.open(sqlite_url)
    contact = await somebody(command)
    log = Path(f"{server.path}-wal")

    async def write(database: Database) -> int:
        async with database.unit_of_work() as uow:
            await uow.messages.add(contact.conversation_id, Author.CITIZEN, "x" * 40_000, NOW)
            await uow.commit()
        return log.stat().st_size  # noqa: ASYNC240

    sizes = [await write(command) for _ in range(150)]
    assert sizes[-1] > 5_000_000, "a command leaves the log alone"
    assert sizes == sorted(sizes)
    sizes = [await write(server) for _ in range(150)]
    assert sizes[-1] < sizes[0] + 5_000_000, "the server starts the log over"

    assert (await command.durability())["writer"]["wal_autocheckpoint"] == 0
    await command.close()
    await server.close()


async def test_a_second_server_on_the_file_is_refused_and_a_command_is_not(sqlite_url: str) -> None:
    server = await Database.open(sqlite_url, server=True)
    with pytest.raises(ServerRunningError):
        await Database.open(sqlite_url, server=True)
    command = await Database.open(sqlite_url)
    assert (await somebody(command)).new

    await server.close()
    successor = await Database.open(sqlite_url, server=True)
    assert await successor.healthy()
    await successor.close()
    await command.close()


async def test_the_data_is_for_its_owner_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'data' / 'motcua.db'}"
    await upgrade(url)
    database = await Database.open(url, server=True)
    await somebody(database)

    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    for file in (tmp_path / "data").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    await database.close()


_COMMITS = """
import asyncio, sys
from storage.database import Database
from storage.records import InboxEntry
from tests.storage.stories import NOW

async def main():
    database = await Database.open(sys.argv[1], server=True)
    for number in range(20):
        async with database.unit_of_work() as uow:
            await uow.inbox.put([InboxEntry("web", "main", "u", str(number), {})], NOW)
            await uow.commit()
        print(number, flush=True)
    sys.stdin.read()

asyncio.run(main())
"""


async def test_what_was_told_committed_survives_a_kill(sqlite_url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _COMMITS, sqlite_url, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    told = [await process.stdout.readline() for _ in range(20)]
    process.kill()
    await process.wait()

    database = await Database.open(sqlite_url, server=True)
    async with database.reading() as uow:
        assert (await uow.inbox.counts())["pending"] == len(told) == 20
    await database.close()


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_each_commit_is_synced_to_the_disk(sqlite_url: str, tmp_path: Path) -> None:
    """Twenty commits, at least twenty syncs before they are told."""
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-e", "trace=fdatasync,fsync", "-o", str(trace)]
    finished = subprocess.run(
        [*command, sys.executable, "-c", _COMMITS, sqlite_url],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if "ptrace" in finished.stderr.decode():
        pytest.skip("tracing is not allowed here")

    assert finished.returncode == 0, finished.stderr.decode()
    assert sum("sync(" in line for line in trace.read_text().splitlines()) >= 20
