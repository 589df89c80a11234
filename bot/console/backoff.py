"""How long somebody waits after wrong passwords, whichever process they try. Nobody is locked out for good."""

import hashlib
from datetime import datetime

from storage.database import Database
from storage.records import Failures

_FREE = 3  # wrong ones that cost nothing
_LONGEST = 300.0  # seconds, for one account from one network
_FREE_ACCOUNT = 10
_LONGEST_ACCOUNT = 60.0  # for one account over all networks: longer, and anybody could shut an officer out


class Backoff:
    """Kept for every name alike, so that a name without an account is treated no differently."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def wait(self, name: str, network: str, now: datetime) -> float:
        """Seconds until the next try is looked at; 0 when now."""
        here, anywhere = _subjects(name, network)
        async with self._database.reading() as uow:
            found = await uow.login_failures.of((here, anywhere))
        return max(
            left(found.get(here), _FREE, _LONGEST, now),
            left(found.get(anywhere), _FREE_ACCOUNT, _LONGEST_ACCOUNT, now),
        )

    async def failed(self, name: str, network: str, now: datetime) -> None:
        async with self._database.unit_of_work() as uow:
            await uow.login_failures.add(_subjects(name, network), now)
            await uow.commit()

    async def succeeded(self, name: str, network: str) -> None:
        """Writes only where there is something to forget: a login is then one transaction less."""
        async with self._database.reading() as uow:
            known = await uow.login_failures.of(_subjects(name, network))
        if known:
            async with self._database.unit_of_work() as uow:
                await uow.login_failures.forget(known)
                await uow.commit()


def left(failures: Failures | None, free: int, longest: float, now: datetime) -> float:
    """Seconds of the pause that are left; it doubles with each failure beyond the free ones."""
    if failures is None or failures.count <= free:
        return 0.0
    pause = min(2.0 ** min(failures.count - free, 20), longest)
    return max(0.0, pause - (now - failures.last_at).total_seconds())


def _subjects(name: str, network: str) -> tuple[str, str]:
    """Of the account from this network, and from anywhere."""
    return _digest(f"{name}|{network}"), _digest(name)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
