"""What the models say about a wrong value, put into words a clerk can act on."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from intents.problems import Problem
from intents.yaml_strict import Document, Path

_GUIDE = "Xem docs/catalog.vi.md."
_LIST = ("Mục `{name}` phải là danh sách.", "Viết mỗi dòng một mục, có dấu - ở đầu.")
_NUMBER = ("`{input}` không phải số, mục `{name}` cần một số.", "Viết số không có dấu chấm, ví dụ 8000.")
_MESSAGES = {
    "missing": ("Thiếu mục `{name}`.", "Thêm `{name}:` vào đây."),
    "extra_forbidden": ("Không có mục nào tên `{name}`.", "Sửa tên mục cho đúng hoặc bỏ đi. " + _GUIDE),
    "string_pattern_mismatch": ("`{input}` không đúng dạng của mục `{name}`.", "Dạng đúng: {pattern}"),
    "string_too_long": ("Mục `{name}` dài quá {max_length} chữ.", "Rút gọn lại."),
    "string_too_short": ("Mục `{name}` đang trống.", "Điền vào hoặc bỏ mục này."),
    "string_type": ("Mục `{name}` phải là một dòng chữ.", "Viết chữ sau dấu hai chấm, không có mục con."),
    "enum": ("`{input}` không dùng được cho `{name}`.", "Chọn một trong: {expected}."),
    "literal_error": ("`{input}` không dùng được cho `{name}`.", "Chọn một trong: {expected}."),
    "too_short": ("Mục `{name}` cần ít nhất {min_length} dòng.", "Thêm cho đủ."),
    "tuple_type": _LIST,
    "frozen_set_type": _LIST,
    "list_type": _LIST,
    "model_type": ("Mục `{name}` phải có các mục con.", _GUIDE),
    "model_attributes_type": ("Mục `{name}` phải có các mục con.", _GUIDE),
    "dict_type": ("Mục `{name}` phải có các mục con.", _GUIDE),
    "int_parsing": _NUMBER,
    "int_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bool_parsing": ("`{input}` không dùng được cho `{name}`.", "Viết true hoặc false."),
    "greater_than_equal": ("`{input}` ở mục `{name}` nhỏ quá.", "Số nhỏ nhất là {ge}."),
    "less_than_equal": ("`{input}` ở mục `{name}` lớn quá.", "Số lớn nhất là {le}."),
    "value_error": ("Mục `{name}`: {error}", _GUIDE),
}
_DATE = ("`{input}` không phải ngày, mục `{name}` cần một ngày.", "Viết năm-tháng-ngày, ví dụ 2025-07-01.")
_SPLIT = (
    "Không có mục nào tên `{name}`, và sau nó không có gì: có lẽ một dấu phẩy đã cắt câu.",
    'Câu có dấu phẩy nằm trong {{ }} thì để trong dấu nháy: "…, …".',
)
_UNKNOWN = ("Mục `{name}` viết chưa đúng: {msg}.", _GUIDE)


def all_of(error: ValidationError, document: Document, prefix: Path) -> list[Problem]:
    return [one(each, document, prefix, list(each["loc"])) for each in error.errors(include_url=False)]


def one(each: ErrorDetails, document: Document, prefix: Path, path: list[str | int]) -> Problem:
    """One problem of the models. `path` is relative to `prefix`, the start of the item in its document."""
    named = (*prefix, *path)
    name = next((str(part) for part in reversed(named) if isinstance(part, str)), "?")
    what, remedy = _DATE if each["type"].startswith("date") else _MESSAGES.get(each["type"], _UNKNOWN)
    if each["type"] == "extra_forbidden" and each["input"] is None:
        what, remedy = _SPLIT
    facts = {"input": str(each["input"])[:60], "msg": each["msg"], **each.get("ctx", {}), "name": name}
    return Problem(
        document.file, document.line(named), each["type"], what.format(**facts), remedy.format(**facts)
    )
