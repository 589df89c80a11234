"""Who may see and do what. Deny by default; the only place with such a rule."""

from enum import StrEnum

from storage.records import Officer, Role, Ticket


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


def may(officer: Officer, action: Action, ticket: Ticket) -> bool:
    if not officer.active or action not in _ROLES[officer.role]:
        return False
    seen = departments_seen(officer)
    if seen is not None and ticket.department not in seen:
        return False
    return _fits(officer, action, ticket)


def _fits(officer: Officer, action: Action, ticket: Ticket) -> bool:
    closed = ticket.closed_at is not None
    if action is Action.REOPEN:
        return closed
    if action in (Action.VIEW, Action.NOTE):
        return True
    if closed:
        return False
    if action is Action.CLAIM:
        return ticket.officer_id is None
    held_by_me = ticket.officer_id == officer.id
    return held_by_me or (officer.role is Role.SUPERVISOR and action in (Action.RELEASE, Action.CLOSE))


def require(officer: Officer, action: Action, ticket: Ticket) -> None:
    if not may(officer, action, ticket):
        raise ForbiddenError(f"{officer.username} may not {action} ticket {ticket.id}")


def allowed(officer: Officer, ticket: Ticket) -> frozenset[str]:
    return frozenset(action.value for action in Action if may(officer, action, ticket))
