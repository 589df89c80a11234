"""Showing procedures: the entry in force today, with the office that serves the citizen."""

from math import asin, cos, radians, sin, sqrt

from bot.actions.turn import Turn
from bot.conversation import acts, outcomes, tokens
from bot.conversation.outcomes import Outcome
from intents import papers
from intents.catalog import Level, Office, Procedure
from intents.reading import Part

EARTH_KM = 6371.0
OFFERED = 3  # procedures offered at once


def show(act: acts.ShowProcedure, turn: Turn) -> Outcome:
    procedure = _current(act.code, turn)
    if procedure is None:
        return outcomes.Said("procedure.unknown_code", {"code": act.code}, menu="main")
    if act.part is Part.WHERE and _needs_commune(procedure, turn):
        return outcomes.CommuneAsked(tokens.show(procedure.code, Part.WHERE))
    return outcomes.ProcedureShown(
        procedure,
        act.part,
        office=turn.snapshot.catalog.desk_for(procedure, turn.contact.commune),
        successor_of=act.code if act.code != procedure.code else None,
        renamed=act.noticed,
    )


def without(act: acts.FileWithout, turn: Turn) -> Outcome:
    procedure = _current(act.code, turn)
    if procedure is None:
        return outcomes.NotUnderstood()
    instead = _current(act.instead, turn) if act.instead else None
    document = papers.named(act.paper, procedure)
    return outcomes.WithoutShown(procedure, " ".join(act.paper), document, instead)


def ask_which(act: acts.AskWhich, turn: Turn) -> Outcome:
    procedures = tuple(found for code in act.codes if (found := _current(code, turn)))
    unique = tuple({procedure.code: procedure for procedure in procedures}.values())
    if len(unique) == 1:
        return show(acts.ShowProcedure(unique[0].code, act.part), turn)
    if not unique:
        return outcomes.NotUnderstood()
    return outcomes.WhichAsked(unique, act.part, act.question)


def show_another(turn: Turn) -> Outcome:
    """What was found and was not shown yet; nothing left: ask again."""
    state = turn.state
    found = turn.snapshot.matcher.match(state.asked, today=turn.today).candidates if state.asked else ()
    seen = {code for screen in state.trail for code in screen.codes}
    others = dict.fromkeys((*state.offered, *(each.code for each in found)))
    left = tuple(code for code in others if code != state.procedure and code not in seen)
    return ask_which(acts.AskWhich(left[:OFFERED]), turn) if left else outcomes.NotUnderstood()


def show_several(act: acts.ShowSeveral, turn: Turn) -> Outcome:
    procedures = tuple(found for code in act.codes if (found := _current(code, turn)))
    bundle = _current(act.bundle, turn) if act.bundle else None
    asked = ask_which(act.ask, turn) if act.ask else None
    if not procedures and asked:
        return asked
    if len(procedures) < 2 and not bundle and not asked:
        return show(acts.ShowProcedure(act.codes[0]), turn)
    match asked:
        case outcomes.ProcedureShown(procedure=procedure):  # all but one were replaced by it
            return outcomes.SeveralShown((*procedures, procedure), bundle)
        case outcomes.WhichAsked():
            return outcomes.SeveralShown(procedures, bundle, asked)
    return outcomes.SeveralShown(procedures, bundle)


def office_of(act: acts.ShowOffice, turn: Turn) -> Outcome:
    office = turn.snapshot.catalog.office_for(act.commune)
    return outcomes.OfficeShown(turn.snapshot.catalog.commune_by_id[act.commune].name, office)


def nearest(act: acts.FindOffice, turn: Turn) -> Outcome:
    placed = [
        (_kilometres(act, office), office)
        for office in turn.snapshot.catalog.offices
        if office.latitude is not None and office.longitude is not None
    ]
    if not placed:
        return outcomes.OfficeFound(None, 0.0)
    distance, office = min(placed, key=lambda pair: pair[0])
    return outcomes.OfficeFound(office, distance)


def _current(code: str, turn: Turn) -> Procedure | None:
    return turn.snapshot.catalog.current(code, turn.today)


def _needs_commune(procedure: Procedure, turn: Turn) -> bool:
    asked_already = turn.state.expecting is not None and turn.state.expecting.data.get("skipped") == "yes"
    knows_desks = bool(turn.snapshot.catalog.communes)
    return (
        procedure.level is Level.COMMUNE
        and turn.snapshot.catalog.at_one_stop(procedure)
        and turn.contact.commune is None
        and knows_desks
        and not asked_already
    )


def _kilometres(act: acts.FindOffice, office: Office) -> float:
    """Great-circle distance (haversine)."""
    latitude, longitude = radians(office.latitude or 0), radians(office.longitude or 0)
    here_latitude, here_longitude = radians(act.latitude), radians(act.longitude)
    half = (
        sin((latitude - here_latitude) / 2) ** 2
        + cos(here_latitude) * cos(latitude) * sin((longitude - here_longitude) / 2) ** 2
    )
    return 2 * EARTH_KM * asin(sqrt(half))
