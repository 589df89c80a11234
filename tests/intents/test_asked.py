"""What is asked of a procedure never hides which one is meant."""

import pytest

from intents.asked import named_alone
from intents.matches import Found
from intents.spoken import Spoken
from intents.words import words_of
from tests.house import shipped

NEEDS = (
    "làm khai sinh",
    "đăng ký kết hôn",
    "khai tử",
    "làm hộ chiếu",
    "đăng ký tạm trú",
    "tách hộ",
    "cấp lại căn cước bị mất",
    "sang tên sổ đỏ",
    "tách thửa",
    "giấy phép xây dựng nhà ở",
    "chứng thực chữ ký",
    "đổi bằng lái xe",
    "mở hộ kinh doanh",
    "trợ cấp người cao tuổi",
    "nhận con nuôi",
    "đăng ký tàu cá",
    "trích lục khai sinh",
)
ASKED = (
    "bao nhiêu tiền",
    "tốn bao nhiêu tiền",
    "mất bao nhiêu tiền vậy em",
    "hết nhiêu",
    "bao lâu có",
    "mấy ngày lấy được",
    "cần giấy tờ gì",
    "cần những gì ạ",
    "nộp ở đâu",
    "co ton tien khong",
    "chừng nào có",
)


@pytest.mark.parametrize("need", NEEDS)
def test_a_need_with_what_is_asked_of_it_is_as_sure_as_the_need(need: str) -> None:
    matcher = shipped().snapshot.matcher
    alone = matcher.match(need)
    assert isinstance(alone, Found)
    for asked in ASKED:
        match = matcher.match(f"{need} {asked}")
        assert isinstance(match, Found), asked
        assert match.best.code == alone.best.code, asked


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("làm khai sinh tốn bao nhiêu tiền vậy em", "làm khai sinh"),
        ("lam ho chieu may ngay co", "lam ho chieu"),
        ("tốn bao nhiêu tiền", None),  # nothing is named
        ("đổi tiền ở đâu để nộp phạt", None),  # not at the end
        ("làm khai sinh", None),
    ],
)
def test_what_is_asked_stands_at_the_end(text: str, left: str | None) -> None:
    named = named_alone(Spoken.of(words_of(text)))
    assert (None if named is None else " ".join(named.words)) == left
