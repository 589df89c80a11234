"""A procedure in words: one short card first, each part in full when asked."""

from collections.abc import Callable, Iterable

from bot.conversation import tokens
from bot.conversation.outcomes import ProcedureShown, SeveralShown, WhichAsked
from bot.conversation.wording.context import Wording, lines, paragraphs
from bot.messages import Choice, Reply
from bot.texts import Texts, money
from intents.catalog import Fact, Fee, Hours, Office, Procedure, RequiredDocument, Tag, Tone, Way
from intents.reading import Part

CARD = 600  # characters of the first message at most
FIRST_PAPERS = 4
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


def shown(outcome: ProcedureShown, wording: Wording) -> tuple[Reply, ...]:
    text = _part(outcome, wording) if outcome.part else card(outcome, wording)
    return (Reply(text, choices=_choices(outcome, wording)),)


def which(outcome: WhichAsked, wording: Wording) -> tuple[Reply, ...]:
    texts = wording.texts
    opening = (
        texts("procedure.which.question", question=outcome.question)
        if outcome.question
        else texts("procedure.which.opening")
    )
    choices = tuple(Choice(each.title, token=tokens.show(each.code, outcome.part)) for each in outcome.procedures)
    return (Reply(opening, (*choices, wording.choice("none", tokens.NONE_OF_THESE))),)


def several(outcome: SeveralShown, wording: Wording) -> tuple[Reply, ...]:
    texts = wording.texts
    if outcome.bundle:
        first = ProcedureShown(outcome.bundle, None)
        text = paragraphs(texts("procedure.several.bundle"), _body(first, wording))
        singles = tuple(Choice(each.title, token=tokens.show(each.code)) for each in outcome.procedures)
        return (Reply(text, (*_choices(first, wording)[:2], *singles, wording.person)),)
    opening = texts("procedure.several.opening", count=len(outcome.procedures))
    cards = tuple(
        Reply(_body(ProcedureShown(each, None), wording, titled=True), _choices(ProcedureShown(each, None), wording)[:2])
        for each in outcome.procedures
    )
    return (Reply(opening), *cards)


def card(outcome: ProcedureShown, wording: Wording) -> str:
    """What it is, papers, fee, time, where: at most 600 characters, so the least needed lines go first."""
    texts = wording.texts
    closing = texts("procedure.card.closing_grief" if _grief(outcome) else "procedure.card.closing")
    opening = lines(_opening(outcome, texts), _renamed(outcome, texts))
    for papers in range(FIRST_PAPERS, 0, -1):
        for summary in (True, False):
            text = paragraphs(opening, _body(outcome, wording, papers=papers, summary=summary), closing)
            if len(text) <= CARD:
                return text
    return paragraphs(opening, _body(outcome, wording, papers=1, summary=False))[:CARD]


def _opening(outcome: ProcedureShown, texts: Texts) -> str:
    title = outcome.procedure.title
    if outcome.successor_of:
        return texts("procedure.card.successor", old=outcome.successor_of, title=title)
    if _grief(outcome):
        return texts("procedure.card.condolence", title=title)
    return texts("procedure.card.apology" if outcome.apology else "procedure.card.opening", title=title)


def _grief(outcome: ProcedureShown) -> bool:
    return outcome.procedure.tone is Tone.CONDOLENCE


def _renamed(outcome: ProcedureShown, texts: Texts) -> str:
    return lines(*(texts("procedure.renamed", old=old, new=new) for old, new in outcome.renamed[:2]))


def _body(
    outcome: ProcedureShown, wording: Wording, *, papers: int = 3, summary: bool = True, titled: bool = False
) -> str:
    texts, procedure = wording.texts, outcome.procedure
    bundled = [wording.catalog.by_code[code].title for code in procedure.bundle_of if code in wording.catalog.by_code]
    facts = (
        _papers(procedure, papers, texts),
        texts("procedure.card.fee", fee=_fee_in_short(procedure, texts)) if procedure.ways else "",
        texts("procedure.card.time", time=_time_in_short(procedure)) if _time_in_short(procedure) else "",
        texts("procedure.card.where", where=_place(procedure, wording)),
        texts("procedure.card.code", code=procedure.code),
    )
    return paragraphs(
        lines(
            procedure.title + ":" if titled else "",
            (procedure.summary or "") if summary else "",
            texts("procedure.card.bundle", parts="; ".join(bundled)) if bundled else "",
        ),
        lines(*(f"- {fact}" for fact in facts if fact)),
        _unconfirmed(procedure.unconfirmed & {Fact.DOCUMENTS, Fact.FEE, Fact.TIME, Fact.CODE}, texts),
    )


def _papers(procedure: Procedure, count: int, texts: Texts) -> str:
    names = [item.name for case in procedure.documents if case.case is None for item in case.items]
    names = names or [item.name for case in procedure.documents for item in case.items]
    if not names:
        return ""
    shown_names = "; ".join(names[:count])
    left = len(names) - count
    papers = texts("procedure.card.papers_more", papers=shown_names, count=left) if left > 0 else shown_names
    return texts("procedure.card.papers", papers=papers)


def _fee_in_short(procedure: Procedure, texts: Texts) -> str:
    fees = [fee for way in procedure.ways for fee in way.fees]
    amounts = [fee for fee in fees if fee.amount]
    if amounts:
        return _fee(amounts[0], texts, noted=False)
    noted = next((fee.note for fee in fees if fee.amount is None and fee.note), None)
    return noted[:1].lower() + noted[1:] if noted else texts("procedure.fee.free")


def _fee(fee: Fee, texts: Texts, *, noted: bool = True) -> str:
    if fee.amount is None:
        return fee.note or ""
    amount = money(fee.amount)
    text = (
        texts("procedure.fee.per", amount=amount, per=fee.per)
        if fee.per
        else texts("procedure.fee.amount", amount=amount)
    )
    if fee.amount == 0:
        text = texts("procedure.fee.free")
    return f"{text} ({fee.note})" if noted and fee.note else text


def _time_in_short(procedure: Procedure) -> str:
    return next((str(way.time) for way in procedure.ways if way.time), "")


def _place(procedure: Procedure, wording: Wording) -> str:
    agency = wording.catalog.agency_by_id.get(procedure.agency)
    return procedure.where.rstrip(".") if procedure.where else (agency.name if agency else procedure.agency)


def _unconfirmed(facts: Iterable[Fact], texts: Texts) -> str:
    names = ", ".join(texts(f"procedure.fact.{fact.value}") for fact in sorted(facts))
    return texts("procedure.unconfirmed", parts=names) if names else ""


def _part(outcome: ProcedureShown, wording: Wording) -> str:
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
    doubt = _unconfirmed(outcome.procedure.unconfirmed & asked, wording.texts)
    return paragraphs(parts[part](outcome, wording), doubt)


def _listed(opening: str, items: Iterable[str]) -> str:
    return lines(opening, *(f"- {item}" for item in items))


def _documents(outcome: ProcedureShown, wording: Wording) -> str:
    texts, procedure = wording.texts, outcome.procedure
    if not procedure.documents:
        return texts("procedure.documents.none", title=procedure.title)
    blocks = [
        _listed(
            texts("procedure.documents.case", case=case.case) if case.case else "",
            (_document(item, texts) for item in case.items),
        )
        for case in procedure.documents
    ]
    return paragraphs(texts("procedure.documents.opening", title=procedure.title), *blocks)


def _document(item: RequiredDocument, texts: Texts) -> str:
    facts = [
        texts("procedure.documents.originals", count=item.originals) if item.originals else "",
        texts("procedure.documents.copies", count=item.copies) if item.copies else "",
        texts("procedure.documents.show_only") if item.show_only else "",
        texts("procedure.documents.form", form=item.form) if item.form else "",
    ]
    told = ", ".join(fact for fact in facts if fact)
    more = [item.note or ""]
    if item.if_missing:
        more.append(texts("procedure.documents.missing", what=item.if_missing))
    return ". ".join(part.rstrip(".") for part in (f"{item.name} ({told})" if told else item.name, *more) if part) + "."


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
        return "; ".join(_fee(fee, texts) for fee in way.fees) or texts("procedure.fee.free")

    exempt = dict.fromkeys(who for way in procedure.ways for fee in way.fees for who in fee.exemptions)
    return lines(
        _listed(texts("procedure.fee.opening", title=procedure.title), _by_way(procedure, told, "procedure.fee.line", texts)),
        texts("procedure.fee.exempt", who="; ".join(exempt)) if exempt else "",
    )


def _times(outcome: ProcedureShown, wording: Wording) -> str:
    texts, procedure = wording.texts, outcome.procedure

    def told(way: Way) -> str:
        if way.time is None:
            return way.note or texts("procedure.time.unknown")
        promised = way.committed_time and way.legal_time and way.committed_time != way.legal_time
        time = texts("procedure.time.legal", committed=way.committed_time, legal=way.legal_time) if promised else str(way.time)
        return f"{time}. {way.note}".rstrip(".") if way.note else time

    return lines(
        _listed(texts("procedure.time.opening", title=procedure.title), _by_way(procedure, told, "procedure.time.line", texts)),
        texts("procedure.time.from"),
    )


def _where(outcome: ProcedureShown, wording: Wording) -> str:
    texts, procedure, office = wording.texts, outcome.procedure, outcome.office
    agency = wording.catalog.agency_by_id.get(procedure.agency)
    return lines(
        texts("procedure.where.opening", title=procedure.title),
        f"- {procedure.where}" if procedure.where else "",
        f"- {texts('procedure.where.any_place')}" if procedure.any_place else "",
        f"- {texts('procedure.where.decided_by', agency=agency.name)}" if agency else "",
        *(f"- {line}" for line in office_lines(office, wording)),
    )


def office_lines(office: Office | None, wording: Wording) -> list[str]:
    if office is None:
        return []
    texts = wording.texts
    told = [texts("procedure.where.office", name=office.name, address=office.address)]
    if office.phone:
        told.append(texts("procedure.where.phone", phone=office.phone))
    told.append(texts("procedure.where.hours", hours=opening_hours(office, wording)))
    if office.unconfirmed:
        told.append(texts("procedure.where.office_unconfirmed"))
    return told


def opening_hours(office: Office | None, wording: Wording) -> str:
    """`thứ Hai–thứ Sáu 07:00–11:30, 13:30–17:00`: days with the same hours together."""
    hours = (office.hours if office else None) or wording.catalog.province.hours
    groups: list[tuple[list[str], tuple[Hours, ...]]] = []
    for day, spans in hours.items():
        if groups and groups[-1][1] == spans:
            groups[-1][0].append(day)
        elif spans:
            groups.append(([day], spans))
    return "; ".join(_days(days, wording.texts) + " " + ", ".join(f"{s.opens}–{s.closes}" for s in spans) for days, spans in groups)


def _days(days: list[str], texts: Texts) -> str:
    first, last = texts(f"time.day_short.{days[0]}"), texts(f"time.day_short.{days[-1]}")
    return first if first == last else f"{first}–{last}"


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
    ways = ", ".join(texts(f"procedure.way.{way.kind.value}").lower() for way in procedure.ways)
    papers = sum(len(case.items) for case in procedure.documents if case.case is None) or 1
    steps = [
        texts("procedure.steps.prepare", count=papers),
        texts("procedure.steps.file", ways=ways) if ways else "",
        texts("procedure.steps.pay", fee=_fee_in_short(procedure, texts)) if procedure.ways else "",
        texts("procedure.steps.wait", time=_time_in_short(procedure)) if _time_in_short(procedure) else "",
        texts("procedure.steps.collect", result=procedure.result) if procedure.result else "",
    ]
    numbered = (f"{number}. {step}" for number, step in enumerate(filter(None, steps), 1))
    return lines(texts("procedure.steps.opening", title=procedure.title), *numbered)


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
        return texts("procedure.online.none", title=procedure.title)
    return lines(
        texts("procedure.online.opening", title=procedure.title, portal=portal, code=procedure.code),
        texts("procedure.online.vneid") if Tag.VNEID in procedure.tags else "",
    )


def _difference(outcome: ProcedureShown, wording: Wording) -> str:
    procedure, texts = outcome.procedure, wording.texts
    known = [(wording.catalog.by_code.get(each.code), each.difference) for each in procedure.neighbours]
    told = [texts("procedure.difference.line", other=other.title, difference=what) for other, what in known if other]
    if not told:
        return texts("procedure.difference.none", title=procedure.title)
    return _listed(texts("procedure.difference.opening", title=procedure.title), told)


def _choices(outcome: ProcedureShown, wording: Wording) -> tuple[Choice, ...]:
    """At most five, so that every channel can show them as buttons."""
    procedure, part = outcome.procedure, outcome.part
    choices: list[Choice] = []
    if part is Part.WHERE and outcome.office and outcome.office.latitude is not None:
        office = outcome.office
        choices.append(wording.link("map", f"https://maps.google.com/?q={office.latitude},{office.longitude}"))
    if part is Part.ONLINE and (portal := procedure.links.portal or wording.catalog.province.portal):
        choices.append(wording.link("portal", portal))
    offered = [Part.DOCUMENTS, Part.WHERE, Part.FEE]
    if procedure.mistakes:
        offered.insert(2, Part.MISTAKES)
    choices += [wording.choice(each.value, tokens.show(procedure.code, each)) for each in offered if each is not part]
    if part is None and len(wording.state.offered) > 1:
        choices = [*choices[:3], wording.choice("another", tokens.ANOTHER)]
    return (*choices[:4], wording.person)
