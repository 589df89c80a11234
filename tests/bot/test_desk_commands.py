"""`motcua audit verify`, `motcua report`, `motcua officers reset-factor`, as an operator runs them."""

import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app


@pytest.fixture
def data(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", sqlite_url)
    return tmp_path


def run(data: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words, "--data", str(data)])
    return done.exit_code, done.output


def test_an_audit_trail_is_whole_until_somebody_changes_it(data: Path, sqlite_url: str) -> None:
    assert run(data, "audit", "verify") == (0, "Nhật ký kiểm tra còn trống.\n")
    run(data, "officers", "add", "mai", "--name", "Nguyễn Thị Mai")
    run(data, "officers", "reset-factor", "mai")
    code, said = run(data, "audit", "verify")
    assert (code, "nguyên vẹn: 2 dòng" in said) == (0, True)
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as database:
        database.execute("DROP TRIGGER audit_refuses_update")
        database.execute("UPDATE audit SET actor = 'ai đó' WHERE id = 1")
    database.close()
    code, said = run(data, "audit", "verify")
    assert (code, "bắt đầu từ dòng 1" in said) == (1, True)


def test_a_report_is_written_as_the_file_asked_for(data: Path) -> None:
    for name, begins in (("tuan.xlsx", b"PK"), ("tuan.docx", b"PK"), ("tuan.csv", b"\xef\xbb\xbf")):
        code, said = run(data, "report", "--week", "--day", "2026-11-25", "--into", str(data / name))
        assert (code, "23/11 – 29/11/2026" in said) == (0, True), said
        assert (data / name).read_bytes().startswith(begins)
    code, said = run(data, "report", "--into", str(data / "tuan.doc"))
    assert (code, ".docx hoặc .csv" in said) == (2, True)
    assert run(data, "report", "--day", "hôm qua")[0] == 2
