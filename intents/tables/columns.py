"""What a column is called: one heading of our own, and the headings people have in their lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intents.text import fold


@dataclass(frozen=True)
class Column:
    """`kind`: text (one value), lines (one a line), tree (as in a catalog file), raw (another system's)."""

    name: str
    heading: str
    kind: str = "text"
    also: tuple[str, ...] = ()


COLUMNS = (
    Column(
        "code",
        "Mã thủ tục",
        also=("mã tthc", "mã", "mã số", "mã số tthc", "mã hồ sơ tthc", "ma thu tuc hanh chinh"),
    ),
    Column("name", "Tên thủ tục", also=("tên tthc", "tên thủ tục hành chính", "thủ tục", "tên", "procedure")),
    Column("short_name", "Tên ngắn"),
    Column("summary", "Tóm tắt", also=("mô tả",)),
    Column("everyday_names", "Tên dân gian", "lines", ("tên thường gọi", "tên gọi khác")),
    Column("wordings", "Câu hỏi mẫu", "lines", ("câu hỏi", "người dân hỏi")),
    Column("field", "Mã lĩnh vực", also=("lĩnh vực",)),
    Column("field_name", "Tên lĩnh vực"),
    Column("level", "Cấp", also=("cấp thực hiện", "cấp giải quyết")),
    Column("agency", "Mã cơ quan", also=("cơ quan thực hiện", "cơ quan", "cơ quan giải quyết", "đơn vị")),
    Column("agency_name", "Tên cơ quan"),
    Column("audience", "Đối tượng", also=("đối tượng thực hiện",)),
    Column("documents", "Giấy tờ", "tree", ("thành phần hồ sơ", "hồ sơ", "giấy tờ cần nộp", "hồ sơ gồm")),
    Column("ways", "Cách nộp", "tree"),
    Column("any_place", "Nộp nơi nào cũng được", also=("phi địa giới",)),
    Column("where", "Nơi nộp", also=("địa điểm thực hiện", "nơi tiếp nhận")),
    Column("conditions", "Điều kiện", "lines", ("yêu cầu, điều kiện",)),
    Column("result", "Kết quả", also=("kết quả thực hiện",)),
    Column("validity", "Giá trị kết quả", also=("thời hạn giá trị",)),
    Column("neighbours", "Dễ nhầm với", "tree"),
    Column("mistakes", "Lỗi hay gặp", "lines"),
    Column("on_behalf", "Làm thay", "tree"),
    Column("bundle_of", "Liên thông gồm", "lines"),
    Column("links", "Liên kết", "tree"),
    Column("tags", "Nhãn", "lines"),
    Column("tone", "Giọng"),
    Column("letter", "Thư"),
    Column("effective_from", "Hiệu lực từ", also=("ngày có hiệu lực", "ngày hiệu lực")),
    Column("effective_to", "Hiệu lực đến", also=("ngày hết hiệu lực",)),
    Column("replaced_by", "Thay bằng", "lines"),
    Column("former_codes", "Mã cũ", "lines"),
    Column("announced_by", "Quyết định công bố", also=("quyết định", "số quyết định")),
    Column("verified_on", "Ngày đối chiếu"),
    Column("legal_basis", "Căn cứ pháp lý", "lines"),
    Column("unconfirmed", "Chưa xác nhận", "lines"),
    Column("source", "Nguồn", "lines"),
    # What other systems' lists have instead of `ways`.
    Column("time_limit", "Thời hạn giải quyết", "raw", ("thời hạn", "thời gian giải quyết", "thời gian")),
    Column("fee", "Phí, lệ phí", "raw", ("phí", "lệ phí", "phí lệ phí", "mức thu")),
    Column("channel", "Cách thức thực hiện", "raw", ("hình thức nộp", "kênh thực hiện")),
    Column("alt_codes", "Mã khác", "raw"),
    Column("completeness", "Độ đầy đủ", "raw"),
)
BY_NAME = {column.name: column for column in COLUMNS}
EXPORTED = tuple(column for column in COLUMNS if column.kind != "raw")
CONTINUED = " (tiếp)"  # a text longer than a cell goes on in columns of this ending

_BY_HEADING = {
    fold(heading): column for column in COLUMNS for heading in (column.name, column.heading, *column.also)
}


def column_of(heading: str) -> Column | None:
    """The column a heading names: Vietnamese or English, without tone marks, with a note in brackets."""
    found = _BY_HEADING.get(fold(heading))
    return found or _BY_HEADING.get(fold(heading.split("(", maxsplit=1)[0]))


def recognised(headings: Iterable[str]) -> int:
    return len({column.name for heading in headings if (column := column_of(heading))})


def is_heading(cells: Iterable[str]) -> bool:
    """Most of what stands in the row names columns."""
    written = [cell for cell in cells if cell.strip()]
    return sum(column_of(cell) is not None for cell in written) * 2 > len(written)


def columns_at(rows: Sequence[Sequence[str]], at: int) -> list[Column | None]:
    """The column each cell of a heading row names; under a group's heading ("Thủ tục" over two) the parts' own."""
    two = at + 1 < len(rows) and is_heading(rows[at + 1]) and recognised(rows[at]) > 0
    below = rows[at + 1] if two else ()
    found = []
    for index, heading in enumerate(rows[at]):
        lower = below[index] if index < len(below) else ""
        found.append((column_of(lower) if lower.strip() else None) or column_of(heading))
    return found


def heading_row(rows: Sequence[Sequence[str]], looked_at: int = 20) -> int | None:
    """The row that names most columns. Titles, dates and merged group headings may stand above it."""
    named = [{each.name for each in columns_at(rows, at) if each} for at in range(min(len(rows), looked_at))]
    best = max(range(len(named)), key=lambda at: len(named[at]), default=None)
    return best if best is not None and {"code", "name"} <= named[best] else None
