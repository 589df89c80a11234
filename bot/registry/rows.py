"""One record of a one-stop system as a dossier, whatever the system calls its fields and states.

Names are those of the national portal (MaHoSo, TenTTHC, TrangThaiHoSo, ...); a connection maps others onto them.
Of ID and phone numbers only keyed hashes of the last six digits are kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from bot.actions.dossiers import factor_digest
from bot.worktime import VIETNAM
from intents.extract import dossier_codes
from storage.records import Dossier, DossierStep

STAGES = range(1, 11)  # TrangThai of the national portal
END_OF_OFFICE = time(17, 0)
START_OF_OFFICE = time(7, 0)
MOST_STEPS = 50
LONGEST = 500  # characters of a field

_FORMS = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y%m%d%H%M%S",
)
FIELDS = frozenset(
    {
        "MaHoSo",
        "MaTTHC",
        "TenTTHC",
        "TrangThaiHoSo",
        "NgayTiepNhan",
        "NgayHenTra",
        "NgayKetThucXuLy",
        "NgayTra",
        "CoQuan",
        "NguoiXuLy",
        "ChuHoSo",
        "SoGiayToChuHoSo",
        "SoDienThoai",
        "NoiDungBoSung",
        "NoiTraKetQua",
        "LyDoTre",
        "ThoiDiemXuLy",
        "NoiDungXuLy",
    }
)


@dataclass(frozen=True)
class Names:
    """What a system calls each field (a dotted path into the record), each state, and the list of steps."""

    fields: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, int] = field(default_factory=dict)
    steps: str = "QuaTrinhXuLy"

    def value(self, row: Mapping[str, Any], name: str) -> Any:
        path = self.fields.get(name, name)
        found = row.get(path)  # a million rows: the usual case first
        return inside(row, path) if found is None and "." in path else found


STANDARD = Names()


class RowError(Exception):
    """Why a row cannot be taken, in words for the clerk who made the file."""


def inside(tree: Any, path: str) -> Any:
    """What stands at a dotted path; None where there is nothing. An exact key wins over a path."""
    if isinstance(tree, Mapping) and path in tree:
        return tree[path]
    for part in path.split(".") if path else ():
        tree = tree.get(part) if isinstance(tree, Mapping) else None
    return tree


def read_row(row: Mapping[str, Any] | None, secret: bytes, now: datetime, names: Names = STANDARD) -> Dossier:
    """One dossier. Raises RowError."""
    if row is None:
        raise RowError("dòng này không phải JSON")
    codes = dossier_codes(_text(row, "MaHoSo", names) or "")
    if not codes:
        raise RowError("thiếu mã hồ sơ (MaHoSo) hoặc mã sai dạng, ví dụ đúng: H12.25-251103-0045")
    factors = {
        factor_digest(secret, codes[0], digits[-6:])
        for name in ("SoGiayToChuHoSo", "SoDienThoai")
        if len(digits := "".join(filter(str.isdigit, _text(row, name, names) or ""))) >= 6
    }
    return Dossier(
        code=codes[0],
        procedure_code=_text(row, "MaTTHC", names),
        procedure_name=_needed(row, "TenTTHC", names),
        stage=_stage(row, names),
        received_at=_moment(row, "NgayTiepNhan", START_OF_OFFICE, names),
        due_at=_moment(row, "NgayHenTra", END_OF_OFFICE, names),
        finished_at=_moment(row, "NgayKetThucXuLy", END_OF_OFFICE, names),
        returned_at=_moment(row, "NgayTra", END_OF_OFFICE, names),
        agency=_needed(row, "CoQuan", names),
        handler=_text(row, "NguoiXuLy", names),
        holder=_needed(row, "ChuHoSo", names),
        factors=tuple(sorted(factors)),
        missing=_text(row, "NoiDungBoSung", names),
        result_place=_text(row, "NoiTraKetQua", names),
        late_reason=_text(row, "LyDoTre", names),
        steps=tuple(_steps(row, names)),
        updated_at=now,
    )


def _stage(row: Mapping[str, Any], names: Names) -> int:
    said = _text(row, "TrangThaiHoSo", names) or _text(row, "TrangThai", names) or ""
    if said in names.statuses:
        return names.statuses[said]
    if names.statuses:
        raise RowError(f"trạng thái “{said[:40]}” chưa có trong `statuses`")
    if not (said.isascii() and said.isdecimal()) or int(said) not in STAGES:
        raise RowError(f"trạng thái “{said[:40]}” không hợp lệ; cần số từ 1 đến 10")
    return int(said)


def _steps(row: Mapping[str, Any], names: Names) -> list[DossierStep]:
    """Steps that cannot be read are left out: the dossier itself matters more."""
    told = inside(row, names.steps)
    found = []
    for each in told[-MOST_STEPS:] if isinstance(told, list) else ():
        if isinstance(each, Mapping):
            try:
                at = _moment(each, "ThoiDiemXuLy", START_OF_OFFICE, names)
            except RowError:
                continue
            text = _text(each, "NoiDungXuLy", names)
            if at and text:
                found.append(DossierStep(at, _text(each, "NguoiXuLy", names) or "", text))
    return found


def _text(row: Mapping[str, Any], name: str, names: Names) -> str | None:
    value = names.value(row, name)
    if value is None:
        return None
    if not isinstance(value, str):
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        elif isinstance(value, dict | list):
            return None
    return str(value).strip()[:LONGEST] or None


def _needed(row: Mapping[str, Any], name: str, names: Names) -> str:
    value = _text(row, name, names)
    if value is None:
        raise RowError(f"thiếu cột {names.fields.get(name, name)}")
    return value


def _moment(row: Mapping[str, Any], name: str, at: time, names: Names) -> datetime | None:
    """A day or a moment, as ISO or as people write it in Vietnam (31/12/2026 14:30); a bare day means `at`.

    Without a zone it is Vietnam's time.
    """
    value = names.value(row, name)
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or VIETNAM).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, at, VIETNAM).astimezone(UTC)
    text = _text(row, name, names)
    if text is None:
        return None
    found = moment_of(text, at)
    if found is None:
        called = names.fields.get(name, name)
        raise RowError(f"ngày “{text[:40]}” ở cột {called} không đọc được; viết như 31/12/2026")
    return found


@lru_cache(maxsize=4096)
def moment_of(text: str, at: time = START_OF_OFFICE) -> datetime | None:
    """None for what is no moment between the years 1900 and 2200."""
    for form in _FORMS:
        try:
            found = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is set below
        except ValueError:
            continue
        clock = found.time() if "%H" in form else at
        return _sane(datetime.combine(found.date(), clock, VIETNAM))
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _sane(found.replace(tzinfo=found.tzinfo or VIETNAM))


def _sane(found: datetime) -> datetime | None:
    return found.astimezone(UTC) if 1900 < found.year < 2200 else None
