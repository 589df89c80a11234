"""What the province offers, as frozen values: procedures, offices, topics, and the version they came with."""

import json
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from intents.procedure import (
    IDENTIFIER,
    PROCEDURE_CODE,
    DocumentCase,
    Fact,
    Fee,
    Identifier,
    Letter,
    Level,
    Line,
    Links,
    Model,
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

__all__ = [
    "IDENTIFIER",
    "PROCEDURE_CODE",
    "Agency",
    "Catalog",
    "Commune",
    "Department",
    "DocumentCase",
    "Fact",
    "Fee",
    "FieldOfWork",
    "Hotline",
    "Hours",
    "Letter",
    "Level",
    "Links",
    "Neighbour",
    "Office",
    "OfficeKind",
    "OldName",
    "OnBehalf",
    "Procedure",
    "Province",
    "RequiredDocument",
    "Tag",
    "TimeLimit",
    "TimeUnit",
    "Tone",
    "Topic",
    "TopicKind",
    "Way",
    "WayKind",
    "canonical",
]

ProvinceCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]\d{2}$")]


class Hours(Model):
    """One span of opening hours, 24-hour clock."""

    opens: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    closes: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("giờ đóng cửa phải sau giờ mở cửa.")
        return self


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DayHours = dict[Weekday, tuple[Hours, ...]]


class Agency(Model):
    id: Identifier
    name: Line
    short_name: Line | None = None
    phone: Line | None = None
    own_desk: bool = Field(default=False, description="Nhận hồ sơ ở chỗ của mình, không qua một cửa.")
    unconfirmed: bool = False


class OfficeKind(StrEnum):
    PROVINCE_CENTRE = "province_centre"
    COMMUNE_DESK = "commune_desk"
    POLICE = "police"
    OTHER = "other"


class Office(Model):
    """A place that takes dossiers. Coordinates are WGS 84 degrees."""

    id: Identifier
    name: Line
    kind: OfficeKind
    agency: Identifier | None = None
    commune: Line | None = Field(default=None, description="Xã, phường nơi này phục vụ: tên đầy đủ.")
    address: Line
    phone: Line | None = None
    latitude: float | None = Field(default=None, ge=8.0, le=24.0)
    longitude: float | None = Field(default=None, ge=102.0, le=118.0)
    hours: DayHours | None = Field(default=None, description="Bỏ trống: theo giờ chung của tỉnh.")
    unconfirmed: bool = False


class Hotline(Model):
    id: Identifier
    name: Line
    phone: Line
    note: Line | None = None
    unconfirmed: bool = False


class Commune(Model):
    """A commune or ward of today, and the former names people still type."""

    id: Identifier
    name: Line = Field(description="Tên đầy đủ: Phường An Xuyên, Xã Đất Mũi.")
    former: tuple[Line, ...] = Field(default=(), description="Xã, phường, thị trấn cũ đã nhập vào.")
    since: date | None = Field(default=None, description="Tên hiện nay dùng từ ngày nào.")
    department: Identifier | None = Field(
        default=None,
        description="Đơn vị (mục departments) xem hồ sơ cấp xã nộp qua chat. Bỏ trống: đơn vị của lĩnh vực.",
    )


class OldName(Model):
    """A body or place that is called otherwise since a date."""

    old: tuple[Line, ...] = Field(min_length=1)
    new: Line
    since: date
    kind: Literal["district", "commune", "agency", "centre", "province"]


class TopicKind(StrEnum):
    INFO = "info"  # hours, addresses, hotlines, payment, accounts
    OTHER_BODY = "other_body"  # another body's business: named, and where to turn


class Topic(Model):
    """Something people ask that is not a procedure."""

    id: Identifier
    title: Line
    kind: TopicKind = TopicKind.INFO
    wordings: tuple[Line, ...] = Field(min_length=1)
    answer: Annotated[str, StringConstraints(min_length=1, max_length=1500)]
    links: tuple[Annotated[str, StringConstraints(pattern=r"^https://")], ...] = ()
    unconfirmed: bool = False


class FieldOfWork(Model):
    """A field of work (lĩnh vực). `department` is who answers hard questions about it."""

    id: Identifier
    name: Line
    department: Identifier


class Department(Model):
    id: Identifier
    name: Line


class Bounds(Model):
    """The box around the province, WGS 84 degrees: an office outside it was typed wrongly."""

    south: float
    north: float
    west: float
    east: float

    def hold(self, latitude: float, longitude: float) -> bool:
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


class Province(Model):
    name: Line
    code: ProvinceCode = Field(description="Mã tỉnh trong mã hồ sơ: H12.")
    former_codes: tuple[ProvinceCode, ...] = ()
    centre: Line = Field(description="Tên trung tâm phục vụ hành chính công.")
    portal: Annotated[str, StringConstraints(pattern=r"^https://")] | None = None
    hotline: Line
    hours: DayHours
    default_department: Identifier
    bounds: Bounds | None = Field(default=None, description="Khung tọa độ của tỉnh, để soát tọa độ.")


class Catalog(Model):
    """One immutable snapshot. `version` is the first 12 hex digits of SHA-256 over the canonical content."""

    province: Province
    departments: tuple[Department, ...] = ()
    agencies: tuple[Agency, ...] = ()
    fields: tuple[FieldOfWork, ...] = ()
    offices: tuple[Office, ...] = ()
    hotlines: tuple[Hotline, ...] = ()
    communes: tuple[Commune, ...] = ()
    old_names: tuple[OldName, ...] = ()
    topics: tuple[Topic, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    version: str = ""

    @cached_property
    def by_code(self) -> dict[str, Procedure]:
        return {procedure.code: procedure for procedure in self.procedures}

    @cached_property
    def topic_by_id(self) -> dict[str, Topic]:
        return {topic.id: topic for topic in self.topics}

    @cached_property
    def agency_by_id(self) -> dict[str, Agency]:
        return {agency.id: agency for agency in self.agencies}

    @cached_property
    def field_by_id(self) -> dict[str, FieldOfWork]:
        return {field.id: field for field in self.fields}

    @cached_property
    def department_by_id(self) -> dict[str, Department]:
        return {department.id: department for department in self.departments}

    @cached_property
    def commune_by_id(self) -> dict[str, Commune]:
        return {commune.id: commune for commune in self.communes}

    @cached_property
    def bundles(self) -> tuple[Procedure, ...]:
        return tuple(procedure for procedure in self.procedures if procedure.bundle_of)

    def department_of(self, procedure: Procedure | None, commune_id: str | None = None) -> str:
        """Who answers for it: its commune's own department, where there is one and communes decide it; else that of
        its field; for no procedure the one that answers by default."""
        commune = self.commune_by_id.get(commune_id or "")
        if procedure and procedure.level is Level.COMMUNE and commune and commune.department:
            return commune.department
        field = self.field_by_id.get(procedure.field) if procedure else None
        return field.department if field else self.province.default_department

    def current(self, code: str, on: date) -> Procedure | None:
        """The entry that answers for `code` on a day: itself, or its successor."""
        seen: set[str] = set()
        while code not in seen:
            seen.add(code)
            entry = self.by_code.get(code) or self._by_former_code.get(code)
            if entry is None or entry.in_force(on) or not entry.replaced_by:
                return entry
            code = entry.replaced_by[0]
        return None

    @cached_property
    def _by_former_code(self) -> dict[str, Procedure]:
        return {former: procedure for procedure in self.procedures for former in procedure.former_codes}

    def office_for(self, commune_id: str | None) -> Office | None:
        """The commune's own desk, where the catalog knows it."""
        commune = self.commune_by_id.get(commune_id or "")
        if commune is None:
            return None
        desks = (office for office in self.offices if office.kind is OfficeKind.COMMUNE_DESK)
        return next((office for office in desks if office.commune == commune.name), None)

    def at_one_stop(self, procedure: Procedure) -> bool:
        """Whether the one-stop desks take it, and not an agency at a desk of its own."""
        agency = self.agency_by_id.get(procedure.agency)
        return procedure.any_place or agency is None or not agency.own_desk

    def desk_for(self, procedure: Procedure, commune_id: str | None) -> Office | None:
        """Where its papers are brought: the commune's desk, or the provincial centre.

        None where neither takes it: `where` of the entry says to whom one goes (the police, insurance, a school).
        """
        if not self.at_one_stop(procedure):
            return None
        return self.office_for(commune_id) if procedure.level is Level.COMMUNE else self.centre

    @cached_property
    def centre(self) -> Office | None:
        """The provincial centre's own desk."""
        return next((office for office in self.offices if office.kind is OfficeKind.PROVINCE_CENTRE), None)


_ENTRIES = TypeAdapter(tuple[Procedure, ...])


def canonical(catalog: Catalog) -> str:
    """The content as text in one fixed order, so that equal catalogs hash alike."""
    head = catalog.model_dump(exclude={"version", "procedures"})
    entries = _ENTRIES.dump_json(catalog.procedures).decode()
    return json.dumps(head, ensure_ascii=False, sort_keys=True, default=_plain) + entries


def _plain(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, frozenset) else str(value)
