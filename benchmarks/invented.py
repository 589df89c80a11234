"""Catalogs of any size: the real entries first, then invented ones; the same for the same seed.

An invented name begins as one real name does, goes on with pieces of others and ends as one does ("đối với ...",
a commune), and sometimes holds a syllable that no real name has, so that the vocabulary grows with the size.
"""

import random
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from intents.catalog import Catalog, Procedure

SEED = 20250701
_TAIL = re.compile(r"\s((?:đối với|trong trường hợp|thuộc|tại|của|cho|theo|do)\s.+)$")
_ONSETS = " b c ch d đ g gh gi h kh l m n ng nh ph qu r s t th tr v x"
_RHYMES = "ả án áp ạt ấn ầu ăng ắt ẹn ét ẻo ênh ết ìa ích iếng iểm óc ỏi òn ông ốt ở ợi úa ục ủi uông ừa ực ương ượt"


def names(real: Sequence[str], places: Sequence[str], seed: int = SEED) -> Iterator[str]:
    """Invented names without end, each once and none of the real ones."""
    chance = random.Random(seed)
    rows = [name.split() for name in real]
    tails = [found[1].split() for name in real if (found := _TAIL.search(name))]
    seen = set(real)
    while True:
        name = " ".join(_name(chance, rows, tails, places))
        if name not in seen:
            seen.add(name)
            yield name


def _name(
    chance: random.Random, rows: Sequence[list[str]], tails: Sequence[list[str]], places: Sequence[str]
) -> list[str]:
    words = chance.choice(rows)[: chance.randint(2, 4)]
    for _ in range(chance.randint(1, 3)):
        words = [*words, *_piece(chance, chance.choice(rows))]
    if chance.random() < 0.2:
        words[chance.randrange(2, len(words) + 1) - 1] = chance.choice(_ONSETS.split(" ")) + chance.choice(
            _RHYMES.split()
        )
    if tails and chance.random() < 0.3:
        words = [*words, *chance.choice(tails)[: chance.randint(3, 8)]]
    if places and chance.random() < 0.15:
        words = [*words, "tại", *chance.choice(places).split()]
    return words


def _piece(chance: random.Random, words: list[str]) -> list[str]:
    """Two to five words that stand together."""
    length = chance.randint(2, 5)
    start = chance.randrange(max(1, len(words) - length))
    return words[start : start + length]


_UNSAID = {"short_name": None, "summary": None, "everyday_names": (), "wordings": ()}
_UNLINKED = {"neighbours": (), "bundle_of": (), "replaced_by": (), "former_codes": ()}


def names_only(catalog: Catalog, size: int, seed: int = SEED) -> Catalog:
    """`size` entries with names and nothing that people call them, as an import brings them."""
    real = [each.model_copy(update=_UNSAID) for each in catalog.procedures[:size]]
    return _with(catalog, [*real, *_invented(real, catalog, size - len(real), seed, {"result": None})])


def whole(catalog: Catalog, size: int, seed: int = SEED) -> Catalog:
    """`size` entries with all their parts and as many wordings as real ones; none refers to another."""
    entries = catalog.procedures[:size]
    spoken = names([text for each in entries for text in each.wordings], (), seed + 1)
    unlinked = [each.model_copy(update=_UNLINKED) for each in entries]
    more = _invented(unlinked, catalog, size - len(entries), seed, {"everyday_names": ()})
    said = [each.model_copy(update=_spoken(each, spoken)) for each in more]
    return _with(catalog, [*unlinked, *said])


def _spoken(entry: Procedure, spoken: Iterator[str]) -> dict[str, object]:
    """Texts of its own: what two entries share word for word would tell nothing about an engine."""
    name = entry.name[:200]
    about = {"short_name": None, "summary": f"Dành cho ai cần {name}.", "result": f"Giấy về {name}"}
    return {**about, "wordings": tuple(islice(spoken, len(entry.wordings)))}


def _invented(
    real: Sequence[Procedure], catalog: Catalog, count: int, seed: int, update: dict[str, object]
) -> Iterator[Procedure]:
    places = [each.name for each in catalog.communes]
    made = names([each.name for each in real], places, seed)
    for number, name in enumerate(islice(made, max(0, count))):
        changes = {"code": f"9.{number:06}", "name": name, **update}
        yield real[number % len(real)].model_copy(update=changes)


def _with(catalog: Catalog, procedures: Sequence[Procedure]) -> Catalog:
    return catalog.model_copy(update={"procedures": tuple(procedures)})
