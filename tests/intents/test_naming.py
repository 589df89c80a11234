"""Whoever wants no name in a petition: none is left, and nothing else is taken."""

import pytest

from intents.naming import introduced, without_names

KNOWN = ("Nguyễn Văn Út",)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Tôi tên Nguyễn Văn Út, ngụ ấp 3", "Tôi tên …, ngụ ấp 3"),
        ("tui ten nguyen van ut o ap 3", "tui ten … o ap 3"),
        ("Tên tôi là Lê Thị Hoa. Đường ngập.", "Tên tôi là …. Đường ngập."),
        ("em là trần thị mai ở khóm 5", "em là trần thị mai ở khóm 5"),  # not said to be a name, not known
        ("em tên trần thị mai ở khóm 5", "em tên … ở khóm 5"),
        ("Người gửi: Phạm Văn Bảy", "Người gửi: …"),
        ("Cảm ơn ông Nguyễn Văn Út đã báo", "Cảm ơn ông … đã báo"),
        ("Cảm ơn anh Út đã báo", "Cảm ơn anh … đã báo"),
        ("Cam on anh ut da bao", "Cam on anh … da bao"),
        ("Ông Văn Út báo đường ngập", "Ông … báo đường ngập"),
        ("Út Nguyễn báo", "… báo"),
        ("nguyen van ut bao", "… bao"),
        ("NGUYỄN VĂN ÚT báo", "… báo"),
        ("Văn phòng đăng ký đất đai xã Út Tịch", "Văn phòng đăng ký đất đai xã Út Tịch"),
        ("tôi là Chủ hộ ở ấp 3", "tôi là Chủ hộ ở ấp 3"),
        ("tôi là la cà ở chợ", "tôi là la cà ở chợ"),
        ("con đường ấp 3 ngập, nhà văn hóa cũng ngập", "con đường ấp 3 ngập, nhà văn hóa cũng ngập"),
        ("Đường Nguyễn Trãi ngập", "Đường Nguyễn Trãi ngập"),
    ],
)
def test_what_is_left(text: str, left: str) -> None:
    assert without_names(text, KNOWN, "…") == left


def test_a_name_of_one_word_goes_as_it_is_written() -> None:
    assert without_names("chị Hoa báo, hoa rụng đầy đường", ("Hoa",), "…") == "chị … báo, … rụng đầy đường"
    assert without_names("an toàn giao thông ở ấp", ("",), "…") == "an toàn giao thông ở ấp"


def test_how_somebody_calls_themselves() -> None:
    said = "Tôi tên Nguyễn Văn Út, ấp 3. Người gửi: Lê Thị Hoa"
    assert introduced(said) == ("Nguyễn Văn Út", "Lê Thị Hoa")
    assert introduced("đường ấp 3 ngập") == ()
