"""Who may see and do what. Deny by default; the only place with such a rule."""

from enum import StrEnum

from storage.petition_records import Petition, PetitionKind
from storage.records import Officer, Role, Submission, Ticket, TicketStatus


class ForbiddenError(Exception):
    """This officer may not do that."""


class Action(StrEnum):
    """What can be done to a ticket."""

    VIEW = "view"
    CLAIM = "claim"
    ANSWER = "answer"
    RELEASE = "release"
    NOTE = "note"
    FORWARD = "forward"
    CLOSE = "close"
    REOPEN = "reopen"
    ADVISE = "advise"  # the department that was asked tells the front officer, not the citizen
    RECALL = "recall"  # the front officer answers after all
    GIVE = "give"  # to an officer, with a deadline
    UNMASK = "unmask"  # read the numbers that name a person
    BLOCK = "block"  # not hear an abuser for a while
    UNBLOCK = "unblock"


_ALL_DEPARTMENTS = frozenset({Role.FRONT_OFFICER, Role.SUPERVISOR})
_ROLES = {
    Role.FRONT_OFFICER: frozenset(Action),
    Role.SPECIALIST: frozenset(Action),
    Role.SUPERVISOR: frozenset(Action),
    Role.ADMIN: frozenset[Action](),  # keeps accounts and the catalog; reads no citizen's conversation
}


def departments_seen(officer: Officer) -> tuple[str, ...] | None:
    """The departments whose tickets an officer sees; None for all of them, empty for none."""
    if officer.role in _ALL_DEPARTMENTS:
        return None
    return officer.departments if officer.role is Role.SPECIALIST else ()


def sees_complaints(officer: Officer) -> bool:
    """Who gave which rating, and the tickets that a low one brought before the supervisors."""
    return officer.active and officer.role is Role.SUPERVISOR


def reaches(officer: Officer, ticket: Ticket) -> bool:
    """Whether a ticket of that department may be given to this officer."""
    seen = departments_seen(officer)
    return works_at_desk(officer) and (seen is None or ticket.department in seen)


def scope(officer: Officer) -> tuple[Role, tuple[str, ...] | None]:
    """Two officers of one scope see the same waiting tickets."""
    return officer.role, departments_seen(officer)


def works_at_desk(officer: Officer) -> bool:
    """Somebody who answers citizens; an admin does not."""
    return officer.active and bool(_ROLES[officer.role])


def may(officer: Officer, action: Action, ticket: Ticket) -> bool:
    if not officer.active or action not in _ROLES[officer.role]:
        return False
    holds = ticket.officer_id == officer.id  # whoever must make sure sees it, wherever it was forwarded
    if not (holds or reaches(officer, ticket)):
        return False
    handed_on = holds or ticket.forwarded_from is not None
    if ticket.for_supervisor and not handed_on and not sees_complaints(officer):
        return False  # else whoever was rated would know by whom
    return _fits(officer, action, ticket)


def _fits(officer: Officer, action: Action, ticket: Ticket) -> bool:
    closed = ticket.closed_at is not None
    if action is Action.REOPEN:
        return closed
    if action in (Action.VIEW, Action.NOTE, Action.UNMASK, Action.UNBLOCK):
        return True
    if closed:
        return False
    supervisor = officer.role is Role.SUPERVISOR
    if action is Action.GIVE:
        return supervisor and ticket.forwarded_from is None
    if action is Action.CLAIM:
        return ticket.officer_id is None and (supervisor or not ticket.for_supervisor)
    if action is Action.ADVISE:
        return asked(officer, ticket) and ticket.status is TicketStatus.FORWARDED
    if action is Action.ANSWER and ticket.forwarded_from is not None:
        return asked(officer, ticket)
    held_by_me = ticket.officer_id == officer.id
    if action is Action.RECALL:
        return ticket.forwarded_from is not None and (held_by_me or supervisor)
    if action is Action.FORWARD:
        free = supervisor and ticket.officer_id is None
        return ticket.forwarded_from is None and (held_by_me or free)
    return held_by_me or (supervisor and action in (Action.RELEASE, Action.CLOSE, Action.BLOCK))


def asked(officer: Officer, ticket: Ticket) -> bool:
    """Whether it is for this officer to answer what was forwarded: named, or of the department named."""
    if ticket.forwarded_from is None or officer.role is not Role.SPECIALIST:
        return False
    return ticket.department in officer.departments and ticket.forwarded_to in {None, officer.id}


def handles(officer: Officer, submission: Submission) -> bool:
    """Whether this officer works on what was filed: everybody at the desk, a specialist for their departments."""
    if not officer.active or not _ROLES[officer.role]:
        return False
    seen = departments_seen(officer)
    return seen is None or submission.department in seen


class PetitionAct(StrEnum):
    """What can be done to a petition."""

    TAKE = "take"  # be the front officer who makes sure
    FORWARD = "forward"
    ANSWER = "answer"  # solved, or refused with the reason
    REROUTE = "reroute"  # not ours: to whose it is


def sees_petition(officer: Officer, petition: Petition) -> bool:
    """The front for all but those about officers, which lie with the supervisors; a department what it was given."""
    if not officer.active or not _ROLES[officer.role]:
        return False
    if officer.role is Role.SPECIALIST:
        return petition.forwarded_at is not None and petition.department in officer.departments
    return officer.role is Role.SUPERVISOR or petition.kind is not PetitionKind.ABOUT_OFFICER


def hears_petitions(officer: Officer, *, about_officer: bool) -> bool:
    """The turns of a chat in which a petition was told, for whoever answers another question of that chat.

    A department never: it may be the one that handles the petition, and would read who told it.
    """
    if not officer.active:
        return False
    return officer.role is Role.SUPERVISOR or (officer.role is Role.FRONT_OFFICER and not about_officer)


def petition_acts(officer: Officer, petition: Petition) -> frozenset[PetitionAct]:
    """Forwarded, the department alone answers; before that, whoever holds it. A supervisor may all of it."""
    if petition.ended or not sees_petition(officer, petition):
        return frozenset()
    supervisor, mine = officer.role is Role.SUPERVISOR, petition.officer_id == officer.id
    if petition.forwarded:
        asked = officer.role is Role.SPECIALIST or supervisor
        return frozenset({PetitionAct.ANSWER, PetitionAct.REROUTE}) if asked else frozenset()
    if officer.role is Role.SPECIALIST:
        return frozenset()
    take = frozenset() if mine else frozenset({PetitionAct.TAKE})
    if petition.officer_id is not None and not mine and not supervisor:
        return frozenset()
    forward = frozenset({PetitionAct.FORWARD, PetitionAct.REROUTE})
    return take | forward | (frozenset({PetitionAct.ANSWER}) if mine or supervisor else frozenset())


def require_desk(officer: Officer) -> None:
    if not works_at_desk(officer):
        raise ForbiddenError(f"{officer.username} does not work at the desk")


def require_catalog(officer: Officer) -> None:
    """Who keeps the catalog."""
    if not officer.active or officer.role is not Role.ADMIN:
        raise ForbiddenError(f"{officer.username} does not keep the catalog")


def require_front(officer: Officer) -> None:
    """Somebody who answers for all departments: only they can enter a question of any kind."""
    if not officer.active or officer.role not in _ALL_DEPARTMENTS:
        raise ForbiddenError(f"{officer.username} does not work at the front desk")


def require_accounts(officer: Officer) -> None:
    """Somebody who makes and locks accounts."""
    if not officer.active or officer.role is not Role.ADMIN:
        raise ForbiddenError(f"{officer.username} does not keep accounts")


def sees_reports(officer: Officer) -> bool:
    return officer.active and officer.role is Role.SUPERVISOR


def require(officer: Officer, action: Action, ticket: Ticket) -> None:
    if not may(officer, action, ticket):
        raise ForbiddenError(f"{officer.username} may not {action} ticket {ticket.id}")


def allowed(officer: Officer, ticket: Ticket) -> frozenset[str]:
    return frozenset(action.value for action in Action if may(officer, action, ticket))
