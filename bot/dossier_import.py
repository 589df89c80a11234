"""`motcua dossiers import`: take dossiers over from a file. A faulty row is told and left out; the rest is taken.

Columns are named as on the national portal (MaHoSo, TenTTHC, TrangThaiHoSo, NgayTiepNhan, NgayHenTra, ...), in any
order. A file of any length is read piece by piece. What was taken stays when it breaks off; take it again then.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from bot.actions.mirror import keep
from bot.app import assembled, prepare
from bot.config import Settings
from bot.dossier_files import rows
from bot.registry.rows import RowError, read_row
from storage.database import Database
from storage.records import Dossier

BATCH = 500
MOST_ERRORS = 1_000  # kept in words; the rest is counted

Watch = Callable[[BinaryIO], BinaryIO]


@dataclass
class ImportReport:
    """`errors`: the first ones in words. `faulty`: how many rows were left out."""

    taken: int = 0
    faulty: int = 0
    errors: list[str] = field(default_factory=list)

    def left_out(self, error: str) -> None:
        self.faulty += 1
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(error)


async def import_dossiers(
    settings: Settings, file: Path, *, watched: Watch = lambda opened: opened
) -> ImportReport:
    """`watched`: wraps the open file, to see how far it was read. Raises TableError, OSError."""
    report = ImportReport()
    await prepare(settings)
    async with assembled(settings) as parts:
        now = parts.clock.now()
        batch: list[Dossier] = []
        with watched(file.open("rb")) as opened:
            for number, row in rows(file, opened):
                try:
                    batch.append(read_row(row, parts.secret, now))
                except RowError as error:
                    report.left_out(f"{file.name}:{number}: {error}")
                if len(batch) >= BATCH:
                    report.taken += await _keep(parts.database, batch, now)
                    batch = []
        report.taken += await _keep(parts.database, batch, now)
    return report


async def _keep(database: Database, batch: list[Dossier], now: datetime) -> int:
    async with database.unit_of_work() as uow:
        taken = await keep(uow, batch, now)
        await uow.commit()
    return taken
