"""What each error code of Zalo means for a message: later, never, or a person has to mend something.

Codes as collected by several integrators; Zalo publishes no complete list. A code that is not here is tried
again until delivery gives up after a day, visibly.
"""

from datetime import datetime, time, timedelta

import structlog

from bot.channels.zalo_oa.client import RefusedError
from bot.ports import TryLaterError, UndeliverableError, UsedUpError, WindowClosedError
from bot.texts import VIETNAM

log = structlog.get_logger()

TOKEN = frozenset({-216, -220, -124})  # invalid, expired; -124 where templates go to phone numbers
SHAPE = frozenset({-201, -210, -233})  # a field, a limit, a type of message that Zalo does not take
CLOSED = frozenset({-230, -232})  # they have not written for too long
EXPIRED_UPLOAD = -100
MENDING = 300.0  # seconds between two attempts while a person has to mend something
QUOTA = 3600.0
FULL = 2.0  # seconds in which nobody is written to after Zalo took no more
MORNING = time(6, 5)

_FULL = -32  # the app or the OA sends more than Zalo takes
_BUSY = frozenset({-200})
_OUT_OF_QUOTA = frozenset({-211, -218, -115, -144, -147})
_NO_MONEY = frozenset({-137, -321})
_AT_NIGHT = frozenset({-234, -133})
_NEVER = {
    -201: "rejected",
    -210: "rejected",
    -233: "rejected",
    -213: "left",
    -227: "left",  # banned, or away for more than 45 days
    -244: "blocked",
    -248: "against_platform_rules",
    # Of templates: no such number or its owner wants none; unknown, not approved, disabled, other parameters.
    **dict.fromkeys((-108, -114, -118, -119, -139, -141, -249), "template_refused"),
    **dict.fromkeys((-109, -131, -146, -1121, -1122, -1124), "template_refused"),
}
# What keeps a template from somebody whom we know by user id, but perhaps not by phone number.
_NOT_BY_USER = CLOSED | {-213, -227, -233, -249}
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
    -136: "no Zalo Cloud Account is linked",
    -137: "the Zalo Cloud Account has no money",
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
        return UsedUpError(said, QUOTA)
    if code in _AT_NIGHT:
        return TryLaterError(said, _until_morning(now))
    if code in _CONFIGURATION or code in TOKEN:
        log.error("zalo.configuration", code=code, what=_CONFIGURATION.get(code, "the token is refused"))
        return (UsedUpError if code in _NO_MONEY else TryLaterError)(said, MENDING)
    if code == _FULL:
        return TryLaterError(said, everybody=FULL)
    if code not in _BUSY:
        log.warning("zalo.unknown_error", code=code)
    return TryLaterError(said)


def by_user_impossible(error: RefusedError) -> bool:
    """A template that cannot go to this user id; a phone number may still be reached."""
    return error.code in _NOT_BY_USER


def _until_morning(now: datetime) -> float:
    """Seconds until the night of the platform is over."""
    local = now.astimezone(VIETNAM)
    morning = datetime.combine(local.date(), MORNING, VIETNAM)
    return ((morning if morning > local else morning + timedelta(days=1)) - local).total_seconds()
