"""A server process to be killed: the real assembly, with a channel whose platform is the test.

`python -m tests.long.server PORT`; settings from the environment as for `motcua serve`.
"""

import asyncio
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from bot import logs
from bot.app import application, assembled, run
from bot.config import Settings
from bot.listening import listening_socket
from bot.messages import Capabilities, Incoming, Kind, Reply
from bot.ports import Inbox
from storage.errors import UnavailableError
from storage.records import AddressKey, InboxEntry


class PostedChannel:
    """Takes `{"id", "user", "text"}` by POST and answers 200 once it is kept; its replies are read from storage."""

    name = "posted"
    account = "posted"
    capabilities = Capabilities(pull=True)

    def webhook(self, inbox: Inbox) -> APIRouter:
        router = APIRouter()

        @router.post("/posted")
        async def receive(request: Request) -> Response:
            update = await request.json()
            entry = InboxEntry(self.name, self.account, update["user"], update["id"], update)
            try:
                await inbox.receive([entry])
            except UnavailableError:
                return Response(status_code=503, headers={"Retry-After": "1"})
            return Response(status_code=200)

        return router

    def read(self, payload: Mapping[str, Any], key: AddressKey, received_at: datetime) -> Incoming | None:
        button = payload.get("button")
        kind = Kind.BUTTON if button else Kind.TEXT
        return Incoming(key, payload["id"], received_at, kind, text=payload.get("text", ""), button=button)

    async def send(self, key: AddressKey, reply: Reply) -> str | None:
        raise NotImplementedError("a pull channel sends nothing")


async def main(port: int) -> None:
    logs.configure("json", "ERROR")
    sock = listening_socket("127.0.0.1", port)
    async with assembled(Settings(), server=True, channels={"posted": PostedChannel()}) as parts:
        await parts.live.ready()  # so that a kill hits turns, not the preparations for them
        await run(parts, application(parts), [sock])


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
