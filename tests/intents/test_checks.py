"""Every rule of the check: a catalog that breaks it, and the line where it does."""

import time
from datetime import date
from pathlib import Path

import pytest

from intents import loader
from intents.checks import Overmatch, check
from intents.problems import Problem, Severity
from tests.small_catalogs import entry, folder

TODAY = date(2026, 11, 21)


def problems(head: Path) -> tuple[Problem, ...]:
    return check(loader.read(head), TODAY)


def rules(head: Path) -> dict[str, Severity]:
    return {problem.rule: problem.severity for problem in problems(head)}


def test_a_good_catalog_has_no_problem(tmp_path: Path) -> None:
    assert problems(folder(tmp_path)) == ()


def test_the_shipped_catalog_has_no_error() -> None:
    head = Path(__file__).parents[2] / loader.HEAD
    assert [str(each) for each in problems(head) if each.severity is Severity.ERROR] == []


@pytest.mark.parametrize(
    ("was", "now", "rule", "severity"),
    [
        ("agency: ubnd_xa", "agency: ubnd_huyen", "dangling", "error"),
        ("    level:", "    field: ruong_dat\n    level:", "dangling", "error"),
        (
            "    level:",
            "    neighbours: [{code: '9.999999', difference: Khác.}]\n    level:",
            "dangling",
            "error",
        ),
        ("    level:", "    bundle_of: ['9.999999']\n    level:", "dangling", "error"),
        ("    level:", "    bundle_of: ['1.001193']\n    level:", "itself", "error"),
        ("    result: Giấy khai sinh\n", "", "missing-part", "warning"),
        ("      - xin khai sinh ở đâu\n", "", "few-wordings", "warning"),
        ("xin khai sinh ở đâu", "muon lam KHAI SINH can gi", "same-wording", "warning"),
        ("Giấy khai sinh", "Giấy khai sinh có dấu \u200b ẩn", "invisible", "error"),
        ("Giấy khai sinh", "Giấy\u00a0khai sinh", "odd-space", "error"),
        ("Giấy khai sinh", "Giấy kh\u0430i sinh", "look-alike", "error"),
        ("Giấy khai sinh", "Giấy Ðăng ký", "look-alike", "error"),
        ("Giấy khai sinh", "Gia\u0302\u0301y khai sinh", "not-nfc", "error"),
        (
            "    level:",
            "    effective_from: 2028-01-01\n    effective_to: 2027-01-01\n    level:",
            "dates",
            "error",
        ),
        ("    level:", "    effective_to: 2026-11-20\n    level:", "expired", "warning"),
        ("    level:", "    verified_on: 2027-01-01\n    level:", "dates", "warning"),
        ("Giấy khai sinh", "Giấy do Phòng Tư pháp cấp", "gone", "error"),
        ("Giấy khai sinh", "Nộp tại http://dichvu.vn", "link", "error"),
        ("Giấy khai sinh", "Chuyển khoản vào số tài khoản 0123456789", "account", "error"),
        ("Giấy khai sinh", "Anh/chị gửi giúp em mã OTP", "secret", "error"),
    ],
)
def test_each_rule_finds_its_mistake(tmp_path: Path, was: str, now: str, rule: str, severity: str) -> None:
    text = entry().replace(was, now)
    assert text != entry()
    assert rules(folder(tmp_path, text)) == {rule: severity}


@pytest.mark.parametrize(
    "text",
    [
        "Nộp ở quận 1",
        "UBND huyện Đầm Dơi",
        "thị xã Giá Rai",
        "Sở GTVT",
        "Sở Lao động - Thương binh và Xã hội",
        "Sở LĐTBXH",
        "Sở KH&ĐT",
        "Sở TN&MT",
        "Sở NN&PTNT",
        "Sở TT&TT",
        "Bộ Giao thông vận tải",
        "Trung tâm giải quyết thủ tục hành chính",
        "Phòng tư pháp",
        "phòng LĐTBXH",
        "Phòng Kinh tế và Hạ tầng",
        "SỞ GTVT",
        "sở Kế hoạch - Đầu tư",
        "Sở Lao động – Thương binh và Xã hội",
        "TP. Cà Mau",
        "H. Đầm Dơi",
        "Chi cục Thuế khu vực",
        "Ban Dân tộc",
    ],
)
def test_bodies_that_are_gone_are_not_named_to_citizens(tmp_path: Path, text: str) -> None:
    assert rules(folder(tmp_path, entry().replace("Giấy khai sinh", text))) == {"gone": "error"}


@pytest.mark.parametrize(
    "text",
    [
        "Bộ Chỉ huy quân sự",
        "Sở Nông nghiệp và Môi trường",
        "Phòng Kinh tế",
        "Phòng y tế của trường",
        "Cơ sở lao động, cán bộ lao động xã",
        "Toàn bộ tài nguyên và môi trường",
        "Phòng Kinh tế, Hạ tầng và Đô thị",
        "Cục Thuế, Bộ Tài chính",
        "quân nhân, quần áo, huyền thoại, luyện tập",
        "Nay không còn huyện, nộp ở xã",
        "Giấy do UBND huyện cũ cấp vẫn dùng được",
    ],
)
def test_words_that_only_look_like_them_are_left_alone(tmp_path: Path, text: str) -> None:
    assert rules(folder(tmp_path, entry().replace("Giấy khai sinh", text))) == {}


def test_citizens_may_type_old_names_and_papers_keep_theirs(tmp_path: Path) -> None:
    text = entry().replace("tui cần khai sinh gấp", "ra huyện làm khai sinh được không")
    text += "    everyday_names: [giấy của phòng Tư pháp huyện]\n"
    text += "    legal_basis: [Thông tư của Bộ Giao thông vận tải]\n"
    assert rules(folder(tmp_path, text)) == {}


def test_an_imported_entry_without_wordings_is_warned_of_not_refused(tmp_path: Path) -> None:
    raw = "  - {code: '1.000009', name: Việc của UBND huyện, level: commune, agency: ubnd_xa, result: Giấy}\n"
    found = [problem for problem in problems(folder(tmp_path, raw)) if problem.rule == "gone"]
    assert [problem.severity for problem in found] == [Severity.WARNING]


def test_no_papers_needed_can_be_said(tmp_path: Path) -> None:
    text = entry().replace(
        "    documents:\n      - items: [{name: Tờ khai, originals: 1}]\n", "    documents: []\n"
    )
    assert text != entry()
    assert rules(folder(tmp_path, text)) == {}


def test_warning_people_not_to_give_codes_is_no_request(tmp_path: Path) -> None:
    text = entry().replace("Giấy khai sinh", "Đừng gửi mã OTP cho ai")
    assert rules(folder(tmp_path, text)) == {}


def test_the_same_wording_in_two_entries_names_both_places(tmp_path: Path) -> None:
    other = entry("1.000001", "kết hôn").replace("xin kết hôn ở đâu", "XIN KHAI SINH o dau")
    (problem,) = problems(folder(tmp_path, entry(), other))
    assert problem.rule == "same-wording"
    assert "1.000001 (catalog/ho_tich.yaml:23)" in problem.what
    assert problem.line == 7


def test_offices_must_lie_in_the_province_and_serve_a_commune(tmp_path: Path) -> None:
    office = (
        "  - {{id: {}, name: Quầy, kind: commune_desk, address: a,"
        " commune: {}, latitude: {}, longitude: {}}}\n"
    )
    head = folder(
        tmp_path,
        head="offices:\n"
        + office.format("dung", "Phường An Xuyên", 9.18, 105.15)
        + office.format("ha_noi", "Phường An Xuyên", 21.03, 105.85)
        + office.format("la", "Xã Không Có", 9.1, 105.1),
    )
    assert [(problem.rule, problem.severity) for problem in problems(head)] == [
        ("coordinates", "error"),
        ("dangling", "error"),
    ]


def test_ids_of_the_head_stand_once(tmp_path: Path) -> None:
    head = folder(
        tmp_path, head="hotlines:\n  - {id: a, name: A, phone: '1'}\n  - {id: a, name: B, phone: '2'}\n"
    )
    assert rules(head) == {"same-id": "error"}


def test_a_successor_needs_an_end_and_no_circle(tmp_path: Path) -> None:
    old = entry("1.000001", "kết hôn", "    replaced_by: ['1.000002']\n")
    new = entry("1.000002", "cưới hỏi", "    replaced_by: ['1.000001']\n    effective_to: 2026-12-31\n")
    assert rules(folder(tmp_path, old, new)) == {"no-end": "warning", "circle": "error"}


def test_days_without_either_entry_are_told(tmp_path: Path) -> None:
    old = entry("1.000001", "kết hôn", "    replaced_by: ['1.000002']\n    effective_to: 2026-12-31\n")
    new = entry("1.000002", "cưới hỏi", "    effective_from: 2027-02-01\n")
    assert rules(folder(tmp_path, old, new)) == {"gap": "warning"}


def test_entries_beside_a_broken_one_are_checked_too(tmp_path: Path) -> None:
    broken = entry("1.1", "khai sinh")
    careless = entry("1.000002", "khai tử").replace("    result: Giấy khai tử\n", "")
    assert set(rules(folder(tmp_path, broken, careless))) == {"string_pattern_mismatch", "missing-part"}


def test_a_reference_to_a_broken_entry_is_not_called_dangling(tmp_path: Path) -> None:
    broken = entry("1.000002", "khai tử").replace("level: commune", "level: district")
    naming = entry(more="    neighbours: [{code: '1.000002', difference: Khác.}]\n")
    assert set(rules(folder(tmp_path, naming, broken))) == {"enum"}


def test_overmatched_wordings_are_told_with_their_line(tmp_path: Path) -> None:
    loaded = loader.read(folder(tmp_path))
    found = check(loaded, TODAY, lambda _: [Overmatch("1.001193", "mất khai sinh rồi tính sao", "1.000894")])
    assert [(problem.rule, problem.line) for problem in found] == [("overmatch", 11)]


def test_three_thousand_entries_are_read_and_checked_in_time(tmp_path: Path) -> None:
    names = [f"giấy số {number} của ấp" for number in range(3000)]
    head = folder(tmp_path, *(entry(f"1.{number:06}", name) for number, name in enumerate(names)))
    started = time.process_time()
    found = problems(head)
    assert time.process_time() - started < 4, (
        "the aim is 3 s of a whole command; a slow machine gets some air"
    )
    assert {problem.rule for problem in found} <= {"same-wording"}
