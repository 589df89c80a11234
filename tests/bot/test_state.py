"""What a conversation remembers: it comes back as it was, and what cannot be read means: start anew."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.state import Expecting, MenuItem, State, Step

words = st.text(max_size=20)
states = st.builds(
    State,
    expecting=st.none()
    | st.builds(Expecting, st.sampled_from(Step), st.dictionaries(words, words, max_size=3)),
    procedure=st.none() | words,
    offered=st.lists(words, max_size=3).map(tuple),
    menu=st.lists(st.builds(MenuItem, words, words), max_size=3).map(tuple),
    misses=st.integers(0, 9),
    missed=words,
    greeted=st.booleans(),
    aside=st.booleans(),
)


@given(states)
def test_it_comes_back_as_it_was(state: State) -> None:
    assert State.from_json(state.to_json()) == state


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "nothing",
        "[]",
        "null",
        '"x"',
        '{"v": 999}',
        '{"v": 1, "expecting": {"step": "a_step_of_tomorrow", "data": {}}}',
        '{"v": 1, "expecting": {"step": "rating"}}',
        '{"v": 1, "menu": [{"label": "x"}]}',
        '{"v": 1, "misses": "many"}',
        '{"v": 1, "offered": 5}',
    ],
)
def test_what_cannot_be_read_means_to_start_anew(text: str) -> None:
    assert State.from_json(text) == State()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_no_json_at_all_makes_it_stumble(data: object) -> None:
    assert isinstance(State.from_json(json.dumps(data)), State)


def test_what_a_newer_program_added_is_let_go() -> None:
    data = json.loads(State(procedure="1.001193").to_json()) | {"mood": "good"}
    assert State.from_json(json.dumps(data)) == State(procedure="1.001193")
