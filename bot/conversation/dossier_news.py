"""What is worth telling about a dossier that changed: each thing once, by its kind and occasion. Pure.

Stages are TrangThai of the national portal: 2 accepted, 4 in work, 5 asked for more, 6 to be paid, 9 done,
10 handed over, 3 refused at the desk, 8 stopped. Sources flap and repeat: a stage told once is not told again.
"""

import hashlib
from datetime import datetime
from enum import StrEnum

from bot.worktime import VIETNAM
from storage.records import Dossier

ACCEPTED_STAGES = frozenset({2, 4})
IN_WORK, SUPPLEMENT, FEE, REFUSED, STOPPED, DONE, HANDED_OVER = 4, 5, 6, 3, 8, 9, 10
RESULT_STAGES = frozenset({DONE, HANDED_OVER})
OPEN_STAGES = frozenset({1, 2, IN_WORK, SUPPLEMENT, FEE})
ENDED_AGAINST = frozenset({REFUSED, STOPPED})
LATE_STAGES = ACCEPTED_STAGES  # while more papers or a payment are waited for, the citizen's time runs


class News(StrEnum):
    ACCEPTED = "accepted"
    SUPPLEMENT = "supplement"
    FEE = "fee"
    LATE = "late"
    POSTPONED = "postponed"  # a promised day was not kept: an apology and the new one
    MOVED = "moved"  # the day moves by the time the citizen took
    DONE = "done"
    LETTER = "letter"
    HANDED_OVER = "handed_over"
    RATING = "rating"
    REFUSED = "refused"
    STOPPED = "stopped"


# What only concerns the person whose dossier it is, not a helper who filed it for them.
PERSONAL = frozenset({News.LETTER, News.RATING})


def news(before: Dossier | None, after: Dossier, now: datetime) -> tuple[tuple[News, str], ...]:
    """Kinds with their occasions, in the order they are told."""
    return (*_stage(before, after, now), *_due(before, after))


def _stage(before: Dossier | None, after: Dossier, now: datetime) -> tuple[tuple[News, str], ...]:
    was = before.stage if before else 0
    today = now.astimezone(VIETNAM).date().isoformat()
    if after.stage == SUPPLEMENT:
        changed = was != SUPPLEMENT or (before is not None and before.missing != after.missing)
        return ((News.SUPPLEMENT, f"{today} {wanted(after)}"),) if changed else ()
    if after.stage == was:
        return ()
    if after.stage in ACCEPTED_STAGES:
        return ((News.ACCEPTED, ""),) if was in (0, 1) else ()
    if was in ENDED_AGAINST and after.stage == HANDED_OVER:  # the papers came back, or it was decided anew
        return ((News.HANDED_OVER, ""),)
    told = {
        FEE: ((News.FEE, today),),
        REFUSED: ((News.REFUSED, ""),),
        STOPPED: ((News.STOPPED, ""),),
        DONE: ((News.DONE, ""), (News.LETTER, "")),
        HANDED_OVER: ((News.HANDED_OVER, ""), (News.LETTER, ""), (News.RATING, "")),
    }
    return told.get(after.stage, ())


def _due(before: Dossier | None, after: Dossier) -> tuple[tuple[News, str], ...]:
    if before is None or before.due_at is None or after.due_at is None:
        return ()
    if after.stage not in LATE_STAGES or day_of(after.due_at) <= day_of(before.due_at):
        return ()
    kind = News.MOVED if before.stage in (SUPPLEMENT, FEE) else News.POSTPONED
    return ((kind, day_of(after.due_at)),)


def still_true(kind: News, dossier: Dossier) -> bool:
    """Whether it is still worth saying, after a night or a closed window."""
    stage = dossier.stage
    match kind:
        case News.ACCEPTED:
            return stage in ACCEPTED_STAGES
        case News.SUPPLEMENT:
            return stage == SUPPLEMENT
        case News.FEE:
            return stage == FEE
        case News.LATE | News.POSTPONED | News.MOVED:
            return stage in LATE_STAGES
        case News.DONE:
            return stage == DONE
        case News.LETTER:
            return stage in RESULT_STAGES
        case News.HANDED_OVER | News.RATING:
            return stage == HANDED_OVER
        case News.REFUSED:
            return stage in (
                REFUSED,
                HANDED_OVER,
            )  # papers given back: why, and the way to object, all the more
        case News.STOPPED:
            return stage in (STOPPED, HANDED_OVER)


def day_of(at: datetime) -> str:
    return at.astimezone(VIETNAM).date().isoformat()


def wanted(dossier: Dossier) -> str:
    """Names the papers asked for without repeating them: asked for in other words is asked anew."""
    return hashlib.sha256((dossier.missing or "").encode()).hexdigest()[:12]
