"""How often somebody may ask: token buckets in memory, bounded in number."""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

_MOST = 50_000  # keys remembered; the ones longest unused go first


class Limiter:
    """`burst` at once, refilled at `per_minute`. Keys unused long enough to be full again cost nothing."""

    def __init__(self, per_minute: float, burst: int, timer: Callable[[], float] = monotonic) -> None:
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._timer = timer
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Take one; 0 when allowed, else the seconds until the next is."""
        now = self._timer()
        left, since = self._buckets.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        allowed = left >= 1
        self._buckets[key] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate


def network(host: str | None) -> str:
    """What counts as one sender: an IPv4 address, or the /64 of an IPv6 address."""
    if not host:
        return "?"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host


def surroundings(host: str | None) -> str | None:
    """The /24 of an IPv4 address or the /64 of an IPv6 address: whoever hires addresses hires them side by side.

    None for what is not of the open net: behind a proxy that is not configured everybody would be one.
    """
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return None
    if not address.is_global:
        return None
    prefix = 64 if isinstance(address, ipaddress.IPv6Address) else 24
    return str(ipaddress.ip_network((address, prefix), strict=False))
