"""A server whose workers stand still: the real assembly with all three platforms' webhooks, far ends faked.

`python -m tests.long.webhook_server PORT DATABASE-URL FOLDER`
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from bot import logs
from bot.app import application, assembled, run
from bot.intake import Intake
from bot.listening import listening_socket
from storage.database import Database
from tests.bot.zalo_house import settings
from tests.house import FakeClock, shipped
from tests.long.test_fail_points import Far

PLATFORMS = ("zalo_oa", "zalo_bot", "telegram")


async def _stalled(self: Intake, *given: Any) -> None:
    """What a turn waits for before its transaction: an online registry that does not answer."""
    await asyncio.Event().wait()


async def main(port: int, url: str, folder: Path) -> None:
    logs.configure("json", "ERROR")
    Intake._handle = _stalled  # type: ignore[method-assign]
    credentials = await Database.open(url)
    channels = {name: Far(FakeClock(), name).channel(url, folder, credentials) for name in PLATFORMS}
    chosen = settings(url, folder)
    async with assembled(chosen, server=True, channels=channels, live=shipped()) as parts:
        await parts.live.ready()
        with listening_socket("127.0.0.1", port) as sock:
            await run(parts, application(parts), [sock])
    await credentials.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
