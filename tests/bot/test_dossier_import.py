"""Dossiers from a clerk's file: what is good is taken, what is not is told with its line."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from bot.actions.dossiers import factor_digest
from bot.app import secret_key
from bot.config import Settings
from bot.dossier_import import ImportReport, import_dossiers
from intents.tables.errors import TableError
from storage.database import Database
from storage.records import Dossier
from tests.small_catalogs import folder

ROW = {
    "MaHoSo": "H12.25-261113-0001",
    "MaTTHC": "1.001193",
    "TenTTHC": "Đăng ký khai sinh",
    "TrangThaiHoSo": "4",
    "NgayTiepNhan": "13/11/2026",
    "NgayHenTra": "2026-11-26 15:00",
    "CoQuan": "Ủy ban nhân dân xã Đất Mũi",
    "ChuHoSo": "Nguyễn Văn Út",
    "SoGiayToChuHoSo": "096123123456",
    "SoDienThoai": "0912 987 654",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", catalog=folder(tmp_path / "catalog"))


async def taken(settings: Settings, file: Path) -> tuple[ImportReport, dict[str, Dossier | None]]:
    report = await import_dossiers(settings, file)
    database = await Database.open(settings.database)
    try:
        async with database.reading() as uow:
            codes = ("H12.25-261113-0001", "H12.25-261113-0002", "H12.25-261113-0003")
            return report, {code: await uow.dossiers.get(code) for code in codes}
    finally:
        await database.close()


def lines(path: Path, *rows: Any) -> Path:
    file = path / "ho-so.jsonl"
    file.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return file


async def test_a_row_becomes_a_dossier_without_anybodys_numbers(settings: Settings, tmp_path: Path) -> None:
    report, found = await taken(settings, lines(tmp_path, ROW))
    dossier = found["H12.25-261113-0001"]
    assert (report.taken, report.errors) == (1, [])
    assert dossier
    assert (dossier.stage, dossier.holder) == (4, "Nguyễn Văn Út")
    assert dossier.received_at == datetime(2026, 11, 13, 0, 0, tzinfo=UTC), (
        "a bare day: when the office opens"
    )
    assert dossier.due_at == datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
    secret = secret_key(settings)
    expected = {factor_digest(secret, dossier.code, digits) for digits in ("123456", "987654")}
    assert set(dossier.factors) == expected
    whole = b"".join(file.read_bytes() for file in settings.data_dir.iterdir() if file.is_file())
    for number in (b"096123123456", b"0912987654", b"123456", b"987654"):
        assert number not in whole


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"MaHoSo": ""}, "MaHoSo"),
        ({"MaHoSo": "12345"}, "MaHoSo"),
        ({"TrangThaiHoSo": "11"}, "từ 1 đến 10"),
        ({"TrangThaiHoSo": "²"}, "từ 1 đến 10"),
        ({"TrangThaiHoSo": "đang xử lý"}, "từ 1 đến 10"),
        ({"NgayHenTra": "31/02/2026"}, "NgayHenTra"),
        ({"ChuHoSo": " "}, "ChuHoSo"),
        ({"CoQuan": None}, "CoQuan"),
    ],
)
async def test_a_faulty_row_is_told_and_its_neighbours_are_taken(
    settings: Settings, tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    after = {**ROW, "MaHoSo": "H12.25-261113-0002"}
    report, found = await taken(settings, lines(tmp_path, {**ROW, **change}, after))
    assert report.taken == 1
    (error,) = report.errors
    assert error.startswith("ho-so.jsonl:1:")
    assert why in error
    assert found["H12.25-261113-0002"]


async def test_a_line_that_is_no_row_at_all(settings: Settings, tmp_path: Path) -> None:
    report, _ = await taken(settings, lines(tmp_path, "{half", "[1, 2]", "", "null", ROW))
    assert report.taken == 1
    assert [error.split(":")[1] for error in report.errors] == ["1", "2", "4"]


async def test_the_same_file_twice_and_a_later_state(settings: Settings, tmp_path: Path) -> None:
    await taken(settings, lines(tmp_path, ROW))
    report, found = await taken(settings, lines(tmp_path, ROW, {**ROW, "TrangThaiHoSo": 9}))
    dossier = found["H12.25-261113-0001"]
    assert report.errors == []
    assert dossier
    assert dossier.stage == 9


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("comma", [",", ";"])
async def test_csv_as_offices_save_it(settings: Settings, tmp_path: Path, encoding: str, comma: str) -> None:
    file = tmp_path / "ho-so.csv"
    text = "\r\n".join([comma.join(ROW), comma.join(ROW.values()), ""])
    file.write_bytes(text.encode(encoding))
    report, found = await taken(settings, file)
    assert (report.taken, report.errors) == (1, [])
    assert found["H12.25-261113-0001"]


async def test_excel_with_numbers_and_dates_as_cells(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "ho-so.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for column, (name, value) in enumerate(ROW.items()):
            sheet.write_string(0, column, name)
            sheet.write(1, column, value)
        sheet.write_number(1, list(ROW).index("TrangThaiHoSo"), 5)
        moment = datetime(2026, 11, 26, 15, 0)  # noqa: DTZ001 - a cell has no zone
        sheet.write_datetime(1, list(ROW).index("NgayHenTra"), moment, day)
    report, found = await taken(settings, file)
    dossier = found["H12.25-261113-0001"]
    assert (report.taken, report.errors) == (1, [])
    assert dossier
    assert (dossier.stage, dossier.due_at) == (5, datetime(2026, 11, 26, 8, 0, tzinfo=UTC))


async def test_another_kind_of_file_is_refused(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "ho-so.pdf"
    file.write_bytes(b"%PDF")
    with pytest.raises(TableError):
        await import_dossiers(settings, file)
