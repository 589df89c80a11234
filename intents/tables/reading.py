"""Rows out of the files people have: JSON lines, CSV in any encoding seen here, Excel. Limits come first."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intents.tables import errors, excel, phrases
from intents.tables.columns import BY_NAME, CONTINUED, column_of, columns_at, heading_row, is_heading
from intents.tables.errors import TableError
from intents.tables.limits import MAX_BYTES, MAX_COLUMNS, MAX_ROWS

SUFFIXES = (".jsonl", ".csv", ".xlsx")
_ENCODINGS = ("utf-8-sig", "cp1258")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(frozen=True)
class Row:
    """`number` is the line or sheet row people see. `problem`: the row could not be read."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


@dataclass
class Table:
    """`grid` is the sheet as it came (empty for JSON lines), for the copy with the errors."""

    rows: list[Row]
    grid: list[list[str]] = field(default_factory=list)
    headings_at: int = 0
    ignored: list[str] = field(default_factory=list)


def read_table(path: Path) -> Table:
    """Raises TableError for a missing, too large, unreadable or headless file."""
    if not path.is_file():
        raise TableError(f"Không có tệp {path}.", "Xem lại tên và thư mục.")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise TableError(f"Không đọc được loại tệp “{suffix}”.", "Lưu lại thành .xlsx, .csv hoặc .jsonl.")
    if path.stat().st_size > MAX_BYTES:
        raise TableError(f"Tệp lớn hơn {MAX_BYTES // 1_000_000} MB.", "Chia thành nhiều tệp nhỏ.")
    if suffix == ".jsonl":
        return Table(list(_json_rows(decode(path.read_bytes()))))
    if suffix == ".xlsx":
        return _with_headings(*excel.sheet(path))
    return _with_headings(csv_cells(decode(path.read_bytes())))


def decode(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif raw[:400].count(0) > len(raw[:400]) // 4:  # UTF-16 without its mark: every other byte is zero
        encodings = ("utf-16-le" if raw[1:2] == b"\0" else "utf-16-be",)
    else:
        encodings = _ENCODINGS
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableError("Không nhận ra bảng mã của tệp.", "Lưu lại với bảng mã UTF-8.")


def _json_rows(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError):
            yield Row(number, problem="Dòng này không phải JSON.")
            continue
        if isinstance(values, dict):
            yield Row(number, {str(name): value for name, value in values.items() if value is not None})
        else:
            yield Row(number, problem="Dòng này không phải một đối tượng JSON {…}.")


def csv_cells(text: str) -> list[list[Any]]:
    sample = text[:20_000]
    delimiter = max(";,\t", key=lambda sign: _regular(sample, sign))
    csv.field_size_limit(1_000_000)
    try:
        _refuse_open_quote(text, delimiter)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = [[_unescaped(cell) for cell in row] for row in reader]
    except csv.Error as error:
        raise TableError(f"Tệp CSV viết sai: {error}.", "Mở bằng Excel rồi lưu lại thành .xlsx.") from error
    if len(rows) > MAX_ROWS or max(map(len, rows), default=0) > MAX_COLUMNS:
        raise errors.too_big(MAX_ROWS, MAX_COLUMNS)
    return rows


def _refuse_open_quote(text: str, delimiter: str) -> None:
    """A quotation mark that never closes would make one cell of all the rows after it."""
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        if "unexpected end" in str(error):
            remedy = "Đóng dấu đó lại, hoặc mở bằng Excel rồi lưu lại thành .xlsx."
            raise TableError("Tệp CSV có dấu nháy kép mở mà không đóng.", remedy) from error


def _regular(sample: str, delimiter: str) -> int:
    """How many of the sample's rows split into several cells, weighed by the headings they give."""
    rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))[:30]
    headings = max((sum(column_of(cell) is not None for cell in row) for row in rows), default=0)
    return headings * 100 + sum(len(row) > 1 for row in rows)


def _unescaped(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking the text for a formula."""
    return cell[1:] if cell.startswith("'") else cell


def escaped(cell: str) -> str:
    """With it. Texts that start with an apostrophe get one more, so that reading gives them back."""
    return f"'{cell}" if cell.startswith(_FORMULA_SIGNS) else cell


def _with_headings(cells: list[list[Any]], merged: tuple[excel.Merged, ...] = ()) -> Table:
    grid = excel.as_text(cells)
    at = heading_row(grid)
    if at is None:
        _refuse_old_letters(grid)
        raise TableError(
            "Không tìm thấy dòng tiêu đề có cột mã và cột tên thủ tục.",
            "Đặt tiêu đề “Mã thủ tục” và “Tên thủ tục” ở một trong 20 dòng đầu.",
        )
    names, ignored = _column_names(grid, at)
    shared = _shared(grid, at, names, merged)
    rows: list[Row] = []
    section: dict[str, str] = {}
    for number, line in enumerate(grid[at + 1 :], at + 2):
        values = _values(names, line)
        if "code" in values and "name" in values:
            values = {**section, **shared.get(number, {}), **values}
        elif field_named := _section(line):
            section = {"field": field_named}
        if rows and _continues(values):
            _join(rows[-1].values, values)
        elif values and not _is_remark(values):
            rows.append(Row(number, values))
    if rows and is_heading(map(str, rows[0].values.values())):  # the lower row of a merged heading
        rows = rows[1:]
    return Table(rows, grid, at, ignored)


_SECTION = re.compile(r"^\W*(?:(?:[IVXLC]+|\d+|[A-Z])[.):]?\s+)?lĩnh vực\s*:?\s+(\S.*)$", re.IGNORECASE)


def _section(line: list[str]) -> str:
    """The field that a row across the table names for the rows below it: “II. LĨNH VỰC HỘ TỊCH”."""
    texts = [text.strip() for text in line if len(text.strip()) > _NUMERAL]
    found = _SECTION.match(unicodedata.normalize("NFC", texts[0])) if len(texts) == 1 else None
    return found[1].capitalize() if found else ""


_NUMERAL = 5  # letters of a section's number, which may have a cell of its own


# What one merged cell may say of several procedures. A code, a name or papers are each procedure's own.
_SHARED = {
    "field",
    "agency",
    "level",
    "audience",
    "time_limit",
    "fee",
    "channel",
    "announced_by",
    "effective_from",
}


def _shared(
    grid: list[list[str]], at: int, names: list[str], merged: tuple[excel.Merged, ...]
) -> dict[int, dict[str, str]]:
    """By the row people see: what cells merged down to it say. Excel keeps their text in the uppermost only."""
    found: dict[int, dict[str, str]] = {}
    if sum(each.last - each.first for each in merged) > MAX_ROWS * MAX_COLUMNS:  # they lie over each other
        raise errors.too_big(MAX_ROWS, MAX_COLUMNS)
    for each in merged:
        name = names[each.column] if each.column < len(names) else ""
        if name not in _SHARED or not at < each.first < len(grid):
            continue
        text = grid[each.first][each.column] if each.column < len(grid[each.first]) else ""
        for row in range(each.first + 1, min(each.last + 1, len(grid))) if text.strip() else ():
            found.setdefault(row + 1, {}).setdefault(name, text)
    return found


_OLD_LETTERS = ("thñ tôc", "thuû tuïc", "m· thñ", "tªn thñ", "teân thuû")  # “thủ tục” in TCVN3 and VNI


def _refuse_old_letters(grid: list[list[str]]) -> None:
    said = " ".join(cell for line in grid[:20] for cell in line).lower()
    if any(word in said for word in _OLD_LETTERS):
        what = "Chữ trong tệp dùng bảng mã cũ (TCVN3 hoặc VNI, phông .VnTime, VNI-Times)."
        raise TableError(what, "Chuyển sang Unicode (UniKey: Ctrl+Shift+F6) rồi lưu lại.")


def _column_names(grid: list[list[str]], at: int) -> tuple[list[str], list[str]]:
    """Each column's field name. A cell left empty by a merged heading takes the heading above or below it."""
    names, ignored = [], []
    above = grid[at - 1] if at else []
    for index, (heading, named) in enumerate(zip(grid[at], columns_at(grid, at), strict=True)):
        merged = column_of(above[index]) if not heading.strip() and index < len(above) else None
        bare = heading.removesuffix(CONTINUED) if heading.endswith(CONTINUED) else ""
        column = named or merged or column_of(bare)
        if column and column.name in names and not bare:  # a second column of that name: the first counts
            column = None
        names.append(column.name if column else "")
        if heading.strip() and not column:
            ignored.append(heading.strip())
    return names, ignored


def _values(names: list[str], line: list[str]) -> dict[str, Any]:
    values: dict[str, str] = {}
    for name, text in zip(names, line, strict=False):
        if name and text.strip():
            values[name] = values.get(name, "") + text
    return values


def _is_remark(values: dict[str, Any]) -> bool:
    """“I. Lĩnh vực Hộ tịch” across the table between its rows; “Người lập biểu” below it."""
    if len(values) > 1 or "name" in values:
        return False
    title = str(values.get("code", ""))
    return "code" not in values or (" " in title.strip() and phrases.code(title) is None)


def _continues(values: dict[str, Any]) -> bool:
    """One more paper or law of the procedure above, whose other cells are merged down to here."""
    return bool(values) and all(BY_NAME[name].kind == "lines" or name == "documents" for name in values)


def _join(above: dict[str, Any], more: dict[str, Any]) -> None:
    for name, text in more.items():
        above[name] = f"{above[name]}\n{text}" if name in above else text
