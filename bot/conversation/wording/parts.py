"""Each part of a procedure in full, when it is asked for."""

from collections.abc import Callable, Iterable

from bot.conversation.outcomes import ProcedureShown
from bot.conversation.wording.context import Wording, lines, paragraphs
from bot.conversation.wording.facts import fee, fee_in_short, no_fee, time_in_short, unconfirmed, within
from bot.conversation.wording.places import office_lines, place
from bot.texts import Texts
from intents.catalog import Fact, Procedure, RequiredDocument, Tag, TimeUnit, Way
from intents.reading import Part

_ASKED_FACT = {
    Part.DOCUMENTS: Fact.DOCUMENTS,
    Part.FORM: Fact.DOCUMENTS,
    Part.FEE: Fact.FEE,
    Part.TIME: Fact.TIME,
    Part.WHERE: Fact.WHERE,
    Part.ONLINE: Fact.WAYS,
    Part.CONDITIONS: Fact.CONDITIONS,
    Part.RESULT: Fact.RESULT,
    Part.VALIDITY: Fact.RESULT,
    Part.ON_BEHALF: Fact.ON_BEHALF,
}


_DAYS = (TimeUnit.WORKING_DAYS, TimeUnit.DAYS, TimeUnit.MONTHS)


def worded(outcome: ProcedureShown, wording: Wording) -> str:
    parts: dict[Part, Callable[[ProcedureShown, Wording], str]] = {
        Part.DOCUMENTS: _documents,
        Part.FEE: _fees,
        Part.TIME: _times,
        Part.WHERE: _where,
        Part.FORM: _forms,
        Part.CONDITIONS: _conditions,
        Part.RESULT: _result,
        Part.VALIDITY: _validity,
        Part.STEPS: _steps,
        Part.MISTAKES: _mistakes,
        Part.ON_BEHALF: _on_behalf,
        Part.ONLINE: _online,
        Part.DIFFERENCE: _difference,
    }
    part = outcome.part or Part.DOCUMENTS
    asked = {_ASKED_FACT[part]} if part in _ASKED_FACT else set()
    doubt = unconfirmed(outcome.procedure.unconfirmed & asked, wording.texts)
    return paragraphs(parts[part](outcome, wording), doubt)


def _listed(opening: str, items: Iterable[str]) -> str:
    return lines(opening, *(f"- {item}" for item in items))


def _documents(outcome: ProcedureShown, wording: Wording) -> str:
    texts, procedure = wording.texts, outcome.procedure
    if not procedure.documents:
        return texts("procedure.documents.none", title=procedure.title)
    blocks = [
        _listed(
            texts("procedure.documents.case", case=within(case.case)) if case.case else "",
            (_document(item, texts) for item in case.items),
        )
        for case in procedure.documents
    ]
    return paragraphs(texts("procedure.documents.opening", title=procedure.title), *blocks)


def _number(form: str, texts: Texts) -> str:
    """The form's number alone: the sentence around it already says that it is a form."""
    word = texts("procedure.documents.form_word")
    return form[len(word) :].strip() if form.lower().startswith(f"{word} ") else form


def _document(item: RequiredDocument, texts: Texts) -> str:
    facts = [
        texts("procedure.documents.originals", count=item.originals) if item.originals else "",
        texts("procedure.documents.copies", count=item.copies) if item.copies else "",
        texts("procedure.documents.show_only") if item.show_only else "",
        texts("procedure.documents.form", form=_number(item.form, texts)) if item.form else "",
    ]
    told = ", ".join(fact for fact in facts if fact)
    more = [item.note or ""]
    if item.if_missing:
        told_already = item.if_missing.startswith(tuple(texts("procedure.documents.lacking").split("|")))
        more.append(
            item.if_missing if told_already else texts("procedure.documents.missing", what=item.if_missing)
        )
    return (
        ". ".join(
            part.rstrip(".") for part in (f"{item.name} ({told})" if told else item.name, *more) if part
        )
        + "."
    )


def _by_way(procedure: Procedure, told: Callable[[Way], str], key: str, texts: Texts) -> list[str]:
    """One line a way of filing; ways that say the same share a line."""
    groups: dict[str, list[str]] = {}
    for way in procedure.ways:
        groups.setdefault(told(way), []).append(texts(f"procedure.way.{way.kind.value}"))
    if len(groups) == 1:
        return list(groups)
    return [texts(key, way=", ".join(names), fee=what, time=what) for what, names in groups.items()]


def _fees(outcome: ProcedureShown, wording: Wording) -> str:
    texts, procedure = wording.texts, outcome.procedure

    def told(way: Way) -> str:
        return "; ".join(fee(each, texts) for each in way.fees) or no_fee(procedure, texts)

    exempt = dict.fromkeys(who for way in procedure.ways for fee in way.fees for who in fee.exemptions)
    return lines(
        _listed(
            texts("procedure.fee.opening", title=procedure.title),
            _by_way(procedure, told, "procedure.fee.line", texts),
        ),
        texts("procedure.fee.exempt", who="; ".join(exempt)) if exempt else "",
    )


def _times(outcome: ProcedureShown, wording: Wording) -> str:
    texts, procedure = wording.texts, outcome.procedure

    def told(way: Way) -> str:
        promised = way.committed_time and way.legal_time and way.committed_time != way.legal_time
        time = (
            texts("procedure.time.legal", committed=way.committed_time, legal=way.legal_time)
            if promised
            else str(way.time or texts("procedure.time.unknown"))
        )
        return f"{time}. {way.note}".rstrip(".") if way.note else time

    return lines(
        _listed(
            texts("procedure.time.opening", title=procedure.title),
            _by_way(procedure, told, "procedure.time.line", texts),
        ),
        texts("procedure.time.from") if _in_days(procedure) else "",
    )


def _in_days(procedure: Procedure) -> bool:
    """Hours, "at once" and "the same day" are counted from nothing else."""
    return any(way.time and way.time.unit in _DAYS for way in procedure.ways)


def _where(outcome: ProcedureShown, wording: Wording) -> str:
    texts, procedure, office = wording.texts, outcome.procedure, outcome.office
    agency = wording.catalog.agency_by_id.get(procedure.agency)
    return lines(
        texts("procedure.where.opening", title=procedure.title),
        f"- {procedure.where}" if procedure.where else "",
        _anywhere(procedure, texts),
        f"- {texts('procedure.where.decided_by', agency=agency.name)}" if agency else "",
        *(f"- {line}" for line in office_lines(office, wording)),
    )


def _anywhere(procedure: Procedure, texts: Texts) -> str:
    """Beside the place that decides, any desk is the second choice: two bare lines would contradict each other."""
    if not procedure.any_place:
        return ""
    return f"- {texts('procedure.where.any_place_too' if procedure.where else 'procedure.where.any_place')}"


def _forms(outcome: ProcedureShown, wording: Wording) -> str:
    texts, procedure = wording.texts, outcome.procedure
    items = [item for case in procedure.documents for item in case.items if item.form or item.form_link]
    if not items:
        return texts("procedure.form.none", title=procedure.title)
    told = (
        ". ".join(
            part
            for part in (
                f"{item.name} ({item.form})" if item.form else item.name,
                texts("procedure.form.link", link=item.form_link) if item.form_link else "",
                texts("procedure.form.sample", sample=item.sample) if item.sample else "",
            )
            if part
        )
        for item in items
    )
    return _listed(texts("procedure.form.opening", title=procedure.title), told)


def _conditions(outcome: ProcedureShown, wording: Wording) -> str:
    procedure, texts = outcome.procedure, wording.texts
    if not procedure.conditions:
        return texts("procedure.conditions.none", title=procedure.title)
    return _listed(texts("procedure.conditions.opening", title=procedure.title), procedure.conditions)


def _result(outcome: ProcedureShown, wording: Wording) -> str:
    procedure, texts = outcome.procedure, wording.texts
    if not procedure.result:
        return texts("procedure.result.none", title=procedure.title)
    return _listed(texts("procedure.result.opening", title=procedure.title), [procedure.result])


def _validity(outcome: ProcedureShown, wording: Wording) -> str:
    procedure, texts = outcome.procedure, wording.texts
    if not procedure.validity:
        return texts("procedure.validity.none", title=procedure.title)
    return texts("procedure.validity.opening", validity=procedure.validity.rstrip("."))


def _steps(outcome: ProcedureShown, wording: Wording) -> str:
    procedure, texts = outcome.procedure, wording.texts
    papers = sum(len(case.items) for case in procedure.documents if case.case is None) or 1
    steps = [
        texts("procedure.steps.prepare", count=papers),
        texts("procedure.steps.file", ways=_one_of(procedure, texts)) if procedure.ways else "",
        _payment(procedure, texts),
        texts("procedure.steps.wait", time=time_in_short(procedure)) if _has_to_wait(procedure) else "",
        texts("procedure.steps.collect", result=procedure.result) if procedure.result else "",
    ]
    numbered = (f"{number}. {step}" for number, step in enumerate(filter(None, steps), 1))
    return lines(texts("procedure.steps.opening", title=procedure.title), *numbered)


def _has_to_wait(procedure: Procedure) -> bool:
    time = next((way.time for way in procedure.ways if way.time), None)
    return time is not None and time.unit is not TimeUnit.AT_ONCE


def _one_of(procedure: Procedure, texts: Texts) -> str:
    first, *rest = (texts(f"procedure.way.{way.kind.value}") for way in procedure.ways)
    *between, last = (first, *(within(each) for each in rest))
    return texts("procedure.steps.or", ways=", ".join(between), last=last) if between else last


def _payment(procedure: Procedure, texts: Texts) -> str:
    """Nothing to pay is no step."""
    if any(way.fees for way in procedure.ways):
        return texts("procedure.steps.pay", fee=fee_in_short(procedure, texts))
    return texts("procedure.steps.pay_if_asked") if Fact.FEE in procedure.unconfirmed else ""


def _mistakes(outcome: ProcedureShown, wording: Wording) -> str:
    procedure, texts = outcome.procedure, wording.texts
    if not procedure.mistakes:
        return texts("procedure.mistakes.none", title=procedure.title)
    return _listed(texts("procedure.mistakes.opening", title=procedure.title), procedure.mistakes)


def _on_behalf(outcome: ProcedureShown, wording: Wording) -> str:
    procedure, texts = outcome.procedure, wording.texts
    if not procedure.on_behalf:
        return texts("procedure.on_behalf.none", title=procedure.title)
    told = (
        texts("procedure.on_behalf.with_paper", who=each.who, paper=each.paper) if each.paper else each.who
        for each in procedure.on_behalf
    )
    return _listed(texts("procedure.on_behalf.opening", title=procedure.title), told)


def _online(outcome: ProcedureShown, wording: Wording) -> str:
    procedure, texts = outcome.procedure, wording.texts
    portal = procedure.links.portal or wording.catalog.province.portal
    if portal is None or all(way.kind != "online" for way in procedure.ways):
        return texts("procedure.online.none", title=procedure.title, where=place(procedure, wording))
    known = procedure.national and Fact.CODE not in procedure.unconfirmed
    opening = "procedure.online.opening" if known else "procedure.online.by_name"
    return lines(
        texts(opening, title=procedure.title, portal=portal, code=procedure.code, name=procedure.name),
        texts("procedure.online.vneid") if Tag.VNEID in procedure.tags else "",
    )


def _difference(outcome: ProcedureShown, wording: Wording) -> str:
    procedure, texts = outcome.procedure, wording.texts
    known = [(wording.catalog.by_code.get(each.code), each.difference) for each in procedure.neighbours]
    told = [
        texts("procedure.difference.line", other=other.title, difference=what)
        for other, what in known
        if other
    ]
    if not told:
        return texts("procedure.difference.none", title=procedure.title)
    return _listed(texts("procedure.difference.opening", title=procedure.title), told)
