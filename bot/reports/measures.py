"""Figures out of facts: counted, in office hours, never a share without its number. Pure."""

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.worktime import WorkTime
from storage.records import Closing, PromiseFact, PromiseState, TicketFact


@dataclass(frozen=True)
class Share:
    """`part` of `whole`; with a whole of 0 there is nothing to tell, which is not the same as none."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.part / self.whole) if self.whole else None


@dataclass(frozen=True)
class Group:
    """One department, channel or officer. Times are medians of office time; None where nothing was measured.

    `answered`: got an officer's answer, or were told why not or whose it is. `offered`: got an answer under
    which a rating could be given.
    """

    name: str
    tickets: int
    answered: Share
    offered: int
    in_time: Share
    first_answer: timedelta | None
    solved: timedelta | None
    ratings: int
    rating: float | None

    @property
    def unanswered(self) -> Share:
        return Share(self.answered.whole - self.answered.part, self.answered.whole)

    @property
    def responded(self) -> Share:
        """Of those who were asked to rate how many did."""
        return Share(min(self.ratings, self.offered), self.offered)


@dataclass(frozen=True)
class Counted:
    name: str
    count: int


# What citizens took back, and mere abuse, came in but is owed no answer. "Citizen gone" is: who waited too long goes.
_OWED_NOTHING = frozenset({Closing.WITHDRAWN, Closing.ABUSE})
# These endings tell the citizen the reason, or whose it is.
_TELLING = frozenset({Closing.REFUSED, Closing.NOT_OURS})


def _was_told(ticket: TicketFact) -> bool:
    return ticket.first_answer_at is not None or ticket.closing in _TELLING


def group(
    name: str,
    tickets: Sequence[TicketFact],
    promises: Mapping[int, Sequence[PromiseFact]],
    scores: Sequence[int],
    worktime: WorkTime,
    rateable: Callable[[TicketFact], bool],
    *,
    named_from: int = 1,
) -> Group:
    owed = [each for each in tickets if each.first_answer_at or each.closing not in _OWED_NOTHING]
    told = [promise for ticket in owed for promise in promises.get(ticket.id, ())]
    settled = [each for each in told if each.state is not PromiseState.OPEN]
    return Group(
        name=name,
        tickets=len(tickets),
        answered=Share(sum(map(_was_told, owed)), len(owed)),
        in_time=Share(sum(each.state is PromiseState.KEPT for each in settled), len(settled)),
        first_answer=median(tickets, lambda each: each.first_answer_at, worktime),
        solved=median(owed, lambda each: each.closed_at, worktime),
        ratings=len(scores),
        offered=sum(each.first_answer_at is not None and rateable(each) for each in tickets),
        rating=round(statistics.mean(scores), 1) if len(scores) >= named_from else None,
    )


def median(
    tickets: Iterable[TicketFact], end: Callable[[TicketFact], datetime | None], worktime: WorkTime
) -> timedelta | None:
    """Half were quicker. Only office hours count: nobody answers at night."""
    seconds = [
        worktime.working_time_between(each.opened_at, until).total_seconds()
        for each in tickets
        if (until := end(each)) is not None
    ]
    return timedelta(seconds=statistics.median(seconds)) if seconds else None


def grouped(
    tickets: Sequence[TicketFact], key: Callable[[TicketFact], str | None]
) -> Mapping[str, Sequence[TicketFact]]:
    """By name; a ticket without one is in no group."""
    found: dict[str, list[TicketFact]] = {}
    for ticket in tickets:
        if name := key(ticket):
            found.setdefault(name, []).append(ticket)
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0])))


def most(names: Iterable[str], limit: int = 10) -> tuple[Counted, ...]:
    """The most frequent first; of equals the first in the alphabet."""
    counts = Counter(names)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Counted(name, count) for name, count in ordered[:limit])
