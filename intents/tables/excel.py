"""Cells out of an Excel file, after it was looked at: some are made to fill the memory of who opens them."""

import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from intents.tables.columns import heading_row
from intents.tables.errors import TableError, too_big
from intents.tables.limits import MAX_BYTES, MAX_COLUMNS, MAX_RATIO, MAX_ROWS

# A cell with something in it. Whole rows formatted down to the last one hold none, and fill no grid.
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Za-z]*)(\d+)["'][^>]*?(/?)>""")
_ROW = re.compile(rb"""(?s)<((?:\w+:)?)row\s[^>]*?\br\s*=\s*["'](\d+)["'][^>]*?(?:/>|>(.*?)</\1row\s*>)""")
_EMPTY_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*/>")
_OLD_FORMAT = b"\xd0\xcf\x11\xe0"  # Excel 97-2003, and any Excel file with a password
_SAVE_AGAIN = "Mở bằng Excel, chép bảng sang tệp mới rồi lưu lại thành .xlsx."


@dataclass(frozen=True)
class Merged:
    """A cell that reaches down: what stands in `column` at `first` holds down to `last`, all counted from 0."""

    column: int
    first: int
    last: int


def cells(path: Path) -> list[list[Any]]:
    return sheet(path)[0]


def sheet(path: Path) -> tuple[list[list[Any]], tuple[Merged, ...]]:
    """The first sheet people see that has a procedure table, or the first sheet. Raises TableError."""
    _refuse_other_formats(path)
    _refuse_bombs(path)
    from python_calamine import CalamineError, SheetVisibleEnum, load_workbook

    try:
        workbook = load_workbook(str(path))
        shown = [each for each in workbook.sheets_metadata if each.visible is SheetVisibleEnum.Visible]
        names = [each.name for each in shown] or workbook.sheet_names
        found = [workbook.get_sheet_by_name(name) for name in names]
        sheets = [
            (each.to_python(skip_empty_area=False), _reaching_down(each.merged_cell_ranges or ()))
            for each in found
        ]
    except (CalamineError, OSError) as error:
        raise TableError(f"Không mở được tệp Excel: {error}.", _SAVE_AGAIN) from error
    with_table = [each for each in sheets if heading_row(as_text(each[0][:20])) is not None]
    return with_table[0] if with_table else (sheets[0] if sheets else ([], ()))


def _reaching_down(ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> tuple[Merged, ...]:
    return tuple(Merged(left, top, bottom) for (top, left), (bottom, _) in ranges if bottom > top)


def _refuse_other_formats(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(4) == _OLD_FORMAT:
            what = "Tệp này là Excel đời cũ (.xls) hoặc đang đặt mật khẩu."
            raise TableError(what, "Mở bằng Excel, bỏ mật khẩu nếu có, rồi lưu lại thành .xlsx.")


def _refuse_bombs(path: Path) -> None:
    """Unpacks every part once, within the limits, and looks at how far the cells reach.

    The declared sizes are checked first; a part that lies about its size fails its checksum here.
    A single cell at the far corner would make the reader reserve the whole grid.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            packed = sum(part.compress_size for part in parts)
            if unpacked > MAX_BYTES or unpacked > MAX_RATIO * max(packed, 1):
                raise TableError("Tệp Excel này nén bất thường nên không mở.", _SAVE_AGAIN)
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names and not any(".." in name for name in names):
                raise TableError(
                    "Tệp này không phải Excel .xlsx.", _SAVE_AGAIN
                )  # an .xlsb, .ods, .docx renamed
            for part in parts:
                name = PurePosixPath(part.filename.replace("\\", "/"))
                if ".." in name.parts or name.is_absolute():
                    raise TableError("Tệp Excel có đường dẫn lạ bên trong nên không mở.", _SAVE_AGAIN)
                content = archive.read(part)
                if _reaches_too_far(content):  # any part: the workbook says which of them is a sheet
                    raise too_big(MAX_ROWS, MAX_COLUMNS)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        remedy = "Bỏ mật khẩu nếu có; mở bằng Excel rồi lưu lại thành .xlsx."
        raise TableError("Tệp này không phải Excel .xlsx đọc được.", remedy) from error


def _reaches_too_far(sheet: bytes) -> bool:
    if any(
        not empty and (len(row) > 7 or int(row) > MAX_ROWS or _column_number(letters.upper()) > MAX_COLUMNS)
        for letters, row, empty in _CELL.findall(sheet)
    ):
        return True
    far = (cells for _, row, cells in _ROW.findall(sheet) if len(row) > 7 or int(row) > MAX_ROWS)
    return any(_EMPTY_CELL.sub(b"", cells).strip() for cells in far)  # a cell may leave out its number


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + letter - 64
    return number


def as_text(rows: list[list[Any]]) -> list[list[str]]:
    return [[cell_text(cell) for cell in row] for row in rows]


def cell_text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == cell.time().min else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return "" if cell is None else str(cell)
