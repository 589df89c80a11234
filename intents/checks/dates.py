"""From when to when an entry holds, and what comes after it."""

from collections.abc import Iterator
from datetime import date

from intents.catalog import Catalog, Procedure
from intents.loader import Loaded
from intents.problems import Problem, Severity


def check(loaded: Loaded, catalog: Catalog, today: date) -> Iterator[Problem]:
    for procedure in catalog.procedures:
        yield from _order(loaded, procedure)
        yield from _ended(loaded, procedure, today)
        yield from _verified(loaded, procedure, today)
    yield from _too_early(loaded, catalog)


def _order(loaded: Loaded, procedure: Procedure) -> Iterator[Problem]:
    starts, ends = procedure.effective_from, procedure.effective_to
    if starts and ends and ends < starts:
        place = loaded.place(procedure.code, "effective_to")
        what = f"{procedure.code}: ngày hết hiệu lực {ends:%d/%m/%Y} trước ngày bắt đầu {starts:%d/%m/%Y}."
        yield Problem(place.file, place.line, "dates", what, "Sửa lại một trong hai ngày.")


def _ended(loaded: Loaded, procedure: Procedure, today: date) -> Iterator[Problem]:
    ends = procedure.effective_to
    if procedure.replaced_by and ends is None:
        place = loaded.place(procedure.code, "replaced_by")
        what = f"{procedure.code} có `replaced_by` nhưng chưa có ngày hết hiệu lực, nên vẫn được trả lời."
        remedy = "Thêm `effective_to: năm-tháng-ngày`."
        yield Problem(place.file, place.line, "no-end", what, remedy, Severity.WARNING)
    if ends and ends < today and not procedure.replaced_by:
        place = loaded.place(procedure.code, "effective_to")
        what = f"{procedure.code} đã hết hiệu lực từ {ends:%d/%m/%Y} mà không có thủ tục thay thế."
        remedy = "Thêm `replaced_by`, sửa ngày, hoặc bỏ mục này khỏi danh mục."
        yield Problem(place.file, place.line, "expired", what, remedy, Severity.WARNING)


def _verified(loaded: Loaded, procedure: Procedure, today: date) -> Iterator[Problem]:
    if procedure.verified_on and procedure.verified_on > today:
        place = loaded.place(procedure.code, "verified_on")
        what = f"{procedure.code}: ngày kiểm tra {procedure.verified_on:%d/%m/%Y} ở tương lai."
        yield Problem(place.file, place.line, "dates", what, "Ghi ngày đã đối chiếu.", Severity.WARNING)


def _too_early(loaded: Loaded, catalog: Catalog) -> Iterator[Problem]:
    """A repealed entry whose successor starts later leaves days on which nothing answers."""
    for procedure in catalog.procedures:
        for code in procedure.replaced_by:
            starts = next_start(catalog, code)
            ends = procedure.effective_to
            if starts and ends and (starts - ends).days > 1:
                place = loaded.place(procedure.code, "effective_to")
                what = f"Từ {ends:%d/%m/%Y} đến {starts:%d/%m/%Y} không có {procedure.code} lẫn {code}."
                yield Problem(
                    place.file, place.line, "gap", what, "Sửa cho hai ngày liền nhau.", Severity.WARNING
                )


def next_start(catalog: Catalog, code: str) -> date | None:
    successor = catalog.by_code.get(code)
    return successor.effective_from if successor else None
