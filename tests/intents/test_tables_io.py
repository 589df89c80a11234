"""Lists as people have them go in; what goes out comes back unchanged; bombs stay outside."""

import csv
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from intents import loader
from intents.catalog import (
    Catalog,
    DocumentCase,
    Fact,
    Fee,
    Level,
    Links,
    Neighbour,
    OnBehalf,
    Procedure,
    RequiredDocument,
    Tag,
    TimeLimit,
    TimeUnit,
    Tone,
    Way,
    WayKind,
)
from intents.problems import CatalogError
from intents.tables import excel, limits
from intents.tables_io import ImportReport, TableError, export, import_table
from tests.small_catalogs import HEAD_TEXT, folder

ROW = {
    "code": "1.000656",
    "name": "Thủ tục đăng ký khai tử",
    "field": "Hộ tịch",
    "level": "xã",
    "agency": "Ủy ban nhân dân cấp xã",
    "documents": [
        "Tờ khai đăng ký khai tử (1 bản chính)",
        "[Trường hợp ủy quyền] Văn bản ủy quyền (1 bản chính,1 bản sao)",
    ],
    "time_limit": "3 Ngày làm việc",
    "fee": "8,000 VNĐ (8.000 đồng/bản)",
    "channel": ["Trực tuyến", "Trực tiếp"],
    "legal_basis": "60/2014/QH1360; 123/2015/NĐ-CP",
    "result": "Trích lục khai tử",
    "alt_codes": ["1.004873"],
    "source": "danh sách của Sở",
}


def into(path: Path) -> Path:
    """A folder with a head of its own and no entries yet."""
    path.mkdir(parents=True)
    head = HEAD_TEXT + "include: [catalog/head/*.yaml, catalog/*.yaml]\n"
    (path / loader.HEAD).write_text(head, encoding="utf-8")
    return path


def jsonl(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def imported(source: Path, target: Path) -> tuple[ImportReport, Catalog]:
    report = import_table(source, target)
    return report, loader.load(target / loader.HEAD)


def sheet(path: Path, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def test_a_row_of_the_national_list_becomes_an_entry(tmp_path: Path) -> None:
    report, catalog = imported(jsonl(tmp_path / "a.jsonl", ROW), into(tmp_path / "x"))
    (entry,) = catalog.procedures
    assert report.errors == []
    assert (entry.name, entry.field, entry.agency, entry.level) == (
        "Thủ tục đăng ký khai tử",
        "ho_tich",
        "ubnd_xa",
        Level.COMMUNE,
    )
    everybody, authorised = entry.documents
    assert everybody.items == (RequiredDocument(name="Tờ khai đăng ký khai tử", originals=1),)
    assert authorised.case == "Trường hợp ủy quyền"
    assert (authorised.items[0].originals, authorised.items[0].copies) == (1, 1)
    assert [way.kind for way in entry.ways] == [WayKind.IN_PERSON, WayKind.ONLINE]
    assert entry.ways[0].fees == (Fee(amount=8000, note="8.000 đồng/bản"),)
    assert str(entry.ways[0].legal_time) == "3 ngày làm việc"
    assert entry.legal_basis == ("60/2014/QH13", "123/2015/NĐ-CP")
    assert entry.former_codes == ("1.004873",)


@pytest.mark.parametrize(
    ("fee", "amounts", "certain"),
    [
        ("Miễn phí", [], True),
        ("Phí : 0 Đồng", [], True),
        ("Miễn phí (Không có)", [], True),
        ("Phí : 2.000.000 Đồng (Thẩm định)", [2_000_000], True),
        ("50,000 Việt Nam Đồng | 70,000 Việt Nam Đồng", [50_000, 70_000], True),
        ("Miễn phí (Mức lệ phí do Hội đồng nhân dân tỉnh quyết định)", [None], False),
        ("100 USD (100 USD/thẻ.)", [None], False),
        (None, [None], False),
    ],
)
def test_a_fee_that_is_not_certain_is_not_called_free(
    tmp_path: Path, fee: str | None, amounts: list[int | None], certain: bool
) -> None:
    row = {**ROW, "fee": fee, "channel": ["Trực tiếp"]}
    _, catalog = imported(jsonl(tmp_path / "a.jsonl", row), into(tmp_path / "x"))
    (entry,) = catalog.procedures
    assert [each.amount for each in entry.ways[0].fees] == amounts
    assert (Fact.FEE in entry.unconfirmed) is not certain


def test_bad_rows_are_told_and_the_good_ones_stay(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    jsonl(source, ROW, {**ROW, "name": "Lặp"}, {"name": "Không mã"}, {**ROW, "code": "12"}, [1])
    source.write_text(source.read_text(encoding="utf-8") + "{hỏng\n", encoding="utf-8")
    report, catalog = imported(source, into(tmp_path / "x"))
    assert [entry.name for entry in catalog.procedures] == ["Thủ tục đăng ký khai tử"], "the first wins"
    assert {error.row for error in report.errors} == {2, 3, 4, 5, 6}
    assert report.errors_file is not None
    refused = [json.loads(line) for line in report.errors_file.read_text(encoding="utf-8").splitlines()]
    assert {line["dong"] for line in refused} == {2, 3, 4, 5, 6}
    assert all(line["loi"] for line in refused)


def test_a_list_as_an_office_keeps_it(tmp_path: Path) -> None:
    """Title rows, a merged heading, blank lines, a code taken for a number, dates as text, own columns."""
    rows: list[list[object]] = [
        ["ỦY BAN NHÂN DÂN TỈNH"],
        [],
        [
            "STT",
            "Mã TTHC",
            "Tên thủ tục hành chính",
            "Lĩnh vực",
            "Hồ sơ",
            "",
            "Thời gian giải quyết",
            "Ngày hiệu lực",
        ],
        ["", "", "", "", "Thành phần hồ sơ", "Số bộ", "", ""],
        [1, 1.00012, "Cấp giấy A", "Hộ tịch", "- Tờ khai\n- Ảnh 4x6", 1, "05 ngày làm việc", "01/07/2025"],
        [],
        [2, "1.000656.000.00.00.H12", "Cấp giấy B", "Lĩnh vực lạ", "Đơn", 1, "Không quy định", "1-3-26"],
    ]
    report, catalog = imported(sheet(tmp_path / "ds.xlsx", rows), into(tmp_path / "x"))
    first, second = catalog.by_code["1.000120"], catalog.by_code["1.000656"]
    assert report.errors == []
    assert [item.name for item in first.documents[0].items] == ["Tờ khai", "Ảnh 4x6"]
    assert (first.effective_from, second.effective_from) == (date(2025, 7, 1), date(2026, 3, 1))
    assert str(first.ways[0].legal_time) == "5 ngày làm việc"
    assert Fact.TIME in second.unconfirmed
    assert catalog.field_by_id[second.field].name == "Lĩnh vực lạ"
    assert "STT" in report.ignored_columns


def test_errors_are_written_beside_the_rows_of_a_copy(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Mã thủ tục", "Tên thủ tục"],
        ["", "=HYPERLINK(1)"],
        ["1.000001", "Giấy tốt"],
    ]
    with xlsxwriter.Workbook(str(tmp_path / "ds.xlsx")) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write_string(number, column, str(cell))
    report, _ = imported(tmp_path / "ds.xlsx", into(tmp_path / "x"))
    assert report.errors_file == tmp_path / "x/ds-loi.xlsx"
    copy = load_workbook(str(report.errors_file)).get_sheet_by_index(0).to_python()
    assert copy[0][-1] == "Lỗi cần sửa"
    assert copy[1][1] == "=HYPERLINK(1)", "text, not a live formula"
    assert "Thiếu mã" in copy[1][-1]
    assert copy[2][-1] == ""
    with zipfile.ZipFile(report.errors_file) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_of_any_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    import unicodedata

    name = "Cấp giấy, có dấu; và tab"
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([["Mã thủ tục", "Tên thủ tục"], ["1.000001", name]])
    text = out.getvalue()
    if encoding == "cp1258":  # has no letters with two marks: the tone is a character of its own
        text = "".join(
            part if part.encode(encoding, "ignore") else unicodedata.normalize("NFD", part)
            for part in _windows_vietnamese(text)
        )
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    _, catalog = imported(tmp_path / "a.csv", into(tmp_path / "x"))
    assert catalog.by_code["1.000001"].name == name


def _windows_vietnamese(text: str) -> str:
    import unicodedata

    tones = "\u0300\u0301\u0303\u0309\u0323"
    written = ""
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
        written += base + "".join(part for part in parts if part in tones)
    return written


def test_csv_texts_that_a_spreadsheet_would_run_are_kept_as_text(tmp_path: Path) -> None:
    entry = Procedure(
        code="1.000001", name="=cmd|'/c calc'!A1", field="ho_tich", level=Level.COMMUNE, agency="ubnd_xa",
        summary="'nháy", where="@sum", validity="-1+1",
    )  # fmt: skip
    catalog = loader.load(folder(tmp_path / "c")).model_copy(update={"procedures": (entry,)})
    export(catalog, tmp_path / "a.csv")
    cells = next(
        csv.reader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8-sig").split("\n", 1)[1]))
    )
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert imported(tmp_path / "a.csv", into(tmp_path / "x"))[1].procedures == (entry,)


def test_long_lines_are_cut_at_a_word_and_the_rest_is_kept(tmp_path: Path) -> None:
    long = "giấy phép " * 60
    row = {**ROW, "name": f"Cấp {long}", "documents": [f"Bản sao {long} (1 bản sao)"]}
    _, catalog = imported(jsonl(tmp_path / "a.jsonl", row), into(tmp_path / "x"))
    (entry,) = catalog.procedures
    assert len(entry.name) <= 300
    assert entry.name.endswith(("giấy…", "phép…"))
    assert entry.summary == f"Cấp {long}".strip()
    (document,) = entry.documents[0].items
    assert document.copies == 1
    assert document.note is not None


def test_characters_are_put_right_on_the_way_in(tmp_path: Path) -> None:
    row = {**ROW, "name": "Ca\u0302\u0301p giâ\u0301y\u200b \uff21\uff22 ССCD\u00a0mới"}
    _, catalog = imported(jsonl(tmp_path / "a.jsonl", row), into(tmp_path / "x"))
    assert catalog.procedures[0].name == "Cấp giấy AB CCCD mới"


def test_a_folder_without_a_head_gets_the_shipped_one(tmp_path: Path) -> None:
    _, catalog = imported(jsonl(tmp_path / "a.jsonl", ROW), tmp_path / "moi")
    shipped = loader.load(Path(__file__).parents[2] / loader.HEAD)
    assert catalog.province == shipped.province
    assert catalog.communes == shipped.communes
    assert [entry.code for entry in catalog.procedures] == ["1.000656"]


def test_entries_that_are_there_are_not_overwritten_by_accident(tmp_path: Path) -> None:
    source, target = jsonl(tmp_path / "a.jsonl", ROW), into(tmp_path / "x")
    import_table(source, target)
    with pytest.raises(TableError, match="--replace"):
        import_table(source, target)
    report = import_table(jsonl(tmp_path / "b.jsonl", {**ROW, "code": "1.000001"}), target, replace=True)
    assert report.set_aside is not None
    assert (report.set_aside / "ho_tich.yaml.cu").is_file()
    assert [entry.code for entry in loader.load(target / loader.HEAD).procedures] == ["1.000001"]


def test_a_list_with_no_good_row_changes_nothing(tmp_path: Path) -> None:
    target = into(tmp_path / "x")
    import_table(jsonl(tmp_path / "a.jsonl", ROW), target)
    before = loader.load(target / loader.HEAD)
    report = import_table(jsonl(tmp_path / "b.jsonl", {"name": "Không mã"}), target, replace=True)
    assert report.imported == 0
    assert loader.load(target / loader.HEAD) == before


def test_a_head_that_cannot_be_read_stops_the_import(tmp_path: Path) -> None:
    target = into(tmp_path / "x")
    (target / loader.HEAD).write_text("province: 1\n", encoding="utf-8")
    with pytest.raises(CatalogError):
        import_table(jsonl(tmp_path / "a.jsonl", ROW), target)


def test_a_head_that_does_not_read_the_new_files_is_told_how(tmp_path: Path) -> None:
    target = into(tmp_path / "x")
    (target / loader.HEAD).write_text(HEAD_TEXT + "include: [thu_tuc/*.yaml]\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"catalog/\*\.yaml"):
        import_table(jsonl(tmp_path / "a.jsonl", ROW), target)


def test_many_entries_of_a_field_go_into_several_files(tmp_path: Path) -> None:
    rows = [{**ROW, "code": f"1.{number:06}"} for number in range(850)]
    done: list[tuple[int, int]] = []
    report = import_table(
        jsonl(tmp_path / "a.jsonl", *rows), into(tmp_path / "x"), progress=lambda *at: done.append(at)
    )
    names = sorted(path.name for path in report.files)
    assert names == ["ho_tich-2.yaml", "ho_tich-3.yaml", "ho_tich.yaml", "nhap.yaml"]
    assert len(loader.load(tmp_path / "x" / loader.HEAD).procedures) == 850
    assert done[-1] == (850, 850)


def refusal(path: Path, tmp_path: Path) -> str:
    with pytest.raises(TableError) as caught:
        import_table(path, into(tmp_path / "x"))
    assert caught.value.remedy
    return caught.value.what


def test_what_is_no_list_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"not a zip")
    assert "không phải Excel" in refusal(tmp_path / "a.xlsx", tmp_path / "1")
    assert "Không có tệp" in refusal(tmp_path / "none.csv", tmp_path / "2")
    (tmp_path / "a.docx").write_bytes(b"x")
    assert ".docx" in refusal(tmp_path / "a.docx", tmp_path / "3")
    (tmp_path / "a.csv").write_text("xin,chào\n1,2\n", encoding="utf-8")
    assert "tiêu đề" in refusal(tmp_path / "a.csv", tmp_path / "4")


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "a.xlsx", {"xl/worksheets/sheet1.xml": b" " * 60_000_000})
    assert "nén bất thường" in refusal(bomb, tmp_path)
    dense = packed(tmp_path / "b.xlsx", {"xl/worksheets/sheet1.xml": b" " * 5_000_000})
    assert "nén bất thường" in refusal(dense, tmp_path / "b")


def test_a_part_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "a.xlsx", {"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b"abcd" * 250_000}
    )
    raw = path.read_bytes()
    real, lie = (1_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little")
    assert raw.count(real) == 2
    path.write_bytes(raw.replace(real, lie))
    assert "không phải Excel" in refusal(path, tmp_path)


def test_one_cell_at_the_far_corner_does_not_fill_the_memory(tmp_path: Path) -> None:
    far = sheet(tmp_path / "a.xlsx", [["Mã thủ tục", "Tên thủ tục"]])
    with zipfile.ZipFile(far) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    xml = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = xml.replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    assert "hơn" in refusal(packed(tmp_path / "b.xlsx", parts), tmp_path)


def test_a_sheet_formatted_down_to_the_last_row_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page, yellow = book.add_worksheet(), book.add_format({"bg_color": "yellow"})
        page.write_row(0, 0, ["Mã thủ tục", "Tên thủ tục"])
        page.write_row(1, 0, ["1.001193", "Đăng ký khai sinh"])
        page.set_row(1_048_575, None, yellow)
        page.write_blank(1_048_575, 16_383, None, yellow)
    _, catalog = imported(path, into(tmp_path / "x"))
    assert [entry.code for entry in catalog.procedures] == ["1.001193"]


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1048576"><c><v>1</v></c></row>',
        '<row r="1048576"><c r="A1048576"/><c><v>1</v></c></row>',
        "<x:row r='99999999' ><x:c><x:v>1</x:v></x:c></x:row >",
    ],
)
def test_a_far_row_whose_cells_hide_their_number_is_refused(tmp_path: Path, row: str) -> None:
    path = sheet(tmp_path / "a.xlsx", [["Mã thủ tục", "Tên thủ tục"]])
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    page = "xl/worksheets/sheet1.xml"
    parts[page] = parts[page].replace(b"</sheetData>", row.encode() + b"</sheetData>")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(TableError, match="dòng hoặc hơn"):
        import_table(path, into(tmp_path / "x"))


def test_a_hidden_sheet_is_not_taken_for_the_list(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, title in (("cũ", "Bản cũ"), ("mới", "Bản mới")):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["Mã thủ tục", "Tên thủ tục"])
            page.write_row(1, 0, ["1.001193", title])
        page.activate()
        page.set_first_sheet()
        book.get_worksheet_by_name("cũ").hide()
    _, catalog = imported(path, into(tmp_path / "x"))
    assert catalog.procedures[0].name == "Bản mới"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "đời cũ"),
        ("a.csv", "M· thñ tôc;Tªn thñ tôc\n1.001193;§¨ng ký\n".encode("latin-1"), "TCVN3"),
        ("a.csv", 'Mã thủ tục,Tên thủ tục\n1.001193,"Khai sinh\n1.001194,b\n'.encode(), "nháy kép"),
    ],
)
def test_what_people_can_put_right_is_told_as_such(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableError, match=told):
        import_table(tmp_path / name, into(tmp_path / "x"))


def test_titles_over_the_table_and_sections_in_it_are_no_errors(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.merge_range(0, 0, 0, 3, "ỦY BAN NHÂN DÂN TỈNH")
        page.merge_range(1, 0, 1, 3, "DANH MỤC THỦ TỤC HÀNH CHÍNH")
        page.write_row(3, 0, ["Mã thủ tục", "Tên thủ tục", "Thời hạn", "Phí"])
        page.merge_range(4, 0, 4, 3, "I. LĨNH VỰC CHỨNG THỰC")
        page.write_row(5, 0, ["2.000815", "Chứng thực bản sao", "Ngay trong ngày", "2.000 đồng/trang"])
    report, catalog = imported(path, into(tmp_path / "x"))
    (entry,) = catalog.procedures
    assert str(entry.ways[0].legal_time) == "trong ngày"
    assert entry.ways[0].fees == (Fee(amount=2000, per="trang"),)
    assert report.errors == []


def test_merged_cells_and_section_titles_hold_for_every_procedure_below_them(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(
            0, 0, ["STT", "Mã thủ tục", "Tên thủ tục", "Cơ quan thực hiện", "Ngày hiệu lực", "Hồ sơ"]
        )
        page.merge_range(1, 0, 1, 5, "I. LĨNH VỰC HỘ TỊCH")
        page.merge_range(2, 3, 5, 3, "UBND cấp xã")
        page.merge_range(2, 4, 3, 4, 45839)  # a date as Excel counts it
        page.merge_range(2, 1, 3, 1, 1.00476)  # one procedure, a row a paper; the code lost its last zero
        page.merge_range(2, 2, 3, 2, "Đăng ký lại khai sinh")
        page.write_column(2, 5, ["Tờ khai", "Giấy tờ tùy thân"])
        page.write_row(4, 0, [2, "1.000656", "Đăng ký khai tử"])
        page.write_row(5, 0, ["II"])
        page.write(5, 1, "LĨNH VỰC CHỨNG THỰC")
        page.write_row(6, 0, [3, "2.000815", "Chứng thực bản sao", "UBND cấp xã"])
    report, catalog = imported(path, into(tmp_path / "x"))
    assert report.errors == []
    assert {each.code: (each.field, each.agency, each.level) for each in catalog.procedures} == {
        "1.004760": ("ho_tich", "ubnd_xa", Level.COMMUNE),
        "1.000656": ("ho_tich", "ubnd_xa", Level.COMMUNE),
        "2.000815": ("chung_thuc", "ubnd_xa", Level.COMMUNE),
    }
    again = catalog.by_code["1.004760"]
    assert [item.name for case in again.documents for item in case.items] == ["Tờ khai", "Giấy tờ tùy thân"]
    assert again.effective_from == date(2025, 7, 1)


def test_a_list_with_headings_over_two_rows_and_codes_that_excel_changed(tmp_path: Path) -> None:
    """Group headings, codes read as numbers or dates, papers on rows of their own, a signature below."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["DANH MỤC THỦ TỤC HÀNH CHÍNH (kèm theo Quyết định số 12/QĐ-UBND)"])
        page.merge_range(1, 0, 2, 0, "STT")
        page.merge_range(1, 1, 1, 2, "Thủ tục")
        page.write_row(2, 1, ["Mã số TTHC", "Tên thủ tục hành chính"])
        page.merge_range(1, 3, 2, 3, "Lĩnh vực")
        page.merge_range(1, 4, 2, 4, "Thành phần hồ sơ")
        page.write_row(3, 0, ["I. HỘ TỊCH"])
        page.write_row(4, 0, [1, 1001193, "Đăng ký khai sinh", "Hộ tịch", "Tờ khai"])
        page.write_row(5, 4, ["Giấy chứng sinh"])
        page.write_row(6, 0, [2, "1.000.656", "Đăng ký khai tử", "Hộ tịch", "Tờ khai"])
        page.write_row(7, 0, [3, "", "Không có mã", "Hộ tịch"])
        page.write_datetime(8, 1, date(2025, 1, 2), book.add_format({"num_format": "dd/mm/yyyy"}))
        page.write_row(8, 2, ["Mã thành ngày", "Hộ tịch"])
        page.write_row(10, 3, ["Người lập biểu"])
    report, catalog = imported(path, into(tmp_path / "x"))
    birth, death = catalog.by_code["1.001193"], catalog.by_code["1.000656"]
    assert [item.name for item in birth.documents[0].items] == ["Tờ khai", "Giấy chứng sinh"]
    assert [item.name for item in death.documents[0].items] == ["Tờ khai"]
    assert [error.row for error in report.errors] == [8, 9]
    assert "thành ngày 2025-01-02" in str(report.errors[1])


def test_names_that_climb_out_of_the_archive_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.xlsx", {"../../etc/passwd": b"x", "xl/workbook.xml": b"<a/>"})
    assert "đường dẫn lạ" in refusal(path, tmp_path)


def test_a_wide_csv_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Mã thủ tục,Tên thủ tục" + "," * limits.MAX_COLUMNS, encoding="utf-8")
    assert "cột" in refusal(tmp_path / "a.csv", tmp_path)


def test_another_kind_of_file_renamed_is_refused(tmp_path: Path) -> None:
    ods = packed(tmp_path / "a.xlsx", {"content.xml": b'<row number-rows-repeated="1048576"/>'})
    assert "không phải Excel .xlsx" in refusal(ods, tmp_path)


def test_broken_json_is_a_row_error_whatever_it_holds(tmp_path: Path) -> None:
    deep = '{"code": "1.000002", "name": "Sâu", "ways": ' + "[" * 900 + "]" * 900 + "}"
    odd = (
        '{"code": "1.000003", "name": "Nửa \\ud83d ký tự", "documents": [{"items": [{"name": "a\\ud83d"}]}]}'
    )
    half = '{"name": "\\ud83d"}'
    number = '{"code": "1.000004", "name": "Số", "fee": ' + "9" * 5000 + "}"
    source = jsonl(tmp_path / "a.jsonl", ROW)
    lines_ = [source.read_text(encoding="utf-8"), deep, odd, half, number, "NaN"]
    source.write_text("\n".join(lines_), encoding="utf-8")
    report, catalog = imported(source, into(tmp_path / "x"))
    assert {entry.code for entry in catalog.procedures} == {"1.000656", "1.000003"}
    assert catalog.by_code["1.000003"].name == "Nửa ký tự"
    assert len({error.row for error in report.errors}) == 4


def test_columns_count_as_excel_counts_them() -> None:
    assert [excel._column_number(name) for name in (b"A", b"Z", b"AA", b"XFD")] == [1, 26, 27, 16_384]


# Out and back. Texts are what the check accepts: no controls, no look-alikes, no spaces at the ends of lines.
_LETTERS = st.sampled_from(
    "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂĐƠƯáàảãạếềệ0123456789 .,;:-–'\"()[]{}#&*!|>%@=+/?“”"
)
_LINE = st.text(_LETTERS, min_size=1, max_size=40).map(lambda text: " ".join(text.split())).filter(bool)
_SENTENCE = st.lists(_LINE, min_size=1, max_size=3).map("\n".join)
_CODE = st.integers(0, 9_999_999).map(
    lambda number: f"{number // 10**6}.{number % 10**6:06}"
) | st.sampled_from(["DP-A", "DP-GIAO-DUC-01", "DP-1-2"])
_LIMIT = st.one_of(
    st.builds(
        TimeLimit,
        amount=st.integers(0, 999),
        unit=st.sampled_from([TimeUnit.DAYS, TimeUnit.WORKING_DAYS, TimeUnit.HOURS, TimeUnit.MONTHS]),
    ),
    st.sampled_from(
        [TimeLimit(amount=0, unit=TimeUnit.SAME_DAY), TimeLimit(amount=0, unit=TimeUnit.AT_ONCE)]
    ),
)


def lines(of: st.SearchStrategy[str] = _LINE) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(of, max_size=3).map(tuple)


_FEE = st.builds(
    Fee, amount=st.integers(0, 10**9), per=st.none() | _LINE, note=st.none() | _LINE, exemptions=lines()
)
_WAY = st.builds(
    Way,
    kind=st.sampled_from(WayKind),
    fees=st.lists(_FEE, max_size=2).map(tuple),
    legal_time=st.none() | _LIMIT,
    committed_time=st.none() | _LIMIT,
    note=st.none() | _LINE,
)
_PAPER = st.builds(
    RequiredDocument,
    name=_LINE,
    originals=st.integers(0, 20),
    copies=st.integers(0, 20),
    show_only=st.booleans(),
    form=st.none() | _LINE,
    if_missing=st.none() | _SENTENCE,
    note=st.none() | _LINE,
)
_CASE = st.builds(
    DocumentCase, case=st.none() | _LINE, items=st.lists(_PAPER, min_size=1, max_size=2).map(tuple)
)
_ENTRY = st.builds(
    Procedure,
    code=_CODE,
    name=_LINE,
    short_name=st.none() | _LINE,
    summary=st.none() | _SENTENCE,
    everyday_names=lines(),
    wordings=lines(),
    field=st.sampled_from(["ho_tich", "linh_vuc_rieng"]),
    level=st.sampled_from(Level),
    agency=st.sampled_from(["ubnd_xa", "so_tu_phap", "co_quan_rieng"]),
    audience=st.none() | _LINE,
    documents=st.lists(_CASE, max_size=2).map(tuple),
    ways=st.lists(_WAY, max_size=2).map(tuple),
    any_place=st.booleans(),
    where=st.none() | _SENTENCE,
    conditions=lines(_SENTENCE),
    result=st.none() | _LINE,
    validity=st.none() | _LINE,
    neighbours=st.lists(st.builds(Neighbour, code=_CODE, difference=_SENTENCE), max_size=2).map(tuple),
    mistakes=lines(_SENTENCE),
    on_behalf=st.lists(st.builds(OnBehalf, who=_LINE, paper=st.none() | _LINE), max_size=2).map(tuple),
    bundle_of=lines(_CODE),
    links=st.builds(Links, portal=st.sampled_from([None, "https://dichvucong.gov.vn/x?a=1#b"])),
    tags=st.frozensets(st.sampled_from(Tag)),
    tone=st.sampled_from(Tone),
    effective_from=st.none() | st.dates(date(2000, 1, 1), date(2099, 1, 1)),
    effective_to=st.none() | st.dates(date(2000, 1, 1), date(2099, 1, 1)),
    replaced_by=lines(_CODE),
    former_codes=st.just(()),
    announced_by=st.none() | _LINE,
    verified_on=st.none() | st.dates(date(2000, 1, 1), date(2099, 1, 1)),
    legal_basis=lines(),
    unconfirmed=st.frozensets(st.sampled_from(Fact)),
    source=lines(),
)


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "jsonl"])
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(entries=st.lists(_ENTRY, min_size=1, max_size=2, unique_by=lambda entry: entry.code))
def test_what_goes_out_comes_back_unchanged(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, entries: list[Procedure]
) -> None:
    place = tmp_path_factory.mktemp("bang")
    base = loader.load(folder(place / "goc"))
    ordered = tuple(sorted(entries, key=lambda entry: entry.code))
    export(base.model_copy(update={"procedures": ordered}), place / f"bang.{suffix}")
    report, catalog = imported(place / f"bang.{suffix}", into(place / "ve"))
    assert report.errors == []
    assert catalog.procedures == ordered


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "jsonl"])
def test_the_shipped_catalog_goes_out_and_comes_back(tmp_path: Path, suffix: str) -> None:
    shipped = loader.load(Path(__file__).parents[2] / loader.HEAD)
    assert export(shipped, tmp_path / f"a.{suffix}") == len(shipped.procedures)
    report, catalog = imported(tmp_path / f"a.{suffix}", tmp_path / "x")
    assert report.errors == []
    assert catalog == shipped


def test_a_cell_longer_than_excel_holds_goes_on_in_the_next_column(tmp_path: Path) -> None:
    papers = tuple(RequiredDocument(name=f"Giấy {number} " + "a" * 280) for number in range(200))
    entry = Procedure(
        code="1.000001", name="Dài", field="ho_tich", level=Level.COMMUNE, agency="ubnd_xa",
        documents=(DocumentCase(items=papers),),
    )  # fmt: skip
    base = loader.load(folder(tmp_path / "goc")).model_copy(update={"procedures": (entry,)})
    export(base, tmp_path / "a.xlsx")
    assert imported(tmp_path / "a.xlsx", into(tmp_path / "x"))[1].procedures == (entry,)


def test_entries_that_are_known_get_what_people_call_them_where_it_is_wanted(tmp_path: Path) -> None:
    other = {
        **ROW,
        "code": "1.001193",
        "name": "Thủ tục cấp phép khai thác cát",
    }  # the code of another procedure
    own = {**ROW, "code": "1.000894", "name": "Thủ tục đăng ký kết hôn", "wordings": ["cưới hỏi ở xã"]}
    source = jsonl(tmp_path / "a.jsonl", ROW, other, own)

    report, bare = imported(source, tmp_path / "bare")
    assert report.known == 1
    assert not bare.by_code["1.000656"].wordings

    import_table(source, tmp_path / "worded", wordings=True)
    worded = loader.load(tmp_path / "worded" / loader.HEAD).by_code
    assert "báo tử" in " ".join(worded["1.000656"].wordings + worded["1.000656"].everyday_names)
    assert worded["1.000656"].name == "Thủ tục đăng ký khai tử"
    assert not worded["1.001193"].wordings
    assert worded["1.000894"].wordings == ("cưới hỏi ở xã",)
