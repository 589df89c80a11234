"""A value of the catalog as a clerk would say it, for lists of changes."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from pydantic import BaseModel

from intents.catalog import (
    DocumentCase,
    Fee,
    Level,
    Neighbour,
    OldName,
    OnBehalf,
    RequiredDocument,
    TimeLimit,
    Tone,
    Way,
    WayKind,
)

_WORDS: dict[Any, str] = {
    Level.COMMUNE: "cấp xã",
    Level.PROVINCE: "cấp tỉnh",
    Level.MINISTRY: "cấp bộ",
    Tone.PLAIN: "thường",
    Tone.JOY: "vui",
    Tone.CONDOLENCE: "chia buồn",
    WayKind.IN_PERSON: "trực tiếp",
    WayKind.ONLINE: "trực tuyến",
    WayKind.POST: "bưu chính",
}


def said(value: Any) -> str:
    """Empty for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, (tuple, frozenset)):
        return "; ".join(said(item) for item in value)
    if isinstance(value, BaseModel):
        return _model(value)
    return _WORDS.get(value, str(value)) if isinstance(value, str) else str(value)


def money(amount: int) -> str:
    return f"{amount:,}".replace(",", ".") + " đồng"


def _model(value: BaseModel) -> str:
    say = _SAYINGS.get(type(value))
    if say:
        return say(value)
    parts = ((name, said(getattr(value, name))) for name in type(value).model_fields)
    return ", ".join(f"{name} {text}" for name, text in parts if text)


def _fee(fee: Fee) -> str:
    amount = "" if fee.amount is None else money(fee.amount) + (f"/{fee.per}" if fee.per else "")
    exempt = f"miễn: {'; '.join(fee.exemptions)}" if fee.exemptions else ""
    return _joined((amount, fee.note, exempt), ", ")


def _way(way: Way) -> str:
    fees = "; ".join(map(_fee, way.fees)) or "không thu phí"
    times = (str(limit) for limit in (way.committed_time, way.legal_time) if limit)
    return _joined((f"{_WORDS[way.kind]}: {fees}", next(times, ""), way.note), ", ")


def _document(document: RequiredDocument) -> str:
    counts = ((document.originals, "bản chính"), (document.copies, "bản sao"))
    counted = ", ".join(f"{number} {kind}" for number, kind in counts if number)
    shown = "xuất trình" if document.show_only else ""
    missing = f"thiếu thì: {document.if_missing}" if document.if_missing else ""
    links = (document.form, document.form_link, document.sample, document.note)
    details = _joined((counted, shown, *links, missing), ", ")
    return f"{document.name} ({details})" if details else document.name


def _case(case: DocumentCase) -> str:
    papers = "; ".join(map(_document, case.items))
    return f"{case.case}: {papers}" if case.case else papers


def _old_name(name: OldName) -> str:
    return f"{', '.join(name.old)} nay là {name.new} từ {said(name.since)}"


_SAYINGS: dict[type[BaseModel], Callable[[Any], str]] = {
    TimeLimit: str,
    Fee: _fee,
    Way: _way,
    RequiredDocument: _document,
    DocumentCase: _case,
    Neighbour: lambda each: f"{each.code}: {each.difference}",
    OnBehalf: lambda each: _joined((each.who, each.paper), ", cần "),
    OldName: _old_name,
}


def _joined(parts: Iterable[str | None], sign: str) -> str:
    return sign.join(part for part in parts if part)
