"""What a new wording would change: looked at before anybody takes it into the catalog. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from intents.catalog import Catalog
from intents.extract import redact
from intents.matches import Found, Match, NotFound
from intents.procedure import Procedure

if TYPE_CHECKING:
    from intents.matcher import Matcher

NEIGHBOURS = 8  # procedures near the wording whose own wordings are asked again
LONGEST = 200  # characters of a wording

_STARRED = re.compile(r"\S*\*{2,}\S*")
# Capitals only: in Unicode small and capital letters with marks stand side by side.
_UPPER = "A-Z" + "".join(letter for letter in map(chr, range(0xC0, 0x1EFA)) if letter.isupper())
# Words by which people say whose name follows. A name has two to five words with capitals.
_CALLED = r"(?i:ông|bà|anh|chị|em|cô|chú|bác|dì|cậu|mợ|tên|tên là|cháu|con|vợ|chồng|cha|mẹ|ba|má|của)"
_NAME = re.compile(rf"\b({_CALLED})((?: (?:là )?)(?:[{_UPPER}]\w*)(?: [{_UPPER}]\w*){{0,4}})")
_LONG_NAME = re.compile(rf"(?<=[\w,] )[{_UPPER}]\w+(?: [{_UPPER}]\w+){{2,4}}")

M = TypeVar("M", Catalog, Procedure)


@dataclass(frozen=True)
class Lost:
    """A wording of another procedure that would no longer be answered with it."""

    wording: str
    owner: str  # its code


@dataclass(frozen=True)
class Effect:
    """Places are counted from 1; None: not among those found. `sure`: it would be answered without asking back."""

    before: int | None
    after: int | None
    sure_before: bool
    sure_after: bool
    lost: tuple[Lost, ...]


def impersonal(text: str) -> str:
    """A citizen's words without what names a person: numbers, addresses, names. A person reads it again."""
    line = _STARRED.sub("", redact(text))
    line = _NAME.sub(lambda found: found[1], line)
    line = _LONG_NAME.sub("", line)
    return " ".join(line.split())[:LONGEST].strip(" ,.;:-")


def teaches(matcher: "Matcher", code: str, wording: str) -> bool:
    """Whether the catalog does not know yet that this is what the wording means."""
    match = matcher.match(wording)
    return not (isinstance(match, Found) and match.best.code == code)


def effect(matcher: "Matcher", code: str, wording: str) -> Effect:
    """What changes when `wording` is added to the procedure `code`. Builds a second matcher: takes seconds."""
    before = matcher.match(wording)
    learned = type(matcher)(_with(matcher.catalog, code, wording), matcher.weights)
    after = learned.match(wording)
    return Effect(
        before=_place(before, code),
        after=_place(after, code),
        sure_before=isinstance(before, Found) and before.best.code == code,
        sure_after=isinstance(after, Found) and after.best.code == code,
        lost=tuple(_lost(matcher, learned, before, code)),
    )


def _lost(matcher: "Matcher", learned: "Matcher", before: Match, code: str) -> Iterator[Lost]:
    near = () if isinstance(before, NotFound) else before.candidates[:NEIGHBOURS]
    for candidate in near:
        if candidate.code == code:
            continue
        for own in matcher.catalog.by_code[candidate.code].wordings:
            was, now = _place(matcher.match(own), candidate.code), _place(learned.match(own), candidate.code)
            if was == 1 and now != 1:
                yield Lost(own, candidate.code)


def _place(match: Match, code: str) -> int | None:
    if isinstance(match, NotFound):
        return None
    codes = [candidate.code for candidate in match.candidates]
    return codes.index(code) + 1 if code in codes else None


def _with(catalog: Catalog, code: str, wording: str) -> Catalog:
    def learned(procedure: Procedure) -> Procedure:
        if procedure.code != code:
            return procedure
        return _fresh(procedure.model_copy(update={"wordings": (*procedure.wordings, wording)}))

    return _fresh(catalog.model_copy(update={"procedures": tuple(map(learned, catalog.procedures))}))


def _fresh(model: M) -> M:
    """A copy brings along what the original had worked out of its old content: forget it."""
    for name, value in vars(type(model)).items():
        if isinstance(value, cached_property):
            model.__dict__.pop(name, None)
    return model
