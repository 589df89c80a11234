"""Accuracy on labelled questions, collisions and explanations, on a catalog small enough to check by hand."""

import pytest

from intents.catalog import Catalog, Level, Procedure
from intents.matcher import Matcher
from intents.scoring import collisions, evaluate, explain
from tests.intents.sentences import catalog

KEYS = [
    "questions", "in_catalog", "outside", "skipped", "top1", "top3", "top5", "mrr", "answered", "answered_precision",
    "asked_back", "asked_back_hit", "outside_answered", "queries_per_second", "p50_ms", "p99_ms",
]  # fmt: skip


def entry(code: str, name: str, *wordings: str) -> Procedure:
    content = {"code": code, "name": name, "field": "ho_tich", "level": Level.COMMUNE, "agency": "ubnd_xa"}
    return Procedure.model_validate({**content, "wordings": wordings})


def small(*procedures: Procedure) -> Catalog:
    return Catalog(province=catalog().province, procedures=procedures)


@pytest.fixture
def matcher() -> Matcher:
    return Matcher(
        small(
            entry(
                "1.001193",
                "Đăng ký khai sinh",
                "làm khai sinh cho con",
                "giấy khai sinh mới",
                "đặt tên cho bé",
            ),
            entry(
                "1.000894", "Đăng ký kết hôn", "làm hôn thú ở xã", "cưới nhau ký giấy", "hai đứa tính cưới"
            ),
            entry("1.012784", "Tách thửa đất", "cắt đất cho con", "chia miếng đất làm hai", "tách sổ"),
        )
    )


def test_the_report_has_the_shape_other_programs_rely_on(matcher: Matcher) -> None:
    report = evaluate(matcher, [{"text": "đăng ký khai sinh", "expect": ["1.001193"]}])
    assert list(report.as_json()) == KEYS


def test_what_counts_and_what_is_skipped(matcher: Matcher) -> None:
    rows = [
        {"text": "đăng ký khai sinh", "expect": ["1.001193", "9.999999"]},
        {"text": "đăng ký kết hôn", "expect": ["1.000894"], "kind": "procedure"},
        {"text": "hộ chiếu", "expect": ["1.001456"]},  # not in this catalog
        {"text": "quyết định 12", "expect": [], "kind": "unmapped"},
        {"text": "mưa quá trời", "expect": [], "kind": "chitchat"},
    ]
    report = evaluate(matcher, rows)
    assert (report.questions, report.in_catalog, report.outside, report.skipped) == (5, 2, 1, 2)
    assert (report.top1, report.top3, report.mrr) == (1.0, 1.0, 1.0)
    assert report.outside_answered == 0.0
    assert report.p50_ms > 0


def test_a_wrong_answer_counts_by_its_place(matcher: Matcher) -> None:
    report = evaluate(matcher, [{"text": "đăng ký khai sinh", "expect": ["1.000894"]}])
    assert report.top1 == 0.0
    assert report.top3 == 1.0
    assert report.mrr == pytest.approx(0.5, abs=0.2)


def test_an_entry_that_takes_anothers_wording_is_listed() -> None:
    thief = entry(
        "1.000894", "Đăng ký kết hôn", "xin giấy độc thân ở xã", "giấy độc thân để cưới", "giấy độc thân"
    )
    owner = entry(
        "1.004873", "Xác nhận tình trạng hôn nhân", "xin giấy độc thân ở phường", "chưa vợ chưa chồng", "tthn"
    )
    found = collisions(Matcher(small(thief, owner)))
    assert ("xin giấy độc thân ở phường", "1.004873", "1.000894") in {
        (c.wording, c.owner, c.thief) for c in found
    }


def test_no_collision_where_everybody_speaks_for_themselves(matcher: Matcher) -> None:
    sure = [each for each in collisions(matcher) if each.sure]
    assert sure == []


def test_explain_names_the_wording_and_the_reasons(matcher: Matcher) -> None:
    told = explain(matcher.match("đăng ký khai sinh"))
    assert told.splitlines()[0] == "found"
    assert "1.001193" in told
    assert "Đăng ký khai sinh" in told
