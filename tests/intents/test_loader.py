"""Files become one catalog, or a list of everything that stands in the way."""

from pathlib import Path

import pytest

from intents import loader
from intents.problems import CatalogError
from tests.small_catalogs import HEAD_TEXT, entry, folder

SHIPPED = Path(__file__).parents[2] / loader.HEAD


def test_the_shipped_catalog_loads() -> None:
    catalog = loader.load(SHIPPED)
    assert len(catalog.procedures) >= 60
    assert len(catalog.communes) == 64
    assert sum(commune.name.startswith("Phường ") for commune in catalog.communes) == 9


def test_the_answer_about_hours_is_that_of_the_province() -> None:
    catalog = loader.load(SHIPPED)
    spans = {(span.opens, span.closes) for day in catalog.province.hours.values() for span in day}
    answer = catalog.topic_by_id["gio_lam_viec"].answer
    for opens, closes in spans:
        assert f"{opens.removeprefix('0')} - {closes}" in answer


def test_equal_content_has_one_version_whatever_the_files(tmp_path: Path) -> None:
    two = folder(tmp_path / "a", entry("1.000001", "kết hôn"), entry("1.000002", "khai tử"))
    other = folder(tmp_path / "b", entry("1.000002", "khai tử"))
    (tmp_path / "b/catalog/z.yaml").write_text(
        "field: ho_tich\nprocedures:\n" + entry("1.000001", "kết hôn"), encoding="utf-8"
    )
    assert loader.load(two).version == loader.load(other).version
    changed = folder(tmp_path / "c", entry("1.000001", "kết hôn"), entry("1.000002", "khai tử lại"))
    assert loader.load(changed).version != loader.load(two).version


def test_parts_of_the_head_may_stand_in_included_files(tmp_path: Path) -> None:
    head = folder(tmp_path)
    topics = "topics:\n  - {id: gio, title: Giờ, wordings: [mấy giờ mở], answer: Dạ 7 giờ ạ}\n"
    (tmp_path / "catalog/topics.yaml").write_text(topics, encoding="utf-8")
    loaded = loader.read(head)
    assert loaded.catalog is not None
    assert [topic.id for topic in loaded.catalog.topics] == ["gio"]
    place = loaded.place_in("topics", 0, "answer")
    assert (place.file, place.line) == ("catalog/topics.yaml", 2)


def test_an_error_in_an_included_head_part_is_told_where_it_stands(tmp_path: Path) -> None:
    head = folder(tmp_path)
    (tmp_path / "catalog/offices.yaml").write_text(
        "offices:\n  - id: a\n    name: Quầy\n    kind: quay\n    address: x\n", encoding="utf-8"
    )
    (problem,) = loader.read(head).problems
    assert (problem.file, problem.line, problem.rule) == ("catalog/offices.yaml", 4, "enum")


def test_every_problem_is_reported_in_one_run(tmp_path: Path) -> None:
    head = folder(
        tmp_path,
        entry("1.1193", "khai sinh"),
        entry("1.000001", "kết hôn", "    effective_from: 31/12/2025\n"),
        entry("1.000002", "khai tử", "    tag: [essential]\n"),
        entry("1.000003", "nhận con"),
        entry("1.000003", "nhận con nuôi"),
        head="chu_de: []\n",
    )
    loaded = loader.read(head)
    assert loaded.catalog is None
    assert {problem.rule for problem in loaded.problems} == {
        "string_pattern_mismatch",
        "date_from_datetime_parsing",
        "extra_forbidden",
        "duplicate-code",
    }
    assert all(problem.line > 1 and problem.remedy for problem in loaded.problems)


@pytest.mark.parametrize("written", ["1.001193", '"1.001193"', "1.001120"])
def test_codes_survive_with_and_without_quotes(tmp_path: Path, written: str) -> None:
    text = entry("X", "khai sinh").replace('"X"', written)
    (procedure,) = loader.load(folder(tmp_path, text)).procedures
    assert procedure.code == written.strip('"')


@pytest.mark.parametrize("pattern", ["../*.yaml", "/etc/*.yaml", "khong_co/*.yaml"])
def test_includes_stay_inside_the_folder_and_find_something(tmp_path: Path, pattern: str) -> None:
    head = tmp_path / loader.HEAD
    head.write_text(HEAD_TEXT + f"include: [{pattern}]\n", encoding="utf-8")
    assert [problem.rule for problem in loader.read(head).problems] == ["include"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "ngoai.yaml"
    outside.write_text("field: ho_tich\nprocedures: []\n", encoding="utf-8")
    head = folder(tmp_path / "danh_muc")
    (tmp_path / "danh_muc/catalog/la.yaml").symlink_to(outside)
    assert all(path.name != "la.yaml" for path in loader.read(head).files)


def test_the_head_is_found_where_people_point(tmp_path: Path) -> None:
    head = folder(tmp_path)
    assert loader.find_head(tmp_path) == loader.find_head(head) == head
    assert loader.find_head(None, {"MOTCUA_CATALOG": str(tmp_path)}) == head
    with pytest.raises(CatalogError, match=r"procedures_catalog\.yaml"):
        loader.find_head(tmp_path / "khong_co")


def test_a_file_that_is_no_list_of_procedures_is_refused(tmp_path: Path) -> None:
    head = folder(tmp_path)
    (tmp_path / "catalog/b.yaml").write_text("xin chào\n", encoding="utf-8")
    (tmp_path / "catalog/c.yaml").write_text("field: ho_tich\nprocedure: []\n", encoding="utf-8")
    found = {(problem.file, problem.rule) for problem in loader.read(head).problems}
    assert found == {("catalog/b.yaml", "part"), ("catalog/c.yaml", "part")}


def test_messages_are_vietnamese_and_say_what_to_do(tmp_path: Path) -> None:
    text = entry().replace("3 ngày làm việc", "ba ngày").replace("originals: 1", "originals: một")
    problems = [str(problem) for problem in loader.read(folder(tmp_path, text)).problems]
    assert any("viết như `3 ngày làm việc`" in text for text in problems)
    assert any("không phải số" in text for text in problems)


def test_a_sentence_that_a_comma_cut_in_two_is_told(tmp_path: Path) -> None:
    """`{difference: Mất, hư.}` is two keys for YAML; the second half was lost without a word."""
    more = '    neighbours: [{code: "1.001193", difference: Giấy bị mất, hư hoặc rách.}]\n'
    (problem,) = loader.read(folder(tmp_path, entry(more=more))).problems
    assert problem.rule == "extra_forbidden"
    assert "`hư hoặc rách.`" in problem.what
    assert "dấu nháy" in problem.remedy


def test_a_key_left_empty_is_a_key_not_written(tmp_path: Path) -> None:
    catalog = loader.load(folder(tmp_path, entry(more="    conditions:\n    where:\n")))
    assert (catalog.procedures[0].where, catalog.procedures[0].conditions) == (None, ())
