"""How people ask: enough ways for each entry, and none that leads to two."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from intents.catalog import Catalog
from intents.loader import Loaded, Place
from intents.problems import Problem, Severity
from intents.text import fold

ENOUGH = 6  # per entry; entries without wordings lose where others have them


@dataclass(frozen=True)
class Overmatch:
    """A wording of `code` that the matcher answers with `winner`."""

    code: str
    wording: str
    winner: str


class _Wording(NamedTuple):
    """`topic` is its index in the list; None for a wording of a procedure."""

    owner: str
    part: str
    nth: int
    text: str
    topic: int | None = None

    def place(self, loaded: Loaded) -> Place:
        if self.topic is None:
            return loaded.place(self.owner, self.part, self.nth)
        return loaded.place_in("topics", self.topic, self.part, self.nth)


def check(loaded: Loaded, catalog: Catalog) -> Iterator[Problem]:
    yield from _few(loaded, catalog)
    yield from _shared(loaded, catalog)


def _few(loaded: Loaded, catalog: Catalog) -> Iterator[Problem]:
    for procedure in catalog.procedures:
        if len(procedure.wordings) < ENOUGH:
            place = loaded.place(procedure.code, "wordings")
            yield _too_few(place, f"Thủ tục {procedure.code}", len(procedure.wordings))
    for index, topic in enumerate(catalog.topics):
        if len(topic.wordings) < ENOUGH:
            yield _too_few(
                loaded.place_in("topics", index, "wordings"), f"Chủ đề {topic.id}", len(topic.wordings)
            )


def _too_few(place: Place, owner: str, count: int) -> Problem:
    what = f"{owner} mới có {count} câu hỏi mẫu (`wordings`)."
    remedy = f"Viết cho đủ {ENOUGH} câu như người dân gõ: có dấu, không dấu, nói tắt, nói theo nhu cầu."
    return Problem(place.file, place.line, "few-wordings", what, remedy, Severity.WARNING)


def _all(catalog: Catalog) -> Iterator[_Wording]:
    for procedure in catalog.procedures:
        for part, lines in (("wordings", procedure.wordings), ("everyday_names", procedure.everyday_names)):
            for index, text in enumerate(lines):
                yield _Wording(procedure.code, part, index, text)
    for position, topic in enumerate(catalog.topics):
        for index, text in enumerate(topic.wordings):
            yield _Wording(topic.id, "wordings", index, text, position)


def _shared(loaded: Loaded, catalog: Catalog) -> Iterator[Problem]:
    """Compared without tone marks, because half of the people type without them."""
    by_text: dict[str, _Wording] = {}
    for other in _all(catalog):
        first = by_text.setdefault(fold(other.text), other)
        if first is other or (other.owner == first.owner and other.part != first.part):
            continue  # an everyday name is often also asked as it is
        before, place = first.place(loaded), other.place(loaded)
        whose = "thủ tục này" if other.owner == first.owner else first.owner
        what = f"Câu “{other.text}” đã có ở {whose} ({before.file}:{before.line})."
        remedy = "Giữ ở mục đúng nhất; ở mục kia thêm chữ để phân biệt."
        yield Problem(place.file, place.line, "same-wording", what, remedy, Severity.WARNING)


def overmatched(loaded: Loaded, found: Iterable[Overmatch]) -> Iterator[Problem]:
    for each in found:
        written = loaded.written(each.code).get("wordings") or []
        index = written.index(each.wording) if each.wording in written else 0
        place = loaded.place(each.code, "wordings", index)
        what = f"Câu “{each.wording}” lại dẫn đến {each.winner}."
        remedy = f"Thêm chữ phân biệt hai thủ tục, hoặc chuyển câu này sang {each.winner}."
        yield Problem(place.file, place.line, "overmatch", what, remedy, Severity.WARNING)
