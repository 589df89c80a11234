"""Rows out of a file of dossiers, as large as it may be: read piece by piece, never whole in memory.

CSV and JSON lines of any length; a JSON list or an Excel sheet as large as `intents.tables.limits` allows.
"""

import codecs
import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from intents.tables import excel
from intents.tables.errors import TableError
from intents.tables.limits import MAX_BYTES

CHUNK = 1 << 20
FIELD = 200_000  # characters of a cell: a quotation mark that never closes ends there

Numbered = tuple[int, Mapping[str, Any] | None]


def rows(file: Path, opened: IO[bytes]) -> Iterator[Numbered]:
    """Line numbers and rows; None for a line that is no row. Raises TableError, before or after good rows."""
    kind = file.suffix.lower()
    if kind == ".jsonl":
        with _text(file, opened) as text:
            yield from _json_lines(text)
    elif kind == ".csv":
        with _text(file, opened) as text:
            yield from _csv(text)
    elif kind == ".json":
        yield from _json(file, opened)
    elif kind == ".xlsx":
        yield from _cells(excel.cells(file))
    else:
        raise TableError(f"Không đọc được tệp {file.name}.", "Chỉ nhận tệp .csv, .xlsx, .json hoặc .jsonl.")


def _text(file: Path, opened: IO[bytes]) -> io.TextIOWrapper:
    return io.TextIOWrapper(opened, encoding=encoding_of(file), newline="")


def encoding_of(file: Path) -> str:
    """UTF-8, UTF-16 with or without its mark, or the old Vietnamese Windows encoding; looked through once."""
    with file.open("rb") as content:
        head = content.read(400)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if head.count(0) > len(head) // 4:
            return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
        for encoding in ("utf-8-sig", "cp1258"):
            content.seek(0)
            if _decodes(content, encoding):
                return encoding
    raise TableError("Không nhận ra bảng mã của tệp.", "Lưu lại với bảng mã UTF-8.")


def _decodes(content: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := content.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _json_lines(text: io.TextIOWrapper) -> Iterator[Numbered]:
    for number, line in enumerate(text, 1):
        if line.strip():
            yield number, _object(line)


def _object(line: str) -> Mapping[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _json(file: Path, opened: IO[bytes]) -> Iterator[Numbered]:
    if file.stat().st_size > MAX_BYTES:
        remedy = "Xuất thành .jsonl (mỗi dòng một hồ sơ) hoặc .csv: hai loại này lớn bao nhiêu cũng được."
        raise TableError(f"Tệp .json lớn hơn {MAX_BYTES // 1_000_000} MB.", remedy)
    try:
        with _text(file, opened) as text:
            found = json.loads(text.read())
    except (ValueError, RecursionError) as error:
        raise TableError(f"Tệp JSON viết sai: {error}.", "Xuất lại tệp.") from error
    if not isinstance(found, list):
        raise TableError("Tệp JSON không phải một danh sách [...].", "Xuất danh sách hồ sơ, không bọc ngoài.")
    for number, row in enumerate(found, 1):
        yield number, row if isinstance(row, dict) else None


def _csv(text: io.TextIOWrapper) -> Iterator[Numbered]:
    head = text.readline()
    delimiter = max(";,\t", key=head.count)
    headings = [name.strip() for name in next(csv.reader([head], delimiter=delimiter), [])]
    csv.field_size_limit(FIELD)
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        for line in reader:
            if any(cell.strip() for cell in line):
                yield reader.line_num + 1, dict(zip(headings, map(_unescaped, line), strict=False))
    except csv.Error as error:
        remedy = "Xem dấu nháy kép ở dòng đó, hoặc mở bằng Excel rồi lưu lại. Các dòng trước đã nhận."
        raise TableError(f"Tệp CSV viết sai từ dòng {reader.line_num + 1}: {error}.", remedy) from error


def _unescaped(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking the text for a formula."""
    return cell[1:] if cell.startswith("'") else cell


def _cells(cells: list[list[Any]]) -> Iterator[Numbered]:
    headings = [str(cell).strip() for cell in cells[0]] if cells else []
    for number, line in enumerate(cells[1:], 2):
        if any(str(cell).strip() for cell in line):
            yield number, dict(zip(headings, line, strict=False))
