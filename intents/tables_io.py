"""Lists of procedures in and out: JSON lines, CSV, Excel <-> a folder of catalog files.

What is wrong with a row lands in the report and in a copy of the list; the good rows are taken over.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from intents.catalog import Procedure
from intents.tables import folder
from intents.tables.columns import BY_NAME
from intents.tables.directory import Directory
from intents.tables.errors import RowError, TableError
from intents.tables.known import known
from intents.tables.reading import Row, Table, read_table
from intents.tables.rows import read_row
from intents.tables.writing import export, write_errors

__all__ = ["ImportReport", "RowError", "TableError", "export", "import_table"]

Progress = Callable[[int, int], None]  # rows done, rows in all


@dataclass
class ImportReport:
    rows: int = 0
    imported: int = 0
    known: int = 0  # entries that the shipped catalog has people's words for
    errors: list[RowError] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    new_agencies: int = 0
    new_fields: int = 0
    errors_file: Path | None = None
    set_aside: Path | None = None
    files: list[Path] = field(default_factory=list)


def import_table(
    path: Path,
    into: Path,
    *,
    progress: Progress | None = None,
    replace: bool = False,
    wordings: bool = False,
) -> ImportReport:
    """Read a list into a folder. Raises TableError or CatalogError where nothing was imported.

    A folder that already has procedures is left alone unless `replace`; its files are then set aside.
    Where no row is good, nothing is written but the copy of the list with its errors. With `wordings`, entries without
    any that the shipped catalog knows get what people call them there.
    """
    table = read_table(path)
    there = folder.entry_files(into)
    if there and not replace:
        raise TableError(
            f"Thư mục {into} đã có {len(there)} tệp thủ tục.",
            "Chọn thư mục khác, hoặc thêm --replace để thay (tệp cũ được cất vào catalog/.cu-…).",
        )
    into.mkdir(parents=True, exist_ok=True)
    report = ImportReport(rows=len(table.rows), ignored_columns=table.ignored)
    directory = folder.directory_of(folder.prepare(into))
    procedures = _read(table, directory, report, progress)
    found = list(known(procedures))
    report.known = sum(worded is not None for _, worded in found)
    if wordings:
        procedures = [worded or entry for entry, worded in found]
    if procedures:
        report.set_aside = folder.set_aside(into)
        report.files = folder.write(into, procedures, directory)
    report.imported = len(procedures)
    report.new_agencies, report.new_fields = len(directory.new_agencies), len(directory.new_fields)
    if report.errors:
        report.errors_file = write_errors(table, report.errors, path, into)
    return report


def _read(
    table: Table, directory: Directory, report: ImportReport, progress: Progress | None
) -> list[Procedure]:
    procedures: dict[str, Procedure] = {}
    first: dict[str, int] = {}
    for done, row in enumerate(table.rows, 1):
        procedure, errors = read_row(row, directory)
        report.errors += errors
        if procedure and procedure.code in procedures:
            report.errors.append(_repeated(row, procedure.code, first[procedure.code]))
        elif procedure:
            procedures[procedure.code] = procedure
            first[procedure.code] = row.number
        if progress:
            progress(done, len(table.rows))
    return list(procedures.values())


def _repeated(row: Row, code: str, first: int) -> RowError:
    what = f"Mã {code} đã có ở dòng {first}; dòng đó được giữ."
    return RowError(
        row.number, BY_NAME["code"].heading, what, "Sửa mã nếu là thủ tục khác, hoặc xóa dòng này."
    )
