"""Who may see what, as rules: the acts themselves are tried in `test_desk.py`."""

import dataclasses
from dataclasses import replace

import pytest

from bot import policy
from bot.policy import Action, ForbiddenError
from storage.records import Officer, Role, Ticket, TicketStatus
from tests.house import MONDAY, FakeClock
from tests.storage.stories import key


def officer(role: Role, *departments: str, number: int = 1, active: bool = True) -> Officer:
    told = {
        "id": number,
        "username": "mai",
        "name": "Nguyễn Thị Mai",
        "role": role,
        "departments": departments,
        "languages": ("vi",),
        "active": active,
        "has_password": True,
    }
    fields = {field.name: told.get(field.name) for field in dataclasses.fields(Officer)}
    return Officer(**fields)  # type: ignore[arg-type]


def ticket(department: str = "trung_tam", held_by: int | None = None, closed: bool = False) -> Ticket:
    told = {
        "id": 7,
        "number": 7,
        "key": key(),
        "department": department,
        "officer_id": held_by,
        "status": TicketStatus.NEW,
        "opened_at": FakeClock().now(),
        "closed_at": MONDAY if closed else None,
        "matched": {},
    }
    fields = {field.name: told.get(field.name) for field in dataclasses.fields(Ticket)}
    return Ticket(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("closed", [True, False])
def test_an_admin_reads_no_citizens_conversation(action: Action, closed: bool) -> None:
    assert not policy.may(officer(Role.ADMIN, "trung_tam"), action, ticket(closed=closed, held_by=1))


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_an_account_that_was_ended_may_nothing(action: Action, role: Role) -> None:
    gone = officer(role, "trung_tam", active=False)
    for held_by in (None, 1, 2):
        for closed in (True, False):
            assert not policy.may(gone, action, ticket(held_by=held_by, closed=closed))


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("held_by", [None, 2])
@pytest.mark.parametrize("closed", [True, False])
def test_a_specialist_has_nothing_to_do_with_other_departments(
    action: Action, held_by: int | None, closed: bool
) -> None:
    other = ticket("so_tu_phap", held_by=held_by, closed=closed)
    assert not policy.may(officer(Role.SPECIALIST, "cong_an", "so_y_te"), action, other)


def test_a_specialist_works_on_those_of_the_own_department() -> None:
    who = officer(Role.SPECIALIST, "cong_an")
    assert policy.may(who, Action.CLAIM, ticket("cong_an"))
    assert policy.may(who, Action.ANSWER, ticket("cong_an", held_by=1))
    assert policy.may(who, Action.REOPEN, ticket("cong_an", closed=True))


def test_a_specialist_without_a_department_sees_none() -> None:
    assert policy.departments_seen(officer(Role.SPECIALIST)) == ()
    assert not policy.may(officer(Role.SPECIALIST), Action.VIEW, ticket())


def test_what_is_offered_is_what_is_allowed() -> None:
    mai = officer(Role.FRONT_OFFICER)
    for each in (ticket(), ticket(held_by=1), ticket(held_by=2), ticket(closed=True)):
        offered = policy.allowed(mai, each)
        for action in Action:
            if action.value in offered:
                policy.require(mai, action, each)
            else:
                with pytest.raises(ForbiddenError):
                    policy.require(mai, action, each)


def test_nobody_may_both_reopen_and_answer() -> None:
    for role in Role:
        for each in (ticket(held_by=1), ticket(held_by=1, closed=True)):
            assert not {"reopen", "answer"} <= policy.allowed(officer(role, "trung_tam"), each)


def test_an_answer_is_its_holders() -> None:
    mai = officer(Role.SUPERVISOR)
    held = ticket(held_by=2)
    assert not policy.may(mai, Action.ANSWER, held)
    assert policy.may(mai, Action.ANSWER, replace(held, officer_id=1))
