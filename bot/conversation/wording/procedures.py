"""A procedure in words: one short card first, each part in full when asked."""

from collections.abc import Iterable

from bot.conversation import filing, tokens
from bot.conversation.outcomes import ProcedureShown, SeveralShown, WhichAsked, WithoutShown
from bot.conversation.wording import parts
from bot.conversation.wording.context import Wording, lines, paragraphs
from bot.conversation.wording.facts import fee_in_short, time_or_who_knows, unconfirmed, within
from bot.conversation.wording.places import on_the_map, place
from bot.messages import Choice, Reply
from bot.texts import DEFAULT_LANGUAGE, Texts
from intents.catalog import Fact, Procedure, Tone
from intents.reading import Part

CARD = 600  # characters of the first message at most
# Papers named and whether the summary is told, until it fits: one paper and what it is say more than four papers.
_SHORTER = ((4, True), (3, True), (2, True), (1, True), (3, False), (2, False), (1, False))

# What the card tells, of what may be in doubt.
_DOUBTED = frozenset({Fact.DOCUMENTS, Fact.FEE, Fact.TIME})


def shown(outcome: ProcedureShown, wording: Wording) -> tuple[Reply, ...]:
    text = parts.worded(outcome, wording) if outcome.part else card(outcome, wording)
    return (Reply(text, choices=_choices(outcome, wording)),)


def without(outcome: WithoutShown, wording: Wording) -> tuple[Reply, ...]:
    """What the catalog says for who has not got a paper; where it says nothing, a person knows."""
    texts, procedure, document = wording.texts, outcome.procedure, outcome.document
    title = procedure.title
    if document is None:
        text = texts("procedure.without.not_asked", title=title, paper=outcome.paper)
    elif document.if_missing is None:
        text = texts("procedure.without.unknown", title=title, paper=within(document.name))
    else:
        opening = texts("procedure.without.opening", title=title, paper=within(document.name))
        text = lines(
            opening, *(f"- {_sentence(each)}" for each in (document.if_missing, document.note) if each)
        )
    instead = outcome.instead
    choices = (
        wording.choice("documents", tokens.show(procedure.code, Part.DOCUMENTS)),
        *((Choice(instead.title, token=tokens.show(instead.code)),) if instead else ()),
        wording.person,
    )
    return (Reply(paragraphs(text, unconfirmed(procedure.unconfirmed & {Fact.DOCUMENTS}, texts)), choices),)


def not_understood(wording: Wording) -> Reply:
    """Just below a procedure it is most likely meant: what can be asked about it is offered."""
    shown, last = wording.state.procedure, wording.state.trail[-1:]
    procedure = wording.catalog.by_code.get(shown or "")
    if procedure is None or not last or last[0].codes != (shown,):
        return Reply(wording.texts("talk.not_understood"), (wording.person,))
    offered = (Part.DOCUMENTS, Part.WHERE, Part.FEE)
    choices = tuple(wording.choice(part.value, tokens.show(procedure.code, part)) for part in offered)
    text = wording.texts("procedure.not_understood", title=procedure.title)
    return Reply(text, (*choices, wording.person))


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def which(outcome: WhichAsked, wording: Wording) -> tuple[Reply, ...]:
    return (*_mourning(outcome.procedures, wording.texts), _question(outcome, wording))


def _question(outcome: WhichAsked, wording: Wording) -> Reply:
    """A question on what tells them apart, else the titles; and always "none of these"."""
    texts, question, part = wording.texts, outcome.question, outcome.part
    none = wording.choice("none", tokens.NONE_OF_THESE)
    is_theirs = texts.language == DEFAULT_LANGUAGE  # the questions are written in Vietnamese only
    if question and is_theirs and all(len(option.codes) == 1 for option in question.options):
        options = tuple(
            Choice(each.label, token=tokens.show(each.codes[0], part)) for each in question.options
        )
        asked = texts("procedure.which.question", question=texts.address(question.ask))
        return Reply(asked, (*options[:3], none))
    choices = tuple(Choice(each.title, token=tokens.show(each.code, part)) for each in outcome.procedures)
    return Reply(texts("procedure.which.opening"), (*choices, none))


def _mourning(procedures: Iterable[Procedure], texts: Texts) -> tuple[Reply, ...]:
    """Whichever of them it is, somebody has died. A card says so itself."""
    mourned = all(each.tone is Tone.CONDOLENCE for each in procedures)
    return (Reply(texts("talk.condolence")),) if mourned else ()


def several(outcome: SeveralShown, wording: Wording) -> tuple[Reply, ...]:
    texts = wording.texts
    if outcome.bundle:
        first = ProcedureShown(outcome.bundle, None)
        text = paragraphs(texts("procedure.several.bundle"), _body(first, wording))
        singles = tuple(Choice(each.title, token=tokens.show(each.code)) for each in outcome.procedures)
        reply = Reply(text, (*_choices(first, wording)[:2], *singles, wording.person))
        return (*_mourning((outcome.bundle,), texts), reply)
    asked = (_question(outcome.asked, wording),) if outcome.asked else ()
    doubtful = outcome.asked.procedures if outcome.asked else ()
    key = "procedure.several.and_ask" if asked else "procedure.several.opening"
    opening = texts(key, count=len(outcome.procedures) + len(asked))
    cards = tuple(
        Reply(
            _body(ProcedureShown(each, None), wording, titled=True),
            _choices(ProcedureShown(each, None), wording)[:2],
        )
        for each in outcome.procedures
    )
    return (*_mourning((*outcome.procedures, *doubtful), texts), Reply(opening), *cards, *asked)


def card(outcome: ProcedureShown, wording: Wording) -> str:
    """What it is, papers, fee, time, where: at most 600 characters, so the least needed lines go first."""
    texts = wording.texts
    closing = texts("procedure.card.closing_grief" if _grief(outcome) else "procedure.card.closing")
    opening = lines(_opening(outcome, texts), _renamed(outcome, texts))
    for papers, summary in _SHORTER:
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
    return outcome.mourned and outcome.procedure.tone is Tone.CONDOLENCE


def _renamed(outcome: ProcedureShown, texts: Texts) -> str:
    return lines(*(texts("procedure.renamed", old=old, new=new) for old, new in outcome.renamed[:2]))


def _body(
    outcome: ProcedureShown, wording: Wording, *, papers: int = 3, summary: bool = True, titled: bool = False
) -> str:
    texts, procedure = wording.texts, outcome.procedure
    bundled = [
        wording.catalog.by_code[code].title for code in procedure.bundle_of if code in wording.catalog.by_code
    ]
    doubted = _DOUBTED | {Fact.CODE} if procedure.national else _DOUBTED
    facts = (
        _papers(procedure, papers, texts),
        texts("procedure.card.fee", fee=fee_in_short(procedure, texts)),
        texts("procedure.card.time", time=time_or_who_knows(procedure, texts)),
        texts("procedure.card.where", where=place(procedure, wording)),
        texts("procedure.card.code", code=procedure.code) if procedure.national else "",
    )
    return paragraphs(
        lines(
            procedure.title + ":" if titled else "",
            (procedure.summary or "") if summary else "",
            texts("procedure.card.bundle", parts="; ".join(bundled)) if bundled else "",
        ),
        lines(*(f"- {fact}" for fact in facts if fact)),
        unconfirmed(procedure.unconfirmed & doubted, texts),
    )


def _papers(procedure: Procedure, count: int, texts: Texts) -> str:
    """What everybody brings; where every case has papers of its own, those of the first case, and that it is one."""
    names = [item.name for case in procedure.documents if case.case is None for item in case.items]
    case = None
    if not names and procedure.documents:
        case = procedure.documents[0].case if len(procedure.documents) > 1 else None
        names = [item.name for item in procedure.documents[0].items]
    if not names:
        return ""
    shown_names = "; ".join(names[:count])
    left = len(names) - count
    papers = texts("procedure.card.papers_more", papers=shown_names, count=left) if left > 0 else shown_names
    if case:
        return texts("procedure.card.papers_of_case", case=within(case), papers=papers)
    return texts("procedure.card.papers", papers=papers)


def _choices(outcome: ProcedureShown, wording: Wording) -> tuple[Choice, ...]:
    """At most five, so that every channel can show them as buttons."""
    procedure, part = outcome.procedure, outcome.part
    choices: list[Choice] = []
    if part is Part.WHERE and outcome.office:
        choices.append(on_the_map(outcome.office, wording))
    if part is Part.ONLINE and (portal := procedure.links.portal or wording.catalog.province.portal):
        choices.append(wording.link("portal", portal))
        if procedure.links.clip:
            choices.append(wording.link("clip", procedure.links.clip))
    offered = [Part.DOCUMENTS, Part.WHERE, Part.FEE]
    if procedure.mistakes:
        offered.insert(2, Part.MISTAKES)
    choices += [
        wording.choice(each.value, tokens.show(procedure.code, each)) for each in offered if each is not part
    ]
    if part in (None, Part.DOCUMENTS, Part.ONLINE) and filing.elsewhere(procedure, wording.catalog) is None:
        choices = [*choices[:3], wording.choice("file", tokens.start_filing(procedure.code))]
    if part is None and len(wording.state.offered) > 1:
        choices = [*choices[:2], *choices[3:], wording.choice("another", tokens.ANOTHER)]
    return (*choices[:4], wording.person)
