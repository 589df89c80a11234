"""How long somebody waits after wrong passwords. Nobody is locked out for good."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

_FREE = 3  # wrong ones that cost nothing
_LONGEST = 300.0  # seconds, for one account from one network
_FREE_ACCOUNT = 10
_LONGEST_ACCOUNT = 60.0  # for one account over all networks: longer, and anybody could shut an officer out
_MOST = 10_000


class Backoff:
    """Kept in memory for every name alike, so that a name without an account is treated no differently."""

    def __init__(self, timer: Callable[[], float] = monotonic) -> None:
        self._timer = timer
        self._failures: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def wait(self, name: str, network: str) -> float:
        """Seconds until the next try is looked at; 0 when now."""
        here = self._left((name, network), _FREE, _LONGEST)
        return max(here, self._left((name, ""), _FREE_ACCOUNT, _LONGEST_ACCOUNT))

    def failed(self, name: str, network: str) -> None:
        for key in ((name, network), (name, "")):
            count, _ = self._failures.pop(key, (0, 0.0))
            self._failures[key] = (count + 1, self._timer())
        while len(self._failures) > _MOST:
            self._failures.popitem(last=False)

    def succeeded(self, name: str, network: str) -> None:
        self._failures.pop((name, network), None)
        self._failures.pop((name, ""), None)

    def _left(self, key: tuple[str, str], free: int, longest: float) -> float:
        count, last = self._failures.get(key, (0, 0.0))
        if count <= free:
            return 0.0
        pause = min(2.0 ** min(count - free, 20), longest)
        return max(0.0, last + pause - self._timer())
