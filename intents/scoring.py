"""How well a matcher does on labelled questions, which entries steal each other's, and why a match came out."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from intents.checks import Overmatch
from intents.matcher import Matcher
from intents.matches import SHOWN, Candidate, Found, Match, NotFound, Unsure


@dataclass(frozen=True)
class Report:
    """Shares in 0..1. top-k, mrr, answered and asked_back are over the questions whose answer is in the catalog.

    `answered_precision` is over those answered outright, `asked_back_hit` over those asked back; `outside_answered`
    over the questions that nothing in the catalog answers. Times are of whole matches, one after another.
    """

    questions: int
    in_catalog: int
    outside: int
    skipped: int
    top1: float
    top3: float
    top5: float
    mrr: float
    answered: float
    answered_precision: float
    asked_back: float
    asked_back_hit: float
    outside_answered: float
    queries_per_second: float
    p50_ms: float
    p99_ms: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Outcome:
    """One question: the place of the right code (from 1; 0 where it is not among the candidates) and the match."""

    text: str
    expect: tuple[str, ...]
    match: Match
    place: int
    seconds: float


def outcome(matcher: Matcher, text: str, expect: Iterable[str]) -> Outcome:
    wanted = tuple(expect)
    begin = time.perf_counter()
    match = matcher.match(text)
    seconds = time.perf_counter() - begin
    codes = [candidate.code for candidate in match.candidates]
    place = next((number for number, code in enumerate(codes, 1) if code in wanted), 0)
    return Outcome(text, wanted, match, place, seconds)


def outcomes(matcher: Matcher, rows: Iterable[Mapping[str, Any]]) -> tuple[list[Outcome], int]:
    """Every row that counts, answered; and how many were skipped (kind `unmapped`, or no code in the catalog)."""
    known = matcher.catalog.by_code
    done, skipped = [], 0
    for row in rows:
        expect = [code for code in row["expect"] if code in known]
        if row.get("kind") == "unmapped" or (row["expect"] and not expect):
            skipped += 1
        else:
            done.append(outcome(matcher, row["text"], expect))
    return done, skipped


def evaluate(matcher: Matcher, rows: Iterable[Mapping[str, Any]]) -> Report:
    """Rows as in `motcua evaluate`: text, expect, kind."""
    done, skipped = outcomes(matcher, rows)
    inside = [each for each in done if each.expect]
    outside = [each for each in done if not each.expect]
    answered = [each for each in inside if isinstance(each.match, Found)]
    asked = [each for each in inside if isinstance(each.match, Unsure)]
    times = sorted(each.seconds for each in done)
    return Report(
        questions=len(done) + skipped,
        in_catalog=len(inside),
        outside=len(outside),
        skipped=skipped,
        top1=_within(inside, 1),
        top3=_within(inside, 3),
        top5=_within(inside, 5),
        mrr=_share(sum(1 / each.place for each in inside if each.place), len(inside)),
        answered=_share(len(answered), len(inside)),
        answered_precision=_within(answered, 1),
        asked_back=_share(len(asked), len(inside)),
        asked_back_hit=_within(asked, SHOWN),
        outside_answered=_share(sum(isinstance(each.match, Found) for each in outside), len(outside)),
        queries_per_second=round(len(done) / sum(times), 1) if times else 0.0,
        p50_ms=_percentile(times, 0.5),
        p99_ms=_percentile(times, 0.99),
    )


def _share(part: float, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _within(rows: Sequence[Outcome], places: int) -> float:
    return _share(sum(1 <= each.place <= places for each in rows), len(rows))


def _percentile(times: Sequence[float], share: float) -> float:
    return round(times[min(len(times) - 1, int(len(times) * share))] * 1000, 4) if times else 0.0


@dataclass(frozen=True)
class Collision:
    """A saying of `owner` that, once forgotten, is taken for `thief`."""

    wording: str
    owner: str
    thief: str
    sure: bool


def collisions(matcher: Matcher) -> tuple[Collision, ...]:
    """Every wording that would be answered with another entry if it were not in the catalog (leave one out)."""
    found = []
    for number, saying in enumerate(matcher.phrases):
        owner = matcher.owner_of(number)
        if owner is None or not saying.handwritten:
            continue
        match = matcher.match_without(saying.text, number)
        if isinstance(match, NotFound) or match.candidates[0].code == owner.code:
            continue
        found.append(Collision(saying.text, owner.code, match.candidates[0].code, isinstance(match, Found)))
    return tuple(found)


def overmatches(matcher: Matcher) -> Iterator[Overmatch]:
    """Every wording that is surely answered with another entry although it stands in the catalog."""
    for procedure in matcher.procedures:
        for wording in procedure.wordings:
            match = matcher.match(wording)
            if isinstance(match, Found) and match.best.code != procedure.code:
                yield Overmatch(procedure.code, wording, match.best.code)


def explain(match: Match) -> str:
    """A match in lines for people: outcome, each candidate with the wording that matched and what spoke for it."""
    outcome_name = {Found: "found", Unsure: "unsure", NotFound: "none"}[type(match)]
    return "\n".join([outcome_name, *(_line(candidate) for candidate in match.candidates)])


def _line(candidate: Candidate) -> str:
    reasons = ", ".join(f"{name} {value:+.2f}" for name, value in list(candidate.why.items())[:6])
    return f"{candidate.score:.3f}  {candidate.code}  {candidate.name}  <- “{candidate.wording}”  [{reasons}]"
