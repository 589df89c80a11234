"""Following a dossier, switching its notices off and on, and rating who handled it."""

from dataclasses import dataclass

from bot.actions import dossiers
from bot.actions.dossiers import DAY, actor_of, code_digest
from bot.actions.turn import Turn
from bot.conversation import acts, outcomes
from bot.conversation.dossier_news import ENDED_AGAINST, RESULT_STAGES, News
from bot.conversation.outcomes import Outcome
from intents.catalog import Tone
from storage.records import Dossier, DossierRating, FollowOrigin, RatingTarget


async def follow(act: acts.FollowDossier, turn: Turn) -> Outcome:
    """Whoever proved today to hold it may follow it; anybody may stop."""
    if act.code is None:
        return await dossiers.ask_code(turn)
    follows, address = turn.uow.follows, turn.contact.address_id
    if not act.on:
        await follows.end(act.code, address, turn.now)
        return outcomes.DossierFollowed(act.code, on=False)
    if await follows.origin(act.code, address) is None:
        if not await proved(act.code, turn):
            return await dossiers.look_up(acts.LookUpDossier(act.code, detail=True), turn)
        await follows.begin(act.code, address, FollowOrigin.PROVED, turn.now)
    return outcomes.DossierFollowed(act.code, on=True, off=await follows.is_off(address))


async def proved(code: str, turn: Turn) -> bool:
    """Whether this chat follows it, or gave its digits today."""
    if await turn.uow.follows.origin(code, turn.contact.address_id) is not None:
        return True
    digest = code_digest(turn.tools.secret, code)
    return digest in await turn.uow.lookups.proved(actor_of(turn), turn.now - DAY)


async def switch(act: acts.SwitchNotices, turn: Turn) -> Outcome:
    """Off: what waits to be said is not said either."""
    address = turn.contact.address_id
    if act.perhaps and not await turn.uow.follows.of_address(address):
        return outcomes.Cancelled(something=False)
    await turn.uow.follows.switch(address, None if act.on else turn.now)
    if not act.on:
        await turn.uow.notices.drop_all(address, turn.now)
    followed = await turn.uow.follows.of_address(address)
    return outcomes.NoticesSwitched(act.on, len(followed))


@dataclass(frozen=True)
class _Rated:
    dossier: Dossier
    handler: str


async def rate(act: acts.RateDossier, turn: Turn) -> Outcome:
    rated = await _rateable(act.code, turn)
    if rated is None or (act.target is RatingTarget.HANDLER and not rated.handler):
        return outcomes.RatingRefused()
    agency = rated.dossier.agency
    name = agency if act.target is RatingTarget.AGENCY else rated.handler
    rating = DossierRating(act.target, name, agency, act.score, act.words, turn.now)
    await turn.uow.dossier_ratings.rate(turn.contact.address_id, act.code, rating, turn.sequence)
    given = await turn.uow.dossier_ratings.of(turn.contact.address_id, act.code)
    next_target = RatingTarget.HANDLER if rated.handler and RatingTarget.HANDLER not in given else None
    return outcomes.DossierRated(
        act.code, act.target, act.score, act.words is not None, next_target, rated.handler
    )


async def _rateable(code: str, turn: Turn) -> _Rated | None:
    """Only by who follows it, only after its result; never in mourning, nor before a refusal was explained."""
    address = turn.contact.address_id
    origin = await turn.uow.follows.origin(code, address)
    dossier = await turn.uow.dossiers.get(code)
    if dossier is None or origin is None or origin is FollowOrigin.HELPED:
        return None
    procedure = turn.snapshot.catalog.by_code.get(dossier.procedure_code or "")
    if procedure is None or procedure.tone is Tone.CONDOLENCE:
        return None
    explained = dossier.stage in ENDED_AGAINST and await turn.uow.notices.was_said(
        code, address, (News.REFUSED, News.STOPPED)
    )
    if dossier.stage not in RESULT_STAGES and not explained:
        return None
    return _Rated(dossier, dossier.handler or "")
