"""A paper somebody has not got: which of the procedure's it is, by whatever name."""

import pytest

from intents import papers
from tests.intents.sentences import catalog, reader

BIRTH, LICENCE, RESIDENCE = "1.001193", "3.000347", "1.004222"


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("không có giấy khám sức khoẻ thì sao", LICENCE, "Giấy khám sức khỏe của người lái xe còn hạn"),
        ("mất bằng lái rồi", LICENCE, "Bản sao giấy phép lái xe đang có"),
        ("khong co giay chung sinh co sao khong", BIRTH, "Giấy chứng sinh"),
        ("tui hổng có cccd nộp được không", BIRTH, "Giấy tờ tùy thân của người đi làm"),
        ("tụi tui chưa có hôn thú thì sao", RESIDENCE, "Giấy tờ chứng minh quan hệ (kết hôn, khai sinh...)"),
        ("nhà không có sổ đỏ có làm được không", RESIDENCE, "Giấy tờ chứng minh chỗ ở hợp pháp"),
        ("không có giấy chứng sinh thì sao", RESIDENCE, None),
        ("không có sổ hộ khẩu thì sao", RESIDENCE, None),
        ("mất bằng lái rồi giờ sao", BIRTH, None),
    ],
)
def test_the_paper_that_is_lacking(text: str, code: str, name: str | None) -> None:
    lacking = reader().read(text).lacking
    assert lacking is not None
    found = papers.named(lacking.paper, catalog().by_code[code])
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    "text", ["mất bao lâu", "làm khai sinh cần gì", "không", "có mất phí không", "chưa xong", "hết hạn rồi"]
)
def test_nothing_is_lacking(text: str) -> None:
    lacking = reader().read(text).lacking
    assert lacking is None or papers.named(lacking.paper, catalog().by_code[BIRTH]) is None


def test_a_paper_that_is_only_pointed_at() -> None:
    lacking = reader().read("không có giấy đó có được không em").lacking
    assert lacking is not None
    assert (lacking.paper, lacking.asks) == ((), True)
