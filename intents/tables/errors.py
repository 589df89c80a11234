"""What stops an import as a whole; what is wrong with one row is a `RowError`."""

from dataclasses import dataclass


class TableError(Exception):
    """A file or folder that cannot be used at all: what is wrong and what to do, in Vietnamese."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


def too_big(rows: int, columns: int) -> TableError:
    what = f"Bảng có hơn {rows} dòng hoặc hơn {columns} cột."
    return TableError(what, "Xóa các dòng, cột trống ở ngoài bảng rồi lưu lại.")


@dataclass(frozen=True)
class RowError:
    """`row` is the number people see beside the row; `column` is empty where the whole row is meant."""

    row: int
    column: str
    what: str
    remedy: str

    def __str__(self) -> str:
        where = f" ({self.column})" if self.column else ""
        return f"Dòng {self.row}{where}: {self.what} {self.remedy}"
