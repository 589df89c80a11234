"""What names something else must name something that is there."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from intents.catalog import Catalog, Procedure
from intents.loader import Loaded, Place
from intents.problems import Problem, Severity


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def check(loaded: Loaded, catalog: Catalog) -> Iterator[Problem]:
    yield from _same_ids(loaded, catalog)
    yield from _head(loaded, catalog)
    for procedure in catalog.procedures:
        yield from _bodies(loaded, catalog, procedure)
        yield from _codes(loaded, procedure)
        yield from _itself(loaded, procedure)
        yield from _letter(loaded, procedure)
    yield from _former_codes(loaded, catalog)
    yield from _circles(loaded, catalog)


def _letter(loaded: Loaded, procedure: Procedure) -> Iterator[Problem]:
    """A letter of joy to mourners must not be possible."""
    if procedure.letter is None or procedure.letter.tone is procedure.tone:
        return
    place = loaded.place(procedure.code, "letter")
    what = f"Thư `{procedure.letter}` không hợp với giọng `{procedure.tone}`."
    remedy = f"Sửa `letter`, hoặc ghi `tone: {procedure.letter.tone}`."
    yield Problem(place.file, place.line, "wrong-letter", what, remedy)


def _same_ids(loaded: Loaded, catalog: Catalog) -> Iterator[Problem]:
    lists: dict[str, Sequence[_Named]] = {
        "departments": catalog.departments,
        "agencies": catalog.agencies,
        "fields": catalog.fields,
        "offices": catalog.offices,
        "hotlines": catalog.hotlines,
        "communes": catalog.communes,
        "topics": catalog.topics,
    }
    for part, items in lists.items():
        first: dict[str, int] = {}
        for index, item in enumerate(items):
            if item.id in first:
                before = loaded.place_in(part, first[item.id])
                what = f"`{item.id}` trong `{part}` đã có ở {before.file}:{before.line}."
                place = loaded.place_in(part, index, "id")
                yield Problem(place.file, place.line, "same-id", what, "Đổi tên một trong hai, hoặc gộp lại.")
            first.setdefault(item.id, index)


def _missing(place: Place, kind: str, named: str, known: Iterable[str]) -> Iterator[Problem]:
    if named not in known:
        what = f"Không có {kind} `{named}`."
        yield Problem(
            place.file, place.line, "dangling", what, "Sửa cho đúng, hoặc thêm mục đó vào danh mục."
        )


def _head(loaded: Loaded, catalog: Catalog) -> Iterator[Problem]:
    departments = catalog.department_by_id
    chosen = catalog.province.default_department
    head = next(iter(loaded.documents.values()))
    place = Place(head.file, head.line(("province", "default_department")))
    yield from _missing(place, "phòng ban", chosen, departments)
    for index, field in enumerate(catalog.fields):
        place = loaded.place_in("fields", index, "department")
        yield from _missing(place, "phòng ban", field.department, departments)
    for index, commune in enumerate(catalog.communes):
        if commune.department:
            place = loaded.place_in("communes", index, "department")
            yield from _missing(place, "phòng ban", commune.department, departments)
    communes = {commune.name for commune in catalog.communes}
    for index, office in enumerate(catalog.offices):
        if office.agency:
            place = loaded.place_in("offices", index, "agency")
            yield from _missing(place, "cơ quan", office.agency, catalog.agency_by_id)
        if office.commune:
            place = loaded.place_in("offices", index, "commune")
            yield from _missing(place, "xã, phường", office.commune, communes)


def _bodies(loaded: Loaded, catalog: Catalog, procedure: Procedure) -> Iterator[Problem]:
    if procedure.agency not in catalog.agency_by_id:
        place = loaded.place(procedure.code, "agency")
        yield from _missing(place, "cơ quan", procedure.agency, catalog.agency_by_id)
    if procedure.field not in catalog.field_by_id:
        place = loaded.place(procedure.code, "field")
        yield from _missing(place, "lĩnh vực", procedure.field, catalog.field_by_id)


def _codes(loaded: Loaded, procedure: Procedure) -> Iterator[Problem]:
    known = loaded.written_codes
    for index, neighbour in enumerate(procedure.neighbours):
        if neighbour.code not in known:
            yield from _missing(
                loaded.place(procedure.code, "neighbours", index), "thủ tục", neighbour.code, known
            )
    for part, codes in (("bundle_of", procedure.bundle_of), ("replaced_by", procedure.replaced_by)):
        for index, code in enumerate(codes):
            if code not in known:
                yield from _missing(loaded.place(procedure.code, part, index), "thủ tục", code, known)


def _itself(loaded: Loaded, procedure: Procedure) -> Iterator[Problem]:
    named = {
        "neighbours": [neighbour.code for neighbour in procedure.neighbours],
        "bundle_of": procedure.bundle_of,
        "replaced_by": procedure.replaced_by,
    }
    for part, codes in named.items():
        if procedure.code in codes:
            place = loaded.place(procedure.code, part)
            what = f"Mục `{part}` của {procedure.code} nhắc chính thủ tục này."
            yield Problem(place.file, place.line, "itself", what, "Bỏ dòng đó.")


def _former_codes(loaded: Loaded, catalog: Catalog) -> Iterator[Problem]:
    """A code of today is nobody's former one. Several may share one: procedures are split."""
    for procedure in catalog.procedures:
        for index, former in enumerate(procedure.former_codes):
            if former in catalog.by_code:
                place = loaded.place(procedure.code, "former_codes", index)
                what = f"Mã cũ {former} của {procedure.code} vẫn là mã của một thủ tục trong danh mục."
                remedy = "Bỏ dòng này; ở thủ tục cũ thêm `replaced_by` và `effective_to`."
                yield Problem(place.file, place.line, "former-code", what, remedy, Severity.WARNING)


def _circles(loaded: Loaded, catalog: Catalog) -> Iterator[Problem]:
    for procedure in catalog.procedures:
        seen = [procedure.code]
        entry: Procedure | None = procedure
        while entry and entry.replaced_by and entry.replaced_by[0] not in seen:
            seen.append(entry.replaced_by[0])
            entry = catalog.by_code.get(seen[-1])
        if len(seen) > 1 and entry and entry.replaced_by and entry.replaced_by[0] == procedure.code:
            place = loaded.place(procedure.code, "replaced_by")
            what = f"Các thủ tục thay nhau thành vòng: {' → '.join([*seen, procedure.code])}."
            yield Problem(place.file, place.line, "circle", what, "Thủ tục mới nhất không có `replaced_by`.")
