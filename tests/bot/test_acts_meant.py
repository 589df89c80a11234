"""Which act a message means, on the shipped catalog, with nothing said before (tests/sentences/acts.yaml)."""

from functools import cache

import pytest

from bot.conversation.acts import name_of
from bot.conversation.understand import Situation, understand
from bot.live_catalog import Snapshot
from bot.messages import Incoming, Kind
from storage.records import AddressKey
from tests.house import MONDAY, shipped
from tests.intents.sentences import lines

PROCEDURE = ("show_procedure", "ask_which", "show_several")
MEANT = [(act, text) for act, texts in lines("acts.yaml").items() for text in texts]


@cache
def snapshot() -> Snapshot:
    return shipped().snapshot


@pytest.mark.parametrize(("act", "text"), MEANT)
def test_the_act_is_what_was_meant(act: str, text: str) -> None:
    incoming = Incoming(AddressKey("web", "motcua", "1"), "1", MONDAY, Kind.TEXT, text=text)
    assert name_of(understand(incoming, Situation(), snapshot()).act) in (
        PROCEDURE if act == "procedure" else (act,)
    )
