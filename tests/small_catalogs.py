"""Small catalog folders, written as an office would write them."""

from pathlib import Path

from intents.loader import HEAD

HEAD_TEXT = """\
province:
  name: Cà Mau
  code: H12
  centre: Trung tâm Phục vụ hành chính công tỉnh Cà Mau
  hotline: "0290 1022"
  hours:
    mon: [{opens: "07:00", closes: "11:30"}]
  default_department: trung_tam
  bounds: {south: 8.3, north: 9.8, west: 104.4, east: 106.0}
departments:
  - {id: trung_tam, name: Trung tâm}
agencies:
  - {id: ubnd_xa, name: "Ủy ban nhân dân xã, phường"}
  - {id: so_tu_phap, name: Sở Tư pháp tỉnh Cà Mau}
fields:
  - {id: ho_tich, name: Hộ tịch, department: trung_tam}
communes:
  - {id: an_xuyen, name: Phường An Xuyên}
"""

ENTRY = """\
  - code: "{code}"
    name: {name}
    summary: Làm giấy {name} cho người dân.
    wordings:
      - xin {name} ở đâu
      - muốn làm {name} cần gì
      - lam {name} bao lâu có
      - tui cần {name} gấp
      - mất {name} rồi tính sao
      - đi làm {name} mang theo gì
    level: commune
    agency: ubnd_xa
    documents:
      - items: [{{name: Tờ khai, originals: 1}}]
    ways: [{{kind: in_person, legal_time: 3 ngày làm việc}}]
    result: Giấy {name}
"""


def entry(code: str = "1.001193", name: str = "khai sinh", more: str = "") -> str:
    return ENTRY.format(code=code, name=name) + more


def folder(path: Path, *entries: str, head: str = "", field: str = "ho_tich") -> Path:
    """A head file and one field's file; the path of the head. `head` is added to the head file."""
    (path / "catalog").mkdir(parents=True, exist_ok=True)
    (path / HEAD).write_text(HEAD_TEXT + head + "include: [catalog/*.yaml]\n", encoding="utf-8")
    text = f"field: {field}\nprocedures:\n" + "".join(entries or (entry(),))
    (path / "catalog" / f"{field}.yaml").write_text(text, encoding="utf-8")
    return path / HEAD
