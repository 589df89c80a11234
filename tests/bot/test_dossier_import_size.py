"""Dossiers from a file of any length: progress is seen, memory does not grow with it, a second time changes nothing."""

import asyncio
import csv
import json
import os
import pty
import re
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.dossier_files import CHUNK, LONGEST_ROW, rows
from bot.dossier_import import import_dossiers
from intents.tables.errors import TableError
from tests.bot.test_filing_desk import said
from tests.bot.test_notices import follows
from tests.house import ON_TIME, ROOT, house
from tests.long.test_dossiers import code_of
from tests.small_catalogs import folder

FEW, MANY = 5_000, 50_000
GROWS_BY = 30  # megabytes from the short file to the one ten times as long


def row(number: int, **facts: Any) -> dict[str, Any]:
    told = {
        "MaHoSo": code_of(number),
        "MaTTHC": "1.001193",
        "TenTTHC": "Đăng ký khai sinh",
        "TrangThaiHoSo": number % 10 + 1,
        "NgayTiepNhan": "13/11/2026",
        "NgayHenTra": "26/11/2026",
        "CoQuan": "Ủy ban nhân dân xã Đất Mũi",
        "ChuHoSo": "Nguyễn Văn Út",
        "SoGiayToChuHoSo": f"096{number:09}",
    }
    return {**told, **facts}


def written(file: Path, found: list[dict[str, Any]]) -> Path:
    if file.suffix == ".json":
        file.write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
        return file
    with file.open("w", newline="", encoding="utf-8") as out:
        table = csv.DictWriter(out, list(found[0]))
        table.writeheader()
        table.writerows(found)
    return file


def environment(place: Path) -> Mapping[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")}
    given = {"PYTHONPATH": str(ROOT), "MOTCUA_CATALOG": str(place / "catalog"), "COLUMNS": "100"}
    return {**plain, **given, "TERM": "xterm"}


MEASURED = """
import asyncio, re, sys
from pathlib import Path
from bot.config import Settings
from bot.dossier_import import import_dossiers

settings = Settings(data_dir=Path(sys.argv[2]))
report = asyncio.run(import_dossiers(settings, Path(sys.argv[1])))
assert not report.faulty, report.errors[:3]
# `getrusage` would count what the process that started this one held
print(report.taken, int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def peak(place: Path, file: Path, count: int) -> int:
    """Megabytes of a process that imports this file."""
    command = [sys.executable, "-c", MEASURED, str(file), str(place / f"data-{file.name}")]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment(place), timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    taken, megabytes = map(int, done.stdout.split()[-2:])
    assert taken == count
    return megabytes


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, kind: str) -> None:
    folder(tmp_path / "catalog")
    few, many = (
        peak(tmp_path, written(tmp_path / f"{count}.{kind}", [row(each) for each in range(count)]), count)
        for count in (FEW, MANY)
    )
    print(f"{kind}: {few} MB for {FEW} rows, {many} MB for {MANY}")
    assert many - few < GROWS_BY


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_progress_is_seen_and_a_bad_row_is_told_with_its_number(tmp_path: Path, kind: str) -> None:
    folder(tmp_path / "catalog")
    found = [row(number) for number in range(6_000)]
    found[10] |= {"TrangThaiHoSo": 12}
    found[20] |= {"NgayHenTra": "26-11-2026"}
    found[30] |= {"MaHoSo": "12345"}
    file = written(tmp_path / f"ho-so.{kind}", found)
    screen, theirs = pty.openpty()
    command = [sys.executable, "-m", "bot.cli", "dossiers", "import", str(file), "--data", str(tmp_path)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=theirs, cwd=tmp_path, env=environment(tmp_path), text=True
    )
    os.close(theirs)
    shown = _read_all(screen)
    told, _ = process.communicate(timeout=120)
    assert process.returncode == 1, "some rows were refused"
    assert told.strip() == "Đã nhận 5997 hồ sơ, 3 dòng lỗi."
    percents = {int(each) for each in re.findall(r"(\d+)%", shown)}
    assert len(percents) >= 2, shown[:2000]
    first = 2 if kind == "csv" else 1  # the headings are a line
    for place, words in (
        (10, "cần số từ 1 đến 10"),
        (20, "viết như 31/12/2026"),
        (30, "ví dụ đúng: H12.25-251103-0045"),
    ):
        assert re.search(rf"{file.name}:{place + first}: .*{re.escape(words)}", shown), words


def _read_all(screen: int) -> str:
    """What a terminal showed until the process let go of it."""
    parts = []
    while True:
        try:
            part = os.read(screen, 65_536)
        except OSError:  # the other side is closed
            break
        if not part:
            break
        parts.append(part)
    os.close(screen)
    return b"".join(parts).decode("utf-8", "replace")


def _kept(file: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(file) as link:
        names = [each[1] for each in link.execute("PRAGMA table_info(dossiers)") if each[1] != "updated_at"]
        return link.execute(f"SELECT {', '.join(names)} FROM dossiers ORDER BY code").fetchall()


@pytest.mark.parametrize("kind", ["csv", "json"])
async def test_the_same_file_again_changes_nothing_and_tells_nobody(
    sqlite_url: str, tmp_path: Path, kind: str
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home)
        found = [row(number) for number in range(1_500)]
        found[700] |= {"MaHoSo": ON_TIME, "TrangThaiHoSo": 9}
        file = written(tmp_path / f"ho-so.{kind}", found)
        base = Path(sqlite_url.removeprefix("sqlite:///"))
        assert (await import_dossiers(home.parts.settings, file)).taken == 1_500
        await home.timers()
        assert said(citizen).count("đã có kết quả") == 1
        before = await asyncio.to_thread(_kept, base)
        home.clock.pass_(hours=1)
        report = await import_dossiers(home.parts.settings, file)
        assert (report.taken, report.errors) == (1_500, [])
        await home.timers()
        assert said(citizen) == ""
        assert await asyncio.to_thread(_kept, base) == before


def _read(tmp_path: Path, text: str) -> list[tuple[int, Mapping[str, Any] | None]]:
    file = tmp_path / "ho-so.json"
    file.write_text(text, "utf-8")
    with file.open("rb") as opened:
        return list(rows(file, opened))


@pytest.mark.parametrize("space", ["", " ", "\n\t "])
def test_a_json_list_is_read_as_it_may_be_written(tmp_path: Path, space: str) -> None:
    found = [{"a": "x, y] \\ é", "b": [1, {"c": None}]}, 12345, "x", None, {"d": "Đ" * CHUNK}, {}]
    text = space.join(["", "[", f",{space}".join(json.dumps(each) for each in found), "]", ""])
    expected = [each if isinstance(each, dict) else None for each in found]
    assert [each for _, each in _read(tmp_path, text)] == expected
    assert _read(tmp_path, f"{space}[{space}]{space}") == []


def test_a_value_on_the_edge_of_what_is_read_is_whole(tmp_path: Path) -> None:
    for edge in range(-3, 12):
        filler = "x" * (CHUNK - 30 + edge)
        text = json.dumps([{"a": filler}, {"b": 12, "c": "é"}, {"d": 1}], ensure_ascii=False)
        assert [each for _, each in _read(tmp_path, text)][1:] == [{"b": 12, "c": "é"}, {"d": 1}]


@pytest.mark.parametrize(
    ("text", "good", "why"),
    [
        ("", 0, "không phải một danh sách"),
        ('{"MaHoSo": 1}', 0, "không phải một danh sách"),
        ('[{"a": 1}, {"b": 2', 1, "hồ sơ thứ 2"),
        ('[{"a": 1}, {"b": 2}', 2, "hồ sơ thứ 2"),
        ('[{"a": 1} {"b": 2}]', 1, "thiếu dấu phẩy"),
        ('[{"a": 1},]', 1, "hồ sơ thứ 2"),
        ('[{"a": 1}] và nữa', 1, "còn chữ sau dấu ]"),
        ('[{"a": 1}, ' + "[" * 200_000, 1, "lồng nhau"),
        ('[{"a": 1}, {"b": "' + "x" * (LONGEST_ROW * 3), 1, "hồ sơ thứ 2"),
    ],
    ids=["empty", "an object", "cut", "open", "no comma", "a comma too many", "more", "deep", "endless"],
)
def test_a_broken_json_list_is_told_after_its_good_rows(
    tmp_path: Path, text: str, good: int, why: str
) -> None:
    file = tmp_path / "ho-so.json"
    file.write_text(text, "utf-8")
    found: list[Any] = []

    def read() -> None:
        with file.open("rb") as opened:
            for each in rows(file, opened):
                found.append(each)

    with pytest.raises(TableError, match=re.escape(why)):
        read()
    assert len(found) == good
