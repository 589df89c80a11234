"""What changed between two catalogs is told as a decision would tell it."""

from pathlib import Path

from intents import loader
from intents.catalog import Catalog
from intents.diff import Kind, diff
from tests.small_catalogs import HEAD_TEXT, entry, folder

TWO_FIELDS = HEAD_TEXT.replace(
    "communes:", "  - {id: cu_tru, name: Cư trú, department: trung_tam}\ncommunes:"
)


def load(path: Path, *entries: str, head: str = "") -> Catalog:
    return loader.load(folder(path, *entries, head=head))


def test_equal_catalogs_do_not_differ(tmp_path: Path) -> None:
    assert diff(load(tmp_path / "a"), load(tmp_path / "b")) == []


def test_new_then_amended_then_repealed_each_by_field(tmp_path: Path) -> None:
    kept, gone = entry("1.000001", "khai sinh"), entry("1.000002", "khai tử")
    cheap = kept.replace("3 ngày làm việc", "1 ngày làm việc")
    residence = entry("1.000004", "tạm trú").replace("level:", "field: cu_tru\n    level:")
    old, new = (
        folder(tmp_path / "a", gone, kept),
        folder(tmp_path / "b", entry("1.000003", "kết hôn"), residence, cheap),
    )
    for head in (old, new):
        head.write_text(TWO_FIELDS + "include: [catalog/*.yaml]\n", encoding="utf-8")
    changes = diff(loader.load(old), loader.load(new))
    assert [(change.kind, change.field, change.code) for change in changes] == [
        (Kind.NEW, "Cư trú", "1.000004"),
        (Kind.NEW, "Hộ tịch", "1.000003"),
        (Kind.AMENDED, "Hộ tịch", "1.000001"),
        (Kind.REPEALED, "Hộ tịch", "1.000002"),
    ]


def test_the_lines_say_what_was_and_what_is(tmp_path: Path) -> None:
    before = entry().replace("legal_time:", "fees: [{amount: 8000, per: bản}], legal_time:")
    after = (
        entry()
        .replace("legal_time:", "fees: [{amount: 10000, per: bản}], legal_time:")
        .replace("{name: Tờ khai, originals: 1}", "{name: Tờ khai, originals: 1}, {name: Ảnh, copies: 2}")
        .replace("result: Giấy khai sinh", "result: Giấy khai sinh điện tử")
    )
    (change,) = diff(load(tmp_path / "a", before), load(tmp_path / "b", after))
    assert change.lines == (
        "Giấy tờ: bỏ “Tờ khai (1 bản chính)”.",
        "Giấy tờ: thêm “Tờ khai (1 bản chính); Ảnh (2 bản sao)”.",
        "Cách nộp: bỏ “trực tiếp: 8.000 đồng/bản, 3 ngày làm việc”.",
        "Cách nộp: thêm “trực tiếp: 10.000 đồng/bản, 3 ngày làm việc”.",
        "Kết quả: “Giấy khai sinh” thành “Giấy khai sinh điện tử”.",
    )


def test_an_entry_that_now_ends_counts_as_repealed(tmp_path: Path) -> None:
    old = entry("1.000001", "kết hôn")
    new = old + "    effective_to: 2026-12-31\n    replaced_by: ['1.000002']\n"
    successor = entry(
        "1.000002", "cưới hỏi", "    effective_from: 2027-01-01\n    announced_by: Quyết định 9/QĐ-UBND\n"
    )
    first, last = diff(load(tmp_path / "a", old), load(tmp_path / "b", new, successor))
    assert (first.kind, first.lines) == (
        Kind.NEW,
        ("Hiệu lực từ 01/01/2027.", "Theo Quyết định 9/QĐ-UBND."),
    )
    assert last.kind is Kind.REPEALED
    assert last.lines == ("Hiệu lực đến: thêm “31/12/2026”.", "Thay bằng: thêm “1.000002”.")


def test_a_code_that_became_a_former_code_names_its_successor(tmp_path: Path) -> None:
    new = entry("1.000002", "cưới hỏi", "    former_codes: ['1.000001']\n")
    changes = diff(load(tmp_path / "a", entry("1.000001", "kết hôn")), load(tmp_path / "b", new))
    assert changes[-1].lines == ("Mã này nay trả lời bằng 1.000002 cưới hỏi.",)


def test_changes_of_the_head_come_last(tmp_path: Path) -> None:
    topic = "topics:\n  - {{id: gio, title: Giờ, wordings: [mấy giờ], answer: Dạ {} giờ ạ}}\n"
    changes = diff(
        load(tmp_path / "a", head=topic.format(7)),
        load(tmp_path / "b", entry(), entry("1.000001", "kết hôn"), head=topic.format(8)),
    )
    assert [(change.kind, change.field) for change in changes] == [
        (Kind.NEW, "Hộ tịch"),
        (Kind.AMENDED, "Chủ đề"),
    ]
    assert changes[1].lines == ("Câu trả lời: “Dạ 7 giờ ạ” thành “Dạ 8 giờ ạ”.",)
