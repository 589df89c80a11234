"""Communes and wards of today named in a message, also by their former names; and old names of bodies."""

from collections.abc import Iterable, Sequence

from intents.catalog import Catalog, OldName
from intents.patterns import Hit, PatternSet
from intents.spoken import Spoken
from intents.words import words_of

_KINDS = ("xã", "phường", "thị trấn", "đặc khu")


def _patterns(name: str) -> Iterable[str]:
    """`Phường An Xuyên` -> with its kind in any spelling; without it only where the rest is of two words or more."""
    words = words_of(name)
    kind = next((kind for kind in _KINDS if " ".join(words).startswith(kind + " ")), "")
    rest = words[len(kind.split()) :]
    if rest:
        yield "xã|phường|thị_trấn|đặc_khu|p|x|tt " + " ".join(rest)
        if len(rest) > 1:
            yield " ".join(rest)


class Places:
    """Knows the places of one catalog. Today's names go before former ones, longer before shorter."""

    def __init__(self, catalog: Catalog) -> None:
        rows = [(pattern, (0, each.id)) for each in catalog.communes for pattern in _patterns(each.name)]
        rows += [
            (pattern, (1, each.id))
            for each in catalog.communes
            for old in each.former
            for pattern in _patterns(old)
        ]
        self._communes = PatternSet(rows)
        self._old_names = PatternSet(
            (" ".join(words_of(name)), each) for each in catalog.old_names for name in each.old
        )

    def find(self, said: Spoken) -> Sequence[Hit[tuple[int, str]]]:
        """Where communes are named: the payload is 0 for a name of today, 1 for a former one, and the id."""
        return self._communes.find(said)

    @staticmethod
    def commune(hits: Sequence[Hit[tuple[int, str]]]) -> str | None:
        """The id of the commune that is named; None also where a former name went to several."""
        if not hits:
            return None
        first = min((hit.payload[0], hit.start - hit.end) for hit in hits)
        ids = {hit.payload[1] for hit in hits if (hit.payload[0], hit.start - hit.end) == first}
        return ids.pop() if len(ids) == 1 else None

    def old_names(self, said: Spoken) -> tuple[OldName, ...]:
        return tuple(dict.fromkeys(hit.payload for hit in self._old_names.find(said)))
