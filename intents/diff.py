"""What differs between two catalogs, in words an office clerk reads.

Sorted as the decisions that announce changes are: new, amended, repealed; within each by field of work.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from pydantic import BaseModel

from intents.catalog import Catalog, Procedure
from intents.said import said

HEAD_LISTS = {
    "topics": "Chủ đề",
    "offices": "Nơi tiếp nhận",
    "hotlines": "Đường dây nóng",
    "agencies": "Cơ quan",
    "fields": "Lĩnh vực",
    "departments": "Phòng ban",
    "communes": "Xã, phường",
}
PARTS = {
    "name": "Tên thủ tục",
    "short_name": "Tên ngắn",
    "title": "Tiêu đề",
    "answer": "Câu trả lời",
    "summary": "Tóm tắt",
    "everyday_names": "Tên dân gian",
    "wordings": "Câu hỏi mẫu",
    "field": "Lĩnh vực",
    "level": "Cấp",
    "agency": "Cơ quan",
    "audience": "Đối tượng",
    "documents": "Giấy tờ",
    "ways": "Cách nộp",
    "any_place": "Nộp nơi nào cũng được",
    "where": "Nơi nộp",
    "conditions": "Điều kiện",
    "result": "Kết quả",
    "validity": "Giá trị kết quả",
    "neighbours": "Dễ nhầm với",
    "mistakes": "Lỗi hay gặp",
    "on_behalf": "Làm thay",
    "bundle_of": "Liên thông gồm",
    "links": "Liên kết",
    "tags": "Nhãn",
    "tone": "Giọng",
    "letter": "Thư",
    "effective_from": "Hiệu lực từ",
    "effective_to": "Hiệu lực đến",
    "replaced_by": "Thay bằng",
    "former_codes": "Mã cũ",
    "announced_by": "Quyết định công bố",
    "verified_on": "Ngày đối chiếu",
    "legal_basis": "Căn cứ pháp lý",
    "unconfirmed": "Chưa xác nhận",
    "source": "Nguồn",
    "address": "Địa chỉ",
    "phone": "Điện thoại",
    "hours": "Giờ làm việc",
    "note": "Ghi chú",
    "former": "Tên cũ",
    "since": "Dùng từ ngày",
    "department": "Phòng ban",
    "own_desk": "Nhận hồ sơ ở chỗ của mình",
    "commune": "Xã, phường",
    "kind": "Loại",
}


class Kind(StrEnum):
    NEW = "mới"
    AMENDED = "sửa đổi"
    REPEALED = "bãi bỏ"


_ORDER = {kind: position for position, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Change:
    """`code` is a procedure code or the id of an item of the head file; `lines` say what is different."""

    kind: Kind
    field: str
    code: str
    title: str
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join((f"{self.code} {self.title}", *(f"  - {line}" for line in self.lines)))


class _Item(Protocol):
    @property
    def id(self) -> str: ...


def diff(old: Catalog, new: Catalog) -> list[Change]:
    changes = sorted(_procedures(old, new), key=lambda each: (_ORDER[each.kind], each.field, each.code))
    for name, label in HEAD_LISTS.items():
        found = _items(label, getattr(old, name), getattr(new, name))
        changes += sorted(found, key=lambda each: (_ORDER[each.kind], each.code))
    return changes + list(_rest(old, new))


def _procedures(old: Catalog, new: Catalog) -> Iterator[Change]:
    for procedure in new.procedures:
        before = old.by_code.get(procedure.code)
        field = _field(new, procedure)
        if before is None:
            yield Change(Kind.NEW, field, procedure.code, procedure.name, tuple(_announced(procedure)))
        elif before != procedure:
            ended = procedure.effective_to is not None and before.effective_to is None
            kind = Kind.REPEALED if ended else Kind.AMENDED
            yield Change(kind, field, procedure.code, procedure.name, tuple(_differences(before, procedure)))
    for procedure in old.procedures:
        if procedure.code not in new.by_code:
            successor = new.current(procedure.code, date.max)
            lines = (f"Mã này nay trả lời bằng {successor.code} {successor.name}.",) if successor else ()
            yield Change(Kind.REPEALED, _field(old, procedure), procedure.code, procedure.name, lines)


def _field(catalog: Catalog, procedure: Procedure) -> str:
    field = catalog.field_by_id.get(procedure.field)
    return field.name if field else procedure.field


def _announced(procedure: Procedure) -> Iterator[str]:
    if procedure.effective_from:
        yield f"Hiệu lực từ {said(procedure.effective_from)}."
    if procedure.announced_by:
        yield f"Theo {procedure.announced_by}."


def _differences(before: BaseModel, after: BaseModel) -> Iterator[str]:
    for name in type(after).model_fields:
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield from _difference(PARTS.get(name, name), was, now)


def _difference(label: str, was: Any, now: Any) -> Iterator[str]:
    if isinstance(now, (tuple, frozenset)):
        gone, came = _only(was, now), _only(now, was)
        yield from (f"{label}: bỏ “{line}”." for line in gone)
        yield from (f"{label}: thêm “{line}”." for line in came)
        if not gone and not came:
            yield f"{label}: đổi thứ tự."
    elif was is None or said(was) == "":
        yield f"{label}: thêm “{said(now)}”."
    elif now is None or said(now) == "":
        yield f"{label}: bỏ “{said(was)}”."
    else:
        yield f"{label}: “{said(was)}” thành “{said(now)}”."


def _only(these: Iterable[Any], those: Iterable[Any]) -> list[str]:
    others = {said(item) for item in those}
    lines = dict.fromkeys(said(item) for item in these)
    return [line for line in lines if line not in others]


def _items(label: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    before = {item.id: item for item in old}
    after = {item.id: item for item in new}
    for id_, item in after.items():
        if id_ not in before:
            yield Change(Kind.NEW, label, id_, _title(item))
        elif item != before[id_]:
            lines = tuple(_differences(before[id_], item))
            yield Change(Kind.AMENDED, label, id_, _title(item), lines)
    for id_, item in before.items():
        if id_ not in after:
            yield Change(Kind.REPEALED, label, id_, _title(item))


def _title(item: Any) -> str:
    return str(getattr(item, "title", None) or item.name)


def _rest(old: Catalog, new: Catalog) -> Iterator[Change]:
    lines = tuple(_differences(old.province, new.province))
    if lines:
        yield Change(Kind.AMENDED, "Tỉnh", new.province.code, new.province.name, lines)
    lines = (
        tuple(_difference("Tên cũ", old.old_names, new.old_names)) if old.old_names != new.old_names else ()
    )
    if lines:
        yield Change(Kind.AMENDED, "Tên cũ", "old_names", "Tên cũ và tên nay", lines)
