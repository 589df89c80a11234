"""JSON Schema of the two kinds of catalog file, for completion and warnings in an editor."""

from typing import Any

from intents.catalog import Catalog, Procedure
from intents.loader import HEAD_PARTS

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def head_schema() -> dict[str, Any]:
    """Of procedures_catalog.yaml."""
    return _strict(
        Catalog.model_json_schema(),
        "Tệp đầu của danh mục thủ tục",
        ("province", "include", "procedures", *HEAD_PARTS),
        ["province", "include"],
    )


def part_schema() -> dict[str, Any]:
    """Of an included file: a field's procedures, or parts of the head file."""
    schema = _strict(
        Catalog.model_json_schema(),
        "Tệp thủ tục của một lĩnh vực, hoặc một phần của tệp đầu",
        ("field", "procedures", *HEAD_PARTS),
        [],
    )
    entry = schema["$defs"]["Procedure"]
    entry["required"] = [name for name in entry["required"] if name != "field"]  # stands once at the top
    return schema


def _strict(
    schema: dict[str, Any], title: str, names: tuple[str, ...], required: list[str]
) -> dict[str, Any]:
    known = schema["properties"]
    known["include"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": "Các tệp đọc thêm, tính từ thư mục này.",
    }
    known["field"] = {**Procedure.model_json_schema()["properties"]["field"], "title": "Lĩnh vực của tệp"}
    return {
        "$schema": _DIALECT,
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "properties": {name: known[name] for name in names},
        "required": required,
        "$defs": schema["$defs"],
    }
