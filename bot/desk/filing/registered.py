"""The official dossier that was filed here: looked for among those the one-stop system has told of. Pure."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from intents.text import fold
from storage.records import Dossier, Submission

LOOKED_AT = 200  # dossiers of the procedure, newest first
OFFERED = 5
BEFORE = timedelta(days=1)  # somebody at the counter may have entered it first


def likely(
    known: Sequence[Dossier], submission: Submission, names: Collection[str], commune: str
) -> tuple[tuple[Dossier, bool], ...]:
    """At most five, the likeliest first: of whoever filed it or owns it (True), of the same commune, the newest."""
    here = {fold(name) for name in names if name}

    def rank(dossier: Dossier) -> tuple[bool, bool]:
        local = bool(commune) and fold(commune) in fold(dossier.agency)
        return fold(dossier.holder) in here, local

    chosen = [each for each in known if each.procedure_code in {None, submission.procedure_code}]
    chosen.sort(key=rank, reverse=True)  # stable: the newest of equals stays first
    return tuple((each, fold(each.holder) in here) for each in chosen[:OFFERED])
