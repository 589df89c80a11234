"""What is understood of a catalog by name only: everyday needs, and which of entries that are called alike is meant."""

from functools import cache

import pytest

from benchmarks.invented import names_only
from intents.catalog import Level
from intents.matcher import Matcher
from intents.text import fold
from tests.intents.sentences import catalog, lines
from tests.intents.test_matcher import entry, small

SIZE = 3000
VEHICLE = "Cấp lại chứng nhận đăng ký xe, biển số xe thực hiện bằng dịch vụ công trực tuyến"
BOARD = "Cấp giấy phép môi trường"


@cache
def by_name() -> Matcher:
    """The shipped entries without a word written by hand, among invented ones."""
    return Matcher(names_only(catalog(), SIZE))


@pytest.mark.parametrize("code", lines("by_name.yaml"))
def test_needs_are_understood_by_name_alone(code: str) -> None:
    for text in lines("by_name.yaml")[code]:
        for typed in (text, fold(text)):
            assert by_name().match(typed).candidates[0].code == code, typed


def first(text: str, *names: tuple[str, Level]) -> int:
    """Which of the names comes first."""
    entries = [entry(f"1.00000{number}", name, level=level) for number, (name, level) in enumerate(names)]
    return int(Matcher(small(*entries)).match(text).candidates[0].code[-1])


def test_of_namesakes_the_one_nearest_to_people_is_meant() -> None:
    names = [(f"{BOARD} (cấp Bộ)", Level.MINISTRY), (f"{BOARD} (cấp Tỉnh)", Level.PROVINCE)]
    assert first("xin giấy phép môi trường", *names) == 1
    lost = "Trình báo mất hộ chiếu phổ thông"
    desks = [(f"{lost} (thực hiện tại cấp tỉnh)", Level.PROVINCE), (f"{lost} tại xã", Level.COMMUNE)]
    assert first("báo mất hộ chiếu", *desks) == 1
    assert first("báo mất hộ chiếu ở tỉnh", *desks) == 0


def test_what_is_done_wholly_online_comes_after_the_counter() -> None:
    ways = [
        (f"{VEHICLE} toàn trình", Level.COMMUNE),
        (f"{VEHICLE} một phần hoặc trực tiếp thực hiện tại cấp trung ương, cấp tỉnh, cấp xã", Level.COMMUNE),
    ]
    assert first("mất cà vẹt xe", *ways) == 1
    assert first("cấp lại đăng ký xe bằng dịch vụ công toàn trình", *ways) == 0


def test_what_an_entry_is_not_for_is_none_of_its_cases() -> None:
    permits = [
        ("Cấp phép tàu thuyền", Level.COMMUNE),
        ("Cấp phép phương tiện (trừ tàu thuyền, nhà nổi)", Level.COMMUNE),
    ]
    assert first("cấp phép xe tải", *permits) == 1


def test_a_ministrys_entry_that_is_only_begun_is_not_meant_outright() -> None:
    funds = ("Giải thể công ty quản lý quỹ đầu tư chứng khoán", Level.MINISTRY)
    firms = ("Giải thể doanh nghiệp, giải thể trong trường hợp bị thu hồi giấy chứng nhận", Level.PROVINCE)
    assert first("giải thể công ty", funds, firms) == 1
