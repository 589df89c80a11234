"""What an entry should have before people are sent to a desk with it."""

from collections.abc import Iterator

from intents.catalog import Catalog
from intents.loader import Loaded
from intents.problems import Problem, Severity

PARTS = {
    "summary": "tóm tắt",
    "documents": "giấy tờ cần nộp",
    "ways": "cách nộp",
    "result": "kết quả",
}


def check(loaded: Loaded, catalog: Catalog) -> Iterator[Problem]:
    for procedure in catalog.procedures:
        if all(getattr(procedure, part) for part in PARTS):
            continue
        written = loaded.written(procedure.code)
        place = loaded.place(procedure.code, "code")
        for part, name in PARTS.items():
            said_empty = part in written and written[part] == []  # `documents: []` says: none needed
            if not getattr(procedure, part) and not said_empty:
                what = f"Thủ tục {procedure.code} chưa có {name} (`{part}`)."
                remedy = (
                    f"Thêm `{part}:`."
                    if part != "documents"
                    else "Thêm `documents:`; không cần giấy nào thì `[]`."
                )
                yield Problem(place.file, place.line, "missing-part", what, remedy, Severity.WARNING)
