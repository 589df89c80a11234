"""Repairs touch only what no known word is spelled like."""

import pytest

from intents.index import Index
from intents.matches import Found, NotFound, Unsure
from intents.repair import Repair, telex
from intents.spoken import Spoken
from intents.words import words_of
from tests.house import shipped

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


MISSPELLED = {
    "1.001193": ("lam giay khia sinh", "làm giấy khai sing cho con", "khai sin cho con", "giấy khai snh"),
    "1.001456": ("hộ chíu",),
    "1.013076": ("sang tem xe",),
    "2.000815": ("chứng thựt bản sao",),
    "1.013225": ("giấy phép sây dựng",),
    "1.004222": ("nhập hộ khẩo",),
}


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in MISSPELLED.items() for text in texts]
)
def test_a_word_that_its_neighbours_want_otherwise_is_read_so(code: str, text: str) -> None:
    match = shipped().snapshot.matcher.match(text)
    assert isinstance(match, Found)
    assert match.best.code == code


@pytest.mark.parametrize(
    "text", ["căn cướt", "căn cức công dân", "sổ đõ", "hộ khảu", "hộ kinh danh", "nghĩa vụ quân xự"]
)
def test_a_broad_word_misspelled_is_asked_back(text: str) -> None:
    assert isinstance(shipped().snapshot.matcher.match(text), Unsure)


@pytest.mark.parametrize(
    "text", ["đèn đường tắt tối thui", "em có bồ chưa", "mày ngu quá", "con chó nhà tui bị bỏ ăn"]
)
def test_talk_is_not_read_as_a_misspelled_need(text: str) -> None:
    assert isinstance(shipped().snapshot.matcher.match(text), NotFound)
