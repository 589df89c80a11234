"""Words as they are typed, written out."""

import pytest

from intents.words import words_of


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ở xã nộp được hôn", "ở xã nộp được không"),
        ("giấy này có mất tiền hôn em ơi", "giấy này có mất tiền không em ơi"),
        ("nop o xa duoc hon", "nop o xa duoc không"),
        ("hs làm ở xã đc hôn ạ", "hồ sơ làm ở xã được không ạ"),
        ("tôi muốn kết hôn", "tôi muốn kết hôn"),
        ("giấy xác nhận chưa kết hôn em", "giấy xác nhận chưa kết hôn em"),
        ("thủ tục ly hôn", "thủ tục ly hôn"),
        ("noi nao nhanh hon", "noi nao nhanh hon"),
        ("hôn", "hôn"),
        ("lau hong", "lau không"),
        ("co ton tien hong em", "co ton tien không em"),
        ("lam o xa dc hong", "lam o xa được không"),
        ("xa co nhan ho so hong", "xa co nhan ho so hong".replace("so hong", "sổ hồng")),
        ("xe bi hong", "xe bi hong"),
        ("bang lai hong", "bang lai hong"),
    ],
)
def test_the_southern_question_word_is_no_marriage(typed: str, meant: str) -> None:
    assert " ".join(words_of(typed)) == meant
