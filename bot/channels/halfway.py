"""Replies of several parts that broke off: tried again, they go on after what has arrived."""

import time
from collections import OrderedDict

from bot.messages import Reply
from storage.records import AddressKey

REMEMBERED = 1000
REMEMBERED_SECONDS = 3600.0


class Halfway:
    def __init__(self) -> None:
        self._parts: OrderedDict[tuple[AddressKey, Reply], tuple[int, float]] = OrderedDict()

    def arrived(self, key: AddressKey, reply: Reply) -> int:
        """How many parts the citizen has already; asked once."""
        parts, since = self._parts.pop((key, reply), (0, 0.0))
        return parts if time.monotonic() - since < REMEMBERED_SECONDS else 0

    def remember(self, key: AddressKey, reply: Reply, parts: int) -> None:
        if parts:
            self._parts[key, reply] = parts, time.monotonic()
        if len(self._parts) > REMEMBERED:
            self._parts.popitem(last=False)
