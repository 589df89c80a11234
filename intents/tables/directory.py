"""The fields and agencies of a folder: found by what lists call them, and made where they are missing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from intents.catalog import IDENTIFIER, Agency, FieldOfWork
from intents.tables.phrases import LINE, cut, one_line
from intents.text import fold

NO_FIELD = ("khac", "Lĩnh vực khác")
NO_AGENCY = ("chua_ro", "Cơ quan có thẩm quyền")
# What the national lists call bodies every province has; used where the head file has such an id.
_GENERAL = {
    "uy ban nhan dan cap xa": "ubnd_xa",
    "ubnd cap xa": "ubnd_xa",
    "uy ban nhan dan xa": "ubnd_xa",
    "uy ban nhan dan xa phuong thi tran": "ubnd_xa",
    "uy ban nhan dan cap xa phuong thi tran": "ubnd_xa",
    "chu tich ubnd cap xa": "ubnd_xa",
    "chu tich uy ban nhan dan cap xa": "ubnd_xa",
    "cong an cap xa": "cong_an_xa",
    "cong an xa": "cong_an_xa",
    "cong an cap tinh": "cong_an_tinh",
    "cong an tinh": "cong_an_tinh",
    "uy ban nhan dan cap tinh": "ubnd_tinh",
    "uy ban nhan dan tinh": "ubnd_tinh",
    "chu tich uy ban nhan dan cap tinh": "ubnd_tinh",
    "ban chi huy quan su cap xa": "ban_chi_huy_quan_su_xa",
}


@dataclass
class Directory:
    """`new_*` are what the head part written beside the imported entries must hold."""

    province: str
    department: str
    agencies: dict[str, str]  # folded name -> id
    fields: dict[str, str]
    ids: set[str]
    field_ids: set[str]
    new_agencies: dict[str, dict[str, Any]] = field(default_factory=dict)
    new_fields: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, province: str, department: str, agencies: Iterable[Agency], fields: Iterable[FieldOfWork]
    ) -> "Directory":
        agencies, fields = tuple(agencies), tuple(fields)
        names: dict[str, str] = {}
        for agency in agencies:
            for name in (agency.name, agency.short_name or agency.name):
                names.setdefault(fold(name), agency.id)
                names.setdefault(fold(name).removesuffix(f" tinh {fold(province)}"), agency.id)
        return cls(
            province=province,
            department=department,
            agencies=names,
            fields={fold(each.name): each.id for each in fields},
            ids={agency.id for agency in agencies},
            field_ids={each.id for each in fields},
        )

    def agency(self, text: str, name: str = "") -> str:
        """The id of an agency given by id or by name."""
        text = one_line(text) or NO_AGENCY[1]
        if text in self.ids:
            return text
        folded = fold(text)
        known = self.agencies.get(folded) or _GENERAL.get(folded)
        if known in self.ids:
            return str(known)
        chosen = self._new_id(text if re.match(IDENTIFIER, text) else folded, self.ids, NO_AGENCY[0])
        title = cut(one_line(name) or text, LINE)[0]
        self.new_agencies[chosen] = {"id": chosen, "name": title, "unconfirmed": True}
        self.agencies[folded] = chosen
        self.ids.add(chosen)
        return chosen

    def field_of_work(self, text: str, name: str = "") -> str:
        text = one_line(text) or NO_FIELD[1]
        known = text if text in self.field_ids else self.fields.get(fold(text))
        if known:
            return known
        chosen = self._new_id(text if re.match(IDENTIFIER, text) else fold(text), self.field_ids, NO_FIELD[0])
        title = cut(one_line(name) or text, LINE)[0]
        self.new_fields[chosen] = {"id": chosen, "name": title, "department": self.department}
        self.fields[fold(text)] = chosen
        self.field_ids.add(chosen)
        return chosen

    @staticmethod
    def _new_id(text: str, taken: set[str], otherwise: str) -> str:
        stem = re.sub(r"[^a-z0-9_]+", "_", text)[:48].strip("_") or otherwise
        stem = stem if stem[0].isalpha() else f"{otherwise}_{stem}"
        chosen, number = stem, 2
        while chosen in taken:
            chosen, number = f"{stem}_{number}", number + 1
        return chosen
