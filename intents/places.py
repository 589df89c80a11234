"""Communes and wards of today named in a message, also by their former names; and old names of bodies."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import NamedTuple

from intents.catalog import Catalog, OldName
from intents.patterns import Hit, PatternSet
from intents.spoken import Spoken
from intents.words import table, words_of

_KINDS = ("xã", "phường", "thị trấn", "đặc khu")
_ANY_KIND = "xã|phường|thị_trấn|đặc_khu|p|x|tt"
_DISTRICT = "huyện"
_CITY = {"thành phố": "thành_phố|tp", "thị xã": "thị_xã|tx"}
_AT = "ở|tại|thuộc|dưới|tận"
_BEFORE_A_BODY = f"{_AT}|lên|ra|qua|xuống|về|đến|tới|trên|ngoài|bên"
_BODIES = ("agency", "centre")
_WITHIN = f"{_AT}|trên|ngoài|với_người|người"
_TODAY, _FORMER = 0, 1
_LEAST_LEFT = 2  # words of a message without its place; fewer are no question


class Place(NamedTuple):
    """`rank`: a name of today or a former one; `name` as the catalog writes it."""

    rank: int
    id: str
    name: str


@dataclass(frozen=True)
class Renamed:
    """What a place or body is called now, since when (where that is known); `old` empty: it is called so today."""

    old: str
    new: tuple[str, ...]
    since: date | None = None


def _patterns(name: str) -> Iterator[str]:
    """`Phường An Xuyên` -> with its kind in any spelling; without it only where the rest is of two words or more.

    The city of a former ward ("Phường 5, thành phố Cà Mau") may be said without what it is.
    """
    words = words_of(name)
    kind = next((kind for kind in _KINDS if " ".join(words).startswith(kind + " ")), "")
    rest = " ".join(words[len(kind.split()) :])
    for city, forms in _CITY.items():
        rest = rest.replace(f" {city} ", f" {forms}? ")
    if rest:
        yield f"{_ANY_KIND} {rest}"
        if len(words) - len(kind.split()) > 1 and not rest[0].isdigit():
            yield rest


class Places:
    """Knows the places of one catalog. Today's names go before former ones, longer before shorter."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._communes = PatternSet(
            (pattern, place) for place in _named(catalog) for pattern in _patterns(place.name)
        )
        self._old_names = PatternSet(
            (f"{pattern.replace(' và ', ' và? ')} cũ?", each) for pattern, each, _ in _said_of_old(catalog)
        )

    def find_all(self, said: Spoken) -> tuple[Sequence[Hit[Place]], Sequence[Hit[OldName]]]:
        """Where communes are named, and where bodies, districts and provinces of old are.

        "Phan Ngọc Hiển" is a commune of today, and no district of old behind a first word.
        """
        named = self._communes.find(said)
        old = [
            hit
            for hit in self._old_names.find(said)
            if not any(each.start < hit.start and hit.end <= each.end for each in named)
        ]
        return named, old

    @staticmethod
    def commune(hits: Sequence[Hit[Place]]) -> str | None:
        """The id of the commune that is named; None also where a former name went to several.

        "Khánh Bình Tây" was a commune of its own, whatever "Khánh Bình" is called today.
        """
        hits = [hit for hit in hits if not any(_holds(other, hit) for other in hits)]
        if not hits:
            return None
        first = min((hit.payload.rank, hit.start - hit.end) for hit in hits)
        ids = {hit.payload.id for hit in hits if (hit.payload.rank, hit.start - hit.end) == first}
        return ids.pop() if len(ids) == 1 else None

    def renamed(self, hits: Sequence[Hit[Place]], old: Sequence[Hit[OldName]]) -> Renamed | None:
        """What the longest name in a message is called now. Of two as long the former one is asked about."""
        lengths = [hit.end - hit.start for hit in hits] + [hit.end - hit.start for hit in old]
        longest = max(lengths, default=0)
        for body in old:
            if body.end - body.start == longest:
                return Renamed(body.payload.old[0], (body.payload.new,), body.payload.since)
        named = [hit.payload for hit in hits if hit.end - hit.start == longest]
        former = [place for place in named if place.rank == _FORMER]
        if not named:
            return None
        communes = {each.id: each for each in self._catalog.communes}
        today = [communes[place.id] for place in former or named]
        new = tuple(dict.fromkeys(each.name for each in today))
        if not former or new == (former[0].name,):
            return Renamed("", new)
        return Renamed(former[0].name, new, today[0].since)


def _holds(longer: Hit[Place], hit: Hit[Place]) -> bool:
    is_longer = longer.end - longer.start > hit.end - hit.start
    return is_longer and longer.start <= hit.start and hit.end <= longer.end


class _Where(Enum):
    """What is found of where something is to be done."""

    PLACE = auto()
    PROVINCE = auto()
    MATTERS = auto()  # beside this a province says something of the need


class Whereabouts:
    """Where something is to be done says nothing of what: "làm khai sinh ở xã Đất Mũi", "rớt căn cước ở Sài Gòn".

    Beside a foreigner, or who or what moves, a province stays: "chồng người Hàn mất ở Cà Mau" was not abroad.
    """

    def __init__(self, catalog: Catalog) -> None:
        districts = [
            f"{_AT if is_bare else f'{_AT}?'} {said} cũ?"
            for said, each, is_bare in _said_of_old(catalog)
            if each.kind == "district"
        ]
        bodies = [name for each in catalog.old_names if each.kind in _BODIES for name in each.old]
        places = [
            *(pattern for place in _named(catalog) for pattern in _after_at(place.name)),
            *districts,
            *(f"{_BEFORE_A_BODY} {' '.join(words_of(name))} huyện|tỉnh|cũ?" for name in bodies),
        ]
        self._places = PatternSet(
            [
                *((pattern, _Where.PLACE) for pattern in places),
                (f"{_WITHIN} {' '.join(words_of(catalog.province.name))}", _Where.PROVINCE),
                *_provinces(),
            ]
        )

    def left_out(self, said: Spoken) -> Spoken:
        """The message without the places in it, where enough is left; the same object where it names none."""
        if not (hits := self._places.find(said)):
            return said
        matters = any(hit.payload is _Where.MATTERS for hit in hits)
        gone = [hit for hit in hits if hit.payload is _Where.PLACE or not matters]
        if not gone:
            return said
        left, position = [], 0
        for word in said.words:
            if not any(hit.covers(position) for hit in gone):
                left.append(word)
            position += len(word) + 1
        return Spoken.of(left) if len(left) >= _LEAST_LEFT else said


def _provinces() -> Iterator[tuple[str, _Where]]:
    """Provinces and cities of the country, with or without what they are; and beside what they say something."""
    for role, patterns in table("provinces.tsv"):
        if role == "matters":
            yield patterns, _Where.MATTERS
        else:
            yield f"{_WITHIN}? tỉnh|thành_phố|tp? {patterns}", _Where.PROVINCE


def _after_at(name: str) -> Iterable[str]:
    """With its kind, or after a word that says that a place follows."""
    with_kind, *bare = _patterns(name)
    return (f"{_AT}? {with_kind}", *(f"{_AT} {each}" for each in bare))


def _said_of_old(catalog: Catalog) -> Iterator[tuple[str, OldName, bool]]:
    """Old names as patterns; "Ngọc Hiển" (and True) for "huyện Ngọc Hiển", too, where no commune was ever called so."""
    called = {" ".join(words_of(place.name)[1:]) for place in _named(catalog)}
    for each in catalog.old_names:
        for name in each.old:
            words = words_of(name)
            yield " ".join(words), each, False
            bare = " ".join(words[1:])
            if words[0] == _DISTRICT and len(words) > 2 and each.kind == "district" and bare not in called:
                yield bare, each, True


def _named(catalog: Catalog) -> Iterator[Place]:
    for each in catalog.communes:
        yield Place(_TODAY, each.id, each.name)
    for each in catalog.communes:
        for old in each.former:
            yield Place(_FORMER, each.id, old)
