"""Rows out of a file of dossiers, as large as it may be: read piece by piece, never whole in memory.

CSV, JSON lines and a JSON list of any length; an Excel sheet as large as `intents.tables.limits` allows.
"""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from intents.tables import excel
from intents.tables.errors import TableError

CHUNK = 1 << 20
_SPACE = re.compile(r"\s*")
LONGEST_ROW = 8 * CHUNK  # characters of one element of a JSON list: a bracket that never closes ends there
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
    with _text(file, opened) as text:
        yield from enumerate(_elements(text), 1)


def _elements(text: io.TextIOWrapper) -> Iterator[Mapping[str, Any] | None]:
    """The elements of one JSON list; None for one that is no object."""
    window = _Window(text)
    if window.take() != "[":
        raise TableError("Tệp JSON không phải một danh sách [...].", "Xuất danh sách hồ sơ, không bọc ngoài.")
    count, closed = 0, window.ahead() == "]"
    while not closed:
        count += 1
        row = window.element(count)
        yield row if isinstance(row, dict) else None
        closed = window.ahead() == "]"
        if not closed and window.take() != ",":
            raise _wrong(count, "thiếu dấu phẩy hoặc dấu ] sau hồ sơ này")
    window.take()
    if window.ahead():
        raise _wrong(count, "còn chữ sau dấu ] cuối danh sách")


class _Window:
    """A piece of a text, moved along it: what was read is let go."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._held, self._place = "", 0
        self._decoder = json.JSONDecoder()

    def ahead(self) -> str:
        """The next character that is no space, left where it is; nothing at the end."""
        while True:
            found = _SPACE.match(self._held, self._place)
            self._place = found.end() if found else self._place
            if self._place < len(self._held):
                return self._held[self._place]
            self._held, self._place = self._read(CHUNK), 0
            if not self._held:
                return ""

    def take(self) -> str:
        found = self.ahead()
        self._place += 1
        return found

    def element(self, number: int) -> Any:
        """The next value, taken. One that the window's edge cuts is begun anew with more of the text."""
        self.ahead()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._held, self._place)
            except RecursionError as error:
                raise _wrong(number, "quá nhiều lớp lồng nhau") from error
            except ValueError as error:
                if not self._more():
                    raise _wrong(number, "không đọc được hồ sơ này") from error
            else:
                if end < len(self._held) or not self._more():
                    self._place = end
                    return found

    def _more(self) -> bool:
        """Twice as much is held, so that a long value is begun anew only a few times."""
        self._held, self._place = self._held[self._place :], 0
        if len(self._held) > LONGEST_ROW:
            return False
        more = self._read(max(CHUNK, len(self._held)))
        self._held += more
        return bool(more)

    def _read(self, characters: int) -> str:
        try:
            return self._text.read(characters)
        except UnicodeDecodeError as error:
            raise TableError("Không nhận ra bảng mã của tệp.", "Lưu lại với bảng mã UTF-8.") from error


def _wrong(number: int, why: str) -> TableError:
    remedy = "Xuất lại tệp, hoặc sửa từ hồ sơ đó. Các hồ sơ trước đã nhận."
    return TableError(f"Tệp JSON viết sai ở hồ sơ thứ {number}: {why}.", remedy)


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
