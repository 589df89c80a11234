"""Repairs touch only what no known word is spelled like."""

import pytest

from intents.index import Index
from intents.repair import Repair, telex
from intents.spoken import Spoken
from intents.words import words_of

KNOWN = ["đăng ký khai sinh kết hôn", "giấy phép lái xe", "tách thửa đất", "chứng thực bản sao", "thường trú"]


@pytest.fixture
def repair() -> Repair:
    phrases = [words_of(text) for text in KNOWN]
    return Repair(Index(phrases, range(len(phrases))))


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("ddawng", "đăng"),
        ("kys", "ký"),
        ("giaasy", "giấy"),
        ("hoon", "hôn"),
        ("thuwowngf", "thường"),
        ("xe", "xe"),
        ("abc", "abc"),
    ],
)
def test_telex_keys_become_the_word(keys: str, word: str) -> None:
    assert telex(keys) == word


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddawng kys", ["đăng", "ký"]),
        ("khaisinh", ["khai", "sinh"]),
        ("giấp phép", ["giay", "phép"]),
        ("chứng thựcc", ["chứng", "thuc"]),
        ("tách thửa", ["tách", "thửa"]),
        ("xyzxyzxyz", ["xyzxyzxyz"]),
    ],
)
def test_words(repair: Repair, typed: str, meant: list[str]) -> None:
    assert repair.words(Spoken.of(words_of(typed))).words == meant
