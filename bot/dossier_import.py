"""`motcua dossiers import`: take dossiers over from a file. A faulty row is told and left out; the rest is taken.

Columns are named as on the national portal (MaHoSo, TenTTHC, TrangThaiHoSo, NgayTiepNhan, NgayHenTra, ...), in any
order. Of ID and phone numbers only keyed hashes of the last six digits are kept.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from bot.actions.dossiers import factor_digest
from bot.app import assembled, prepare
from bot.config import Settings
from bot.worktime import VIETNAM
from intents.extract import dossier_codes
from intents.tables import excel
from intents.tables.errors import TableError
from intents.tables.reading import csv_cells, decode
from storage.records import Dossier

BATCH = 500
STAGES = range(1, 11)  # TrangThai of the national portal
END_OF_OFFICE = time(17, 0)


@dataclass
class ImportReport:
    taken: int = 0
    errors: list[str] = field(default_factory=list)


class RowError(Exception):
    """Why a row cannot be taken, in words for the clerk who made the file."""


async def import_dossiers(settings: Settings, file: Path) -> ImportReport:
    report = ImportReport()
    await prepare(settings)
    async with assembled(settings) as parts:
        now = parts.clock.now()
        batch: list[Dossier] = []
        for number, row in rows(file):
            try:
                batch.append(read_row(row, parts.secret, now))
            except RowError as error:
                report.errors.append(f"{file.name}:{number}: {error}")
            if len(batch) >= BATCH:
                report.taken += await _keep(parts.database, batch)
                batch = []
        report.taken += await _keep(parts.database, batch)
    return report


async def _keep(database: Any, batch: list[Dossier]) -> int:
    async with database.unit_of_work() as uow:
        taken = await uow.dossiers.upsert(batch)
        await uow.commit()
    return int(taken)


def rows(file: Path) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
    """Line numbers and rows of a CSV, Excel or JSON-lines file; None for a line that is no row.

    Encodings and delimiters people have, and limits against bombs: as for lists of procedures. Raises TableError.
    """
    kind = file.suffix.lower()
    if kind == ".jsonl":
        yield from _json_lines(decode(file.read_bytes()))
    elif kind in (".csv", ".xlsx"):
        yield from _cells(csv_cells(decode(file.read_bytes())) if kind == ".csv" else excel.cells(file))
    else:
        raise TableError(f"Không đọc được tệp {file.name}.", "Chỉ nhận tệp .csv, .xlsx hoặc .jsonl.")


def _json_lines(text: str) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            yield number, row if isinstance(row, dict) else None


def _cells(cells: list[list[Any]]) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
    headings = [str(cell).strip() for cell in cells[0]] if cells else []
    for number, line in enumerate(cells[1:], 2):
        if any(str(cell).strip() for cell in line):
            yield number, dict(zip(headings, line, strict=False))


def read_row(row: Mapping[str, Any] | None, secret: bytes, now: datetime) -> Dossier:
    """One dossier. Raises RowError."""
    if row is None:
        raise RowError("dòng này không phải JSON")
    codes = dossier_codes(_text(row, "MaHoSo") or "")
    if not codes:
        raise RowError("thiếu mã hồ sơ (MaHoSo) hoặc mã sai dạng, ví dụ đúng: H12.25-251103-0045")
    stage = _text(row, "TrangThaiHoSo") or _text(row, "TrangThai") or ""
    if not stage.isdecimal() or int(stage) not in STAGES:
        raise RowError(f"trạng thái “{stage}” không hợp lệ; cần số từ 1 đến 10")
    factors = {
        factor_digest(secret, codes[0], digits[-6:])
        for name in ("SoGiayToChuHoSo", "SoDienThoai")
        if len(digits := "".join(filter(str.isdigit, _text(row, name) or ""))) >= 6
    }
    return Dossier(
        code=codes[0],
        procedure_code=_text(row, "MaTTHC"),
        procedure_name=_needed(row, "TenTTHC"),
        stage=int(stage),
        received_at=_moment(row, "NgayTiepNhan", time(7, 0)),
        due_at=_moment(row, "NgayHenTra", END_OF_OFFICE),
        finished_at=_moment(row, "NgayKetThucXuLy", END_OF_OFFICE),
        returned_at=_moment(row, "NgayTra", END_OF_OFFICE),
        agency=_needed(row, "CoQuan"),
        handler=_text(row, "NguoiXuLy"),
        holder=_needed(row, "ChuHoSo"),
        factors=tuple(sorted(factors)),
        missing=_text(row, "NoiDungBoSung"),
        result_place=_text(row, "NoiTraKetQua"),
        late_reason=_text(row, "LyDoTre"),
        steps=(),
        updated_at=now,
    )


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None if value is not None else None


def _needed(row: Mapping[str, Any], name: str) -> str:
    value = _text(row, name)
    if value is None:
        raise RowError(f"thiếu cột {name}")
    return value


def _moment(row: Mapping[str, Any], name: str, at: time) -> datetime | None:
    """A day or a moment, as ISO or as people write it in Vietnam (31/12/2026 14:30); a bare day means `at`."""
    value = row.get(name)
    if isinstance(value, datetime):
        return value.replace(tzinfo=VIETNAM).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, at, VIETNAM).astimezone(UTC)
    text = _text(row, name)
    if text is None:
        return None
    for form in (
        "%d/%m/%Y %H:%M:%S",
        "%d/%m/%Y %H:%M",
        "%d/%m/%Y",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d",
    ):
        try:
            found = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is set below
        except ValueError:
            continue
        bare = "%H" not in form
        local = datetime.combine(found.date(), at if bare else found.time(), VIETNAM)
        return local.astimezone(UTC)
    raise RowError(f"ngày “{text}” ở cột {name} không đọc được; viết như 31/12/2026")
