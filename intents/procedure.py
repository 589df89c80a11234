"""One procedure as the catalog describes it.

The models are strict about shape and lenient about spelling of scalars: the loader hands every scalar over as
the string that stands in the file (YAML would turn 1.000120 into a number), and the models read it.
Units: money in VND, time limits in working days, days, hours or months as written.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_serializer,
    model_validator,
)

PROCEDURE_CODE = r"^(\d\.\d{6}|DP-[A-Z0-9-]+)$"
IDENTIFIER = r"^[a-z][a-z0-9_]*$"

ProcedureCode = Annotated[str, StringConstraints(pattern=PROCEDURE_CODE)]
Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\n]*$")]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)


class Level(StrEnum):
    """Who handles it; there is no district level since 1 July 2025."""

    COMMUNE = "commune"
    PROVINCE = "province"
    MINISTRY = "ministry"


class Tone(StrEnum):
    PLAIN = "plain"
    JOY = "joy"
    CONDOLENCE = "condolence"


class Letter(StrEnum):
    """What the province writes to the family when the result is there; only with the tone that fits."""

    BIRTH = "birth"
    MARRIAGE = "marriage"
    DEATH = "death"

    @property
    def tone(self) -> Tone:
        return Tone.CONDOLENCE if self is Letter.DEATH else Tone.JOY


class Tag(StrEnum):
    ESSENTIAL = "essential"  # one of the 25 essential services of Project 06
    VNEID = "vneid"  # must be filed with a VNeID account
    PRIVATE = "private"  # its very name tells something private: not shown for a bare dossier code


class TimeUnit(StrEnum):
    WORKING_DAYS = "ngày làm việc"
    DAYS = "ngày"
    HOURS = "giờ"
    MONTHS = "tháng"
    SAME_DAY = "trong ngày"
    AT_ONCE = "ngay khi nộp"


_LIMIT = re.compile(r"^(\d{1,3}) (ngày làm việc|ngày|giờ|tháng)$")


class TimeLimit(Model):
    """A time limit, written in the file as people say it: `3 ngày làm việc`, `trong ngày`, `ngay khi nộp`."""

    amount: int = Field(ge=0)
    unit: TimeUnit

    @classmethod
    def parse(cls, text: str) -> "TimeLimit":
        if text in (TimeUnit.SAME_DAY, TimeUnit.AT_ONCE):
            return cls(amount=0, unit=TimeUnit(text))
        found = _LIMIT.match(text)
        if not found:
            raise ValueError(
                "viết như `3 ngày làm việc`, `30 ngày`, `4 giờ`, `2 tháng`, `trong ngày`, `ngay khi nộp`."
            )
        return cls(amount=int(found[1]), unit=TimeUnit(found[2]))

    def __str__(self) -> str:
        unnumbered = self.unit in (TimeUnit.SAME_DAY, TimeUnit.AT_ONCE)
        return self.unit.value if unnumbered else f"{self.amount} {self.unit.value}"


def _read_limit(value: object) -> object:
    return TimeLimit.parse(value) if isinstance(value, str) else value


TimeLimitText = Annotated[
    TimeLimit,
    BeforeValidator(_read_limit, json_schema_input_type=str),
]


class Fee(Model):
    """One fee. `amount` in VND for one `per`; no amount: set elsewhere (say where in `note`)."""

    amount: int | None = Field(default=None, ge=0, description="Số tiền, đồng. Bỏ trống: tỉnh quy định.")
    per: Line | None = Field(default=None, description="Tính cho một cái gì: bản, trang, lần, người.")
    note: Line | None = Field(default=None, description="Nói thêm: trường hợp nào, theo văn bản nào.")
    exemptions: tuple[Line, ...] = Field(default=(), description="Ai được miễn, giảm.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.amount is None and not self.note:
            raise ValueError("không ghi số tiền thì phải có `note` nói phí theo văn bản nào.")
        return self


class WayKind(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"
    POST = "post"


class Way(Model):
    """A way of filing, with its own fee and time. No `fees` means free of charge."""

    kind: WayKind
    fees: tuple[Fee, ...] = Field(default=(), description="Bỏ trống nghĩa là không thu phí.")
    legal_time: TimeLimitText | None = Field(default=None, description="Thời hạn theo luật.")
    committed_time: TimeLimitText | None = Field(default=None, description="Thời hạn tỉnh cam kết.")
    note: Line | None = None

    @property
    def time(self) -> TimeLimit | None:
        """The limit a citizen can count on: the committed one where the province gave one."""
        return self.committed_time or self.legal_time


class RequiredDocument(Model):
    name: Line = Field(description="Tên giấy tờ, ngắn, dễ hiểu.")
    originals: int = Field(default=0, ge=0, le=20)
    copies: int = Field(default=0, ge=0, le=20)
    show_only: bool = Field(default=False, description="Chỉ xuất trình để đối chiếu, không nộp.")
    form: Line | None = Field(default=None, description="Số hiệu mẫu đơn, nếu có.")
    form_link: Annotated[str, StringConstraints(pattern=r"^https://")] | None = None
    sample: Line | None = Field(default=None, description="Cách điền mẫu, hoặc liên kết bản mẫu đã điền.")
    if_missing: Sentence | None = Field(default=None, description="Không có giấy này thì làm sao.")
    note: Line | None = None


class DocumentCase(Model):
    """The papers of one case. `case` empty: they apply to everybody."""

    case: Line | None = None
    items: tuple[RequiredDocument, ...] = Field(min_length=1)


class Neighbour(Model):
    code: ProcedureCode
    difference: Sentence = Field(description="Khác thủ tục này ở chỗ nào, một câu.")


class OnBehalf(Model):
    who: Line = Field(description="Ai được nộp hoặc nhận thay.")
    paper: Line | None = Field(default=None, description="Cần giấy gì để làm thay.")


class Links(Model):
    portal: Annotated[str, StringConstraints(pattern=r"^https://")] | None = None
    clip: Annotated[str, StringConstraints(pattern=r"^https://")] | None = None


class Fact(StrEnum):
    """A part of an entry that may be marked as not confirmed."""

    CODE = "code"
    DOCUMENTS = "documents"
    FEE = "fee"
    TIME = "time"
    AGENCY = "agency"
    WHERE = "where"
    CONDITIONS = "conditions"
    LEGAL_BASIS = "legal_basis"
    RESULT = "result"
    ON_BEHALF = "on_behalf"
    WAYS = "ways"


class Procedure(Model):
    code: ProcedureCode = Field(description="Mã d.dddddd, để trong dấu nháy; hoặc mã của tỉnh DP-...")
    name: Line = Field(description="Tên chính thức.")
    short_name: Line | None = Field(default=None, description="Tên gọi ngắn trong câu trả lời.")
    summary: Sentence | None = Field(default=None, description="Một câu: để làm gì, khi nào cần.")
    everyday_names: tuple[Line, ...] = Field(default=(), description="Người dân gọi là gì.")
    wordings: tuple[Line, ...] = Field(default=(), description="Người dân hỏi thế nào, ít nhất 6 câu.")
    field: Identifier
    level: Level
    agency: Identifier = Field(description="Cơ quan giải quyết; mã trong agencies của tệp đầu.")
    audience: Line | None = None
    documents: tuple[DocumentCase, ...] = ()
    ways: tuple[Way, ...] = ()
    any_place: bool = Field(default=True, description="Nộp nơi nào trong tỉnh cũng được; false: ngoại lệ.")
    where: Sentence | None = Field(default=None, description="Nơi nộp, nói thêm.")
    conditions: tuple[Sentence, ...] = ()
    result: Line | None = None
    validity: Line | None = Field(default=None, description="Kết quả có giá trị bao lâu.")
    neighbours: tuple[Neighbour, ...] = ()
    mistakes: tuple[Sentence, ...] = Field(default=(), description="Lỗi hay gặp.")
    on_behalf: tuple[OnBehalf, ...] = ()
    bundle_of: tuple[ProcedureCode, ...] = Field(default=(), description="Liên thông: gồm những mã nào.")
    links: Links = Links()
    tags: frozenset[Tag] = frozenset()
    tone: Tone = Tone.PLAIN
    letter: Letter | None = Field(
        default=None, description="Thư khi có kết quả: birth, marriage (tone joy), death (tone condolence)."
    )
    effective_from: date | None = None
    effective_to: date | None = Field(default=None, description="Ngày cuối cùng còn áp dụng.")
    replaced_by: tuple[ProcedureCode, ...] = ()
    former_codes: tuple[ProcedureCode, ...] = Field(default=(), description="Mã cũ, người dân còn hỏi.")
    announced_by: Line | None = Field(default=None, description="Quyết định công bố.")
    verified_on: date | None = None
    legal_basis: tuple[Line, ...] = ()
    unconfirmed: frozenset[Fact] = Field(default=frozenset(), description="Phần nào chưa xác nhận được.")
    source: tuple[Line, ...] = ()

    @field_serializer("tags", "unconfirmed", when_used="json")
    def _in_one_order(self, chosen: frozenset[StrEnum]) -> list[str]:
        return sorted(map(str, chosen))

    @property
    def title(self) -> str:
        return self.short_name or self.name

    @property
    def national(self) -> bool:
        """A code of the national list, which citizens can look up; a code `DP-...` is the catalog's own."""
        return self.code[0].isdigit()

    def in_force(self, on: date) -> bool:
        started = self.effective_from is None or self.effective_from <= on
        return started and (self.effective_to is None or on <= self.effective_to)
