"""Petitions as they are handed out: what somebody said, where it lies, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class PetitionKind(StrEnum):
    REMARK = "remark"  # phản ánh
    PROPOSAL = "proposal"  # kiến nghị
    ABOUT_OFFICER = "about_officer"
    LATENESS = "lateness"
    PLACE = "place"


class PetitionStatus(StrEnum):
    FILED = "filed"
    ACCEPTED = "accepted"
    FORWARDED = "forwarded"
    REOPENED = "reopened"
    SOLVED = "solved"
    REFUSED = "refused"
    NOT_OURS = "not_ours"


ENDED = (PetitionStatus.SOLVED, PetitionStatus.REFUSED, PetitionStatus.NOT_OURS)
AT_THE_CENTRE = (PetitionStatus.FILED, PetitionStatus.ACCEPTED, PetitionStatus.REOPENED)


class PetitionView(StrEnum):
    """The lists of petitions, by what they wait for."""

    TO_FORWARD = "to_forward"
    TO_ANSWER = "to_answer"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    ENDED = "ended"


@dataclass(frozen=True)
class Petition:
    """`counted_from`: filed or reopened, the day from which both deadlines count. `location`: "latitude,longitude".

    `department` must answer now; `officer_id` is the front officer who makes sure. `other_body`: whose it is
    where none of the departments is responsible. `summary`: what those who follow it may read.
    """

    id: int
    code: str
    kind: PetitionKind
    text: str
    place: str | None
    location: str | None
    name_withheld: bool
    status: PetitionStatus
    citizen_id: int
    address_id: int
    conversation_id: int
    department: str
    officer_id: int | None
    officer_name: str | None
    filed_at: datetime
    counted_from: datetime
    forward_due_at: datetime
    answer_due_at: datetime
    forwarded_at: datetime | None
    ended_at: datetime | None
    answer: str | None
    summary: str | None
    other_body: str | None
    reopened: int
    supporters: int
    warned_at: datetime | None
    file_ids: tuple[int, ...] = ()

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def forwarded(self) -> bool:
        return self.status is PetitionStatus.FORWARDED


@dataclass(frozen=True)
class PetitionEvent:
    id: int
    at: datetime
    kind: str
    officer_name: str | None
    detail: Mapping[str, Any]
