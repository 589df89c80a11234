"""Patterns find what people type and leave the rest alone."""

import pytest

from intents.patterns import PatternSet
from intents.spoken import Spoken
from intents.words import words_of


def found(pattern: str, text: str) -> bool:
    words = words_of(text)
    return bool(PatternSet([(pattern, "x")]).find(Spoken.of(words)))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("mất|rớt .. bằng_lái", "tui làm rớt cái bằng lái xe rồi"),
        ("mất|rớt .. bằng_lái", "mat bang lai"),
        ("nghĩa_vụ", "đi nghỉa vụ"),  # hỏi for ngã
        ("mới? sinh con", "sinh con"),
        ("mới? sinh con", "mới sanh con"),
        ("^ chào", "chào em"),
        ("bao_lâu $", "làm mất bao lâu"),
        ("thuỷ_sản", "thủy sản"),
        ("=đĩ", "đĩ"),
        ("a ... z", "a b c d e f g h i z"),
    ],
)
def test_found(pattern: str, text: str) -> None:
    assert found(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("mất|rớt .. bằng_lái", "bằng lái mất rồi"),  # order counts
        ("mất|rớt .. bằng_lái", "mất một hai ba bốn năm bằng lái"),  # too far apart
        ("^ chào", "em chào"),
        ("bao_lâu $", "bao lâu thì xong"),
        ("đường", "dương"),  # marks that were typed count
        ("=đĩ", "đi đâu"),
        ("xe", "xem"),  # whole words only
    ],
)
def test_not_found(pattern: str, text: str) -> None:
    assert not found(pattern, text)


def test_a_gap_is_not_covered() -> None:
    words = words_of("nộp giấy khai sinh ở đâu")
    (hit,) = PatternSet([("nộp .. đâu", "x")]).find(Spoken.of(words))
    starts = {"nộp": 0, "giấy": 4, "đâu": 21}
    assert [hit.covers(starts[word]) for word in starts] == [True, False, True]


def test_an_alternative_without_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match="without a word"):
        PatternSet([("a|+", "x")])


def test_a_pattern_is_found_once_however_many_of_its_alternatives_stand_in_the_text() -> None:
    words = words_of("bảo hiểm y tế, thẻ bhyt")
    assert len(PatternSet([("bảo_hiểm_y_tế|bhyt", "x")]).find(Spoken.of(words))) == 1


@pytest.mark.parametrize("text", ["nộp giùm ba", "nộp hộ ba", "nộp ba", "nộp giùm hộ ba"])
def test_what_may_be_missing_does_not_part_its_neighbours(text: str) -> None:
    assert found("nộp giùm? hộ? ba", text)
