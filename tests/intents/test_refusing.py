"""What is said not to be meant, and what is."""

import pytest

from intents.refusing import refused


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("không làm khai sinh, làm khai tử", "làm khai sinh", "làm khai tử"),
        ("không phải kết hôn mà ly hôn", "kết hôn", "ly hôn"),
        ("hổng phải sang tên, tách thửa", "sang tên", "tách thửa"),
        ("ko phai ket hon ma ly hon", "ket hon", "ly hon"),
        ("đâu phải khai sinh, khai tử mà", "khai sinh", "khai tử"),
        ("tách thửa chứ hổng phải sang tên", "sang tên", "tách thửa"),
    ],
)
def test_one_need_instead_of_another(text: str, one: str, other: str) -> None:
    assert refused(text) == (one, other)


@pytest.mark.parametrize(
    "text",
    [
        "không đăng ký tạm trú, bị phạt bao nhiêu",
        "không có giấy chứng sinh, làm khai sinh được không",
        "làm khai sinh cần gì",
        "",
    ],
)
def test_a_question_about_not_doing_it_is_one_need(text: str) -> None:
    assert refused(text) is None
