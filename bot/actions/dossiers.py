"""Looking up a dossier. Codes are sequential and guessable, so the bare code shows little, and guessing is capped.

Disclosure and caps: the province's rule in docs/decisions/0004-dossier-disclosure.md. Unknown code, wrong digits
and a locked code give one and the same answer, and do the same work.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from bot.actions.freshness import behind
from bot.actions.lacking import lacking
from bot.actions.turn import Turn
from bot.conversation import acts, outcomes, tokens
from bot.conversation.outcomes import Outcome
from bot.worktime import VIETNAM, WorkTime
from storage.records import Dossier, LookupKind, Purpose

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
OWN = 5  # dossiers of a chat that are offered
FINISHED = frozenset(
    {3, 7, 8, 9, 10}
)  # stages in which the clock no longer runs (national portal, TrangThai)


def factor_digest(secret: bytes, code: str, digits: str) -> str:
    """What is kept of the last six digits of an ID or phone number: a keyed hash bound to the dossier."""
    return hmac.new(secret, f"factor|{code}|{digits}".encode(), hashlib.sha256).hexdigest()


def code_digest(secret: bytes, code: str) -> str:
    """How a code is named where it is counted: never in full."""
    return hmac.new(secret, f"code|{code}".encode(), hashlib.sha256).hexdigest()


async def look_up(act: acts.LookUpDossier, turn: Turn) -> Outcome:
    if act.code is None:
        return await ask_code(turn)
    if not act.code:
        return outcomes.DossierHidden("")
    if await _too_many_codes(act.code, turn):
        await _alert(turn)
        return outcomes.DossierPaused()
    await turn.uow.lookups.record(
        LookupKind.CODE, actor=actor_of(turn), code_digest=_digest(act.code, turn), at=turn.now, ip=turn.ip
    )
    dossier = await turn.uow.dossiers.get(act.code)
    if act.factor:
        return await _with_factor(act.code, act.factor, dossier, turn)
    if act.detail:
        return await _ask_factor(act.code, dossier, turn)
    if dossier is None:
        return outcomes.DossierHidden(act.code, await behind(turn.uow, turn.tools.settings, turn.now))
    late = late_days(dossier, turn.now, turn.tools.worktime)
    return outcomes.DossierShown(dossier, late, await behind(turn.uow, turn.tools.settings, turn.now))


async def ask_code(turn: Turn) -> Outcome:
    """Lost the code? The chat that filed or follows a dossier need not know it; everybody else asks an officer."""
    address = turn.contact.address_id
    filed = await turn.uow.submissions.of_address(address)
    waiting = (each.receipt_code for each in filed if each.sent_at and each.dossier_code is None)
    followed = await turn.uow.follows.of_address(address)
    return outcomes.DossierCodeAsked(followed[:OWN], tuple(waiting)[:OWN])


def late_days(dossier: Dossier, now: datetime, worktime: WorkTime) -> int:
    """Working days past the due date; 0 when on time. On time means: processing ended by the due date."""
    if dossier.due_at is None or (dossier.stage in FINISHED and dossier.finished_at is None):
        return 0
    end = dossier.finished_at or now
    if end <= dossier.due_at or dossier.stage in FINISHED:
        return 0
    return worktime.working_days_between(
        dossier.due_at.astimezone(VIETNAM).date(), end.astimezone(VIETNAM).date()
    )


async def _ask_factor(code: str, dossier: Dossier | None, turn: Turn) -> Outcome:
    """Whoever follows it has proved it before, or filed it in this chat."""
    if dossier and await turn.uow.follows.origin(code, turn.contact.address_id):
        return await _detailed(dossier, turn)
    if not await turn.uow.consents.has(turn.contact.citizen_id, Purpose.DOSSIER):
        return outcomes.ConsentAsked(Purpose.DOSSIER, tokens.dossier(code))
    return outcomes.DossierFactorAsked(code)


async def _with_factor(code: str, digits: str, dossier: Dossier | None, turn: Turn) -> Outcome:
    if not await turn.uow.consents.has(turn.contact.citizen_id, Purpose.DOSSIER):
        return outcomes.ConsentAsked(Purpose.DOSSIER, tokens.dossier(code))
    locked = await _locked(code, turn)
    offered = factor_digest(turn.tools.secret, code, digits)
    known = dossier.factors if dossier else ("0" * 64,)
    right = sum(hmac.compare_digest(offered, factor) for factor in known) > 0  # every factor is compared
    if dossier is None or locked or not right:
        await turn.uow.lookups.record(
            LookupKind.WRONG_FACTOR,
            actor=actor_of(turn),
            code_digest=_digest(code, turn),
            at=turn.now,
            ip=turn.ip,
        )
        return outcomes.DossierHidden(code, await behind(turn.uow, turn.tools.settings, turn.now), tried=True)
    await turn.uow.lookups.record(
        LookupKind.PROVED, actor=actor_of(turn), code_digest=_digest(code, turn), at=turn.now, ip=turn.ip
    )
    return await _detailed(dossier, turn)


async def _detailed(dossier: Dossier, turn: Turn) -> Outcome:
    await turn.uow.audit.add(
        turn.now, actor_of(turn), "dossier.detail_shown", _digest(dossier.code, turn)[:16], {"tier": "holder"}
    )
    followed = await turn.uow.follows.origin(dossier.code, turn.contact.address_id) is not None
    late = late_days(dossier, turn.now, turn.tools.worktime)
    filed = await turn.uow.submissions.by_dossier(dossier.code)
    lacks = await lacking(turn.uow, turn.snapshot.catalog, dossier, filed)
    return outcomes.DossierDetailShown(
        dossier,
        late,
        followed,
        await behind(turn.uow, turn.tools.settings, turn.now),
        filed_here=filed is not None,
        lacking=lacks,
    )


async def _locked(code: str, turn: Turn) -> bool:
    settings, lookups = turn.tools.settings, turn.uow.lookups
    on_code = await lookups.count_code(_digest(code, turn), LookupKind.WRONG_FACTOR, turn.now - DAY)
    by_actor = await lookups.count_actor(actor_of(turn), LookupKind.WRONG_FACTOR, turn.now - HOUR)
    if on_code >= settings.wrong_factors_per_code or by_actor >= settings.wrong_factors_per_actor:
        return True
    if turn.ip is None:
        return False
    nearby = await lookups.count_network(turn.ip, LookupKind.WRONG_FACTOR, turn.now - HOUR)
    return nearby >= settings.wrong_factors_per_network


async def _too_many_codes(code: str, turn: Turn) -> bool:
    """A code asked for before today does not count again: a family may follow its dossiers all day."""
    since = turn.now - DAY
    lookups, settings = turn.uow.lookups, turn.tools.settings
    distinct = await lookups.distinct_codes(actor_of(turn), since)
    if distinct < settings.codes_per_actor and not await _walked(turn):
        return False
    return not await turn.uow.lookups.asked_before(actor_of(turn), _digest(code, turn), since)


async def _walked(turn: Turn) -> bool:
    """A new chat on the web costs nothing: whoever opens one after another is known by the network."""
    if turn.ip is None:
        return False
    nearby = await turn.uow.lookups.distinct_codes_of_network(turn.ip, turn.now - HOUR)
    return nearby >= turn.tools.settings.codes_per_network


async def _alert(turn: Turn) -> None:
    await turn.uow.audit.add(turn.now, actor_of(turn), "dossier.lookups_paused", actor_of(turn), {})


def actor_of(turn: Turn) -> str:
    return f"address:{turn.contact.address_id}"


def _digest(code: str, turn: Turn) -> str:
    return code_digest(turn.tools.secret, code)
