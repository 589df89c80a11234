"""How Zalo brings events: at least once, with repeats after 30 s, 5 min, 15 min, 30 min and an hour."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from bot.simulator.zalo_events import signed

LADDER = (30.0, 300.0, 900.0, 1800.0, 3600.0)  # seconds after each attempt
PATIENCE = 2.0  # seconds; Zalo waits no longer for the answer

Event = Mapping[str, Any]


@dataclass
class Courier:
    """Posts signed events to `url`. `pause` is how it waits, so that a test need not."""

    client: httpx.AsyncClient
    url: str
    variant: str = "oa-body"
    patience: float = PATIENCE
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def bring(self, event: Event) -> bool:
        """Until it is taken with a 200 in time; False when Zalo would give up."""
        for retry, wait in enumerate((*LADDER, None)):
            if await self.post(event, retry) == 200:
                return True
            if wait is not None:
                await self.pause(wait)
        return False

    async def post(self, event: Event, retry: int = 0) -> int:
        """One attempt: the answer's status, 0 where none came in time."""
        header = str(event.get("timestamp", "")) if "header" in self.variant else ""
        body, headers = signed(event, variant=self.variant, header_timestamp=header, retry=retry)
        try:
            async with asyncio.timeout(self.patience):
                return (await self.client.post(self.url, content=body, headers=headers)).status_code
        except (httpx.HTTPError, TimeoutError):
            return 0

    async def probe(self) -> int:
        """Zalo tries an address with an unsigned empty object before it saves it."""
        headers = {"Content-Type": "application/json"}
        return (await self.client.post(self.url, content=b"{}", headers=headers)).status_code


def disturbed(events: Sequence[Event], dice: random.Random, *, twice: float = 0.4) -> list[Event]:
    """The same events as a bad day brings them: a share of them twice, all of them in any order."""
    brought = [*events, *(each for each in events if dice.random() < twice)]
    dice.shuffle(brought)
    return brought
