"""What a supervisor must know: today's queue with names, and a week in figures that can be checked."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice

from bot.live_catalog import LiveCatalog
from bot.messages import COUNTER
from bot.policy import ForbiddenError, sees_reports
from bot.ports import Clock
from bot.reports.measures import Counted, Group, Share, group, grouped, most
from bot.worktime import VIETNAM, WorkTime
from intents.catalog import Tone
from intents.extract import redact
from storage.database import Database
from storage.records import (
    Assignment,
    DossierRating,
    Officer,
    PromiseFact,
    PromiseState,
    RatedName,
    RatingFact,
    RatingTarget,
    Reason,
    TicketFact,
)

__all__ = ["Counted", "Group", "Report", "Reports", "Share", "monday"]

WEEKS = 8  # of the trend
LISTED = 100  # waiting tickets shown at most
AT_RISK = timedelta(hours=1)  # office time left


@dataclass(frozen=True)
class Report:
    """`start` and `end` are Vietnam's midnights; the lists of waiting tickets are as of now."""

    start: datetime
    end: datetime
    whole: Group
    by_department: tuple[Group, ...]
    by_channel: tuple[Group, ...]
    by_officer: tuple[Group, ...]
    by_day: tuple[Counted, ...]
    by_week: tuple[Group, ...]  # this one and those before it, named by their Monday
    most_asked: tuple[Counted, ...]
    most_failed: tuple[Counted, ...]
    broken: int
    broken_promises: tuple[TicketFact, ...]  # of the week; `due_at` is what was promised and not kept
    overdue: tuple[TicketFact, ...]
    at_risk: tuple[TicketFact, ...]
    in_time: tuple[TicketFact, ...]  # waiting, with more time left than that
    waiting: int  # all of them: the lists show `LISTED` at most
    late: int
    given: tuple[Assignment, ...]  # by a supervisor, with a deadline; not done yet
    reasons: tuple[Counted, ...]  # of the week's ratings, as people pressed them (`RatingReason`)
    replied: tuple[RatingFact, ...]  # the week's ratings that their officer said something to
    rated_agencies: tuple[RatedName, ...]  # by those whose dossiers came to their result
    rated_handlers: tuple[RatedName, ...]
    dossier_words: tuple[DossierRating, ...]  # what they wrote; of whom is only said as the agency


@dataclass(frozen=True)
class _Facts:
    tickets: Sequence[TicketFact]
    promises: dict[int, list[PromiseFact]]
    ratings: dict[int, list[RatingFact]]


@dataclass(frozen=True)
class _Read:
    """What one page is made of, as storage gave it."""

    came: Sequence[TicketFact]  # in all the weeks of the trend
    promises: Sequence[PromiseFact]
    ratings: Sequence[RatingFact]
    waiting: Sequence[TicketFact]
    counts: tuple[int, int]  # waiting, and of them late
    matched: Sequence[Sequence[str]]
    given: tuple[Assignment, ...]
    agencies: tuple[RatedName, ...]
    handlers: tuple[RatedName, ...]
    words: tuple[DossierRating, ...]


class Reports:
    """`named_from`: ratings that an officer needs before a mean stands beside the name."""

    def __init__(
        self, database: Database, live: LiveCatalog, worktime: WorkTime, clock: Clock, named_from: int
    ) -> None:
        self._named_from = named_from
        self._database = database
        self._live = live
        self._worktime = worktime
        self._clock = clock

    async def seen_by(self, officer: Officer, day: date | None = None) -> Report:
        """For the page. Raises ForbiddenError for everybody but supervisors."""
        if not sees_reports(officer):
            raise ForbiddenError(f"{officer.username} may not read reports")
        return await self.week(day)

    async def week(self, day: date | None = None) -> Report:
        """The week, from Monday on, that `day` lies in; this one when not said."""
        now = self._clock.now()
        start = monday(day or now.astimezone(VIETNAM).date())
        end = start + timedelta(days=7)
        async with self._database.reading() as uow:
            earlier = start - timedelta(days=7 * (WEEKS - 1))
            came = await uow.reports.tickets(earlier, end)
            promises = await uow.reports.promises(earlier, end)
            ratings = await uow.reports.ratings(earlier, end)
            waiting = await uow.reports.unanswered(LISTED)
            counts = await uow.reports.waiting(now)
            matched = await uow.reports.matched(start)
            given = await uow.assignments.undone(LISTED)
            agencies = await uow.dossier_ratings.means(RatingTarget.AGENCY, start, end, LISTED)
            handlers = await uow.dossier_ratings.means(RatingTarget.HANDLER, start, end, LISTED)
            words = await uow.dossier_ratings.worded(start, end, LISTED)
        waiting = tuple(replace(each, department=self._department(each.department)) for each in waiting)
        read = _Read(came, promises, ratings, waiting, counts, matched, given, agencies, handlers, words)
        # Thousands of spans of office hours: on a thread, so that citizens' turns go on meanwhile.
        return await asyncio.to_thread(self._made, start, now, read)

    def _made(self, start: datetime, now: datetime, read: _Read) -> Report:
        tickets = [each for each in read.came if each.opened_at >= start]
        facts = _Facts(tickets, {}, {})
        for promise in read.promises:
            facts.promises.setdefault(promise.ticket_id, []).append(promise)
        for rating in read.ratings:
            facts.ratings.setdefault(rating.ticket_id, []).append(rating)
        return Report(
            start=start,
            end=start + timedelta(days=7),
            whole=self._group("", tickets, facts),
            by_department=self._groups(facts, lambda each: self._department(each.department)),
            by_channel=self._groups(facts, lambda each: each.channel),
            by_officer=self._officers(facts),
            by_day=_days(start, tickets),
            by_week=self._weeks(start - timedelta(days=7 * (WEEKS - 1)), read.came, facts),
            most_asked=most(self._title(codes[0]) for codes in read.matched if codes),
            most_failed=most(
                _line(each.question)
                for each in tickets
                if each.reason is Reason.NOTHING_FOUND and each.question
            ),
            broken=sum(each.state is PromiseState.BROKEN and each.told_at >= start for each in read.promises),
            broken_promises=self._broken(start, read),
            overdue=tuple(each for each in read.waiting if each.due_at < now),
            at_risk=tuple(each for each in read.waiting if self._at_risk(each, now)),
            in_time=tuple(each for each in read.waiting if self._has_time(each, now)),
            waiting=read.counts[0],
            late=read.counts[1],
            given=read.given,
            reasons=most(
                reason.value for each in read.ratings if each.at >= start for reason in each.reasons
            ),
            replied=tuple(
                replace(each, words=redact(each.words or ""), reply=redact(each.reply))
                for each in read.ratings
                if each.at >= start and each.reply
            ),
            rated_agencies=read.agencies,
            rated_handlers=tuple(self._named(each) for each in read.handlers),
            dossier_words=tuple(replace(each, words=redact(each.words or "")) for each in read.words),
        )

    def _named(self, rated: RatedName) -> RatedName:
        return rated if rated.count >= self._named_from else replace(rated, mean=None)

    def _broken(self, start: datetime, read: _Read) -> tuple[TicketFact, ...]:
        by_id = {each.id: each for each in read.came}
        broken = (
            each for each in read.promises if each.state is PromiseState.BROKEN and each.told_at >= start
        )
        found = (
            replace(ticket, due_at=each.due_at, department=self._department(ticket.department))
            for each in broken
            if (ticket := by_id.get(each.ticket_id))
        )
        return tuple(islice(found, LISTED))

    def _at_risk(self, ticket: TicketFact, now: datetime) -> bool:
        return ticket.due_at >= now and not self._has_time(ticket, now)

    def _has_time(self, ticket: TicketFact, now: datetime) -> bool:
        return ticket.due_at >= now and self._worktime.working_time_between(now, ticket.due_at) > AT_RISK

    def _groups(self, facts: _Facts, key: Callable[[TicketFact], str | None]) -> tuple[Group, ...]:
        return tuple(
            self._group(name, tickets, facts) for name, tickets in grouped(facts.tickets, key).items()
        )

    def _officers(self, facts: _Facts) -> tuple[Group, ...]:
        """By who answered last; a rating stands with who got it, whoever answered after that."""
        tickets = grouped(facts.tickets, lambda each: each.answered_by)
        scores: dict[str, list[int]] = {}
        for rating in (each for ticket in facts.tickets for each in facts.ratings.get(ticket.id, ())):
            if rating.officer:
                scores.setdefault(rating.officer, []).append(rating.score)
        return tuple(
            group(
                name,
                tickets.get(name, ()),
                facts.promises,
                scores.get(name, ()),
                self._worktime,
                self._rateable,
                named_from=self._named_from,
            )
            for name in dict.fromkeys((*tickets, *sorted(scores)))
        )

    def _weeks(self, earliest: datetime, came: Sequence[TicketFact], facts: _Facts) -> tuple[Group, ...]:
        mondays = [earliest + timedelta(days=7 * number) for number in range(WEEKS)]
        return tuple(
            self._group(
                first.date().isoformat(),
                [each for each in came if first <= each.opened_at < first + timedelta(days=7)],
                facts,
            )
            for first in mondays
        )

    def _group(self, name: str, tickets: Sequence[TicketFact], facts: _Facts) -> Group:
        scores = [each.score for ticket in tickets for each in facts.ratings.get(ticket.id, ())]
        return group(name, tickets, facts.promises, scores, self._worktime, self._rateable)

    def _rateable(self, ticket: TicketFact) -> bool:
        """Mourning is never asked for a rating, and whoever came or called has no button to press."""
        procedure = self._live.snapshot.catalog.by_code.get(ticket.procedure_code or "")
        mourning = procedure is not None and procedure.tone is Tone.CONDOLENCE
        return not mourning and ticket.channel != COUNTER

    def _department(self, identifier: str) -> str:
        known = self._live.snapshot.catalog.department_by_id.get(identifier)
        return known.name if known else identifier

    def _title(self, code: str) -> str:
        procedure = self._live.snapshot.catalog.by_code.get(code)
        return procedure.title if procedure else code


def monday(day: date) -> datetime:
    """Midnight in Vietnam at the beginning of that week."""
    return datetime.combine(day - timedelta(days=day.weekday()), time(), VIETNAM)


def _days(start: datetime, tickets: Sequence[TicketFact]) -> tuple[Counted, ...]:
    """How many came on each day, days without any included."""
    days = [(start + timedelta(days=number)).date() for number in range(7)]
    came = [each.opened_at.astimezone(VIETNAM).date() for each in tickets]
    return tuple(Counted(day.isoformat(), came.count(day)) for day in days)


def _line(question: str) -> str:
    """Without what names a person, and short enough for a list."""
    return " ".join(redact(question).split())[:120]
