"""Filing in words: one question at a time, with what is there and what is missing."""

from dataclasses import replace

from bot.conversation import filing as plan
from bot.conversation import outcomes, tokens
from bot.conversation.filing import Question, Verb
from bot.conversation.outcomes import Outcome
from bot.conversation.wording.context import Wording, lines, paragraphs
from bot.conversation.wording.places import agency_of
from bot.messages import Choice, Reply
from bot.texts import Texts
from intents.catalog import Procedure, RequiredDocument
from storage.records import Submission

FIXES = 3  # papers offered for a change; any other is named: "sửa giấy chứng sinh"
_LABEL = 40  # characters of a paper's name on a button
_OF_FILING = (
    outcomes.FilingAsked,
    outcomes.FilingMoveAsked,
    outcomes.FilingCancelAsked,
    outcomes.FilingPaused,
    outcomes.FilingSent,
    outcomes.FilingCancelled,
    outcomes.FilingGone,
    outcomes.ConsentAsked,
    outcomes.CommuneAsked,
    outcomes.EmergencyWarned,
    outcomes.AsideOpened,
)


def with_way_back(replies: tuple[Reply, ...], outcome: Outcome, wording: Wording) -> tuple[Reply, ...]:
    """After a side question: one press, and filing goes on."""
    draft = wording.state.draft
    if draft is None or not replies or isinstance(outcome, _OF_FILING):
        return replies
    back = wording.choice("go_on_filing", tokens.filing(Verb.GO, draft))
    last = replies[-1]
    return (*replies[:-1], replace(last, choices=(*last.choices, back)))


def elsewhere(outcome: outcomes.FilingElsewhere, wording: Wording) -> tuple[Reply, ...]:
    procedure, texts = outcome.procedure, wording.texts
    portal = procedure.links.portal or wording.catalog.province.portal
    online = outcome.why in (plan.Elsewhere.VNEID, plan.Elsewhere.OWN_DESK)
    links = (wording.link("portal", portal),) if portal and online else ()
    agency = agency_of(procedure, wording.catalog)
    text = texts(f"filing.elsewhere.{outcome.why}", title=procedure.title, agency=agency)
    return (Reply(text, (*links, wording.choice("where", f"p:{procedure.code}:where"), wording.person)),)


def asked(outcome: outcomes.FilingAsked, wording: Wording) -> tuple[Reply, ...]:
    texts, title = wording.texts, outcome.procedure.title
    opening = texts("filing.resumed", title=title) if outcome.resumed else ""
    problem = texts(f"filing.problem.{outcome.problem}") if outcome.problem else ""
    words, choices = _QUESTIONS[outcome.ask.question](outcome, wording)
    if outcome.bound is not None:
        words = lines(*_bound(outcome.bound, texts), words)
    return (Reply(paragraphs(opening, problem, words), (*choices, *_ways_out(outcome, wording))),)


def _ways_out(outcome: outcomes.FilingAsked, wording: Wording) -> tuple[Choice, ...]:
    number = outcome.submission.id
    pause = wording.choice("pause", tokens.filing(Verb.PAUSE, number))
    if outcome.ask.question is Question.WHO:
        return pause, wording.choice("cancel", tokens.filing(Verb.CANCEL, number))
    return wording.choice("back", tokens.filing(Verb.BACK, number)), pause


_ONESELF = {"self": "menu.file_self", "child": "menu.file_child", "relative": "menu.file_relative"}
Worded = tuple[str, tuple[Choice, ...]]


def _who(outcome: outcomes.FilingAsked, wording: Wording) -> Worded:
    texts, number = wording.texts, outcome.submission.id
    others = tuple(
        Choice(_short(each.who), token=tokens.filing(Verb.WHO, number, f"{plan.FOR}{place}"))
        for place, each in plan.others(outcome.procedure)
    )
    choices = (
        Choice(
            texts(_ONESELF[plan.said_of_oneself(outcome.procedure)]),
            token=tokens.filing(Verb.WHO, number, plan.SELF),
        ),
        *others,
        wording.choice("file_helper", tokens.filing(Verb.WHO, number, plan.HELPER)),
    )
    papers = lines(
        *(
            texts("filing.who.paper", who=each.who, paper=each.paper)
            for _, each in plan.others(outcome.procedure)
            if each.paper
        )
    )
    return paragraphs(texts("filing.who.ask", title=outcome.procedure.title), papers), choices


def _owner(outcome: outcomes.FilingAsked, wording: Wording) -> Worded:
    code = outcome.submission.confirm_code or ""
    go_on = wording.choice("go_on", tokens.filing(Verb.WAIT, outcome.submission.id))
    return wording.texts("filing.owner.ask", code=code), (go_on,)


def _case(outcome: outcomes.FilingAsked, wording: Wording) -> Worded:
    number = outcome.submission.id
    known = tuple(
        Choice(_short(case), token=tokens.filing(Verb.CASE, number, place))
        for place, case in plan.cases(outcome.procedure)
    )
    none = wording.choice("no_case", tokens.filing(Verb.CASE, number, plan.NO_CASE))
    return wording.texts("filing.case.ask"), (*known, none)


def _part(outcome: outcomes.FilingAsked, wording: Wording) -> Worded:
    texts, submission, part = wording.texts, outcome.submission, outcome.ask.part
    assert part is not None
    whole = plan.parts(outcome.procedure, submission)
    have = len(submission.files_of(part.name))
    why = plan.asked_for(submission).get(part.name, "")
    missing = [each.name for each in whole if not submission.files_of(each.name)]
    step = texts("filing.part.step", number=outcome.ask.number + 1, count=len(whole), name=part.name)
    words = lines(
        step,
        texts("filing.part.why", why=why) if why else "",
        texts("filing.part.have", count=have) if have and outcome.bound is None else "",
        texts("filing.part.how") if not have else "",
        texts("filing.part.if_missing", what=part.if_missing)
        if part.if_missing and not have and not why
        else "",
        texts(
            "filing.part.left", have=len(whole) - len(missing), count=len(whole), missing="; ".join(missing)
        )
        if missing and any(submission.files_of(each.name) for each in whole)
        else "",
    )
    return words, _part_choices(outcome, have > 0, len(whole) > 1, wording)


def _part_choices(
    outcome: outcomes.FilingAsked, have: bool, several: bool, wording: Wording
) -> tuple[Choice, ...]:
    """Each names its paper: pressed twice, it never means the next one."""
    number, paper = outcome.submission.id, outcome.ask.number
    if not have:
        return (wording.choice("lacking", tokens.filing(Verb.LACKING, number, paper)),)
    other = (wording.choice("other_paper", tokens.filing(Verb.OTHER, number, paper)),) if several else ()
    return (
        wording.choice("done", tokens.filing(Verb.DONE, number, paper)),
        *other,
        wording.choice("redo", tokens.filing(Verb.REDO, number, paper)),
    )


def _bound(bound: outcomes.FilesBound, texts: Texts) -> tuple[str, ...]:
    """What came, what came twice, what is hard to read: said, never refused."""
    return (
        texts("filing.bound.fresh", count=bound.fresh, name=bound.part, whole=bound.whole)
        if bound.fresh
        else "",
        texts("filing.bound.twice", count=bound.twice) if bound.twice else "",
        texts("filing.bound.over", count=bound.over, most=plan.MOST) if bound.over else "",
        *(texts(f"filing.remark.{remark}") for remark in bound.remarks),
        *(texts(f"files.problem.{reason}", megabytes=20, files=200) for reason in bound.refused),
        "",
    )


def _delivery(outcome: outcomes.FilingAsked, wording: Wording) -> Worded:
    number = outcome.submission.id
    return wording.texts("filing.delivery.ask"), (
        wording.choice("at_desk", tokens.filing(Verb.DELIVERY, number, plan.DESK)),
        wording.choice("by_post", tokens.filing(Verb.DELIVERY, number, plan.POST)),
    )


def _address(outcome: outcomes.FilingAsked, wording: Wording) -> Worded:
    del outcome
    return wording.texts("filing.address.ask"), ()


def _review(outcome: outcomes.FilingAsked, wording: Wording) -> Worded:
    texts, procedure, submission = wording.texts, outcome.procedure, outcome.submission
    parts = plan.parts(procedure, submission)
    mistakes = procedure.mistakes[:4]
    bring = plan.to_bring(procedure, submission)
    words = paragraphs(
        texts("filing.review.opening", title=procedure.title),
        lines(
            texts("filing.review.who", who=who(procedure, submission, texts))
            if "who" in submission.answers
            else "",
            *(f"- {_part_line(part, submission, texts)}" for part in parts),
            _result(submission, texts),
        ),
        texts("filing.review.bring", papers="; ".join(item.name for item in bring)) if bring else "",
        lines(texts("filing.review.mistakes"), *(f"- {each}" for each in mistakes)) if mistakes else "",
        texts("filing.review.ask"),
    )
    number = submission.id
    fix = tuple(
        Choice(
            texts("filing.review.fix", name=_short(part.name)), token=tokens.filing(Verb.FIX, number, place)
        )
        for place, part in enumerate(parts[:FIXES])
    )
    return words, (wording.choice("send_dossier", tokens.filing(Verb.SEND, number)), *fix)


def who(procedure: Procedure, submission: Submission, texts: Texts) -> str:
    answer = str(submission.answers.get("who", plan.SELF))
    if answer == plan.HELPER:
        return texts("filing.who.helper")
    oneself = texts(f"filing.who.{plan.said_of_oneself(procedure)}")
    if answer == plan.SELF:
        return oneself
    place = int(answer.removeprefix(plan.FOR))
    return procedure.on_behalf[place].who if place < len(procedure.on_behalf) else oneself


def _part_line(part: RequiredDocument, submission: Submission, texts: Texts) -> str:
    count = len(submission.files_of(part.name))
    return (
        texts("filing.review.part", name=part.name, count=count)
        if count
        else texts("filing.review.lacking", name=part.name)
    )


def _result(submission: Submission, texts: Texts) -> str:
    if submission.answers.get("delivery") == plan.POST:
        return texts("filing.review.post", address=submission.answers.get("address", ""))
    return texts("filing.review.desk") if "delivery" in submission.answers else ""


_QUESTIONS = {
    Question.WHO: _who,
    Question.OWNER: _owner,
    Question.CASE: _case,
    Question.PART: _part,
    Question.DELIVERY: _delivery,
    Question.ADDRESS: _address,
    Question.REVIEW: _review,
}


def move_asked(outcome: outcomes.FilingMoveAsked, wording: Wording) -> tuple[Reply, ...]:
    number = outcome.submission.id
    parts = tuple(
        Choice(_short(part.name), token=tokens.filing(Verb.TO, number, place))
        for place, part in enumerate(plan.parts(outcome.procedure, outcome.submission))
    )
    back = wording.choice("go_on_filing", tokens.filing(Verb.GO, number))
    return (Reply(wording.texts("filing.move.ask"), (*parts, back)),)


def paused(outcome: outcomes.FilingPaused, wording: Wording) -> tuple[Reply, ...]:
    go_on = wording.choice("go_on_filing", tokens.filing(Verb.GO, outcome.submission.id))
    text = wording.texts("filing.paused", title=outcome.procedure.title)
    return (Reply(text, (go_on, wording.person)),)


def cancel_asked(outcome: outcomes.FilingCancelAsked, wording: Wording) -> tuple[Reply, ...]:
    number = outcome.submission.id
    choices = (
        wording.choice("drop", tokens.filing(Verb.DROP, number)),
        wording.choice("go_on_filing", tokens.filing(Verb.GO, number)),
        wording.choice("pause", tokens.filing(Verb.PAUSE, number)),
    )
    return (Reply(wording.texts("filing.cancel_asked", title=outcome.procedure.title), choices),)


def _short(name: str) -> str:
    return name if len(name) <= _LABEL else name[:_LABEL].rsplit(" ", 1)[0] + "…"
