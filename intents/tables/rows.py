"""One row of a list into one entry, or into what is wrong with the row. Nothing here raises for bad data."""

import re
from typing import Any

from pydantic import ValidationError

from intents import field_problems, yaml_strict
from intents.catalog import Fact, Level, Procedure, Tag, Tone
from intents.tables import phrases
from intents.tables.columns import BY_NAME, COLUMNS
from intents.tables.directory import Directory
from intents.tables.errors import RowError
from intents.tables.phrases import LINE, SENTENCE, cut, one_line, tidy
from intents.tables.reading import Row

LEVELS = {Level.COMMUNE: "Cấp xã", Level.PROVINCE: "Cấp tỉnh", Level.MINISTRY: "Cấp bộ"}
TONES = {Tone.PLAIN: "Thường", Tone.JOY: "Vui", Tone.CONDOLENCE: "Chia buồn"}
YES, NO = "Có", "Không"
_SHORT = ("short_name", "audience", "result", "validity", "letter", "announced_by")
_LONG = ("summary", "where")
_SENTENCES = frozenset({"conditions", "mistakes"})
_DAYS = ("effective_from", "effective_to", "verified_on")
_BULLET = re.compile(r"^\s*(?:[-•*+]|\d{1,2}[.)])\s+")


def read_row(row: Row, directory: Directory) -> tuple[Procedure | None, list[RowError]]:
    if row.problem:
        return None, [RowError(row.number, "", row.problem, "Sửa lại dòng này.")]
    try:
        return _read_row(row, directory)
    except RecursionError:
        return None, [RowError(row.number, "", "Dữ liệu lồng nhau quá sâu.", "Viết lại cho phẳng hơn.")]


def _read_row(row: Row, directory: Directory) -> tuple[Procedure | None, list[RowError]]:
    written = _text(row, "code")
    code = phrases.code(written)
    if code is None:
        return None, [_code_error(row, written)]
    if not _text(row, "name"):
        return None, [RowError(row.number, BY_NAME["name"].heading, "Thiếu tên thủ tục.", "Điền tên.")]
    content: dict[str, Any] = {"code": code, **_texts(row), **_lists(row), **_trees(row)}
    unconfirmed = set(content.get("unconfirmed", ()))
    content.update(_bodies(row, directory, unconfirmed))
    if "ways" not in content:
        content["ways"] = _ways(row, unconfirmed)
    content["unconfirmed"] = sorted(unconfirmed)
    try:
        return Procedure.model_validate(content), []
    except ValidationError as error:
        return None, _row_errors(row, error)


def _code_error(row: Row, written: str) -> RowError:
    what = f"“{written[:40]}” không phải mã thủ tục." if written else "Thiếu mã thủ tục."
    if re.match(r"\d{4}-\d{2}-\d{2}", written):
        what = f"Excel đã đổi mã ở ô này thành ngày {written[:10]}."
    remedy = "Ghi mã quốc gia như 1.001193 (định dạng ô là Văn bản), hoặc mã của tỉnh như DP-GIAO-DUC-01."
    return RowError(row.number, BY_NAME["code"].heading, what, remedy)


def _row_errors(row: Row, error: ValidationError) -> list[RowError]:
    document = yaml_strict.Document(f"dòng {row.number}")
    found = []
    for each, problem in zip(error.errors(), field_problems.all_of(error, document, ()), strict=True):
        column = BY_NAME.get(str(each["loc"][0]) if each["loc"] else "")
        found.append(RowError(row.number, column.heading if column else "", problem.what, problem.remedy))
    return found


def _text(row: Row, name: str) -> str:
    value = row.values.get(name, "")
    return one_line(value if isinstance(value, str) else str(value))


def _texts(row: Row) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name in _SHORT:
        if name in row.values:
            content[name] = cut(_text(row, name), LINE)[0]
    for name in _LONG:
        if name in row.values:
            content[name] = cut(tidy(str(row.values[name])), SENTENCE)[0]
    for name in _DAYS:
        if name in row.values:
            content[name] = phrases.day(row.values[name])
    title, rest = cut(_text(row, "name"), LINE)
    content["name"] = title
    if rest and not content.get("summary"):  # the whole name stays readable
        content["summary"] = cut(_text(row, "name"), SENTENCE)[0]
    if "any_place" in row.values:
        said = _text(row, "any_place").lower()
        content["any_place"] = {YES.lower(): "true", NO.lower(): "false"}.get(said, said)
    if "tone" in row.values:
        said = _text(row, "tone")
        content["tone"] = next((tone for tone, label in TONES.items() if label == said), said)
    return {name: value for name, value in content.items() if value not in ("", None)}


def _lists(row: Row) -> dict[str, list[str]]:
    content = {}
    for column in COLUMNS:
        if column.kind == "lines" and column.name in row.values:
            longest = SENTENCE if column.name in _SENTENCES else LINE
            value = row.values[column.name]
            if column.name == "legal_basis" and isinstance(value, str) and _one_string(value):
                items = phrases.laws(value)
            else:
                items = lines(value)
            content[column.name] = [cut(item, longest)[0] for item in items]
    known = {"unconfirmed": {str(fact) for fact in Fact}, "tags": {str(tag) for tag in Tag}}
    for name, allowed in known.items():
        content[name] = [item for item in content.get(name, ()) if item in allowed]
    former = [*content.get("former_codes", ()), *lines(row.values.get("alt_codes", ()))]
    own = phrases.code(_text(row, "code"))
    content["former_codes"] = [code for code in dict.fromkeys(former) if code != own]
    return content


def _one_string(value: str) -> bool:
    """Laws as other systems list them: `60/2014/QH13; 123/2015/NĐ-CP`."""
    return "\n" not in value and not value.startswith("- ")


def lines(value: Any) -> list[str]:
    """A list, a YAML list in a cell (`- ...`), or one item a line, bullets and blank lines left out."""
    if isinstance(value, (list, tuple)):
        items = [item if isinstance(item, str) else str(item) for item in value]
    elif str(value).startswith("- "):
        tree = _yaml(str(value))
        strings = isinstance(tree, list) and all(isinstance(item, str) for item in tree)
        items = tree if strings else _bulleted(str(value))
        return [item for item in items if item.strip()]
    else:
        items = _bulleted(str(value))
    return [tidied for item in items if (tidied := tidy(item))]


def _bulleted(text: str) -> list[str]:
    found = text.replace("\r", "").split("\n")
    return [_BULLET.sub("", line) for line in found] if any(map(_BULLET.match, found)) else found


def _yaml(text: str) -> Any:
    document = yaml_strict.read(text.encode(), "")
    return None if document.problems else document.tree


def _trees(row: Row) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name in ("ways", "neighbours", "on_behalf", "links"):
        if name in row.values:
            value = row.values[name]
            content[name] = _yaml(value) if isinstance(value, str) else value
    if "documents" in row.values:
        content["documents"] = _documents(row.values["documents"])
    return {name: _put_right(value) for name, value in content.items() if value is not None}


def _documents(value: Any) -> Any:
    tree = _yaml(value) if isinstance(value, str) and value.startswith("- ") else value
    if isinstance(tree, list) and tree and all(isinstance(item, dict) for item in tree):
        return tree
    return phrases.papers(lines(value))


def _put_right(value: Any) -> Any:
    """A tree without empty keys, its texts tidy."""
    if isinstance(value, dict):
        return {name: _put_right(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_put_right(item) for item in value]
    return tidy(value) if isinstance(value, str) else value


def _bodies(row: Row, directory: Directory, unconfirmed: set[str]) -> dict[str, Any]:
    agency, said = _text(row, "agency"), _text(row, "level")
    level = next((level for level, label in LEVELS.items() if label == said), None) or phrases.level(said)
    if level is None:
        level = phrases.level(agency) or Level.PROVINCE
        unconfirmed.add(Fact.AGENCY.value)
    if not agency:
        unconfirmed.add(Fact.AGENCY.value)
    return {
        "level": level,
        "agency": directory.agency(agency, _text(row, "agency_name")),
        "field": directory.field_of_work(_text(row, "field"), _text(row, "field_name")),
    }


def _ways(row: Row, unconfirmed: set[str]) -> list[dict[str, Any]]:
    """One fee and one limit for all ways: lists seldom say which belongs to which."""
    if not {"time_limit", "fee", "channel"}.intersection(row.values):
        return []
    way: dict[str, Any] = {}
    kinds = phrases.kinds(str(row.values.get("channel", "")))
    if not kinds:
        kinds = ["in_person"]
        unconfirmed.add(Fact.WAYS.value)
    limit, said = phrases.time_limit(str(row.values.get("time_limit", "")))
    if limit:
        way["legal_time"] = str(limit)
    else:
        unconfirmed.add(Fact.TIME.value)
        if said:
            way["note"] = cut(f"Thời hạn: {said}", LINE)[0]
    if "fee" in row.values:
        way["fees"], certain = phrases.fees(str(row.values["fee"]))
    else:
        way["fees"], certain = [{"note": "Chưa có thông tin về phí, lệ phí"}], False
    if not certain:
        unconfirmed.add(Fact.FEE.value)
    return [{"kind": kind, **way} for kind in kinds]
