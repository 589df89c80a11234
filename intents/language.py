"""The tables of the language, the same for every catalog, read and compiled once in a process."""

from functools import cache

from intents import repair
from intents.civil import civil
from intents.gist import shipped_voting
from intents.manner import manner_of
from intents.meanings import meant
from intents.slots import slot_values
from intents.spoken import Spoken


@cache
def read() -> None:
    """Read them now, not under the first message: under a second, most of it compiling patterns."""
    nothing = Spoken.of(())
    meant(nothing)
    slot_values(nothing)
    manner_of(nothing, 0.0)
    civil(nothing)
    repair.common_words()
    shipped_voting()
