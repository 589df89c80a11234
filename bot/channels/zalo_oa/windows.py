"""Until when Zalo lets an OA answer: reckoned from what the citizen did, and asked from the quota call.

Free of charge for 48 hours, at all for 7 days; both are settings, since they have changed before. The quota
call alone knows of what brought us no event (a call, a press on the OA's menu).
"""

from datetime import datetime, timedelta

from bot.channels.received import milliseconds, moment, part, word
from bot.channels.zalo_oa.calls import Calls
from bot.channels.zalo_oa.client import RefusedError
from bot.channels.zalo_oa.envelope import ANONYMOUS
from bot.channels.zalo_oa.errors import CLOSED, meaning
from bot.ports import Clock, TryLaterError
from storage.channel_records import Window
from storage.records import AddressKey

QUOTA = "/v3.0/oa/quota/message"
LATER = 3600.0  # seconds until we ask again about somebody whom Zalo would not tell about


class Windows:
    def __init__(self, calls: Calls, clock: Clock, free_hours: int, hours: int) -> None:
        self._calls = calls
        self._clock = clock
        self._whole = timedelta(hours=hours)
        self._free = timedelta(hours=min(free_hours, hours))

    def after(self, at: datetime) -> Window:
        return Window(at + self._free, at + self._whole)

    async def ask(self, key: AddressKey) -> Window:
        """Raises TryLaterError, also where Zalo does not say."""
        now = self._clock.now()
        if key.user_id.startswith(f"{ANONYMOUS}:"):
            raise TryLaterError("nothing is known of anonymous visitors", LATER)
        try:
            data = await self._calls.post(QUOTA, {"user_id": key.user_id})
        except RefusedError as error:
            if error.code in CLOSED:
                return Window(None, now)
            told = meaning(error, now)
            raise told if isinstance(told, TryLaterError) else TryLaterError(str(told), LATER) from error
        if milliseconds(data.get("last_interaction")) is None:
            raise TryLaterError("zalo names no last interaction", LATER)
        window = self.after(moment(data["last_interaction"], now))
        left = word(part(data, "cs_reply").get("remain"))
        return Window(None, window.until) if left == "0" else window
