"""Whatever a procedure is asked for with reaches it, and what only surrounds a message changes nothing of its act."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

import pytest

from bot.conversation.acts import Act, AskWhich, Greet, ShowProcedure, ShowSeveral, WarnEmergency, name_of
from bot.conversation.hearing import Heard
from bot.conversation.understand import Situation, understand
from bot.live_catalog import Snapshot
from bot.messages import Incoming, Kind
from intents.text import fold
from storage.records import AddressKey
from tests.house import shipped
from tests.intents.sentences import lines

MONDAY = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
SAMPLE = 250
# In English, or nothing but signs or a nod: what stands around these says more than they do.
LEAST_WORDS = 3
AROUND = (
    "ad ơi {}",
    "em ơi cho hỏi {}",
    "chị ơi cho em hỏi {} ạ",
    "dạ {}",
    "{} nha",
    "{} ạ",
    "{} vậy em",
    "{}?",
    '"{}"',
)


@cache
def snapshot() -> Snapshot:
    return shipped().snapshot


def act_of(text: str) -> Act:
    incoming = Incoming(AddressKey("web", "motcua", "1"), "1", MONDAY, Kind.TEXT, text=text)
    return understand(incoming, Situation(), snapshot()).act


def test_every_wording_reaches_its_procedures() -> None:
    diverted = [
        wording
        for procedure in snapshot().catalog.procedures
        for wording in (procedure.title, procedure.name, *procedure.wordings)
        if any(_is_diverted(text) for text in {wording, fold(wording)})
    ]
    assert sorted(set(diverted)) == sorted(lines("known_failures.yaml")["diverted"])


def _is_diverted(text: str) -> bool:
    """Only what a pattern, a topic or the vote claims is understood in full: that takes ten times as long."""
    reading = Heard(text, Situation(), snapshot()).reading
    claimed = reading.intent or reading.danger or reading.scam or reading.topic or reading.vote
    return bool(claimed) and not isinstance(act_of(text), ShowProcedure | AskWhich | ShowSeveral)


def _every(tree: object) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list):
        for each in tree.values() if isinstance(tree, dict) else tree:
            yield from _every(each)


def _sample() -> list[str]:
    said = [*_every(lines("acts.yaml")), *_every(lines("embarrassing.yaml")), *_every(lines("intents.yaml"))]
    said = [text for text in said if len(text.split()) >= LEAST_WORDS and not text.isascii()]
    return random.Random(7).sample(said, SAMPLE)


def _kind(act: Act) -> tuple[str, object]:
    """A greeting shows what can be asked, as help does: where nothing is said, either will do."""
    name = "show_help" if isinstance(act, Greet) else name_of(act)
    return name, act.danger if isinstance(act, WarnEmergency) else None


@pytest.mark.parametrize("around", AROUND)
def test_what_surrounds_a_message_does_not_change_its_act(around: str) -> None:
    changed = {
        text: (act, other)
        for text in _sample()
        if (other := _kind(act_of(around.format(text)))) != (act := _kind(act_of(text)))
        and not (around == "{}?" and act[0] == "thank")  # praise that is put as a question is none
    }
    assert changed == {}
