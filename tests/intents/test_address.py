"""Words that only address and soften are taken off; what else they may be stays."""

import pytest

from intents.address import unaddressed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ad ơi cho em hỏi làm khai sinh", "làm khai sinh"),
        ("Dạ, chị ơi cho em hỏi hộ chiếu ạ", "hộ chiếu"),
        ("da em muon lam can cuoc a", "em muon lam can cuoc"),
        ("làm khai sinh bao nhiêu tiền vậy em?", "làm khai sinh bao nhiêu tiền?"),
        ("anh ơi em hỏi chút làm hộ chiếu nha", "làm hộ chiếu"),
        ("em ơi!!! cháy nhà", "cháy nhà"),
        ("bao nhieu vay", "bao nhieu"),
        ("cho hỏi chút nha", "cho hỏi chút"),
    ],
)
def test_what_surrounds_a_message_is_left_out(typed: str, said: str) -> None:
    assert unaddressed(typed) == said


@pytest.mark.parametrize(
    "text",
    [
        "dạ",
        "ad ơi",
        "em ơi cho hỏi",
        "chồng đánh em ơi",
        "làm khai sinh cho em",
        "muon xay nha",
        "xin vay",
        "không phải vậy",
        "da mat can cuoc",
        "chia đất cho 4 anh em",
        "“làm hộ chiếu”",
    ],
)
def test_what_says_something_stays(text: str) -> None:
    assert unaddressed(text) == text
