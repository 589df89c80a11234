"""Entries out into a sheet that can be edited and read back, and sheets with their errors beside the rows."""

import csv
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from intents.catalog import Catalog, Procedure
from intents.tables.columns import CONTINUED, EXPORTED, Column
from intents.tables.errors import RowError, TableError
from intents.tables.reading import SUFFIXES, Table, escaped
from intents.tables.rows import LEVELS, NO, TONES, YES
from intents.tables.trees import to_yaml, tree_of

_CELL = 32_000  # characters; Excel holds 32,767
_AMBIGUOUS = re.compile(r"[\n;]|^[-•*+]|^\d{1,2}[.)]")  # several lines or laws, a bullet, a number
_ERRORS = "Lỗi cần sửa"
_LABELS: dict[str, dict[Any, str]] = {"level": {**LEVELS}, "tone": {**TONES}}
_WIDE = frozenset({"name", "summary", "wordings", "documents", "ways", "neighbours", "mistakes"})


def export(catalog: Catalog, to: Path) -> int:
    """Write all procedures; the number written. Raises TableError for another kind of file."""
    suffix = to.suffix.lower()
    if suffix not in SUFFIXES:
        raise TableError(f"Không ghi được loại tệp “{suffix}”.", "Đặt tên tệp .xlsx, .csv hoặc .jsonl.")
    rows = [_named(catalog, procedure) for procedure in catalog.procedures]
    if suffix == ".jsonl":
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        to.write_text("".join(lines), encoding="utf-8", newline="\n")
    else:
        _write_sheet(to, _sheet(rows), {})
    return len(rows)


def _named(catalog: Catalog, procedure: Procedure) -> dict[str, Any]:
    """The entry's tree with the names behind its two ids."""
    tree = tree_of(procedure)
    agency, field = catalog.agency_by_id.get(procedure.agency), catalog.field_by_id.get(procedure.field)
    tree["agency_name"] = agency.name if agency else procedure.agency
    tree["field_name"] = field.name if field else procedure.field
    return tree


def _sheet(rows: Sequence[dict[str, Any]]) -> list[list[str]]:
    headings: list[str] = []
    columns: list[list[str]] = []
    for column in EXPORTED:
        texts = [_cell(column, row) for row in rows]
        parts = max((len(text) - 1) // _CELL + 1 for text in [*texts, ""]) or 1
        for part in range(parts):
            headings.append(column.heading + CONTINUED * bool(part))
            columns.append([text[part * _CELL : (part + 1) * _CELL] for text in texts])
    return [headings, *(list(line) for line in zip(*columns, strict=True))]


def _cell(column: Column, row: dict[str, Any]) -> str:
    if column.name == "any_place":
        return YES if row.get("any_place", True) else NO
    value = row.get(column.name)
    if value is None:
        return ""
    if column.name in _LABELS:
        return _LABELS[column.name][value]
    if column.kind == "tree":
        return to_yaml(value)
    if column.kind == "lines":
        return _lines(value)
    return str(value)


def _lines(items: Sequence[str]) -> str:
    """One a line; as a YAML list where a line could be read otherwise."""
    return to_yaml(list(items)) if any(map(_AMBIGUOUS.search, items)) else "\n".join(items)


def write_errors(table: Table, errors: Iterable[RowError], source: Path, into: Path) -> Path:
    """The sheet as it came, with what is wrong in a last column; of JSON lines, the refused rows only."""
    by_row: dict[int, list[str]] = {}
    for error in errors:
        where = f"{error.column}: " if error.column else ""
        by_row.setdefault(error.row, []).append(f"{where}{error.what} {error.remedy}")
    path = into / f"{source.stem}-loi{source.suffix.lower()}"
    if source.suffix.lower() == ".jsonl":
        refused = [row for row in table.rows if row.number in by_row]
        lines = ({"dong": row.number, "loi": by_row[row.number], **row.values} for row in refused)
        text = "".join(json.dumps(line, ensure_ascii=False, default=str) + "\n" for line in lines)
        path.write_bytes(text.encode("utf-8", "replace"))  # half a surrogate pair cannot be written
        return path
    width = max(map(len, table.grid), default=0)
    grid = [[*line, *[""] * (width - len(line))] for line in table.grid]
    for number, line in enumerate(grid):
        line.append("\n".join(by_row.get(number + 1, ())))
    grid[table.headings_at][-1] = _ERRORS
    _write_sheet(path, grid, {width: 60}, table.headings_at)
    return path


def _write_sheet(path: Path, grid: list[list[str]], widths: dict[int, int], headings_at: int = 0) -> None:
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([escaped(cell) for cell in line] for line in grid)
        return
    import xlsxwriter

    wide = {index: 40 for index, heading in enumerate(grid[headings_at]) if _is_wide(heading)}
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Thủ tục")
        bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        for row, line in enumerate(grid):
            for column, cell in enumerate(line):
                if cell:
                    sheet.write_string(row, column, cell, bold if row == headings_at else text)
        for column, width in {**wide, **widths}.items():
            sheet.set_column(column, column, width, text)
        sheet.freeze_panes(headings_at + 1, 2)


def _is_wide(heading: str) -> bool:
    return heading in {column.heading for column in EXPORTED if column.name in _WIDE}
