"""Rude or blunt, a message asks for the same as when it is said politely; good words that look rude stay."""

import pytest

from intents.civil import civil
from intents.spoken import Spoken
from intents.words import words_of
from tests.intents.sentences import matcher, reader


def left(text: str) -> str:
    return " ".join(civil(Spoken.of(words_of(text))).words)


@pytest.mark.parametrize(
    ("rude", "polite"),
    [
        ("tao muốn làm sổ đỏ lần đầu", "tôi muốn làm sổ đỏ lần đầu"),
        ("dm lam khai sinh can gi", "lam khai sinh can gi"),
        ("làm khai sinh cái coi", "làm khai sinh"),
        ("ê mày, cấp lại bằng lái", "cấp lại bằng lái"),
        ("thằng kia, hộ chiếu làm sao", "hộ chiếu làm sao"),
        ("đụ má mất bằng lái rồi giờ sao", "mất bằng lái rồi giờ sao"),
        ("đăng ký kết hôn, trả lời lẹ coi thằng ngu", "đăng ký kết hôn"),
        ("đồ ăn hại, tao cần đổi bằng lái", "cần đổi bằng lái"),
        ("tao bi mat cccd", "toi bi mat cccd"),
    ],
)
def test_the_need_inside_wins(rude: str, polite: str) -> None:
    asked, wanted = matcher().match(rude), matcher().match(polite)
    assert type(asked) is type(wanted)
    assert asked.candidates[0].code == wanted.candidates[0].code


@pytest.mark.parametrize(
    "text",
    [
        "bây giờ đăng ký thường trú cần gì",
        "dao tao lai xe",
        "cải tạo nhà ở có cần xin phép không",
        "tao tai khoan dinh danh",
        "cho tôi xem coi",
        "nuôi con chó phải khai báo không",
        "trồng cây táo cần giấy gì",
        "giay giam ho cho chau noi mo coi",
        "nguoi lang thang ngu dau duong dua vao trung tam",
    ],
)
def test_good_words_stay(text: str) -> None:
    assert left(text) == " ".join(words_of(text))


def test_nothing_but_abuse_is_still_heard_as_such() -> None:
    for text in ("đm mày", "mày ngu quá", "địt mẹ chúng mày"):
        assert left(text) == " ".join(words_of(text))
        assert reader().read(text).intent == "abuse"


def test_who_swears_is_angry_and_heard() -> None:
    reading = reader().read("địt mẹ chúng mày hồ sơ tao đâu")
    assert (reading.intent, reading.anger) == ("look_up_dossier", True)
