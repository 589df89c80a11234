"""What is asked of a procedure never hides which one is meant."""

import pytest

from intents.asked import named_alone
from intents.matches import Found, Unsure
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
    "phải đem theo gì",
    "tới đâu làm",
    "được qua mạng không",
    "có điều kiện gì không",
    "co dieu kien chi hong",
    "có hiệu lực bao lâu",
    "bao lâu hết hạn",
    "mẫu đơn nào",
    "thì đi đâu làm",
    "lệ phí với thời gian bao lâu",
    "cần gì, mấy ngày, bao nhiêu tiền",
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
        ("phí làm khai sinh", "làm khai sinh"),
        ("nộp online khai tử được không", "khai tử được không"),
        ("ai được làm hộ chiếu", "làm hộ chiếu"),
        ("mẫu tờ khai khai sinh", "khai sinh"),
        ("lệ phí và thời gian làm hộ chiếu", "làm hộ chiếu"),
        ("đăng ký kết hôn cần gì, mấy ngày, bao nhiêu tiền", "đăng ký kết hôn"),
        ("tốn bao nhiêu tiền", None),  # nothing is named
        ("đổi tiền ở đâu để nộp phạt", None),  # not at the end
        ("làm khai sinh", None),
    ],
)
def test_what_is_asked_stands_at_the_end(text: str, left: str | None) -> None:
    named = named_alone(Spoken.of(words_of(text)))
    assert (None if named is None else " ".join(named.words)) == left


@pytest.mark.parametrize("asked", ["có tốn tiền không", "bao nhiêu tiền", "cần giấy tờ gì"])
@pytest.mark.parametrize("need", ["làm căn cước", "công chứng giấy tờ", "làm sổ đỏ"])
def test_a_need_that_is_asked_back_is_asked_back_with_what_is_asked_of_it(need: str, asked: str) -> None:
    matcher = shipped().snapshot.matcher
    alone, whole = matcher.match(need), matcher.match(f"{need} {asked}")
    assert isinstance(alone, Unsure)
    assert isinstance(whole, Unsure)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("làm visa có tốn tiền không", "1.001194"),
        ("dang ky tau ca phai dem theo gi", "1.003650"),
        ("nhận con nuôi tới đâu làm", "2.001263"),
        ("phí làm khai sinh", "1.001193"),
        ("nop online khai sinh dc k", "1.001193"),
        ("ai được làm hộ chiếu", "1.001456"),
        ("xin mẫu tờ khai khai sinh", "1.001193"),
        ("làm khai sinh trễ hạn mấy ngày có", "1.001193"),
        ("muốn làm hộ chiếu thì đem theo cái gì", "1.001456"),
    ],
)
def test_what_is_asked_leads_to_no_other_entry(text: str, code: str) -> None:
    match = shipped().snapshot.matcher.match(text)
    assert isinstance(match, Found)
    assert match.best.code == code
