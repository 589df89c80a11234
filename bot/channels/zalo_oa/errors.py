"""What each error code of Zalo means for a message: later, never, or a person has to mend something.

Codes as collected by several integrators; Zalo publishes no complete list. A code that is not here is tried
again until delivery gives up after a day, visibly.
"""

from datetime import datetime, time, timedelta

import structlog

from bot.channels.zalo_oa.client import RefusedError
from bot.ports import TryLaterError, UndeliverableError, WindowClosedError
from bot.texts import VIETNAM

log = structlog.get_logger()

TOKEN = frozenset({-216, -220})  # invalid, expired
SHAPE = frozenset({-201, -210, -233})  # a field, a limit, a type of message that Zalo does not take
CLOSED = frozenset({-230, -232})  # they have not written for too long
EXPIRED_UPLOAD = -100
MENDING = 300.0  # seconds between two attempts while a person has to mend something
QUOTA = 3600.0
FULL = 2.0  # seconds in which nobody is written to after Zalo took no more
MORNING = time(6, 5)

_FULL = -32  # the app or the OA sends more than Zalo takes
_BUSY = frozenset({-200})
_OUT_OF_QUOTA = frozenset({-211, -218})
_AT_NIGHT = -234
_NEVER = {
    -201: "rejected",
    -210: "rejected",
    -233: "rejected",
    -213: "left",
    -227: "left",  # banned, or away for more than 45 days
    -244: "blocked",
    -248: "against_platform_rules",
}
_CONFIGURATION = {
    -204: "the OA is disabled",
    -205: "there is no such OA",
    -209: "the app is not activated",
    -212: "the app has no right to this API",
    -219: "the app was removed or disabled",
    -221: "the OA must be verified",
    -223: "the OA has not authorised the app",
    -224: "the OA needs a service package",
    -235: "this type of OA may not do this",
    -240: "this version of the API was shut down",
    -242: "appsecret_proof is wrong",
    -320: "no Zalo Cloud Account is linked",
    -321: "the Zalo Cloud Account has no money",
}


def meaning(error: RefusedError, now: datetime) -> TryLaterError | UndeliverableError:
    """The error as delivery knows it; raises an alarm where a person has to do something."""
    code, said = error.code, str(error)
    if code in CLOSED:
        return WindowClosedError(said)
    if reason := _NEVER.get(code):
        return UndeliverableError(reason, said)
    if code in _OUT_OF_QUOTA:
        log.error("zalo.out_of_quota", code=code)
        return TryLaterError(said, QUOTA)
    if code == _AT_NIGHT:
        return TryLaterError(said, _until_morning(now))
    if code in _CONFIGURATION or code in TOKEN:
        log.error("zalo.configuration", code=code, what=_CONFIGURATION.get(code, "the token is refused"))
        return TryLaterError(said, MENDING)
    if code == _FULL:
        return TryLaterError(said, everybody=FULL)
    if code not in _BUSY:
        log.warning("zalo.unknown_error", code=code)
    return TryLaterError(said)


def _until_morning(now: datetime) -> float:
    """Seconds until the night of the platform is over."""
    local = now.astimezone(VIETNAM)
    morning = datetime.combine(local.date(), MORNING, VIETNAM)
    return ((morning if morning > local else morning + timedelta(days=1)) - local).total_seconds()
