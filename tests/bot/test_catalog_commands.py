"""The catalog's commands on real files, from the outside: what is printed, and the exit code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.catalog_commands import app
from intents import loader
from intents.schema import head_schema, part_schema
from tests.small_catalogs import HEAD_TEXT, entry, folder

ROOT = Path(__file__).parents[2]


def run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_check_of_a_good_catalog(tmp_path: Path) -> None:
    code, said = run("check", "--catalog", folder(tmp_path), "--strict")
    assert code == 0
    assert "1 thủ tục, 2 tệp: 0 lỗi, 0 cảnh báo." in said


def test_warnings_fail_only_where_asked(tmp_path: Path) -> None:
    head = folder(tmp_path, entry().replace("    result: Giấy khai sinh\n", ""))
    assert run("check", "--catalog", tmp_path)[0] == 0
    code, said = run("check", "--catalog", head, "--strict")
    assert code == 1
    assert "catalog/ho_tich.yaml:3: cảnh báo" in said


def test_errors_fail_and_are_told_as_json(tmp_path: Path) -> None:
    folder(tmp_path, entry().replace("agency: ubnd_xa", "agency: khong_co"))
    code, said = run("check", "--catalog", tmp_path, "--json")
    told = json.loads(said)
    assert code == 1
    assert (told["errors"], told["warnings"]) == (1, 0)
    (problem,) = told["problems"]
    assert (problem["file"], problem["line"], problem["rule"]) == ("catalog/ho_tich.yaml", 14, "dangling")
    assert problem["remedy"]


def test_a_catalog_that_is_not_there(tmp_path: Path) -> None:
    code, said = run("check", "--catalog", tmp_path / "khong_co")
    assert code == 1
    assert "Không có tệp này" in said


def test_out_to_excel_edited_nowhere_and_in_again(tmp_path: Path) -> None:
    folder(tmp_path / "a")
    assert run("export", "--catalog", tmp_path / "a", "--to", tmp_path / "ds.xlsx")[0] == 0
    (tmp_path / "b").mkdir()
    head = HEAD_TEXT + "include: [catalog/head/*.yaml, catalog/*.yaml]\n"
    (tmp_path / "b" / loader.HEAD).write_text(head, encoding="utf-8")
    code, said = run("import", tmp_path / "ds.xlsx", "--into", tmp_path / "b")
    assert code == 0
    assert "Đã nhập 1 trong 1 dòng" in said
    code, said = run("diff", tmp_path / "a", tmp_path / "b")
    assert (code, said.strip()) == (0, "Hai danh mục giống nhau.")


def test_bad_rows_are_shown_and_where_the_rest_is(tmp_path: Path) -> None:
    rows = [{"code": "1.000001", "name": "Giấy tốt"}, *({"name": f"Không mã {n}"} for n in range(30))]
    source = tmp_path / "a.jsonl"
    source.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    code, said = run("import", source, "--into", tmp_path / "b")
    assert code == 0
    assert "Dòng 2 (Mã thủ tục): Thiếu mã thủ tục." in said
    assert "… và 10 lỗi nữa." in said
    assert "a-loi.jsonl" in said.replace("\n", "")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.docx", b"x", "Lưu lại thành .xlsx"),
        ("a.xlsx", b"x", "không phải Excel"),
        ("a.csv", b"a,b\n", "tiêu đề"),
        ("khong_co.csv", None, "Không có tệp"),
    ],
)
def test_a_file_that_cannot_be_imported(tmp_path: Path, name: str, content: bytes | None, told: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    code, said = run("import", tmp_path / name, "--into", tmp_path / "b")
    assert code == 2
    assert told in said


def test_a_list_with_no_good_row_fails(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"name": "Không mã"}\n', encoding="utf-8")
    code, said = run("import", tmp_path / "a.jsonl", "--into", tmp_path / "b")
    assert code == 1
    assert "chưa ghi gì" in said


def test_export_to_where_it_cannot(tmp_path: Path) -> None:
    folder(tmp_path / "a")
    code, said = run("export", "--catalog", tmp_path / "a", "--to", tmp_path / "a.pdf")
    assert (code, ".xlsx" in said) == (2, True)
    code, said = run("export", "--catalog", tmp_path / "a", "--to", tmp_path / "khong/co/a.csv")
    assert (code, "Kiểm tra thư mục" in said) == (2, True)


def test_stats_for_people_and_for_programs(tmp_path: Path) -> None:
    folder(tmp_path)
    figures = json.loads(run("stats", "--catalog", tmp_path, "--json")[1])
    wanted = {"procedures", "wordings", "min_wordings", "fields", "unconfirmed", "topics", "offices"}
    assert wanted <= figures.keys()
    assert figures["procedures"] == 1
    assert "Hộ tịch: 1" in run("stats", "--catalog", tmp_path)[1]


def test_diff_groups_by_kind_and_field(tmp_path: Path) -> None:
    folder(tmp_path / "a")
    folder(tmp_path / "b", entry(), entry("1.000002", "khai tử"))
    said = run("diff", tmp_path / "a", tmp_path / "b")[1]
    assert "MỚI · Hộ tịch\n1.000002 khai tử" in said
    code, said = run("diff", tmp_path / "a", tmp_path / "khong_co")
    assert (code, "Không có tệp này" in said) == (1, True)


@pytest.mark.parametrize(
    ("words", "file", "schema"),
    [
        (["schema"], "catalog.schema.json", head_schema()),
        (["schema", "--part"], "catalog-part.schema.json", part_schema()),
    ],
)
def test_the_schemas_in_docs_are_current(words: list[str], file: str, schema: dict[str, object]) -> None:
    assert json.loads(run(*words)[1]) == schema
    written = json.loads((ROOT / "docs" / file).read_text(encoding="utf-8"))
    assert written == schema, f"write it anew: motcua catalog {' '.join(words)} > docs/{file}"


def rivals(path: Path) -> Path:
    """Two entries, one of which lists a question that is the other's by name."""
    thief = entry("1.000894", "kết hôn").replace("tui cần kết hôn gấp", "xin giấy độc thân ở phường")
    owner = entry("1.004873", "tình trạng hôn nhân").replace(
        "tui cần tình trạng hôn nhân gấp", "xin giấy độc thân ở phường mình"
    )
    return folder(path, thief, owner)


def test_collisions_say_who_takes_whose_question(tmp_path: Path) -> None:
    rivals(tmp_path)
    code, said = run("collisions", "--catalog", tmp_path)
    assert code == 0
    assert "“xin giấy độc thân ở phường mình”: tình trạng hôn nhân → kết hôn" in said
    assert "câu chắc chắn bị giành." in said.splitlines()[-1]
    told = json.loads(run("collisions", "--catalog", tmp_path, "--json")[1])
    assert {
        "wording": "xin giấy độc thân ở phường mình", "owner": "1.004873", "thief": "1.000894"
    }.items() <= next(each for each in told if each["owner"] == "1.004873").items()  # fmt: skip


def test_a_catalog_without_rivals_has_no_collision(tmp_path: Path) -> None:
    folder(tmp_path, entry(), entry("1.004222", "thường trú"))
    told = json.loads(run("collisions", "--catalog", tmp_path, "--json")[1])
    assert [each for each in told if each["sure"]] == []


def test_check_for_overmatch_tries_each_wording(tmp_path: Path) -> None:
    """An entry lists a question that names another by its code: who asks it is led there."""
    owner = entry("1.004873", "tình trạng hôn nhân").replace(
        "tui cần tình trạng hôn nhân gấp", "làm 1.000894"
    )
    folder(tmp_path, entry("1.000894", "kết hôn"), owner)
    assert "làm 1.000894" not in run("check", "--catalog", tmp_path)[1]
    code, said = run("check", "--catalog", tmp_path, "--overmatch")
    assert (code, "làm 1.000894" in said) == (0, True)
    assert run("check", "--catalog", tmp_path, "--overmatch", "--strict")[0] == 1


def test_check_for_overmatch_of_a_good_catalog(tmp_path: Path) -> None:
    folder(tmp_path)
    assert "overmatch" not in run("check", "--catalog", tmp_path, "--overmatch")[1]
